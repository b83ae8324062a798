/** How what a run knows changes, and what there is to report about it: pure updates for the policy. */
import type { ApiError } from './api/error.js';
import {
  type Condition,
  conditionOf,
  type EndpointState,
  isOlder,
  isSameObservation,
  looksSame,
} from './endpoint.js';
import type { RunEventBody } from './run.js';
import {
  type AcceptedRequest,
  ALLOWED_WHILE,
  type Call,
  type Confirmation,
  isWaiting,
  type Moment,
  type Outage,
  type RunState,
  restartCount,
} from './state.js';

/** The pause before the second look at a failure. */
const CONFIRM_PAUSE_MS = 10_000;
/** The number of good polls in a row that undo one slow-down. */
const GOOD_POLLS_PER_SPEED_UP = 5;
const MAX_SLOWDOWNS = 10;

/** A new state of the run, and what there is to report about it. */
export interface Change {
  readonly run: RunState;
  readonly events: readonly RunEventBody[];
}

export function unchanged(run: RunState): Change {
  return { run, events: [] };
}

export function withEvent({ run, events }: Change, event: RunEventBody): Change {
  return { run, events: [...events, event] };
}

export function joined(first: Change, second: Change): Change {
  return { run: second.run, events: [...first.events, ...second.events] };
}

export function apply(run: RunState, changes: readonly ((run: RunState) => Change)[]): Change {
  return changes.reduce((before, change) => joined(before, change(before.run)), unchanged(run));
}

/** A fresh state of the endpoint, and when the read was sent. */
export interface Reading {
  readonly state: EndpointState;
  readonly sentAt: number;
}

/** The state shows that an ambiguous request was accepted. */
export function inferAcceptance(run: RunState, { state }: Reading): Change {
  const { ambiguous, accepted, policy } = run;
  if (ambiguous === undefined || accepted.some(({ sentAt }) => sentAt > ambiguous.sentAt))
    return unchanged(run);
  const { rejected, before } = ambiguous;
  const isShown =
    ['INITIALIZING', 'AWAKING', 'RUNNING', ...(policy.wait ? ['READY'] : [])].includes(state.status) &&
    !isOlder(state, before);
  const hasChanged = rejected !== undefined && !isSameObservation(state, rejected.before);
  return isShown || hasChanged ? accept(run, ambiguous, { isInferred: true }) : unchanged(run);
}

export function accept(
  run: RunState,
  request: AcceptedRequest,
  { isInferred }: { isInferred: boolean },
): Change {
  const { kind, sentAt, before, answered } = request;
  const accepted = [...run.accepted, { kind, sentAt, before, answered }];
  const next: RunState = {
    ...run,
    accepted,
    ambiguous: run.ambiguous?.kind === kind ? undefined : run.ambiguous,
    rejections: undefined,
    confirming: undefined,
    retryAt: undefined,
    readySince: undefined,
  };
  const attempt = kind === 'restart' ? restartCount(next) : 1;
  return withEvent(unchanged(next), { type: 'accepted', request: kind, attempt, inferred: isInferred });
}

/** Takes in a fresh state, and since when it has lasted. */
export function observe(run: RunState, { state, sentAt }: Reading, moment: Moment): Change {
  const { status } = state;
  const condition = conditionOf(status);
  const known: RunState = {
    ...run,
    first: run.first ?? state,
    lastReadAt: sentAt,
    progressedAt: isProgress(status) ? sentAt : run.progressedAt,
    confirming: confirmationOf(run, status, moment),
    retryAt: condition === 'down' ? run.retryAt : undefined,
    runningSince: status === 'RUNNING' ? (run.runningSince ?? sentAt) : undefined,
    readySince: status === 'READY' ? (run.readySince ?? sentAt) : undefined,
  };
  const { stableForMs } = run.policy;
  const isStabilizing =
    isWaiting(run) && stableForMs > 0 && status === 'RUNNING' && run.last?.status !== status;
  return apply(known, [
    (it) => see(it, state),
    (it) =>
      isStabilizing ? withEvent(unchanged(it), { type: 'stabilizing', forMs: stableForMs }) : unchanged(it),
    (it) => forgetFailedRequests(it, condition, moment),
  ]);
}

/** The first of the reads in a row with this status: a later one can confirm it. */
function confirmationOf({ confirming, policy }: RunState, status: string, { now }: Moment): Confirmation {
  if (confirming?.status === status) return confirming;
  return { status, readyAt: now + (policy.pollIntervalMs ?? CONFIRM_PAUSE_MS) };
}

function isProgress(status: string): boolean {
  return ['starting', 'up'].includes(conditionOf(status));
}

/** A request that failed is no longer due once the endpoint is in another state than the one it is for. */
function forgetFailedRequests(run: RunState, condition: Condition, moment: Moment): Change {
  const moot = (['restart', 'wake'] as const).filter(
    (kind) => condition !== 'unknown' && condition !== ALLOWED_WHILE[kind],
  );
  const isMoot = run.rejections !== undefined && moot.includes(run.rejections.kind);
  return apply(
    isMoot ? { ...run, rejections: undefined } : run,
    moot.map((kind) => (it) => endOutage(it, kind, moment)),
  );
}

export function see(run: RunState, state: EndpointState): Change {
  const next = unchanged({ ...run, last: state });
  return looksSame(state, run.last) ? next : withEvent(next, { type: 'observed', state });
}

export function endOutage(run: RunState, call: Call, { now }: Moment): Change {
  const { [call]: outage, ...outages } = run.outages;
  if (outage === undefined) return unchanged(run);
  const next = unchanged({ ...run, outages });
  return outage.isReported
    ? withEvent(next, { type: 'recovered', call, outageMs: now - outage.since })
    : next;
}

export function countGoodPoll(run: RunState): Change {
  const { level } = run.slowdown;
  if (level === 0) return unchanged(run);
  const goodPolls = run.slowdown.goodPolls + 1;
  const isFaster = goodPolls === GOOD_POLLS_PER_SPEED_UP;
  const slowdown = isFaster ? { level: level - 1, goodPolls: 0 } : { level, goodPolls };
  return unchanged({ ...run, slowdown });
}

/** One more fault of a call, which counts from when its request was sent. */
export function countFault(
  run: RunState,
  { call, sentAt, fault, isCutShort }: CallFault & { readonly isCutShort: boolean },
): { run: RunState; outage: Outage } {
  const before = run.outages[call];
  const isRateLimited = fault.kind === 'rate-limited';
  const outage: Outage = {
    since: before?.since ?? sentAt,
    faults: (before?.faults ?? 0) + 1,
    fault: isCutShort && before !== undefined ? before.fault : fault,
    isRateLimited: isRateLimited || before?.isRateLimited === true,
    isReported: before?.isReported ?? false,
    permanent:
      fault.kind === 'permanent'
        ? { since: before?.permanent?.since ?? sentAt, count: (before?.permanent?.count ?? 0) + 1 }
        : undefined,
  };
  const isNewSpell = isRateLimited && before?.isRateLimited !== true;
  const level = Math.min(run.slowdown.level + (isNewSpell ? 1 : 0), MAX_SLOWDOWNS);
  const goodPolls = isRateLimited ? 0 : run.slowdown.goodPolls;
  const outages = { ...run.outages, [call]: outage };
  return { run: { ...run, runningSince: undefined, outages, slowdown: { level, goodPolls } }, outage };
}

export interface CallFault {
  readonly call: Call;
  readonly sentAt: number;
  readonly fault: ApiError;
}
