import { errorCodeAdvice, faultAdvice, wordsFor } from './advice.js';
import { asClock, inWords } from './duration.js';
import { conditionOf, type EndpointState } from './endpoint.js';
import type { Inputs } from './inputs.js';
import type { Outcome, RestartResult } from './restart.js';

/** What came out, in words: the same for the last log line, the annotation and the summary. */
export interface Conclusion {
  readonly outcome: Outcome;
  /** A few words, without a full stop. */
  readonly title: string;
  /** What happened, in whole sentences. */
  readonly what: string;
  /** What to do next, in whole sentences; empty where nothing is to be done. */
  readonly next: string;
}

/** Whether the step succeeds (behaviour.md section 3). */
export function isGood(outcome: Outcome): boolean {
  return outcome === 'restarted' || outcome === 'not-needed';
}

const BILLING = 'The endpoint was not stopped: it goes on by itself, and is billed once a replica runs.';

/** Puts into words how a run ended. */
export function conclude(result: RestartResult, inputs: Inputs): Conclusion {
  const { outcome } = result;
  switch (outcome) {
    case 'restarted':
      return { outcome, ...restarted(result, inputs) };
    case 'not-needed':
      return { outcome, ...notNeeded(result, inputs) };
    case 'failed':
      return { outcome, ...failed(result, inputs) };
    case 'timed-out':
      return { outcome, ...timedOut(result, inputs) };
    case 'cancelled':
      return { outcome, ...cancelled(result, inputs) };
    case 'error':
      return { outcome, ...error(result, inputs) };
  }
}

/** What came out when the inputs were bad: nothing was requested. */
export function concludeBadInput(problems: readonly string[]): Conclusion {
  return {
    outcome: 'error',
    title: problems.length === 1 ? 'An input is wrong' : `${problems.length} inputs are wrong`,
    what: `${problems.join('\n')}\nNothing was sent to Friendli.`,
    next: 'Correct the inputs of this step in the workflow.',
  };
}

/** What came out when the action itself broke. */
export function concludeCrash(message: string): Conclusion {
  return {
    outcome: 'error',
    title: 'The action broke',
    what: `This is a fault in the action, not in the endpoint: ${message}`,
    next: 'Look at the endpoint in Friendli Suite, and report this with the log to the authors of the action.',
  };
}

/** A state for a line or a table: `INITIALIZING, downloading the model`, `FAILED, INFERENCE_ENGINE_MEMORY_ERROR`. */
export function describeState(state: EndpointState): string {
  const words = wordsFor(state.status, state.phase);
  return [state.status, words, state.errorCode].filter((part) => part !== '').join(', ');
}

type Words = Omit<Conclusion, 'outcome'>;

function restarted({ state, elapsedMs }: RestartResult, { endpointId, wait }: Inputs): Words {
  const status = state?.status ?? '';
  if (!wait) {
    return {
      title: 'Restart accepted',
      what: `The restart of endpoint ${endpointId} was accepted; ${stateOf(state)}. With wait: true the step would wait until it is RUNNING.`,
      next: '',
    };
  }
  const asleep = conditionOf(status) === 'asleep' ? ': it is healthy, and the next request wakes it' : '';
  return {
    title: `Restarted, ${status}`,
    what: `Endpoint ${endpointId} was restarted and is ${status} after ${inWords(elapsedMs)}${asleep}.`,
    next: '',
  };
}

function notNeeded({ state, previous }: RestartResult, { endpointId, wait, restartOn }: Inputs): Words {
  const status = state?.status ?? '';
  const title = 'Nothing to restart';
  switch (conditionOf(status)) {
    case 'down':
      return {
        title,
        what: `Endpoint ${endpointId} is ${status} and was left alone: restart-on lists ${restartOn.join(', ')} only.`,
        next: '',
      };
    case 'asleep':
      return {
        title,
        what: `Endpoint ${endpointId} is ${status}: it is healthy, and the next request wakes it.`,
        next: '',
      };
    case 'starting':
      return {
        title,
        what: `Endpoint ${endpointId} is already on its way: ${stateOf(state)}. With wait: true the step would wait until it is RUNNING.`,
        next: '',
      };
    default: {
      const came =
        wait && previous !== undefined && previous.status !== status
          ? ` It was ${previous.status} at first, and came up without a restart from this run.`
          : '';
      return { title, what: `Endpoint ${endpointId} is ${status}.${came}`, next: '' };
    }
  }
}

