/**
 * The vocabulary of the Friendli Dedicated Endpoints API (beta), docs/behavior.md section 1. The lists are those of
 * Friendli's published OpenAPI document; unlisted values are passed through unchanged.
 */
import { ERROR_CODES, isRecoverable } from './error-codes.js';

/** What each status means for the endpoint. What to do about it is decided in policy.ts. */
export const CONDITION_BY_STATUS = {
  UNKNOWN: 'unknown',
  INITIALIZING: 'starting',
  RUNNING: 'up',
  UPDATING: 'starting',
  SLEEPING: 'asleep',
  AWAKING: 'starting',
  FAILED: 'down',
  STOPPING: 'stopping',
  TERMINATING: 'stopping',
  TERMINATED: 'down',
  READY: 'up',
} as const;

/** Every phase of INITIALIZING and AWAKING that the API documents, in their order. */
export const PHASES = ['REQUESTING_VIRTUAL_MACHINE', 'DOWNLOADING_MODEL', 'ENGINE_INITIALIZING'] as const;

/** What `restart-on` can list; RECOVERABLE means FAILED with an error code that a restart can fix. */
export const RESTART_CONDITIONS = ['FAILED', 'TERMINATED', 'RECOVERABLE'] as const;

export type Status = keyof typeof CONDITION_BY_STATUS;
export type Phase = (typeof PHASES)[number];
export type RestartCondition = (typeof RESTART_CONDITIONS)[number];
export type Condition = (typeof CONDITION_BY_STATUS)[Status];

/** Known API values. They are never redacted, even if the key contains one of them. */
export const KNOWN_VALUES: ReadonlySet<string> = new Set([
  ...Object.keys(CONDITION_BY_STATUS),
  ...PHASES,
  ...Object.keys(ERROR_CODES),
]);

/**
 * The status object as the action keeps it, sanitized and bounded. A field that is null or absent is an empty
 * string. Nothing is trimmed: `"FAILED "` is an unlisted status.
 */
export interface EndpointState {
  readonly status: string;
  readonly phase: string;
  readonly errorCode: string;
  readonly updatedAt: string;
}

/** What `status` says about the endpoint; an unlisted one says nothing. */
export function conditionOf(status: string | undefined): Condition {
  return isKnownStatus(status) ? CONDITION_BY_STATUS[status] : 'unknown';
}

export function isKnownStatus(status: string | undefined): status is Status {
  return status !== undefined && Object.hasOwn(CONDITION_BY_STATUS, status);
}

/** Whether two responses report the same observation (docs/behavior.md section 4, stale reads). */
export function isSameObservation(one: EndpointState, other: EndpointState): boolean {
  return one.status === other.status && one.errorCode === other.errorCode && one.updatedAt === other.updatedAt;
}

/** Whether two states look the same in the log: equal status, phase, and error code. */
export function hasSameLabel(one: EndpointState, other: EndpointState | undefined): boolean {
  return one.status === other?.status && one.phase === other.phase && one.errorCode === other.errorCode;
}

/** Whether `restart-on` covers a FAILED or TERMINATED endpoint (docs/behavior.md section 2). */
export function matchesRestartOn(state: EndpointState, restartOn: readonly RestartCondition[]): boolean {
  const { status, errorCode } = state;
  return restartOn.some(
    (condition) =>
      condition === status || (condition === 'RECOVERABLE' && status === 'FAILED' && isRecoverable(errorCode)),
  );
}
