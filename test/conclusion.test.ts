import { describe, expect, it } from 'vitest';
import {
  type Conclusion,
  conclude,
  concludeBadInput,
  concludeCrash,
  describeState,
  isGood,
} from '../src/conclusion.js';
import { type EndpointState, ERROR_CODES } from '../src/endpoint.js';
import { ApiError, FAULT_CODES } from '../src/fault.js';
import type { Inputs } from '../src/inputs.js';
import type { ErrorReason, Outcome, RestartResult } from '../src/restart.js';
import { resultOf, stateOf, waiting } from './fixtures.js';

const MINUTE = 60_000;
const memory = 'INFERENCE_ENGINE_MEMORY_ERROR';

const failed = stateOf('FAILED', '', memory);
const downloading = stateOf('INITIALIZING', 'DOWNLOADING_MODEL');
const running = stateOf('RUNNING');
const outage = new ApiError('HTTP 503 Service Unavailable', { kind: 'transient', httpStatus: 503 });
const conflict = new ApiError('HTTP 400 Bad Request', { kind: 'bad-request', httpStatus: 400 });
const refusal = new ApiError('HTTP 401 Unauthorized', { kind: 'permanent', httpStatus: 401 });
const forgery = new ApiError('the server’s certificate cannot be trusted', {
  kind: 'permanent',
  code: FAULT_CODES.certificate,
});

interface Case {
  outcome: Outcome;
  result?: Partial<RestartResult>;
  inputs?: Partial<Inputs>;
}

function concluded({ outcome, result, inputs }: Case): Conclusion {
  return conclude(resultOf({ outcome, ...result }), { ...waiting, ...inputs });
}

const noWait = { wait: false };
const goesOn = 'The endpoint was not stopped: it goes on by itself, and is billed once a replica runs.';
const lost = 'A restart was requested, but its answer got lost: whether it was accepted is not known.';
const restartedFrom = (state: EndpointState | undefined) => ({ previous: failed, state, restarted: true });
const because = (reason: ErrorReason, result: Partial<RestartResult>): Case => ({
  outcome: 'error',
  result: { reason, ...result },
});

