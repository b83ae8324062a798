import { expect, it } from 'vitest';
import { ApiError } from '../../src/api/error.js';
import type { EndpointState } from '../../src/endpoint.js';
import { composeMessage, type Message } from '../../src/report/message.js';
import type { ErrorReason, Outcome, Policy, RunResult } from '../../src/run.js';
import { readDocument, tableOf } from '../documents.js';
import {
  download,
  failed,
  httpFault,
  inputsWith,
  machine,
  outage,
  resultOf,
  running,
  scenarios,
  stateOf,
} from './scenarios.js';

const MINUTE = 60_000;
const noWait = { wait: false };
const onRead = (fault: ApiError) => ({ fault, faultCall: 'read' }) as const;
const onRestart = (fault: ApiError) => ({ fault, faultCall: 'restart' }) as const;
const sleeping = stateOf('SLEEPING');
const terminated = stateOf('TERMINATED');
const rejected = httpFault('HTTP 400 Bad Request (already restarting)', { kind: 'rejected' });
const unpaid = httpFault('HTTP 402 Payment Required', { kind: 'permanent' });
const reset = new ApiError('the connection was closed', { kind: 'transient', source: 'network' });
const noTrust = { kind: 'permanent', source: 'certificate' } as const;
const untrusted = new ApiError('the certificate is not trusted', noTrust);

/** A run that ended, and its policy where it is not that of a run that waits. */
type Case = readonly [result: Partial<RunResult> & { outcome: Outcome }, policy?: Partial<Policy>];

const saw = (outcome: Outcome, last: EndpointState, more: Partial<RunResult> = {}) =>
  ({ outcome, first: last, last, ...more }) as const;
const restarted = (outcome: Outcome, last: EndpointState, more: Partial<RunResult> = {}) =>
  ({ outcome, first: failed, last, restarts: 1, ...more }) as const;
const woken = (outcome: Outcome, last: EndpointState) =>
  ({ outcome, first: sleeping, last, woken: true }) as const;
const plannedEnd = (outcome: Outcome) => ({ planned: { type: 'end', outcome } }) as const;
const error = (reason: ErrorReason, more: Partial<RunResult>) =>
  ({ outcome: 'error', reason, ...more }) as const;

/** Their texts (title, summary, next step) stand in messages.md under the same names. */
const cases: Readonly<Record<string, Case>> = {
  ...Object.fromEntries(
    Object.entries(scenarios).map(([name, { result, inputs }]) => [name, [result, inputs.policy] as const]),
  ),
  'a restart without wait': [restarted('restarted', machine), noWait],
  'a restart without wait, answered with the old state': [restarted('restarted', failed), noWait],
  'a restart after which the endpoint fell asleep': [
    restarted('restarted', sleeping, { hasProgressed: true }),
  ],
  'a wake-up without wait': [woken('woken', stateOf('AWAKING')), noWait],
  'an endpoint that came up by itself': [saw('not-needed', running, { first: download })],
  'an endpoint that sleeps': [saw('not-needed', sleeping)],
  'an endpoint that is starting': [saw('not-needed', download), noWait],
  'an endpoint that restart-on does not list': [saw('not-needed', terminated), { restartOn: ['FAILED'] }],
  'a dry run that would wake without wait': [saw('dry-run', sleeping, { planned: { type: 'wake' } }), noWait],
  'a dry run that would wait': [saw('dry-run', download, { planned: { type: 'wait' } })],
  'a dry run with nothing to do': [saw('dry-run', running, plannedEnd('not-needed'))],
  'a dry run that would fail': [
    saw('dry-run', failed, plannedEnd('not-recoverable')),
    { restartOn: ['RECOVERABLE'] },
  ],
  'a second failure that another attempt would not fix': [
    restarted('failed', failed, { hasProgressed: true }),
    { attempts: 3 },
  ],
  'a restart without effect': [restarted('failed', failed)],
  'a first failure without a code': [restarted('failed', stateOf('FAILED'), { first: terminated })],
  'an endpoint that somebody stopped': [restarted('failed', terminated, { restarts: 2 }), { attempts: 2 }],
  'a failure after a wake-up': [woken('failed', failed)],
  'a timeout': [restarted('timed-out', download)],
  'a timeout right after an accepted restart': [restarted('timed-out', failed, { faultCall: 'restart' })],
  'a timeout without capacity': [restarted('timed-out', machine)],
  'a timeout while the restart was rejected': [saw('timed-out', failed, onRestart(rejected))],
  'a timeout with an attempt to come': [restarted('timed-out', failed, { nextAttempt: 2 }), { attempts: 3 }],
  'a timeout before the endpoint is stable': [
    restarted('timed-out', running, { stableMs: 20_000 }),
    { stableForMs: MINUTE },
  ],
  'a cancel during an update': [saw('cancelled', stateOf('UPDATING'))],
  'a cancel while the restart was sent': [saw('cancelled', failed, { ambiguous: 'restart' })],
  'a cancel before anything was known': [{ outcome: 'cancelled' }],
  'an endpoint that is stopping': [
    error('stopping', { last: stateOf('TERMINATING') }),
    { wait: false, restartOn: ['FAILED'] },
  ],
  'an undocumented status': [error('unknown-status', { last: stateOf('HIBERNATING') }), noWait],
  'a rejected restart': [error('refused', { last: failed, ...onRestart(unpaid) })],
  'an untrusted certificate': [error('refused', onRead(untrusted))],
  'an API that never answered': [error('unreachable', { ...onRead(reset), unobservedSinceMs: 0 })],
  'a restart that was not accepted': [error('not-accepted', { last: failed, ...onRestart(outage) }), noWait],
  'a restart whose answer was lost': [
    error('ambiguous', { last: stateOf('UNKNOWN'), ambiguous: 'restart', ...onRestart(reset) }),
    noWait,
  ],
};

function messageOf([given, policy]: Case): Message {
  const result = resultOf(given);
  const ending = { result, inputs: inputsWith(policy), unchangedMs: result.elapsedMs - 1, wasReached: true };
  return composeMessage({ type: 'completed', result }, ending);
}

const wordsOf = ({ title, summary, nextStep }: Message): string[] => [title, summary, nextStep];
const texts = tableOf('Run', readDocument('test/report/messages.md')).map((row) => Object.values(row));

it('there is a text for every case', () => {
  expect(texts.map(([name]) => name)).toEqual(Object.keys(cases));
});

it.each(texts)('a message reports %s', (name, ...words) => {
  const about = cases[name ?? ''] ?? [{ outcome: 'error' }];
  expect(wordsOf(messageOf(about))).toEqual(words);
  expect(messageOf(about).outcome).toBe(about[0].outcome);
});

it('a message calls an internal error a bug in the action', () => {
  const end = { type: 'crashed', message: 'TypeError: x', elapsedMs: 1 } as const;
  expect(wordsOf(composeMessage(end, undefined))).toEqual([
    'Internal error in the action',
    'This is a bug in the action, not a problem with the endpoint: TypeError: x',
    'Check the endpoint in Friendli Suite (https://friendli.ai/suite), and report this error with the log to the authors of the action.',
  ]);
});
