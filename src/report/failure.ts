/** The words for runs that end red, and for canceled ones. */
import { conditionOf } from '../endpoint.js';
import { errorCodeEntry, isRecoverable } from '../error-codes.js';
import type { ErrorReason } from '../run.js';
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

const NO_CAPACITY =
  'For most of the time it was requesting a virtual machine: likely there is no free capacity for its instance type.';

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

function afterFailure(status: string, errorCode: string): string {
  if (status === 'TERMINATED') {
    return `A person or a policy stopped it while it was starting: check its history in ${SUITE}`;
  }
  if (errorCode !== '') return errorCodeEntry(errorCode).nextStep;
  return `Check the events of the endpoint in ${SUITE}, then re-run the job`;
}

export function timedOut(ending: Ending): Words {
  const { result, inputs } = ending;
  const { last, nextAttempt, stableMs, unobservedSinceMs } = result;
  const { endpointId, policy } = inputs;
  const limit = formatDuration(policy.timeoutMs);
  if (last?.status === 'RUNNING' && stableMs !== undefined && unobservedSinceMs === undefined) {
    return {
      title: `Not yet stable after ${limit}`,
      summary: `Endpoint ${endpointId} is RUNNING, but only for ${formatDuration(stableMs)} of the ${formatDuration(policy.stableForMs)} that stable-for requires when the limit of ${limit}, set by timeout-minutes, was reached. ${closing(result)}`,
      nextStep: 'Set a longer timeout-minutes or a shorter stable-for, then re-run the job.',
    };
  }
  const isWaitingForAttempt = nextAttempt !== undefined && last !== undefined;
  return {
    title: `Not RUNNING after ${limit}`,
    summary: sentences(
      `Endpoint ${endpointId} was not RUNNING within ${limit}, the limit set by timeout-minutes.`,
      isWaitingForAttempt
        ? `It failed again${withErrorCode(last)}. Attempt ${nextAttempt} of ${policy.attempts} was still to come.`
        : lastSeen(last),
      faultNote(ending),
      likely(adviceOf(ending)),
      lacksCapacity(ending) ? NO_CAPACITY : '',
      closing(result),
    ),
    nextStep: afterTimeout(ending),
  };
}

/** Whether the endpoint spent most of the run in its first phase. */
function lacksCapacity({ result, unchangedMs }: Ending): boolean {
  return result.last?.phase === 'REQUESTING_VIRTUAL_MACHINE' && unchangedMs >= result.elapsedMs / 2;
}

function afterTimeout(ending: Ending): string {
  const { result } = ending;
  const advice = adviceOf(ending);
  if (advice !== undefined) return `${advice.nextStep}.`;
  if (result.nextAttempt !== undefined && result.last !== undefined) {
    return `${afterFailure(result.last.status, result.last.errorCode)}. Or set a longer timeout-minutes.`;
  }
  if (lacksCapacity(ending)) {
    return `Choose another instance type in ${SUITE}, or contact support@friendli.ai with the endpoint ID and the time.`;
  }
  return isProgressing(result)
    ? 'It may still come up: re-run the job to keep waiting, or set a longer timeout-minutes.'
    : `Check the endpoint in ${SUITE}, then re-run the job or set a longer timeout-minutes.`;
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