const cases: [name: string, about: Case, title: string, what: string, next: string | RegExp][] = [
  [
    'a restart that nobody waits for',
    { outcome: 'restarted', inputs: noWait, result: restartedFrom(downloading) },
    'Restart accepted',
    'The restart of endpoint dep1 was accepted. Its last status is INITIALIZING, downloading the model. This step does not wait for it; with wait: true it would wait until the endpoint is RUNNING.',
    '',
  ],
  [
    'a restart that nobody waits for and that was answered with the old state',
    { outcome: 'restarted', inputs: noWait, result: restartedFrom(failed) },
    'Restart accepted',
    'The restart of endpoint dep1 was accepted. This step does not wait for it; with wait: true it would wait until the endpoint is RUNNING.',
    '',
  ],
  [
    'a restart that brought the endpoint up',
    { outcome: 'restarted', result: restartedFrom(running) },
    'Restarted, RUNNING',
    'Endpoint dep1 was restarted and is RUNNING after 7 min 44 s.',
    '',
  ],
  [
    'a restart after which the endpoint fell asleep',
    { outcome: 'restarted', result: restartedFrom(stateOf('SLEEPING')) },
    'Restarted, SLEEPING',
    'Endpoint dep1 was restarted and is SLEEPING after 7 min 44 s: it is healthy, and the next request wakes it.',
    '',
  ],
  [
    'an endpoint that runs',
    { outcome: 'not-needed', result: { state: running, previous: running } },
    'Nothing to restart',
    'Endpoint dep1 is RUNNING.',
    '',
  ],
  [
    'an endpoint that came up while it was watched',
    { outcome: 'not-needed', result: { state: running, previous: downloading } },
    'Nothing to restart',
    'Endpoint dep1 is RUNNING. It was INITIALIZING at first, and came up without a restart from this run.',
    '',
  ],
  [
    'an endpoint that sleeps',
    { outcome: 'not-needed', result: { state: stateOf('SLEEPING') } },
    'Nothing to restart',
    'Endpoint dep1 is SLEEPING: it is healthy, and the next request wakes it.',
    '',
  ],
  [
    'an endpoint that is starting, and nobody waits',
    { outcome: 'not-needed', inputs: noWait, result: { state: stateOf('AWAKING') } },
    'Nothing to restart',
    'Endpoint dep1 is already on its way. Its last status is AWAKING, waking up. With wait: true this step would wait until it is RUNNING.',
    '',
  ],
  [
    'an endpoint that is down and not to be restarted',
    {
      outcome: 'not-needed',
      inputs: { restartOn: ['FAILED'] },
      result: { state: stateOf('TERMINATED') },
    },
    'Nothing to restart',
    'Endpoint dep1 is TERMINATED and was left alone: restart-on lists only FAILED.',
    '',
  ],
  [
    'a failure after the restart',
    { outcome: 'failed', result: restartedFrom(failed) },
    `FAILED again after the restart: ${memory}`,
    `Endpoint dep1 was restarted, but is FAILED again after 7 min 44 s. Its error code is ${memory}: likely the model does not fit in the GPU’s memory.`,
    'Choose a larger GPU, quantization or a smaller batch size.',
  ],
  [
    'a first failure after the restart',
    { outcome: 'failed', result: { ...restartedFrom(failed), previous: stateOf('TERMINATED') } },
    `FAILED after the restart: ${memory}`,
    `Endpoint dep1 was restarted, but is FAILED after 7 min 44 s. Its error code is ${memory}: likely the model does not fit in the GPU’s memory.`,
    'Choose a larger GPU, quantization or a smaller batch size.',
  ],
  [
    'a failure without an error code',
    { outcome: 'failed', result: restartedFrom(stateOf('FAILED')) },
    'FAILED again after the restart',
    'Endpoint dep1 was restarted, but is FAILED again after 7 min 44 s. The API gives no error code.',
    'Look at the endpoint’s events in Friendli Suite, then restart once more.',
  ],
  [
    'an endpoint that somebody stopped while it was starting',
    { outcome: 'failed', result: restartedFrom(stateOf('TERMINATED')) },
    'TERMINATED after the restart',
    'Endpoint dep1 was restarted, but is TERMINATED after 7 min 44 s. The API gives no error code.',
    'Somebody or a policy stopped it while it was starting: look at its history in Friendli Suite.',
  ],
  [
    'a time-out',
    { outcome: 'timed-out', result: restartedFrom(downloading) },
    'Not RUNNING after 1 h',
    `Endpoint dep1 was not RUNNING within 1 h, the limit that timeout-minutes sets. Its last status is INITIALIZING, downloading the model. ${goesOn}`,
    'It may still come up. Run the step again to go on waiting, or set a longer timeout-minutes.',
  ],
  [
    'a time-out while the API did not answer',
    {
      outcome: 'timed-out',
      result: {
        ...restartedFrom(downloading),
        fault: outage,
        unobservedSinceMs: 50 * MINUTE,
        elapsedMs: 60 * MINUTE,
      },
    },
    'Not RUNNING after 1 h',
    `Endpoint dep1 was not RUNNING within 1 h, the limit that timeout-minutes sets. Its last status is INITIALIZING, downloading the model. It could not be observed for 10 min, since 50:00 in the log: HTTP 503 Service Unavailable. ${goesOn}`,
    'It may still come up. Run the step again to go on waiting, or set a longer timeout-minutes.',
  ],
  [
    'a time-out before the restart was accepted',
    { outcome: 'timed-out', result: { state: failed, previous: failed, fault: conflict } },
    'Not RUNNING after 1 h',
    `Endpoint dep1 was not RUNNING within 1 h, the limit that timeout-minutes sets. Its last status is FAILED, ${memory}. The last request to restart it failed: HTTP 400 Bad Request. It was neither restarted nor stopped.`,
    'Look at the endpoint in Friendli Suite, then run the step again, or set a longer timeout-minutes.',
  ],
  [
    'a time-out that leaves a restart in doubt',
    {
      outcome: 'timed-out',
      inputs: { timeoutMinutes: 0.5 },
      result: { state: failed, restartInDoubt: true },
    },
    'Not RUNNING after 30 s',
    `Endpoint dep1 was not RUNNING within 30 s, the limit that timeout-minutes sets. Its last status is FAILED, ${memory}. ${lost} ${goesOn}`,
    /may still come up/,
  ],
  [
    'a cancel after the restart',
    { outcome: 'cancelled', result: restartedFrom(downloading) },
    'The run was cancelled',
    `Endpoint dep1 is no longer watched. Its last status is INITIALIZING, downloading the model. ${goesOn}`,
    'Run the step again to go on waiting.',
  ],
  [
    'a cancel right after the restart, before a new status was seen',
    { outcome: 'cancelled', result: restartedFrom(failed) },
    'The run was cancelled',
    `Endpoint dep1 is no longer watched. Its last status is FAILED, ${memory}. ${goesOn}`,
    'Run the step again to go on waiting.',
  ],
  [
    'a cancel of the wait for a start that was under way before',
    { outcome: 'cancelled', result: { state: downloading, previous: downloading } },
    'The run was cancelled',
    `Endpoint dep1 is no longer watched. Its last status is INITIALIZING, downloading the model. ${goesOn}`,
    'Run the step again to go on waiting.',
  ],
  [
    'a cancel while the restart was asked for',
    { outcome: 'cancelled', result: { state: failed, restartInDoubt: true } },
    'The run was cancelled',
    `Endpoint dep1 is no longer watched. Its last status is FAILED, ${memory}. ${lost} ${goesOn}`,
    'Run the step again to go on waiting.',
  ],
  [
    'a cancel before anything was known',
    { outcome: 'cancelled' },
    'The run was cancelled',
    'Endpoint dep1 is no longer watched. Its status was never seen. It was neither restarted nor stopped.',
    'Run the step again to restart the endpoint.',
  ],
  [
    'an endpoint that is stopping',
    because('stopping', { state: stateOf('STOPPING') }),
    'No restart while STOPPING',
    'Endpoint dep1 is STOPPING: it can be restarted once it is TERMINATED.',
    'Set wait: true to wait for that and restart it then.',
  ],
  [
    'a status that the API does not explain',
    because('unknown-status', { state: stateOf('HIBERNATING') }),
    'No restart while HIBERNATING',
    'Endpoint dep1 is HIBERNATING: the API does not say what that means for a restart.',
    'Look at the endpoint in Friendli Suite, or set wait: true to wait for another status.',
  ],
  [
    'a refused request',
    because('refused', { fault: refusal }),
    'Refused: HTTP 401',
    'The request for endpoint dep1 was refused: HTTP 401 Unauthorized. Likely the API key is not accepted.',
    /friendli\.ai\/suite\/~\/setting\/keys/,
  ],
  [
    'a refusal after the restart',
    because('refused', { ...restartedFrom(downloading), fault: refusal }),
    'Refused: HTTP 401',
    `The request for endpoint dep1 was refused: HTTP 401 Unauthorized. Likely the API key is not accepted. Its last status is INITIALIZING, downloading the model. ${goesOn}`,
    /secret/,
  ],
  [
    'a connection that cannot be trusted',
    because('refused', { fault: forgery }),
    'No connection to the API',
    'The request for endpoint dep1 did not reach the API: the server’s certificate cannot be trusted. Likely the connection does not end at the API, or the runner does not know the authority that signed for it.',
    /NODE_EXTRA_CA_CERTS/,
  ],
  [
    'a restart that was never accepted',
    because('restart-not-accepted', { state: failed, fault: outage, restartInDoubt: true }),
    'The restart was not accepted',
    `Endpoint dep1 is still FAILED after five requests to restart it. The last request to restart it failed: HTTP 503 Service Unavailable. Likely the API or the network has an outage. ${lost}`,
    /Run again later/,
  ],
  [
    'an API that never answered',
    because('unreachable', { fault: outage, unobservedSinceMs: 0, elapsedMs: 2 * MINUTE }),
    'The API is out of reach',
    'What became of endpoint dep1 is not known. Its status was never seen. It could not be observed for 2 min: HTTP 503 Service Unavailable. Likely the API or the network has an outage.',
    /Run again later/,
  ],
  [
    'an API that answers, but not to the restart',
    because('unreachable', { state: failed, fault: outage, restartInDoubt: true }),
    'The API is out of reach',
    `What became of endpoint dep1 is not known. Its last status is FAILED, ${memory}. The last request to restart it failed: HTTP 503 Service Unavailable. Likely the API or the network has an outage. ${lost} ${goesOn}`,
    /Run again later/,
  ],
  [
    'an API that is out of reach for no known reason',
    because('unreachable', {}),
    'The API is out of reach',
    'What became of endpoint dep1 is not known. Its status was never seen.',
    'Look at the endpoint in Friendli Suite, and run the step again.',
  ],
];

