import { describe, expect } from 'vitest';
import type { Fault } from '../simulator/simulator.js';
import { startUp } from '../simulator/state.js';
import type { ActionOptions } from './run-action.js';
import {
  always,
  matching,
  pausesOf,
  respond,
  scenarios,
  scripted,
  test,
  took,
  wait,
  withRealPauses,
  wordsOf,
} from './test-context.js';

const page = respond(200, '<html><title>Back soon</title><style>b{}</style>Log in</html>');
/** So fast that the 30 s of a request are 5 s, which is still long for a response on a busy machine. */
const fast = { speed: 6 };

describe.concurrent('a transient error', () => {
  test.for<[name: string, fault: Fault, words: string, clock?: ActionOptions]>([
    ['503', respond(503, 'down for maintenance'), 'HTTP 503 Service Unavailable (down for maintenance)'],
    ['no response', { drop: 'before-answer' }, 'the connection was closed'],
    ['a body that is cut short', { drop: 'mid-body' }, 'HTTP 200, but the connection was closed'],
    ['an HTML page', page, 'not a status object (Back soon Log in)'],
    ['silence in mid-body', { hang: 'mid-body' }, 'no complete response within 30 s', fast],
    ['a byte now and then', { drip: { intervalMs: 20 } }, 'no complete response within 30 s', fast],
  ])('is tolerated, with one warning: %s', async ([_, fault, words, clock], { context }) => {
    const endpoint = context.simulator.endpoint('demo');
    context.simulator.fault({ on: 'status', times: 2, ...fault });
    const result = await context.run({ inputs: wait, ...(clock ?? { skipPauses: true }) });
    expect(result.outputs).toMatchObject({ outcome: 'restarted', status: 'RUNNING', restarted: 'true' });
    expect(result.annotations).toMatchObject([{ name: 'warning', data: matching('Retrying\\.$') }]);
    expect(result.annotations[0]?.data).toContain(words);
    expect(wordsOf(result).filter((line) => line.startsWith('The status can be read again'))).toHaveLength(1);
    expect(endpoint.acceptedRestarts).toBe(1);
  });

  test('is tolerated until the deadline, and the message says since when and why', async ({ context }) => {
    context.simulator.endpoint('demo', { afterRestart: startUp(1_000) });
    context.simulator.fault({ on: 'status', after: 1, ...always, ...respond(502, 'upstream is gone') });
    const result = await context.run(withRealPauses);
    const message = matching('failed for (1 h|59 min [^.]*) of the wait of 1 h:.*upstream is gone');
    expect(result.outputs).toMatchObject({ outcome: 'timed-out', status: 'INITIALIZING', message });
    expect(result.annotations.map(({ name }) => name)).toEqual(['warning', 'error']);
    expect(wordsOf(result)).toContainEqual(matching('^The status still cannot be read'));
  });

  test('is retried after the time that the API asks for, up to ten minutes', async ({ context }) => {
    context.simulator.endpoint('demo', { status: 'UPDATING' });
    for (const [at, seconds] of ['20', '36000'].entries()) {
      const respond = { status: 503, headers: { 'Retry-After': seconds } };
      context.simulator.fault({ on: 'status', after: at + 1, respond });
    }
    const inputs = { ...withRealPauses.inputs, 'timeout-minutes': '15' };
    const result = await context.run({ ...withRealPauses, inputs });
    expect(pausesOf(result, 'fault')).toEqual([20, 600]);
    expect(wordsOf(result)).toContainEqual(matching('Next status request in 10 min'));
  });
});

describe.concurrent('a permanent error', () => {
  const revoked = respond(401, { message: 'so the service says' });
  const words = matching('HTTP 401 .*so the service says.*the API key is not valid.*personal API key');
  const atOnce = { outcome: 'error', status: '', message: words };
  const later = { outcome: 'error', status: 'UPDATING', ...took(30, 60) };
  scenarios([
    ['ends the step at once with its likely cause', {}, wait, atOnce, '', { on: 'status', ...revoked }],
    ['after a status needs half a minute', {}, wait, later, '', scripted('status', 'UPDATING', revoked)],
  ]);
});

