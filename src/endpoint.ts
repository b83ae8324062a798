/**
 * The vocabulary of the Friendli Dedicated Endpoints API (beta): its statuses, phases and error codes, the
 * status object, and what each status means for a restart. The lists are those of Friendli's published
 * OpenAPI document; a value outside them is possible at any time and is passed through as it came.
 */

/** Every status that the API documents. */
export const STATUSES = [
  'UNKNOWN',
  'INITIALIZING',
  'RUNNING',
  'UPDATING',
  'SLEEPING',
  'AWAKING',
  'FAILED',
  'STOPPING',
  'TERMINATING',
  'TERMINATED',
  'READY',
] as const;

/** Every phase of INITIALIZING and AWAKING that the API documents, in the order in which they pass. */
export const PHASES = ['REQUESTING_VIRTUAL_MACHINE', 'DOWNLOADING_MODEL', 'ENGINE_INITIALIZING'] as const;

/** Every error code that the API documents. */
export const ERROR_CODES = [
  'WORKLOAD_INIT_UNKNOWN_ERROR',
  'WORKLOAD_INIT_SETTINGS_ERROR',
  'WORKLOAD_INIT_GRPC_ERROR',
  'WORKLOAD_INIT_MANIFEST_NOT_FOUND_ERROR',
  'WORKLOAD_INIT_MANIFEST_TYPE_ERROR',
  'WORKLOAD_INIT_DOWNLOAD_ERROR',
  'WORKLOAD_INIT_INVALID_TOKEN_ERROR',
  'WORKLOAD_INIT_CANNOT_ACCESS_REPO_ERROR',
  'WORKLOAD_INIT_HF_WANDB_API_ERROR',
  'WORKLOAD_INIT_INSUFFICIENT_DISK_ERROR',
  'INFERENCE_ENGINE_UNKNOWN_ERROR',
  'INFERENCE_ENGINE_INVALID_ARGUMENT_ERROR',
  'INFERENCE_ENGINE_MEMORY_ERROR',
  'INFERENCE_ENGINE_METERING_CLIENT_CONFIG_ERROR',
] as const;

/** The two statuses in which the API accepts a restart. */
export const RESTARTABLE_STATUSES = ['FAILED', 'TERMINATED'] as const;

export type Status = (typeof STATUSES)[number];
export type Phase = (typeof PHASES)[number];
export type ErrorCode = (typeof ERROR_CODES)[number];
export type RestartableStatus = (typeof RESTARTABLE_STATUSES)[number];

/** The status object as the action keeps it. An empty string stands for a field that is null or absent. */
export interface EndpointState {
  readonly status: string;
  readonly phase: string;
  readonly errorCode: string;
  readonly updatedAt: string;
}

/**
 * What a status means for a restart (behaviour.md section 4):
 * `down` can be restarted, `up` serves, `asleep` wakes with the next request, `ready` is unexplained but
 * healthy, `starting` gets there by itself, `stopping` ends TERMINATED, `unknown` tells nothing.
 */
export type Condition = 'down' | 'up' | 'asleep' | 'ready' | 'starting' | 'stopping' | 'unknown';

const CONDITIONS: ReadonlyMap<string, Condition> = new Map<Status, Condition>([
  ['FAILED', 'down'],
  ['TERMINATED', 'down'],
  ['RUNNING', 'up'],
  ['SLEEPING', 'asleep'],
  ['READY', 'ready'],
  ['INITIALIZING', 'starting'],
  ['AWAKING', 'starting'],
  ['UPDATING', 'starting'],
  ['STOPPING', 'stopping'],
  ['TERMINATING', 'stopping'],
  ['UNKNOWN', 'unknown'],
]);

/** What `status` means for a restart; a status that the API has not documented is `unknown`. */
export function conditionOf(status: string): Condition {
  return CONDITIONS.get(status) ?? 'unknown';
}

/**
 * Whether two answers tell the same: equal status, error code and time of update. Right after a restart such
 * an answer is old news (behaviour.md section 4, stale reads).
 */
export function tellsTheSame(one: EndpointState, other: EndpointState): boolean {
  return (
    one.status === other.status && one.errorCode === other.errorCode && one.updatedAt === other.updatedAt
  );
}
