/** What a run knows, as one immutable value, and the facts that follow from it (docs/behavior.md sections 4 and 5). */
import type { ApiError } from './api/error.js';
import { FINAL_POLL_LEAD_MS } from './backoff.js';
import { type Condition, conditionOf, type EndpointState, isSameObservation } from './endpoint.js';
import type { ApiCall, ControlRequest, EndDecision, PauseReason, Policy } from './run.js';

/** How long transient faults are tolerated until a status has been read, and in total without `wait`. */
const MAX_OUTAGE_MS = 120_000;
/** How long a read stays stale if it is older than the newest one, or repeats what was before a request. */
const STALE_WINDOW_MS = 120_000;
/** The same for a repetition as long as no other state has been read. */
const UNCHANGED_WINDOW_MS = 600_000;
/** How long a request is held back after a rejection that follows an ambiguous one. */
const HOLD_MS = 120_000;
/** No restart or wake-up is sent in this last part of the run (for short timeouts, in the last tenth). */
const REQUEST_RESERVE_MS = 5_000;
const REQUEST_RESERVE_SHARE = 0.1;

/** Everything a rule can know about the outside world. */
export interface Context {
  /** Milliseconds on a clock that never jumps. */
  readonly now: number;
  /** From 0 up to, but not including, 1. */
  readonly random: number;
}

/** A state that was read, and when the read was sent: a slow response can be as old as that. */
export interface Observation {
  readonly state: EndpointState;
  readonly sentAt: number;
}

/** All times are on the clock's scale, in milliseconds, and count from when a request was sent. */
export interface RunState {
  readonly policy: Policy;
  readonly startedAt: number;
  /** The first state that was read. */
  readonly first?: Observation | undefined;
  /** The last state, from a read or from the response to a restart or wake-up. */
  readonly last?: EndpointState | undefined;
  /** Since when it has been seen: no gap of more than a minute, and no outage that was reported. */
  readonly lastSince: number;
  /** The last read that was not stale. */
  readonly lastRead?: Observation | undefined;
  /** When the last read was sent that was ignored as stale. */
  readonly staleAt?: number | undefined;
  /** The read with the newest updatedAt, and when that was last read. */
  readonly newest?: Observation | undefined;
  /** The first of the fresh reads in a row with this status. */
  readonly statusSince: number;
  /** The same without a gap of more than a minute (section 4, `stable-for`). */
  readonly steadySince: number;
  /** Whether a status other than FAILED and TERMINATED was read. */
  readonly hasReadOtherStatus: boolean;
  /** The last read that showed the endpoint starting or up; -Infinity if none did. */
  readonly progressedAt: number;
  /** The first of the reads in a row that showed FAILED or TERMINATED, when a second one confirms it, and whether any showed TERMINATED. */
  readonly down?:
    | { readonly since: number; readonly confirmableAt: number; readonly wasTerminated: boolean }
    | undefined;
  readonly accepted: readonly AcceptedRequest[];
  /** The last request that may have been accepted though no response says so. */
  readonly ambiguous?: AmbiguousRequest | undefined;
  /** Calls that are failing now. */
  readonly outages: Readonly<Partial<Record<ApiCall, Outage>>>;
  /** When the next attempt is due. */
  readonly nextAttemptAt?: number | undefined;
  /** When the endpoint responded to the probe. */
  readonly respondedAt?: number | undefined;
}

export interface SentRequest {
  readonly kind: ControlRequest;
  readonly sentAt: number;
  /** The state read before it. */
  readonly stateBefore: EndpointState;
}

export interface AcceptedRequest extends SentRequest {
  /** The state in its response, if that is FAILED, TERMINATED, or SLEEPING. */
  readonly oldState?: EndpointState | undefined;
  /** Why no response says so, if only the status of the endpoint shows it. */
  readonly fault?: ApiError | undefined;
}

export interface AmbiguousRequest extends SentRequest {
  /** Why no response says whether it was accepted. */
  readonly fault: ApiError;
  /** The later request of this kind that the API rejected, and for which it is held back. */
  readonly rejected?: SentRequest | undefined;
}

/** A call that fails: since when, how many times in a row, and why. */
export interface Outage {
  readonly since: number;
  readonly faults: number;
  /** The last fault that was not cut short by the deadline. */
  readonly fault: ApiError;
  /** Whether it had its warning. */
  readonly isReported: boolean;
  /** Permanent faults in a row. */
  readonly permanent?: { readonly since: number; readonly count: number } | undefined;
  /** Rejections (400, 409, 423) in a row; where the request is held back, the row begins after that. */
  readonly rejections?: { readonly since: number; readonly lastAt: number } | undefined;
}

