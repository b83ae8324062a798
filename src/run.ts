/** What the loop and the report share: what a run is to do, what happens on the way, and how it ends. */
import type { ApiError } from './api/error.js';
import type { EndpointState, RestartCondition } from './endpoint.js';

/** The two requests that change an endpoint: one kind of request with two values. */
export type ChangeRequest = 'restart' | 'wake';

/** What a run is to do (docs/behavior.md section 2), with durations in milliseconds. */
export interface Policy {
  readonly restartOn: readonly RestartCondition[];
  readonly wait: boolean;
  /** The maximum time to wait. */
  readonly timeoutMs: number;
  /** A fixed pause between polls; absent for the adaptive one. */
  readonly pollIntervalMs?: number | undefined;
  /** How many restarts can be accepted. */
  readonly attempts: number;
  readonly wake: boolean;
  readonly stableForMs: number;
  readonly dryRun: boolean;
}

/** See docs/behavior.md section 3. */
export type Outcome =
  | 'restarted'
  | 'woken'
  | 'not-needed'
  | 'dry-run'
  | 'not-recoverable'
  | 'failed'
  | 'timed-out'
  | 'cancelled'
  | 'error';

/** Why a run ends with the outcome `error`. */
export type ErrorReason =
  /** STOPPING or TERMINATING, without `wait`. */
  | 'stopping'
  /** A status that says nothing, without `wait`. */
  | 'unknown-status'
  /** Permanent faults. */
  | 'refused'
  /** Transient faults for too long. */
  | 'unreachable'
  /** The endpoint stayed as it was, and no restart or wake-up was accepted in time. */
  | 'not-accepted'
  /** A restart or wake-up may have been accepted, and the endpoint does not show whether it was. */
  | 'ambiguous';

/** What a dry run would have done next: a request, more polls, or an end with this outcome. */
export type PlannedStep =
  | { readonly type: ChangeRequest | 'wait' }
  | { readonly type: 'end'; readonly outcome: Outcome; readonly reason?: ErrorReason | undefined };

/** What happens on the way. `atMs` counts milliseconds from the start of the run. */
export type RunEvent = RunEventBody & { readonly atMs: number };

export type RunEventBody =
  /** Status, phase or error code changed (or were seen for the first time). */
  | { readonly type: 'observed'; readonly state: EndpointState }
  /** A read showed a state from before the accepted request; it is ignored. */
  | { readonly type: 'stale-read'; readonly request: ChangeRequest }
  /** `inferred`: its answer was lost, and the endpoint's state shows that it was accepted. `attempt` counts from 1. */
  | {
      readonly type: 'accepted';
      readonly request: ChangeRequest;
      readonly attempt: number;
      readonly inferred: boolean;
    }
  /** A 400, 409 or 423. */
  | { readonly type: 'rejected'; readonly request: ChangeRequest; readonly fault: ApiError }
  /** The endpoint failed again: the next restart is sent after a pause. `attempt` is the next one's number. */
  | { readonly type: 'retry-scheduled'; readonly attempt: number; readonly inMs: number }
  /** RUNNING, and from now on it must stay so for `forMs`. */
  | { readonly type: 'stabilizing'; readonly forMs: number }
  /** One request failed: for debug logging only. */
  | { readonly type: 'fault'; readonly call: 'read' | ChangeRequest; readonly fault: ApiError }
  /** Faults became lasting trouble: the one warning. */
  | { readonly type: 'outage'; readonly call: 'read' | ChangeRequest; readonly fault: ApiError }
  /** The trouble that had its warning is over. */
  | { readonly type: 'recovered'; readonly call: 'read' | ChangeRequest; readonly outageMs: number }
  /** Nothing is requested for `forMs` from now. */
  | { readonly type: 'paused'; readonly forMs: number; readonly why: PauseReason };

export type PauseReason = 'poll' | 'fault' | 'stale' | 'confirm' | 'retry' | 'deadline';

/** How the loop ended. Times count milliseconds from the start of the run. */
export interface RunResult {
  readonly outcome: Outcome;
  readonly reason?: ErrorReason | undefined;
  /** The first state seen, before any restart. */
  readonly first: EndpointState | undefined;
  /** The last state seen. */
  readonly last: EndpointState | undefined;
  /** How many restarts the API accepted from this run. */
  readonly restarts: number;
  readonly woken: boolean;
  /** Whether the endpoint was seen starting or up after the last accepted request. */
  readonly hasProgressed: boolean;
  /** A request that may have been accepted though its answer was lost, and nothing has shown whether it was. */
  readonly ambiguous?: ChangeRequest | undefined;
  /** What the dry run would have done. */
  readonly planned?: PlannedStep | undefined;
  /** The run was waiting to restart the endpoint for the n-th time. */
  readonly nextAttempt?: number | undefined;
  /** The endpoint was RUNNING, but not yet for the whole of `stable-for`; how long it had been. */
  readonly stableMs?: number | undefined;
  /** The fault that ended the run, or that kept it from its goal. */
  readonly fault?: ApiError | undefined;
  /** Which call that fault belongs to. */
  readonly faultCall?: 'read' | ChangeRequest | undefined;
  /** Since when the endpoint could not be observed; absent when the last read succeeded. */
  readonly unobservedSinceMs?: number | undefined;
  readonly elapsedMs: number;
}

/** The one way out of a run, for the report. */
export type RunEnd =
  | { readonly type: 'completed'; readonly result: RunResult }
  | { readonly type: 'invalid-input'; readonly issues: readonly string[] }
  /** `message` is sanitized. */
  | { readonly type: 'crashed'; readonly message: string; readonly elapsedMs: number };

/** Whether the step succeeds (docs/behavior.md section 3). */
export function isSuccess(outcome: Outcome): boolean {
  return (['restarted', 'woken', 'not-needed', 'dry-run'] as readonly Outcome[]).includes(outcome);
}

export interface RequestOptions {
  /** The total time of the request in milliseconds, connecting and reading the body included. */
  readonly timeoutMs: number;
  /** Aborts the request at once. */
  readonly signal: AbortSignal;
}

/** The API for one endpoint, as the loop uses it. Each call throws ApiError and nothing else. */
export interface EndpointClient {
  read(options: RequestOptions): Promise<EndpointState>;
  restart(options: RequestOptions): Promise<EndpointState>;
  wake(options: RequestOptions): Promise<EndpointState>;
}

/** One request and its result, for the debug log: never a header, never a body. */
export interface RequestLog {
  readonly method: 'GET' | 'PUT';
  readonly path: string;
  /** `HTTP 200`, or what went wrong. */
  readonly result: string;
  readonly durationMs: number;
}
