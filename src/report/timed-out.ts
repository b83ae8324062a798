/** The words for runs that ran out of time. */

import { SUITE } from './advice.js';
import { formatDuration } from './duration.js';
import { afterFailure } from './failure.js';
import type { Words } from './message.js';
import {
  adviceOf,
  closing,
  type Ending,
  faultNote,
  isProgressing,
  lastSeen,
  likely,
  sentences,
  withErrorCode,
} from './phrases.js';

const NO_CAPACITY =
  'For most of the time it was requesting a virtual machine: likely there is no free capacity for its instance type.';

export function timedOut(ending: Ending): Words {
  const { result, inputs } = ending;
  const { last, nextAttempt, stableMs } = result;
  const { endpointId, policy } = inputs;
  const limit = formatDuration(policy.timeoutMs);
  if (last?.status === 'RUNNING' && policy.stableForMs > 0) {
    const required = formatDuration(policy.stableForMs);
    const stability =
      stableMs === undefined
        ? `was RUNNING when last seen, but not yet for the ${required} without a break`
        : `is RUNNING, but only for ${formatDuration(stableMs)} of the ${required}`;
    return {
      title: `Not yet stable after ${limit}`,
      summary: sentences(
        `Endpoint ${endpointId} ${stability} that stable-for requires when the limit of ${limit}, set by timeout-minutes, was reached.`,
        faultNote(ending),
        closing(result),
      ),
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