export type Command =
  | { readonly type: ApiCall; readonly timeoutMs: number }
  | { readonly type: 'pause'; readonly forMs: number; readonly why: PauseReason }
  | ({ readonly type: 'end' } & EndDecision);

/** What the run knows now, and what to do next. */
export interface Step {
  readonly run: RunState;
  readonly command: Command;
}

/** How the loop ended. */
export interface RunResult {
  readonly run: RunState;
  readonly decision: EndDecision;
  /** Milliseconds from the start of the run to its end. */
  readonly elapsedMs: number;
}

/** The condition of an endpoint in which the API accepts a request. */
export const ALLOWED_WHILE = { restart: 'down', wake: 'asleep' } as const satisfies Record<ControlRequest, Condition>;

/** Whether the run waits for RUNNING. */
export function isWaiting({ policy }: RunState): boolean {
  return policy.wait && !policy.dryRun;
}

export function restartCount(run: RunState): number {
  return run.accepted.filter(({ kind }) => kind === 'restart').length;
}

export function hasWokenEndpoint(run: RunState): boolean {
  return run.accepted.some(({ kind }) => kind === 'wake');
}

/** Whether a read has shown the endpoint starting or up since the last accepted request. */
export function hasProgressed({ accepted, progressedAt }: RunState): boolean {
  return progressedAt >= (accepted.at(-1)?.sentAt ?? Number.POSITIVE_INFINITY);
}

export function deadlineOf(run: RunState): number {
  return run.startedAt + timeoutOf(run);
}

/** When the run gives up, whatever the state. */
export function effectiveDeadline(run: RunState): number {
  const deadline = deadlineOf(run);
  if (run.first === undefined) return Math.min(deadline, run.startedAt + MAX_OUTAGE_MS);
  const open = isWaiting(run) ? undefined : openAmbiguity(run);
  return open === undefined ? deadline : Math.max(deadline, open.sentAt + MAX_OUTAGE_MS);
}

/** From then on no restart or wake-up is sent. */
export function requestCutoff(run: RunState): number {
  return deadlineOf(run) - Math.min(REQUEST_RESERVE_MS, timeoutOf(run) * REQUEST_RESERVE_SHARE);
}

function timeoutOf(run: RunState): number {
  return isWaiting(run) ? run.policy.timeoutMs : MAX_OUTAGE_MS;
}

/** Until when a request is held back, because an earlier one may still take effect. */
export function heldUntil({ ambiguous }: RunState, kind: ControlRequest): number {
  const rejected = ambiguous?.kind === kind ? ambiguous.rejected : undefined;
  return rejected === undefined ? Number.NEGATIVE_INFINITY : rejected.sentAt + HOLD_MS;
}

/** An ambiguous request that the last state leaves open: neither shown as accepted nor possible once more. */
export function openAmbiguity({ ambiguous, last }: RunState): AmbiguousRequest | undefined {
  const condition = conditionOf(last?.status);
  if (condition === 'down' || (condition === 'asleep' && ambiguous?.kind === 'wake')) return undefined;
  return ambiguous;
}

/** Whether a FAILED or TERMINATED counts only when a second read confirms it (section 4, confirmation). */
function needsConfirmation(run: RunState): boolean {
  return isWaiting(run) && (run.hasReadOtherStatus || run.accepted.length > 0);
}

/** Whether a read counts as it is: none is needed to confirm it, or it is the second one, late enough or the last. */
export function isConfirmed(run: RunState, sentAt: number): boolean {
  const { down } = run;
  if (down === undefined || !needsConfirmation(run)) return true;
  if (sentAt === down.since) return false;
  const finalPollAt = effectiveDeadline(run) - FINAL_POLL_LEAD_MS;
  return sentAt >= Math.min(down.confirmableAt, finalPollAt);
}

/** Whether a read is ignored, because it shows what was before (section 4, stale reads). */
export function isStale({ newest, accepted, lastRead }: RunState, { state, sentAt }: Observation): boolean {
  const isOlder = newest !== undefined && Date.parse(state.updatedAt) < Date.parse(newest.state.updatedAt);
  if (isOlder && sentAt - newest.sentAt < STALE_WINDOW_MS) return true;
  return accepted.some((request) => {
    const { stateBefore, oldState = stateBefore } = request;
    const hasChangedSince = lastRead !== undefined && lastRead.sentAt > request.sentAt;
    const windowMs = hasChangedSince ? STALE_WINDOW_MS : UNCHANGED_WINDOW_MS;
    const isRepetition = isSameObservation(state, stateBefore) || isSameObservation(state, oldState);
    return isRepetition && sentAt - request.sentAt < windowMs;
  });
}
