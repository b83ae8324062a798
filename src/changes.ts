/** How what a run knows changes (docs/behavior.md sections 4 and 5): pure updates for the policy. */
import type { ApiError } from './api/error.js';
import { conditionOf, type EndpointState, hasSameLabel } from './endpoint.js';
import type { ApiCall } from './run.js';
import type { AcceptedRequest, Observation, Outage, RunState, SentRequest } from './state.js';
import { ALLOWED_WHILE, heldUntil } from './state.js';

/** The longest pause before the read that confirms a FAILED or TERMINATED. */
const CONFIRM_PAUSE_MS = 10_000;
/** The longest gap between two reads that still count as in a row; or this many poll intervals, if that is longer. */
const MAX_GAP_MS = 60_000;
const MAX_GAP_POLLS = 2.5;
/** A row of rejections ends after this time without one. */
const MAX_REJECTION_GAP_MS = 120_000;

/** A call that failed. */
export interface FailedCall {
  readonly call: ApiCall;
  readonly sentAt: number;
  readonly fault: ApiError;
  /** The deadline ended it before its own time limit. */
  readonly isCutShort: boolean;
  /** If it was a restart or wake-up. */
  readonly sent?: SentRequest | undefined;
}

/** The status shows that an ambiguous request was accepted (section 5, ambiguous requests). */
export function inferAcceptance(run: RunState, state: EndpointState): RunState {
  const { ambiguous } = run;
  if (ambiguous === undefined) return run;
  const { kind, sentAt, stateBefore, rejected, fault } = ambiguous;
  const hasStarted = ['INITIALIZING', 'AWAKING', 'RUNNING', 'READY'].includes(state.status);
  const hasFailedSince = rejected !== undefined && state.status === 'FAILED' && hasChanged(state, rejected.stateBefore);
  return hasStarted || hasFailedSince ? accept(run, { kind, sentAt, stateBefore, fault }) : run;
}

function hasChanged(state: EndpointState, before: EndpointState): boolean {
  return state.errorCode !== before.errorCode || state.updatedAt !== before.updatedAt;
}

/** An accepted request closes earlier ambiguous ones, and what it was sent for. */
export function accept(run: RunState, request: AcceptedRequest): RunState {
  return {
    ...withoutOutages(run, request.kind),
    accepted: [...run.accepted, request],
    ambiguous: undefined,
    down: undefined,
    nextAttemptAt: undefined,
  };
}

/** Records a state that is not stale, and since when it has lasted. */
export function recordObservation(run: RunState, observation: Observation): RunState {
  const { state, sentAt } = observation;
  const { policy, last, lastRead, newest } = run;
  const condition = conditionOf(state.status);
  const isDown = condition === 'down';
  const maxGapMs = Math.max(MAX_GAP_MS, (policy.pollIntervalMs ?? 0) * MAX_GAP_POLLS);
  const isSteady = lastRead === undefined || sentAt - lastRead.sentAt <= maxGapMs;
  const isSameStatus = lastRead?.state.status === state.status;
  const isUnbroken = isSteady && run.outages.read?.isReported !== true;
  const confirmableAt = sentAt + Math.min(CONFIRM_PAUSE_MS, policy.pollIntervalMs ?? CONFIRM_PAUSE_MS);
  const wasTerminated = state.status === 'TERMINATED' || run.down?.wasTerminated === true;
  const mootRequests = (['restart', 'wake'] as const).filter(
    (kind) => condition !== 'unknown' && condition !== ALLOWED_WHILE[kind],
  );
  return {
    ...withoutOutages(run, 'read', ...mootRequests),
    first: run.first ?? observation,
    last: state,
    lastSince: hasSameLabel(state, last) && isUnbroken ? run.lastSince : sentAt,
    lastRead: observation,
    newest: isAtLeastAsNew(state, newest?.state) ? observation : newest,
    statusSince: isSameStatus ? run.statusSince : sentAt,
    steadySince: isSameStatus && isSteady ? run.steadySince : sentAt,
    hasReadOtherStatus: run.hasReadOtherStatus || !isDown,
    progressedAt: condition === 'starting' || condition === 'up' ? sentAt : run.progressedAt,
    down: isDown ? { since: sentAt, confirmableAt, ...run.down, wasTerminated } : undefined,
    nextAttemptAt: isDown ? run.nextAttemptAt : undefined,
  };
}

/** Whether a state says that it is not older than the newest one so far. */
function isAtLeastAsNew({ updatedAt }: EndpointState, newest: EndpointState | undefined): boolean {
  const at = Date.parse(updatedAt);
  return newest === undefined ? !Number.isNaN(at) : at >= Date.parse(newest.updatedAt);
}

export function withoutOutages(run: RunState, ...calls: readonly ApiCall[]): RunState {
  const outages = { ...run.outages };
  for (const call of calls) delete outages[call];
  return { ...run, outages };
}

/** One more fault of a call, and how the call stands now. */
export function recordFault(
  run: RunState,
  { call, sentAt, fault, isCutShort, sent }: FailedCall,
): { readonly run: RunState; readonly outage: Outage } {
  const before = run.outages[call];
  const { permanent } = before ?? {};
  const outage: Outage = {
    since: before?.since ?? sentAt,
    faults: (before?.faults ?? 0) + 1,
    fault: isCutShort && before !== undefined ? before.fault : fault,
    isReported: before?.isReported ?? false,
    permanent:
      fault.kind === 'permanent'
        ? { since: permanent?.since ?? sentAt, count: (permanent?.count ?? 0) + 1 }
        : undefined,
    rejections: before?.rejections,
  };
  if (sent !== undefined && fault.kind === 'conflict') return withRejection(run, outage, sent);
  if (sent === undefined || !isAmbiguous(fault)) return { run, outage };
  const rejected = run.ambiguous?.kind === sent.kind ? run.ambiguous.rejected : undefined;
  return { run: { ...run, ambiguous: { ...sent, fault, rejected } }, outage };
}

/**
 * Whether a failed request may have been accepted anyway: no response, a 5xx, or a 2xx without a status object. A
 * request that the proxy refused was never sent.
 */
function isAmbiguous({ kind, source, httpStatus = 500 }: ApiError): boolean {
  return kind === 'transient' && source !== 'proxy' && (httpStatus >= 500 || httpStatus < 300);
}

/**
 * One more rejection (400, 409, 423) of a restart or wake-up. The first one after an ambiguous request, or the first
 * of a row while that is open, suggests that it was accepted: the request is held back, and the row begins after that.
 */
function withRejection(run: RunState, outage: Outage, sent: SentRequest): { run: RunState; outage: Outage } {
  const { kind, sentAt } = sent;
  const { ambiguous } = run;
  const { rejections: row } = outage;
  const isContinued = row !== undefined && sentAt - Math.max(row.since, row.lastAt) < MAX_REJECTION_GAP_MS;
  const isHeldBack = ambiguous?.kind === kind && (ambiguous.rejected === undefined || !isContinued);
  const held = isHeldBack ? { ...run, ambiguous: { ...ambiguous, rejected: sent } } : run;
  const since = isHeldBack ? heldUntil(held, kind) : isContinued ? row.since : sentAt;
  return { run: held, outage: { ...outage, rejections: { since, lastAt: sentAt } } };
}
