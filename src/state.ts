/** What a run knows, as one immutable value, and the facts that follow from it (docs/behavior.md sections 4 and 5). */
import type { ApiError } from './api/error.js';
import { type Condition, conditionOf, type EndpointState, isOlder, isSameObservation } from './endpoint.js';
import type { ChangeRequest, ErrorReason, Outcome, PlannedStep, Policy, RunResult } from './run.js';

/** How long transient faults are tolerated while nothing was ever answered, and in all without `wait`. */
const MAX_OUTAGE_MS = 120_000;
/** How long a state from before an accepted request counts as stale. */
const STALE_READ_WINDOW_MS = 120_000;
/** The same where the API says when the state was updated, and that it was not since. */
const LONG_STALE_READ_WINDOW_MS = 600_000;
/** No restart or wake-up is sent so shortly before the deadline; of a shorter timeout it is a tenth. */
const REQUEST_RESERVE_MS = 5_000;
const REQUEST_RESERVE_SHARE = 0.1;

/** All that a rule can ask of the world. */
export interface Moment {
  /** Milliseconds on a clock that never jumps. */
  readonly now: number;
  /** From 0 up to, but not including, 1. */
  readonly random: number;
  readonly isCancelled: boolean;
}

/** All times are on the clock's scale, in milliseconds, and count from when a request was sent. */
export interface RunState {
  readonly policy: Policy;
  readonly startedAt: number;
  /** The first and the last state seen. */
  readonly first?: EndpointState | undefined;
  readonly last?: EndpointState | undefined;
  /** The last read that was not stale. */
  readonly lastReadAt?: number | undefined;
  /** Calls that are failing now. */
  readonly outages: Readonly<Partial<Record<Call, Outage>>>;
  /** The last read that showed the endpoint starting or up. */
  readonly progressedAt?: number | undefined;
  /** The last restart or wake-up, whatever became of it. */
  readonly sent?: SentRequest | undefined;
  readonly accepted: readonly AcceptedRequest[];
  /** The last request that may have been accepted though no answer says so. */
  readonly ambiguous?: AmbiguousRequest | undefined;
  readonly rejections?: Rejections | undefined;
  readonly slowdown: Slowdown;
  /** The last status, and from when on a read of the same one confirms it. */
  readonly confirming?: Confirmation | undefined;
  /** When the next attempt is due. */
  readonly retryAt?: number | undefined;
  /** Since when every poll has shown RUNNING, or READY. */
  readonly runningSince?: number | undefined;
  readonly readySince?: number | undefined;
}

export type Call = 'read' | ChangeRequest;

export interface SentRequest {
  readonly kind: ChangeRequest;
  readonly sentAt: number;
  /** The state read before it. */
  readonly before: EndpointState;
}

export interface AcceptedRequest extends SentRequest {
  /** The state of its answer, if its status is one from before. */
  readonly answered?: EndpointState | undefined;
}

export interface AmbiguousRequest extends SentRequest {
  /** A later request of the kind that the API rejected. */
  readonly rejected?: SentRequest | undefined;
}

/** Rejected requests (400, 409, 423) of one kind, while the endpoint stays in the state that they are for. */
export interface Rejections {
  readonly kind: ChangeRequest;
  readonly since: number;
  readonly count: number;
  readonly fault: ApiError;
}

export interface Confirmation {
  readonly status: string;
  /** A read sent from then on confirms it. */
  readonly readyAt: number;
}

/** A call that fails, since when, and how many times in a row. */
export interface Outage {
  readonly since: number;
  readonly faults: number;
  /** The last fault that was not cut short by the deadline. */
  readonly fault: ApiError;
  readonly isRateLimited: boolean;
  readonly isReported: boolean;
  /** Permanent faults in a row. */
  readonly permanent?: { readonly since: number; readonly count: number } | undefined;
}

/** How many times 429s have doubled the poll pause, and the good polls since. */
export interface Slowdown {
  readonly level: number;
  readonly goodPolls: number;
}

/** How a run ends. */
export interface End {
  readonly outcome: Outcome;
  readonly reason?: ErrorReason | undefined;
  readonly planned?: PlannedStep | undefined;
  readonly fault?: ApiError | undefined;
  readonly faultCall?: Call | undefined;
}

