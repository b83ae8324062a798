/** The words for runs that end red, and for canceled ones. */
import { conditionOf, isSameObservation } from '../endpoint.js';
import { errorCodeEntry, isRecoverable } from '../error-codes.js';
import type { ErrorReason, RunResult } from '../run.js';
import { describeFault, SUITE } from './advice.js';
import { formatDuration } from './duration.js';
import type { Words } from './message.js';
import {
  adviceOf,
  ambiguityNote,
  closing,
  currentStatus,
  type Ending,
  faultNote,
  isProgressing,
  lastSeen,
  likely,
  sentences,
  times,
  withErrorCode,
} from './phrases.js';

export function notRecoverable({ result, inputs }: Ending): Words {
  const { last } = result;
  const errorCode = last?.errorCode ?? '';
  return {
    title: `A restart cannot fix ${errorCode}`,
    summary: sentences(
      `Endpoint ${inputs.endpointId} is FAILED${last === undefined ? '' : withErrorCode(last)}.`,
      'A restart cannot fix that, so the endpoint was left alone: restart-on lists RECOVERABLE but not FAILED.',
    ),
    nextStep: `${errorCodeEntry(errorCode).nextStep}.`,
  };
}

export function failed({ result, inputs }: Ending): Words {
  const { first, last, restarts, elapsedMs } = result;
  const { status = 'FAILED', errorCode = '' } = last ?? {};
  const again = restarts > 1 || (restarts === 1 && first?.status === status) ? ' again' : '';
  const isGivenUp =
    restarts > 0 && restarts < inputs.policy.attempts && status === 'FAILED' && !isRecoverable(errorCode);
  if (restarts === 1 && hadNoEffect(result)) {
    return {
      title: `Still ${status} after the restart`,
      summary: `Endpoint ${inputs.endpointId} is still ${status} ${formatDuration(elapsedMs)} after the run began: the API accepted a restart, but it had no visible effect.`,
      nextStep: `Check the endpoint in ${SUITE}, then re-run the job; if this happens again, contact support@friendli.ai with the endpoint ID and the time.`,
    };
  }
  const action = restarts > 0 ? 'restarted' : 'woken';
  const became = status === 'FAILED' ? `failed${again}` : `is ${status}${again}`;
  const title = `${status}${again} after the ${restarts > 0 ? 'restart' : 'wake-up'}`;
  return {
    title: errorCode === '' ? title : `${title}: ${errorCode}`,
    summary: sentences(
      `Endpoint ${inputs.endpointId} was ${action}${times(restarts)}, but ${became} after ${formatDuration(elapsedMs)}${last === undefined ? '' : withErrorCode(last)}.`,
      isGivenUp ? 'Another restart cannot fix that, so no further attempt was made.' : '',
    ),
    nextStep: `${afterFailure(status, errorCode)}.`,
  };
}

/** Whether the endpoint was never seen in another state than before the restart. */
function hadNoEffect({ first, last, hasProgressed }: RunResult): boolean {
  return first !== undefined && last !== undefined && !hasProgressed && isSameObservation(first, last);
}

/** What to do about an endpoint that is FAILED or TERMINATED after a restart or wake-up. */
export function afterFailure(status: string, errorCode: string): string {
  if (status === 'TERMINATED') {
    return `A person or a policy stopped it while it was starting: check its history in ${SUITE}`;
  }
  if (errorCode !== '') return errorCodeEntry(errorCode).nextStep;
  return `Check the events of the endpoint in ${SUITE}, then re-run the job`;
}

export function cancelled({ result, inputs }: Ending): Words {
  return {
    title: 'The run was canceled',
    summary: sentences(
      `Endpoint ${inputs.endpointId} is no longer being monitored.`,
      lastSeen(result.last),
      closing(result),
    ),
    nextStep: isProgressing(result) ? 'Re-run the job to keep waiting.' : 'Re-run the job to try again.',
  };
}

const REASONS: Readonly<Record<ErrorReason, (ending: Ending) => Words>> = {
  stopping: ({ result, inputs }) => {
    const status = currentStatus(result);
    const restart = inputs.policy.restartOn.includes('TERMINATED')
      ? 'restart it then'
      : 'add TERMINATED to restart-on to restart it then';
    return {
      title: `Cannot restart while ${status}`,
      summary: `Endpoint ${inputs.endpointId} is ${status}: it can be restarted once it is TERMINATED.`,
      nextStep: `Set wait: true to wait until it is TERMINATED and ${restart}.`,
    };
  },
  'unknown-status': ({ result, inputs }) => ({
    title: `Cannot restart while ${currentStatus(result)}`,
    summary: `Endpoint ${inputs.endpointId} is ${currentStatus(result)}: the API does not document what that means for a restart.`,
    nextStep: `Check the endpoint in ${SUITE}, or set wait: true to wait for another status.`,
  }),
  refused: (ending) => {
    const { fault, faultCall = 'read' } = ending.result;
    const { httpStatus } = fault ?? {};
    return {
      title: httpStatus === undefined ? 'No connection to the API' : `Request rejected: HTTP ${httpStatus}`,
      summary: sentences(
        fault && describeFault(fault, faultCall, ` for endpoint ${ending.inputs.endpointId}`),
        likely(adviceOf(ending)),
        afterwards(ending),
      ),
      nextStep: nextStepOf(ending),
    };
  },
  unreachable: (ending) => ({
    title: 'API unreachable',
    summary: sentences(
      `The state of endpoint ${ending.inputs.endpointId} is unknown.`,
      faultNote(ending),
      likely(adviceOf(ending)),
      afterwards(ending),
    ),
    nextStep: nextStepOf(ending),
  }),
  'not-accepted': (ending) => {
    const noun = conditionOf(ending.result.last?.status) === 'asleep' ? 'wake-up' : 'restart';
    return {
      title: noun === 'restart' ? 'Restart not accepted' : 'Wake-up not accepted',
      summary: sentences(
        `Endpoint ${ending.inputs.endpointId} is still ${currentStatus(ending.result)}: the API did not accept the ${noun} in time.`,
        faultNote(ending),
        likely(adviceOf(ending)),
        closing(ending.result),
      ),
      nextStep: nextStepOf(ending),
    };
  },
  ambiguous: (ending) => {
    const { result, inputs } = ending;
    const isWake = result.ambiguous === 'wake';
    return {
      title: `${isWake ? 'Wake-up' : 'Restart'} not confirmed`,
      summary: sentences(
        `The state of endpoint ${inputs.endpointId} does not show whether its ${isWake ? 'wake-up' : 'restart'} was accepted.`,
        lastSeen(result.last),
        faultNote(ending),
        ambiguityNote(result),
      ),
      nextStep: `Check the endpoint in ${SUITE} before you restart it again, or set wait: true to follow it.`,
    };
  },
};

export function error(ending: Ending): Words {
  return REASONS[ending.result.reason ?? 'unreachable'](ending);
}

function afterwards({ result }: Ending): string {
  if (result.last === undefined) return ambiguityNote(result);
  return sentences(lastSeen(result.last), closing(result));
}

function nextStepOf(ending: Ending): string {
  return `${adviceOf(ending)?.nextStep ?? `Check the endpoint in ${SUITE}, then re-run the job`}.`;
}
