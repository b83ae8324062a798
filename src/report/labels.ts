/** States in words, for log, annotations and summary. */
import { conditionOf, type EndpointState, type Phase, type Status } from '../endpoint.js';
import { errorCodeEntry } from '../error-codes.js';
import type { ChangeRequest } from '../run.js';

/** What a request is called in a sentence. */
export const REQUEST_NAMES = { restart: 'restart', wake: 'wake-up' } as const satisfies Record<
  ChangeRequest,
  string
>;

/** What a status means, where its name does not say it. */
const STATUS_LABELS: ReadonlyMap<string, string> = new Map<Status, string>([
  ['INITIALIZING', 'starting'],
  ['UPDATING', 'rolling out a new version'],
  ['SLEEPING', 'the next request wakes it'],
  ['AWAKING', 'waking up'],
]);

const PHASE_LABELS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    REQUESTING_VIRTUAL_MACHINE: 'requesting a virtual machine',
    DOWNLOADING_MODEL: 'downloading the model',
    ENGINE_INITIALIZING: 'initializing the engine',
  } satisfies Record<Phase, string>),
);

/** The words behind a status: the phase if there is one, else what the status means; empty if the name says it all. */
export function statusLabel(status: string, phase: string): string {
  if (phase !== '') return PHASE_LABELS.get(phase) ?? phase;
  return STATUS_LABELS.get(status) ?? '';
}

/** A state for a line: `INITIALIZING, downloading the model`, `FAILED, INFERENCE_ENGINE_MEMORY_ERROR`. */
export function describeState({ status, phase, errorCode }: EndpointState): string {
  return [status, statusLabel(status, phase), errorCode].filter((part) => part !== '').join(', ');
}

/** A state as it is first seen, with the likely cause of a failure. */
export function describeNewState(state: EndpointState): string {
  const { status, errorCode } = state;
  if (conditionOf(status) !== 'down' || errorCode === '') return describeState(state);
  return `${describeState(state)}: likely ${errorCodeEntry(errorCode).likelyCause}`;
}