describe.concurrent('a restart', () => {
  const on = 'restart';
  const starting = { outcome: 'restarted', status: 'INITIALIZING' };
  const upIn = (from: number, to: number): object => ({ outcome: 'restarted', ...took(from, to) });
  const late = { outcome: 'error', ...took(115, 160) };
  const gaveUp = (words: string): object => ({ ...late, message: matching(words) });
  const hidden = (fault: Fault): Fault => ({ on, effect: true, ...fault });
  const minutes = (count: number, ...reply: [number, string?]): Fault => {
    return { on, forMs: count * 60_000, ...respond(...reply) };
  };
  const slow = { afterRestart: startUp(60_000) };
  const stopping = { before: [{ status: 'FAILED', forMs: 1_500 }, { status: 'STOPPING' }] };
  const again = '(restart) restart';
  const unclear = gaveUp('restart may have been accepted anyway');
  const refused = gaveUp('rejected the restart .*not now.*Last known status: FAILED.*not restarted');
  const failing = gaveUp('HTTP 503.*Last known status: FAILED.*may have been accepted anyway');
  scenarios([
    ['can be accepted without a response', slow, {}, starting, on, hidden({ drop: 'before-answer' })],
    ['can be accepted behind a gateway’s 502', slow, {}, starting, on, hidden(respond(502))],
    ['can be accepted behind a maintenance page', slow, {}, starting, on, hidden(page)],
    ['is sent again after a maintenance page', {}, {}, starting, again, { on, times: 2, ...page }],
    ['can stay in doubt', stopping, {}, unclear, '(restart)', { on, ...respond(503) }],
    ['outlasts half an hour of 503', {}, wait, upIn(1_500, 2_100), again, minutes(30, 503)],
    ['outlasts a minute of 400', {}, wait, upIn(30, 120), again, minutes(1, 400)],
    ['gives up after two minutes of 423', {}, wait, refused, '(restart)', minutes(60, 423, 'not now')],
    ['without wait gives up after two minutes', {}, {}, failing, '(restart)', minutes(60, 503)],
  ]);

  test('that two runs request is accepted once, and both runs succeed', async ({ context }) => {
    // Time passes with restarts alone, and reads after the second one are still stale: both runs read FAILED before.
    let restarts = (): number => 0;
    const simulator = await context.simulate({ now: () => restarts() * 1_000 });
    restarts = () => simulator.requestsTo('restart').length;
    const endpoint = simulator.endpoint('demo', { staleMs: 1_500 });
    const inputs = { ...wait, 'api-url': simulator.url };
    const results = await Promise.all([context.run({ inputs }), context.run({ inputs })]);
    expect(results.map(({ outputs }) => outputs['outcome']).sort()).toEqual(['not-needed', 'restarted']);
    expect(results.map(({ outputs }) => outputs['status'])).toEqual(['RUNNING', 'RUNNING']);
    expect(endpoint.acceptedRestarts).toBe(1);
  });
});

test.concurrent.for<[name: string, fault: Fault, words: string]>([
  ['a byte now and then', { on: 'status', after: 1, drip: { intervalMs: 5 } }, 'may be RUNNING by now'],
  ['a hanging restart', { on: 'restart', effect: true, hang: 'before-answer' }, 'may have been accepted'],
])('the deadline ends a run with %s', async ([_, fault, words], { context }) => {
  context.simulator.endpoint('demo', { afterRestart: startUp(60_000) });
  context.simulator.fault(fault);
  // Enough for a first read on a busy machine, and less than the 30 s of a request.
  const result = await context.run({ inputs: { ...wait, 'timeout-minutes': '0.3' }, speed: 2 });
  expect(result.outputs).toMatchObject({ outcome: 'timed-out', message: matching(words), ...took(18, 29) });
});

test.concurrent.for<[name: string, response: Fault | string, clock?: ActionOptions]>([
  ['no response', { drop: 'before-answer' }],
  ['headers', 'HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n'],
  ['another protocol', 'SSH-2.0-OpenSSH_9.6\r\n'],
  ['another protocol after a 101', 'HTTP/1.1 101 x\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n'],
  ['silence', { hang: 'before-answer' }, { speed: 20 }],
])('a step fails after two minutes if all it gets is %s', async ([_, response, clock], { context }) => {
  const { simulator, listen, run } = context;
  const url = await listen((socket) => socket.once('data', () => socket.end(String(response))));
  if (typeof response !== 'string') simulator.fault({ ...always, ...response });
  const inputs = { ...wait, 'api-url': typeof response === 'string' ? url : simulator.url };
  const result = await run({ inputs, ...(clock ?? { skipPauses: true }) });
  expect(result.outputs).toMatchObject({ outcome: 'error', status: '', ...took(120, 190) });
  expect(result.annotations.map(({ name }) => name)).toEqual(['warning', 'error']);
});
