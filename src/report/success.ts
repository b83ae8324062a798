/** The words for runs that end green. */
import { conditionOf, type EndpointState } from '../endpoint.js';
import type { PlannedStep, Policy } from '../run.js';
import { formatDuration } from './duration.js';
import { describeState } from './labels.js';
import type { Words } from './message.js';
import { ambiguityNote, type Ending, lastSeen, sentences, times, withErrorCode } from './phrases.js';

export function restarted({ result, inputs }: Ending): Words {
  const { last, restarts } = result;
  if (!inputs.policy.wait) return accepted({ result, inputs }, 'restart');
  return {
    title: `Restarted and ${UP[last?.status ?? ''] ?? 'up'}`,
    summary: cameUp({ result, inputs }, `restarted${times(restarts)}`, 'again '),
    nextStep: '',
  };
}

export function woken({ result, inputs }: Ending): Words {
  if (!inputs.policy.wait) return accepted({ result, inputs }, 'wake-up');
  return {
    title: `Woken and ${UP[result.last?.status ?? ''] ?? 'up'}`,
    summary: cameUp({ result, inputs }, 'woken'),
    nextStep: '',
  };
}

type Facts = Pick<Ending, 'result' | 'inputs'>;

const UP: Readonly<Record<string, string>> = { RUNNING: 'running', SLEEPING: 'asleep', READY: 'ready' };

function accepted({ result, inputs }: Facts, noun: 'restart' | 'wake-up'): Words {
  const { last } = result;
  const isNew = conditionOf(last?.status) === 'starting' || conditionOf(last?.status) === 'up';
  return {
    title: noun === 'restart' ? 'Restart accepted' : 'Wake-up accepted',
    summary: sentences(
      `The API accepted the ${noun} of endpoint ${inputs.endpointId}.`,
      isNew ? lastSeen(last) : '',
      'This run does not wait for it; with wait: true it would wait until the endpoint is RUNNING.',
    ),
    nextStep: '',
  };
}

/** Says what was done, too: as the `message` output it stands without its title. */
function cameUp({ result, inputs }: Facts, done: string, again = ''): string {
  const { endpointId, policy } = inputs;
  const took = formatDuration(result.elapsedMs);
  if (result.last?.status === 'SLEEPING') {
    const became = result.hasProgressed ? ', came up, and went to sleep within' : ' and is SLEEPING after';
    return `Endpoint ${endpointId} was ${done}${became} ${took}: it is healthy, and the next request wakes it.`;
  }
  const stable =
    policy.stableForMs > 0 ? `, and has been stable for ${formatDuration(policy.stableForMs)}` : '';
  return `Endpoint ${endpointId} was ${done} and serves requests ${again}after ${took}${stable}.`;
}

export function notNeeded({ result, inputs }: Ending): Words {
  const isAmbiguous = result.ambiguous !== undefined;
  return {
    title: isAmbiguous ? 'Nothing more to restart' : 'Nothing to restart',
    summary: sentences(whyNotNeeded({ result, inputs }), ambiguityNote(result)),
    nextStep: '',
  };
}

function whyNotNeeded({ result, inputs }: Facts): string {
  const { last, first } = result;
  const { endpointId, policy } = inputs;
  if (last === undefined) return `The status of endpoint ${endpointId} is unknown.`;
  const { status } = last;
  switch (conditionOf(status)) {
    case 'down':
      return result.ambiguous === undefined
        ? `Endpoint ${endpointId} is ${status} and was left alone: ${scopeOf(policy)}.`
        : `Endpoint ${endpointId} is ${status}: ${scopeOf(policy)}.`;
    case 'starting':
      return `Endpoint ${endpointId} is already ${status === 'UPDATING' ? 'being updated' : 'starting'}: ${describeState(last)}. With wait: true, the run would wait until it is RUNNING.`;
    case 'asleep':
      return `Endpoint ${endpointId} is SLEEPING: it is healthy, and the next request wakes it. With wake: true, the run would wake it.`;
    default: {
      const came =
        first === undefined || first.status === status
          ? ''
          : `It was ${first.status} at first, and came up without a restart from this run.`;
      return sentences(`Endpoint ${endpointId} is ${status}.`, came);
    }
  }
}

function scopeOf({ restartOn }: Policy): string {
  return `restart-on lists only ${restartOn.join(' and ')}`;
}

export function dryRun({ result, inputs }: Ending): Words {
  const { last, planned } = result;
  const { endpointId, policy } = inputs;
  const { would, title } = describePlan(planned, policy);
  const change = planned?.type === 'restart' || planned?.type === 'wake';
  return {
    title: `Dry run: ${title}`,
    summary: sentences(
      `Endpoint ${endpointId} is ${last === undefined ? 'in an unknown state' : stateAndCause(last)}.`,
      `Without dry-run, this run would ${would}${change && policy.wait ? ` and wait up to ${formatDuration(policy.timeoutMs)} for RUNNING` : ''}${last === undefined ? '' : `, because ${whyPlanned(planned, last, policy)}`}.`,
      'Nothing was changed.',
    ),
    nextStep: change ? 'Remove dry-run to carry this out.' : '',
  };
}

function stateAndCause(state: EndpointState): string {
  const isFailed = conditionOf(state.status) === 'down';
  return isFailed ? `${state.status}${withErrorCode(state)}` : describeState(state);
}

function describePlan(planned: PlannedStep | undefined, policy: Policy): { would: string; title: string } {
  const limit = formatDuration(policy.timeoutMs);
  switch (planned?.type) {
    case 'restart':
      return { would: 'restart it', title: 'would restart' };
    case 'wake':
      return { would: 'wake it', title: 'would wake' };
    case 'wait':
      return { would: `wait up to ${limit} for RUNNING`, title: 'would wait' };
    default: {
      const isError = planned?.outcome === 'error' || planned?.outcome === 'not-recoverable';
      return isError
        ? { would: `fail with the outcome ${planned.outcome}`, title: 'would fail' }
        : { would: 'leave it alone', title: 'nothing to do' };
    }
  }
}

/** The row of the table in docs/behavior.md section 4 as a reason. */
function whyPlanned(planned: PlannedStep | undefined, { status }: EndpointState, policy: Policy): string {
  if (planned?.type === 'restart') return `restart-on lists ${policy.restartOn.join(' and ')}`;
  if (planned?.type === 'wake') return 'wake is true';
  switch (conditionOf(status)) {
    case 'down':
      return planned?.type === 'end' && planned.outcome === 'not-recoverable'
        ? 'a restart cannot fix this error code, and restart-on lists RECOVERABLE but not FAILED'
        : scopeOf(policy);
    case 'starting':
      return policy.wait ? 'it is already starting' : 'it is already starting and wait is false';
    case 'asleep':
      return 'it is healthy and wake is false';
    case 'up':
      return 'it is up';
    case 'stopping':
      return 'it can be restarted once it is TERMINATED';
    default:
      return 'the API does not document what this status means';
  }
}