/** The condition of an endpoint in which the API accepts a request. */
export const ALLOWED_WHILE = { restart: 'down', wake: 'asleep' } as const satisfies Record<
  ChangeRequest,
  Condition
>;

/** Whether the run continues after what it can do at once. */
export function isWaiting({ policy }: RunState): boolean {
  return policy.wait && !policy.dryRun;
}

export function restartCount(run: RunState): number {
  return run.accepted.filter(({ kind }) => kind === 'restart').length;
}

export function isWoken(run: RunState): boolean {
  return run.accepted.some(({ kind }) => kind === 'wake');
}

export function deadlineOf(run: RunState): number {
  return run.startedAt + timeoutOf(run);
}

/** Whether a read has shown the endpoint starting or up since the last accepted request. */
export function hasProgressed({ accepted, progressedAt }: RunState): boolean {
  const sentAt = accepted.at(-1)?.sentAt;
  return sentAt !== undefined && progressedAt !== undefined && progressedAt >= sentAt;
}

/** When the run ends, however things stand. */
export function giveUpAt(run: RunState): number {
  if (isWaiting(run) && run.first === undefined) {
    return Math.min(deadlineOf(run), run.startedAt + MAX_OUTAGE_MS);
  }
  const open = isWaiting(run) ? undefined : openAmbiguity(run);
  return Math.max(deadlineOf(run), open === undefined ? 0 : open.sentAt + MAX_OUTAGE_MS);
}

/** From then on no restart or wake-up is sent. */
export function lastRequestAt(run: RunState): number {
  return deadlineOf(run) - Math.min(REQUEST_RESERVE_MS, timeoutOf(run) * REQUEST_RESERVE_SHARE);
}

function timeoutOf(run: RunState): number {
  return isWaiting(run) ? run.policy.timeoutMs : MAX_OUTAGE_MS;
}

/** An ambiguous request that the last state leaves open: neither shown as accepted, nor possible once more. */
export function openAmbiguity(run: RunState): AmbiguousRequest | undefined {
  const { ambiguous, last } = run;
  const condition = conditionOf(last?.status);
  if (condition === 'down' || (condition === 'asleep' && ambiguous?.kind === 'wake')) return undefined;
  return ambiguous;
}

/**
 * Which request a read is older than, if any (section 4, stale reads).
 *
 * @param sentAt when the read was sent: a slow answer can be as old as that
 */
export function staleFor(run: RunState, state: EndpointState, sentAt: number): ChangeRequest | undefined {
  const { sent, accepted, lastReadAt = 0 } = run;
  const isWithin = (request: SentRequest, windowMs: number): boolean => sentAt - request.sentAt < windowMs;
  if (sent !== undefined && isOlder(state, sent.before) && isWithin(sent, LONG_STALE_READ_WINDOW_MS)) {
    return sent.kind;
  }
  const repeats = (request: AcceptedRequest): boolean =>
    [request.before, request.answered].some((it) => it !== undefined && isSameObservation(state, it));
  const windowMs = (request: SentRequest): number =>
    state.updatedAt !== '' && lastReadAt <= request.sentAt ? LONG_STALE_READ_WINDOW_MS : STALE_READ_WINDOW_MS;
  return accepted.find((request) => repeats(request) && isWithin(request, windowMs(request)))?.kind;
}

export function resultOf(run: RunState, end: End, now: number): RunResult {
  const { first, last, outages, startedAt, lastReadAt = 0 } = run;
  return {
    outcome: end.outcome,
    reason: end.reason,
    first,
    last,
    restarts: restartCount(run),
    woken: isWoken(run),
    hasProgressed: hasProgressed(run),
    ambiguous: run.ambiguous?.kind,
    planned: end.planned,
    nextAttempt: run.retryAt === undefined ? undefined : restartCount(run) + 1,
    stableMs: run.runningSince === undefined ? undefined : lastReadAt - run.runningSince,
    fault: end.fault,
    faultCall: end.faultCall,
    unobservedSinceMs: outages.read === undefined ? undefined : outages.read.since - startedAt,
    elapsedMs: now - startedAt,
  };
}
