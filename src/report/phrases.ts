/** Sentences that several outcomes share. */
import { conditionOf, type EndpointState } from '../endpoint.js';
import { errorCodeEntry } from '../error-codes.js';
import type { Inputs } from '../inputs.js';
import type { RunResult } from '../run.js';
import { type Advice, CALL_NAMES, describeFault, faultAdvice } from './advice.js';
import { formatDuration, formatTimestamp } from './duration.js';
import { describeState, REQUEST_NAMES } from './labels.js';

/** How a run ended, and what the report itself knows about it. */
export interface Ending {
  readonly result: RunResult;
  readonly inputs: Inputs;
  /** How long the last state had been seen. */
  readonly unchangedMs: number;
  /** Whether any HTTP answer reached this run. */
  readonly wasReached: boolean;
}

/** How often, to follow "restarted"; empty for once. */
export function times(restarts: number): string {
  return restarts > 1 ? ` ${restarts} times` : '';
}

export function sentences(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join(' ');
}

/** The last status, to follow "is". */
export function currentStatus({ last }: RunResult): string {
  return last?.status ?? 'in an unknown state';
}

export function lastSeen(state: EndpointState | undefined): string {
  return state === undefined ? 'Its status is unknown.' : `Its last status is ${describeState(state)}.`;
}

/** Why a FAILED or TERMINATED endpoint is in that state, as a clause: ` with error code X: likely …`. */
export function withErrorCode({ status, errorCode }: EndpointState): string {
  if (errorCode !== '')
    return ` with error code ${errorCode}: likely ${errorCodeEntry(errorCode).likelyCause}`;
  return status === 'FAILED' ? ', and the API gives no error code' : '';
}

/** Why the run could not observe the endpoint, or could not restart or wake it. */
export function faultNote({ result }: Ending): string {
  const { fault, faultCall = 'read', unobservedSinceMs, elapsedMs, first } = result;
  if (fault === undefined) return '';
  if (unobservedSinceMs === undefined || faultCall !== 'read') return describeFault(fault, faultCall);
  const since = first === undefined ? '' : ` (since ${formatTimestamp(unobservedSinceMs)} in the log)`;
  const lasted = formatDuration(elapsedMs - unobservedSinceMs);
  return `For the last ${lasted}${since} its status could not be read. ${describeFault(fault, faultCall)}`;
}

/** The advice that belongs to the fault that ended the run or kept it from its goal. */
export function adviceOf({ result, wasReached }: Ending): Advice | undefined {
  const { fault, faultCall = 'read' } = result;
  return fault && faultAdvice({ fault, call: faultCall, wasReached });
}

export function likely(advice: Advice | undefined): string {
  return advice === undefined ? '' : `Likely cause: ${advice.cause}.`;
}

/** What is known of a request that may have been accepted; "lost" is said only of an answer that never came. */
export function ambiguityNote({ ambiguous, fault, faultCall }: RunResult): string {
  if (ambiguous === undefined) return '';
  const noun = REQUEST_NAMES[ambiguous];
  const isLost = faultCall === ambiguous && (fault?.source === 'network' || fault?.source === 'timeout');
  return isLost
    ? `The answer to the ${CALL_NAMES[ambiguous]} was lost, so it is unknown whether the ${noun} was accepted.`
    : `A ${noun} was requested, but it is unknown whether the API accepted it.`;
}

/** Whether the endpoint, as far as is known, comes up without help. */
export function isProgressing(result: RunResult): boolean {
  const { last, restarts, woken, hasProgressed, nextAttempt, fault, faultCall } = result;
  const condition = conditionOf(last?.status);
  if (condition === 'starting') return true;
  if (hasProgressed || (condition !== 'down' && condition !== 'asleep')) return false;
  // The state from before an accepted request, unless a further request shows that the endpoint failed again.
  const isRequestedAgain = nextAttempt !== undefined || (fault !== undefined && faultCall !== 'read');
  return (restarts > 0 || woken) && !isRequestedAgain;
}

/** What becomes of the endpoint now that the run no longer looks. */
export function closing(result: RunResult): string {
  const { last, restarts, woken, ambiguous } = result;
  if (last?.status === 'UPDATING') {
    return sentences('The rollout of the new version continues in the background.', ambiguityNote(result));
  }
  if (isProgressing(result)) {
    return 'The endpoint was not stopped: it keeps starting in the background, and is billed once a replica runs.';
  }
  if (conditionOf(last?.status) === 'up') return 'The endpoint was not stopped, and is billed while it runs.';
  if (ambiguous !== undefined) return ambiguityNote(result);
  if (restarts > 0)
    return restarts === 1
      ? 'This run restarted the endpoint once.'
      : `This run restarted the endpoint ${restarts} times.`;
  return woken ? 'This run woke the endpoint.' : 'The endpoint was neither restarted nor stopped.';
}
