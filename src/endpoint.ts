/**
 * The vocabulary of the Friendli Dedicated Endpoints API (beta), docs/behavior.md section 1. The lists are those of
 * Friendli's published OpenAPI document; a value outside them is passed through as it came.
 */
import { ERROR_CODES, isRecoverable } from './error-codes.js';

/** What a status says about the endpoint; what follows from it is the policy's. */
export const STATUSES = {
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

/** What `restart-on` can list; RECOVERABLE is FAILED with an error code that a restart can cure. */
export const RESTART_CONDITIONS = ['FAILED', 'TERMINATED', 'RECOVERABLE'] as const;

export type Status = keyof typeof STATUSES;
export type Phase = (typeof PHASES)[number];
export type RestartCondition = (typeof RESTART_CONDITIONS)[number];
export type Condition = (typeof STATUSES)[Status];

/** Our own words, which are no foreign text even if the key contains one of them. */
export const VOCABULARY: ReadonlySet<string> = new Set([
  ...Object.keys(STATUSES),
  ...PHASES,
  ...Object.keys(ERROR_CODES),
]);

/**
 * The status object as the action keeps it, sanitized and bounded. An empty string stands for a field that is null or
 * absent. Nothing is trimmed: `"FAILED "` is an unlisted status.
 */
export interface EndpointState {
  readonly status: string;
  readonly phase: string;
  readonly errorCode: string;
  readonly updatedAt: string;
}

/** What `status` says about the endpoint; an unlisted one says nothing. */
export function conditionOf(status: string | undefined): Condition {
  return isListed(status) ? STATUSES[status] : 'unknown';
}

export function isListed(status: string | undefined): status is Status {
  return status !== undefined && Object.hasOwn(STATUSES, status);
}

/** Whether two answers describe the same moment: equal status, error code and time of update (docs/behavior.md section 4). */
export function isSameObservation(one: EndpointState, other: EndpointState): boolean {
  return (
    one.status === other.status && one.errorCode === other.errorCode && one.updatedAt === other.updatedAt
  );
}

/** Whether people see the same: equal status, phase and error code. */
export function looksSame(one: EndpointState, other: EndpointState | undefined): boolean {
  return one.status === other?.status && one.phase === other.phase && one.errorCode === other.errorCode;
}

/** Whether `state` was updated before `reference`, as far as both say when. */
export function isOlder(state: EndpointState, reference: EndpointState): boolean {
  return Date.parse(state.updatedAt) < Date.parse(reference.updatedAt);
}

/** Whether `restart-on` covers a FAILED or TERMINATED endpoint (docs/behavior.md section 2). */
export function isCovered(state: EndpointState, restartOn: readonly RestartCondition[]): boolean {
  const { status, errorCode } = state;
  return restartOn.some(
    (condition) =>
      condition === status ||
      (condition === 'RECOVERABLE' && status === 'FAILED' && isRecoverable(errorCode)),
  );
}