describe('a conclusion', () => {
  it.each(cases)('tells %s', (_, about, title, what, next) => {
    expect(concluded(about)).toEqual({
      outcome: about.outcome,
      title,
      what,
      next: typeof next === 'string' ? next : expect.stringMatching(next),
    });
  });

  it.each([...ERROR_CODES, 'NEWER_THAN_THIS'])('explains a failure with %s, and says what to do', (code) => {
    const { title, what, next } = concluded({
      outcome: 'failed',
      result: restartedFrom(stateOf('FAILED', '', code)),
    });
    expect(title).toContain(code);
    expect(what).toMatch(new RegExp(`${code}: likely [^.]+\\.$`));
    expect(next).toMatch(/^[A-Z].*[^.]\.$/);
  });

  it.each([
    ['a detail', 'a detail.'],
    ['HTTP 404 Not Found (no such endpoint)', '(no such endpoint).'],
    ['HTTP 404 Not Found (No such endpoint.)', '(No such endpoint.)'],
    ['HTTP 500 ("Try again!")', '("Try again!")'],
    ['HTTP 500 (cut off…)', '(cut off…)'],
  ])('ends the reason "%s" with one full stop', (message, end) => {
    const fault = new ApiError(message, { kind: 'permanent', httpStatus: 404 });
    expect(concluded(because('refused', { fault })).what).toContain(`${end} Likely`);
  });

  it('is made of whole sentences', () => {
    for (const [, about] of cases) {
      const { title, what, next } = concluded(about);
      expect(title).toMatch(/^[A-Z].*[A-Za-z0-9]$/);
      expect(what).toMatch(/^[A-Z].*\.$/);
      expect(`${what} ${next}`).not.toMatch(/\.\.|\.\)\.| {2}|undefined|null|\bms\b/);
      expect(next).toMatch(/^$|^[A-Z].*[^.]\.$/);
    }
  });

  it('is that the step succeeds when the endpoint was restarted or needed no restart', () => {
    const outcomes: Outcome[] = ['restarted', 'not-needed', 'failed', 'timed-out', 'cancelled', 'error'];
    expect(outcomes.filter(isGood)).toEqual(['restarted', 'not-needed']);
  });
});

