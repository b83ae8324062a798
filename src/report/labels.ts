/** States, requests, and failed calls in words, for log, annotations, and summary. */
import type { ApiError } from '../api/error.js';
import { conditionOf, type EndpointState, type Phase, type Status } from '../endpoint.js';
import { errorCodeInfo } from '../error-codes.js';
import type { ApiCall, ControlRequest } from '../run.js';

export const CALL_NAMES = {
  read: 'status request',
  restart: 'restart request',
  wake: 'wake-up request',
  probe: 'probe',
} as const satisfies Record<ApiCall, string>;

/** What a request asks for, in a sentence. */
export const REQUEST_NAMES: Readonly<Record<ControlRequest, string>> = { restart: 'restart', wake: 'wake-up' };

/** Phases, and statuses whose names do not say what they mean. */
const MEANINGS: ReadonlyMap<string, string> = new Map<Phase | Status, string>([
  ['REQUESTING_VIRTUAL_MACHINE', 'requesting a virtual machine'],
  ['DOWNLOADING_MODEL', 'downloading the model'],
  ['ENGINE_INITIALIZING', 'initializing the engine'],
  ['UPDATING', 'rolling out a new version'],
  ['SLEEPING', 'wakes on the next request'],
]);

/** The phase if there is one, otherwise what the status means; empty if the status is self-explanatory. */
export function describePhase({ status, phase }: EndpointState): string {
  return MEANINGS.get(phase || status) ?? phase;
}

/** A state for a line: `INITIALIZING (downloading the model)`, `FAILED, INFERENCE_ENGINE_MEMORY_ERROR`. */
export function describeState(state: EndpointState): string {
  const { status, errorCode } = state;
  const phase = describePhase(state);
  return `${status}${phase && ` (${phase})`}${errorCode && `, ${errorCode}`}`;
}

/** A state as it is first seen, with the likely cause of a failure. */
export function describeNewState(state: EndpointState): string {
  const { status, errorCode } = state;
  const isDown = conditionOf(status) === 'down';
  return isDown && errorCode !== '' ? `${status}, ${describeErrorCode(errorCode)}` : describeState(state);
}

/** `X (likely cause: …)`. */
function describeErrorCode(errorCode: string): string {
  const { likelyCause } = errorCodeInfo(errorCode);
  return `${errorCode} (${likelyCause === '' ? 'the API gives no cause' : `likely cause: ${likelyCause}`})`;
}

/** Follows a status in a sentence: ` with error code X (likely cause: …)`. */
export function withErrorCode({ status, errorCode }: EndpointState): string {
  if (errorCode !== '') return ` with error code ${describeErrorCode(errorCode)}`;
  return status === 'FAILED' ? ' without an error code' : '';
}

export interface Failure {
  readonly call: ApiCall;
  readonly fault: ApiError;
}

/**
 * A failed call as a title and as a sentence: for which endpoint, where that is not clear, and for how long (` for 2 min`).
 * `wasReached` if any HTTP response has arrived in the run. It says "no response" only if there was none.
 */
export function describeFault({ call, fault }: Failure, { endpointId = '', lasted = '', wasReached = true } = {}) {
  const { source, kind, httpStatus = 0 } = fault;
  const name = capitalize(CALL_NAMES[call]);
  const request = `${CALL_NAMES[call]}${endpointId && ` for endpoint ${endpointId}`}`;
  const http = `: HTTP ${httpStatus}`;
  /** The first one that applies. */
  const words: readonly (readonly [applies: boolean, title: string, clause: string])[] = [
    [source === 'proxy', 'Proxy error', `The ${request} did not reach the API`],
    [source === 'certificate', 'Untrusted certificate', `The ${request} did not reach the API`],
    [httpStatus === 0 && !wasReached, 'API unreachable', `The ${request} got no response`],
    [httpStatus === 0, `${name} failed: no response`, `The ${request} got no response`],
    [kind === 'rate-limited', `Rate limited${http}`, `The API rate-limited the ${request}`],
    [httpStatus < 300 && httpStatus >= 200, `Unusable response${http}`, `The response to the ${request} was unusable`],
    [kind === 'transient', `${name} failed${http}`, `The ${request} failed`],
    [httpStatus < 400, `Redirected${http}`, `The API redirected the ${request}`],
    [true, `${name} rejected${http}`, `The API rejected the ${request}`],
  ];
  const [, title = '', clause = ''] = words.find(([applies]) => applies) ?? [];
  return { title, sentence: `${clause}${lasted}: ${fault.message}.` };
}

export function capitalize(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