function failed({ state, elapsedMs }: RestartResult, { endpointId }: Inputs): Words {
  const status = state?.status ?? '';
  const errorCode = state?.errorCode ?? '';
  const what = `Endpoint ${endpointId} ended ${status} after its restart, ${inWords(elapsedMs)} into the run.`;
  if (errorCode !== '') {
    const advice = errorCodeAdvice(errorCode);
    return {
      title: `${status} again after the restart: ${errorCode}`,
      what: `${what} ${errorCode}: likely ${advice.cause}.`,
      next: `${advice.next}.`,
    };
  }
  return status === 'TERMINATED'
    ? {
        title: 'TERMINATED after the restart',
        what,
        next: 'Somebody or a policy stopped it while it was starting: look at its history in Friendli Suite.',
      }
    : {
        title: `${status} again after the restart`,
        what: `${what} The API gives no error code.`,
        next: 'Look at the endpoint’s events in Friendli Suite, then restart once more.',
      };
}

function timedOut(result: RestartResult, { endpointId, timeoutMinutes }: Inputs): Words {
  const limit = inWords(timeoutMinutes * 60_000);
  return {
    title: `Not RUNNING after ${limit}`,
    what: sentences(
      `timeout-minutes passed before endpoint ${endpointId} was RUNNING; ${stateOf(result.state)}.`,
      unobserved(result),
      doubt(result),
      result.restarted || conditionOf(result.state?.status ?? '') === 'starting' ? BILLING : '',
    ),
    next: 'It may still come up. Run the step again to go on waiting, or set a longer timeout-minutes.',
  };
}

function cancelled(result: RestartResult, { endpointId }: Inputs): Words {
  const goesOn = result.restarted || conditionOf(result.state?.status ?? '') === 'starting';
  return {
    title: 'Cancelled',
    what: sentences(
      `The run was cancelled; of endpoint ${endpointId}, ${stateOf(result.state)}.`,
      doubt(result),
      goesOn ? BILLING : 'Nothing was changed by the cancellation.',
    ),
    next: 'Run the step again to go on waiting.',
  };
}

function error(result: RestartResult, { endpointId }: Inputs): Words {
  const { reason, state, fault } = result;
  const status = state?.status ?? '';
  const advice = fault === undefined ? undefined : faultAdvice(fault);
  const cause = advice === undefined ? '' : `Likely ${advice.cause}.`;
  const next = advice === undefined ? '' : `${advice.next}.`;
  switch (reason) {
    case 'stopping':
      return {
        title: `No restart while ${status}`,
        what: `Endpoint ${endpointId} is ${status}: it can be restarted once it is TERMINATED.`,
        next: 'Set wait: true to wait for that and restart it then.',
      };
    case 'unknown-status':
      return {
        title: `No restart while ${status}`,
        what: `Endpoint ${endpointId} is ${status}: the API does not say what that means for a restart.`,
        next: 'Look at the endpoint in Friendli Suite, or set wait: true to wait for another status.',
      };
    case 'refused':
      return {
        title: `Refused: ${faultName(result)}`,
        what: sentences(
          `The API refused the request for endpoint ${endpointId}: ${fault?.message ?? ''}.`,
          cause,
          doubt(result),
        ),
        next,
      };
    case 'restart-not-accepted':
      return {
        title: 'The restart was not accepted',
        what: sentences(
          `Endpoint ${endpointId} is still ${status} after five requests to restart it. The last answer: ${fault?.message ?? ''}.`,
          cause,
          doubt(result),
        ),
        next,
      };
    default:
      return {
        title: 'The API is out of reach',
        what: sentences(
          `What became of endpoint ${endpointId} is not known; ${stateOf(state)}.`,
          unobserved(result) || `The last fault: ${fault?.message ?? 'none'}.`,
          cause,
          doubt(result),
        ),
        next,
      };
  }
}

function stateOf(state: EndpointState | undefined): string {
  return state === undefined ? 'its status was never seen' : `its last status is ${describeState(state)}`;
}

function unobserved({ unobservedSinceMs, fault, elapsedMs }: RestartResult): string {
  if (unobservedSinceMs === undefined || fault === undefined) return '';
  const forMs = elapsedMs - unobservedSinceMs;
  return `Since ${asClock(unobservedSinceMs)}, for ${inWords(forMs)}, it could not be observed: ${fault.message}.`;
}

function doubt({ restartInDoubt }: RestartResult): string {
  return restartInDoubt
    ? 'A restart was requested, but its answer got lost: whether it was accepted is not known.'
    : '';
}

function faultName({ fault }: RestartResult): string {
  if (fault?.httpStatus !== undefined) return `HTTP ${fault.httpStatus}`;
  return fault?.code ?? 'unknown';
}

function sentences(...parts: string[]): string {
  return parts.filter((part) => part !== '').join(' ');
}
