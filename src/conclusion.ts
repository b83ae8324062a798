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

const NOT_STOPPED = 'The endpoint was not stopped: it goes on by itself, and is billed once a replica runs.';
const NOT_CHANGED = 'It was neither restarted nor stopped.';

const WORDS: Readonly<Record<Outcome, (result: RestartResult, inputs: Inputs) => Words>> = {
  restarted,
  'not-needed': notNeeded,
  failed,
  'timed-out': timedOut,
  cancelled,
  error,
};

/** Puts into words how a run ended. */
export function conclude(result: RestartResult, inputs: Inputs): Conclusion {
  return { outcome: result.outcome, ...WORDS[result.outcome](result, inputs) };
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
      what: sentences(
        `The restart of endpoint ${endpointId} was accepted.`,
        conditionOf(status) === 'down' ? '' : lastSeen(state),
        'This step does not wait for it; with wait: true it would wait until the endpoint is RUNNING.',
      ),
      next: '',
    };
  }
  return {
    title: `Restarted, ${status}`,
    what: `Endpoint ${endpointId} was restarted and is ${status} after ${inWords(elapsedMs)}${ifAsleep(status)}.`,
    next: '',
  };
}

function notNeeded({ state, previous }: RestartResult, { endpointId, restartOn }: Inputs): Words {
  const status = state?.status ?? '';
  const tell = (what: string): Words => ({ title: 'Nothing to restart', what, next: '' });
  switch (conditionOf(status)) {
    case 'down':
      return tell(
        `Endpoint ${endpointId} is ${status} and was left alone: restart-on lists only ${restartOn.join(', ')}.`,
      );
    case 'starting':
      return tell(
        `Endpoint ${endpointId} is already on its way. ${lastSeen(state)} With wait: true this step would wait until it is RUNNING.`,
      );
    default: {
      const came =
        previous === undefined || previous.status === status
          ? ''
          : `It was ${previous.status} at first, and came up without a restart from this run.`;
      return tell(sentences(`Endpoint ${endpointId} is ${status}${ifAsleep(status)}.`, came));
    }
  }
}

function failed({ state, previous, elapsedMs }: RestartResult, { endpointId }: Inputs): Words {
  const { status = '', errorCode = '' } = state ?? {};
  const again = status === previous?.status ? ' again' : '';
  const title = `${status}${again} after the restart`;
  const what = `Endpoint ${endpointId} was restarted, but is ${status}${again} after ${inWords(elapsedMs)}.`;
  if (errorCode !== '') {
    const { cause, next } = errorCodeAdvice(errorCode);
    return {
      title: `${title}: ${errorCode}`,
      what: `${what} Its error code is ${errorCode}: likely ${cause}.`,
      next: `${next}.`,
    };
  }
  const next =
    status === 'TERMINATED'
      ? 'Somebody or a policy stopped it while it was starting: look at its history in Friendli Suite.'
      : 'Look at the endpoint’s events in Friendli Suite, then restart once more.';
  return { title, what: `${what} The API gives no error code.`, next };
}

function timedOut(result: RestartResult, { endpointId, timeoutMinutes }: Inputs): Words {
  const limit = inWords(timeoutMinutes * 60_000);
  return {
    title: `Not RUNNING after ${limit}`,
    what: sentences(
      `Endpoint ${endpointId} was not RUNNING within ${limit}, the limit that timeout-minutes sets.`,
      lastSeen(result.state),
      trouble(result),
      doubt(result),
      goesOn(result) ? NOT_STOPPED : NOT_CHANGED,
    ),
    next: goesOn(result)
      ? 'It may still come up. Run the step again to go on waiting, or set a longer timeout-minutes.'
      : 'Look at the endpoint in Friendli Suite, then run the step again, or set a longer timeout-minutes.',
  };
}

function cancelled(result: RestartResult, { endpointId }: Inputs): Words {
  return {
    title: 'The run was cancelled',
    what: sentences(
      `Endpoint ${endpointId} is no longer watched.`,
      lastSeen(result.state),
      doubt(result),
      goesOn(result) ? NOT_STOPPED : NOT_CHANGED,
    ),
    next: goesOn(result)
      ? 'Run the step again to go on waiting.'
      : 'Run the step again to restart the endpoint.',
  };
}

function error(result: RestartResult, { endpointId }: Inputs): Words {
  const { reason, state, fault } = result;
  const status = state?.status ?? '';
  const advice = fault && faultAdvice(fault);
  const cause = advice ? `Likely ${advice.cause}.` : '';
  const next = `${advice?.next ?? 'Look at the endpoint in Friendli Suite, and run the step again'}.`;
  const after = goesOn(result) ? NOT_STOPPED : '';
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
    case 'refused': {
      const { httpStatus } = fault ?? {};
      const refused = httpStatus === undefined ? 'did not reach the API' : 'was refused';
      const what = `The request for endpoint ${endpointId} ${refused}: ${messageOf(result)}`;
      return {
        title: httpStatus === undefined ? 'No connection to the API' : `Refused: HTTP ${httpStatus}`,
        what: sentences(what, cause, state ? lastSeen(state) : '', doubt(result), after),
        next,
      };
    }
    case 'restart-not-accepted': {
      const what = `Endpoint ${endpointId} is still ${status} after five requests to restart it.`;
      return {
        title: 'The restart was not accepted',
        what: sentences(what, trouble(result), cause, doubt(result)),
        next,
      };
    }
    default: {
      const what = `What became of endpoint ${endpointId} is not known.`;
      return {
        title: 'The API is out of reach',
        what: sentences(what, lastSeen(state), trouble(result), cause, doubt(result), after),
        next,
      };
    }
  }
}

/** Whether the endpoint comes up, as far as is known, without anybody's help. */
function goesOn({ state, restarted, restartInDoubt }: RestartResult): boolean {
  return restarted || restartInDoubt || conditionOf(state?.status ?? '') === 'starting';
}

function ifAsleep(status: string): string {
  return conditionOf(status) === 'asleep' ? ': it is healthy, and the next request wakes it' : '';
}

function lastSeen(state: EndpointState | undefined): string {
  return state === undefined ? 'Its status was never seen.' : `Its last status is ${describeState(state)}.`;
}

/** Why the end of the run saw nothing of the endpoint, or could not restart it. */
function trouble(result: RestartResult): string {
  const { unobservedSinceMs, fault, elapsedMs, state } = result;
  if (fault === undefined) return '';
  if (unobservedSinceMs === undefined) return `The last request to restart it failed: ${messageOf(result)}`;
  const since = state === undefined ? '' : `, since ${asClock(unobservedSinceMs)} in the log`;
  return `It could not be observed for ${inWords(elapsedMs - unobservedSinceMs)}${since}: ${messageOf(result)}`;
}

function doubt({ restartInDoubt }: RestartResult): string {
  return restartInDoubt
    ? 'A restart was requested, but its answer got lost: whether it was accepted is not known.'
    : '';
}

/** Why a request failed, with a full stop unless the foreign words have brought one. */
function messageOf({ fault }: RestartResult): string {
  const { message = 'no reason is known' } = fault ?? {};
  return /[.!?…][)"]*$/.test(message) ? message : `${message}.`;
}

function sentences(...parts: string[]): string {
  return parts.filter((part) => part !== '').join(' ');
}