describe('bad inputs', () => {
  it.each([
    [['wait: wanted is true or false.'], 'An input is wrong'],
    [['wait: wanted is true or false.', 'team: wanted is a team ID.'], '2 inputs are wrong'],
  ])('are all told: %j', (problems, title) => {
    expect(concludeBadInput(problems)).toEqual({
      outcome: 'error',
      title,
      what: [...problems, 'Nothing was sent to Friendli.'].join('\n'),
      next: 'Correct the inputs of this step in the workflow.',
    });
  });
});

describe('a crash', () => {
  it('is told as a fault of the action, with its cause and whom to tell', () => {
    expect(concludeCrash('TypeError: x is not a function')).toMatchObject({
      outcome: 'error',
      title: 'The action broke',
      what: expect.stringMatching(/in the action, not in the endpoint: TypeError: x is not a function$/),
      next: expect.stringMatching(/report this.*authors/),
    });
  });
});

describe('describeState', () => {
  it.each([
    [running, 'RUNNING'],
    [downloading, 'INITIALIZING, downloading the model'],
    [failed, `FAILED, ${memory}`],
    [stateOf('AWAKING'), 'AWAKING, waking up'],
    [stateOf('HIBERNATING', 'WARMING', 'TUBE_COLD'), 'HIBERNATING, WARMING, TUBE_COLD'],
  ])('puts %o into words', (state, words) => {
    expect(describeState(state)).toBe(words);
  });
});
