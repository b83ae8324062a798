/** What the loop and the report share: what a run is to do, what happens on the way, and the client. */
import type { ApiError } from './api/error.js';
import type { EndpointState, RestartCondition } from './endpoint.js';

/** The requests that change an endpoint: one kind of request with two values. */
export type ControlRequest = 'restart' | 'wake';

export type ApiCall = 'read' | ControlRequest | 'probe';

/** The inference requests that a probe can send. */
export const PROBES = ['chat', 'completions', 'embeddings', 'tokenize'] as const;
export type Probe = (typeof PROBES)[number];

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
  /** With `wait`: the request to which a RUNNING endpoint has to respond. */
  readonly probe?: Probe | undefined;
  readonly dryRun: boolean;
}

/** The outcomes of a step that succeeds, and all outcomes (docs/behavior.md section 3). */
const SUCCESSES = ['restarted', 'woken', 'not-needed', 'dry-run'] as const;
export type Outcome = (typeof SUCCESSES)[number] | 'not-recoverable' | 'failed' | 'timed-out' | 'cancelled' | 'error';

export function isSuccess(outcome: Outcome): boolean {
  return SUCCESSES.some((success) => success === outcome);
}

/** Why a run ends with the outcome `error`. */
export type ErrorReason =
  /** STOPPING or TERMINATING, without `wait`. */
  | 'stopping'
  /** A status that says nothing, without `wait`. */
  | 'unknown-status'
  | 'permanent-fault'
  /** The status could not be read for too long. */
  | 'unreadable'
  /** The endpoint stayed as it was, and no restart or wake-up was accepted in time. */
  | 'not-accepted'
  /** A restart or wake-up may have been accepted, and the endpoint does not show whether it was. */
  | 'ambiguous'
  /** SLEEPING after a probe without a response. */
  | 'asleep-unresponsive';

/** What a dry run would have done next: a request, more polls, or an end with this outcome. */
export type PlannedStep =
  | { readonly type: ControlRequest | 'wait' | 'probe' }
  | { readonly type: 'end'; readonly outcome: Outcome };

/** How a run ends. */
export interface EndDecision {
  readonly outcome: Outcome;
  readonly reason?: ErrorReason | undefined;
  readonly planned?: PlannedStep | undefined;
  /** The fault that ended the run, or that kept it from its goal, and the call that it belongs to. */
  readonly failure?: { readonly call: ApiCall; readonly fault: ApiError } | undefined;
}

/** What happens on the way. `atMs` counts milliseconds from the start of the run. */
export type RunEvent = RunEventBody & { readonly atMs: number };

export type RunEventBody =
  /** Status, phase, or error code changed (or were seen for the first time). */
  | { readonly type: 'observed'; readonly state: EndpointState }
  /** `isInferred`: no response says so; the status shows it. `attempt` counts from 1. */
  | { readonly type: 'accepted'; request: ControlRequest; attempt: number; isInferred: boolean }
  /** A request failed. `count` is the number of failures in a row of this call; they get one warning, once they last. */
  | { readonly type: 'fault'; call: ApiCall; fault: ApiError; count: number; isWarning: boolean }
  /** An outage that had its warning is over. */
  | { readonly type: 'recovered'; readonly call: ApiCall; readonly outageMs: number }
  /** A request that was rejected after an ambiguous one is not sent again for now. */
  | { readonly type: 'held-back'; readonly request: ControlRequest; readonly forMs: number }
  /** The endpoint failed again: the next restart is sent after a pause. `attempt` is the next one's number. */
  | { readonly type: 'restart-scheduled'; readonly attempt: number; readonly inMs: number }
  /** RUNNING, and from now on it must stay so for `forMs`. */
  | { readonly type: 'stabilizing'; readonly forMs: number }
  /** The probe got its response. */
  | { readonly type: 'responded'; readonly probe: Probe }
  /** No request is sent for `forMs`. */
  | { readonly type: 'paused'; readonly forMs: number; readonly why: PauseReason };

export type PauseReason = 'poll' | 'fault' | 'stale' | 'confirm' | 'next-attempt' | 'held-back' | 'deadline';

export interface RequestOptions {
  /** The total time of the request in milliseconds, connecting and reading the body included. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** The API for one endpoint, as the loop uses it. Each call throws only ApiError. */
export interface EndpointClient {
  read(options: RequestOptions): Promise<EndpointState>;
  restart(options: RequestOptions): Promise<EndpointState>;
  wake(options: RequestOptions): Promise<EndpointState>;
  /** Sends the inference request of `policy.probe`; resolves if the endpoint responded with 2xx. */
  probe(options: RequestOptions): Promise<undefined>;
}

/** One request and its result, for the debug log: never a header, never a body. */
export interface RequestLog {
  readonly method: 'GET' | 'PUT' | 'POST';
  readonly path: string;
  /** `HTTP 200`, or what went wrong. */
  readonly result: string;
  readonly durationMs: number;
}
