/** What happened and what to do next: the same words for annotation, `message` output, last log line and summary. */
import type { Outcome, RunEnd } from '../run.js';
import { SUITE } from './advice.js';
import { cancelled, error, failed, notRecoverable } from './failure.js';
import type { Ending } from './phrases.js';
import { dryRun, notNeeded, restarted, woken } from './success.js';
import { timedOut } from './timed-out.js';

export interface Message extends Words {
  readonly outcome: Outcome;
}

export interface Words {
  /** A few words, without a full stop. */
  readonly title: string;
  /** What happened, in whole sentences. It can hold foreign text. */
  readonly summary: string;
  /** What to do next, in whole sentences of our own; empty if there is nothing to do. */
  readonly nextStep: string;
}

const WORDS: Readonly<Record<Outcome, (ending: Ending) => Words>> = {
  restarted,
  woken,
  'not-needed': notNeeded,
  'dry-run': dryRun,
  'not-recoverable': notRecoverable,
  failed,
  'timed-out': timedOut,
  cancelled,
  error,
};

/** Puts the end of a run into words. `ending` is what `completed` ends with; the other ends have none. */
export function composeMessage(end: RunEnd, ending: Ending | undefined): Message {
  if (end.type === 'invalid-input') return invalidInput(end.issues);
  if (end.type === 'crashed' || ending === undefined) {
    return internalError(end.type === 'crashed' ? end.message : 'the run ended before it started');
  }
  return { outcome: end.result.outcome, ...WORDS[end.result.outcome](ending) };
}

function invalidInput(issues: readonly string[]): Message {
  return {
    outcome: 'error',
    title: issues.length === 1 ? 'Invalid input' : `${issues.length} invalid inputs`,
    summary: [...issues, 'No request was sent.'].join('\n'),
    nextStep: 'Correct the inputs of this step in the workflow.',
  };
}

function internalError(message: string): Message {
  return {
    outcome: 'error',
    title: 'Internal error in the action',
    summary: `This is a bug in the action, not a problem with the endpoint: ${message}`,
    nextStep: `Check the endpoint in ${SUITE}, and report this error with the log to the authors of the action.`,
  };
}

/** What happened and what to do next, in one line. */
export function oneLine({ summary, nextStep }: Words): string {
  return `${summary} ${nextStep}`.trim().replaceAll('\n', ' ');
}
