import { describe, expect } from 'vitest';
import type { Fault, TimelineStep } from '../simulator/simulator.js';
import { startUp } from '../simulator/state.js';
import type { ActionOptions } from './run-action.js';
import { annotationsOf, callsTo, expectValid, patient, pausesOf, received, test, wordsOf } from './world.js';

const wait = { wait: 'true' };
const always = { times: Number.POSITIVE_INFINITY };
/** So fast that the 30 s of a request are 2 s, which is still long for an answer on a busy machine. */
const speed = 15;
const respond = (status: number, body: string | object = ''): Fault => ({ respond: { status, body } });

describe.concurrent('a transient fault', () => {
  const html = '<html><head><title>Welcome</title><style>b{}</style></head><body>Log in</body></html>';

  test.for<[name: string, fault: Fault, words: string]>([
    ['503', respond(503, 'down for maintenance'), 'down for maintenance'],
    ['429', respond(429), 'HTTP 429 Too Many Requests'],
    ['no answer at all', { drop: 'before-answer' }, 'the connection was closed'],
    ['a body that is cut short', { drop: 'mid-body' }, 'HTTP 200, but the connection was closed'],
    ['a body of 8 MiB', { huge: { bytes: 8 << 20 } }, 'larger than 1 MiB'],
    ['an HTML page', respond(200, html), 'not a status object (Welcome Log in)'],
  ])('is tolerated, with one warning at the second in a row: %s', async ([_, fault, words], { world }) => {
    const endpoint = world.simulator.endpoint('demo');
    world.simulator.fault({ on: 'status', times: 2, ...fault });
    const result = await world.run({ inputs: wait, skipPauses: true });
    expect(result.outputs).toMatchObject({ outcome: 'restarted', status: 'RUNNING', restarted: 'true' });
    expect(annotationsOf(result)).toEqual([expect.stringMatching(/^warning: .*Retrying\.$/)]);
    expect(result.annotations[0]?.data).toContain(words);
    expect(wordsOf(result).filter((line) => line.startsWith('The API is responding again'))).toHaveLength(1);
    expect(endpoint.acceptedRestarts).toBe(1);
  });

  test('that is over at once is not worth a warning', async ({ world }) => {
    world.simulator.endpoint('demo');
    world.simulator.fault({ on: 'status', ...respond(503) });
    world.simulator.fault({ on: 'restart', ...respond(503) });
    const result = await world.run({ inputs: wait, skipPauses: true });
    expect(result.outputs).toMatchObject({ outcome: 'restarted', status: 'RUNNING' });
    expect(result.annotations).toEqual([]);
    expect(wordsOf(result)).toHaveLength(6);
  });

  test.for<[name: string, fault: Fault]>([
    ['silence before the answer', { hang: 'before-answer' }],
    ['silence in mid-body', { hang: 'mid-body' }],
    ['a byte now and then', { drip: { intervalMs: 20 } }],
  ])('ends after 30 s: %s', async ([_, fault], { world }) => {
    world.simulator.endpoint('demo');
    world.simulator.fault({ on: 'status', ...fault });
    const result = await world.run({ inputs: wait, speed });
    expect(result.outputs).toMatchObject({ outcome: 'restarted', status: 'RUNNING', restarted: 'true' });
    expect(annotationsOf(result)).toEqual([expect.stringContaining('no complete answer within 30 s')]);
  });

  test('is tolerated until the deadline, and the report says since when and why', async ({ world }) => {
    world.simulator.endpoint('demo', { afterRestart: startUp(1_000) });
    world.simulator.fault({ on: 'status', after: 1, ...always, ...respond(502, 'upstream is gone') });
    const result = await world.run(patient);
    expect(result.outputs).toMatchObject({ outcome: 'timed-out', status: 'INITIALIZING', restarted: 'true' });
    expect(result.outputs['message']).toMatch(
      /For the last (1 h|59 min)[^.]* its status could not be read.*upstream is gone/,
    );
    expect(annotationsOf(result).map((line) => line.slice(0, 7))).toEqual(['warning', 'error: ']);
    expect(wordsOf(result)).toContainEqual(expect.stringMatching(/^The API is still not responding/));
  });

  test('with Retry-After is waited for, up to ten minutes', async ({ world }) => {
    world.simulator.endpoint('demo', { before: startUp(1_000, { status: 'RUNNING' }) });
    const later = (value: string): Fault => ({ respond: { status: 503, headers: { 'Retry-After': value } } });
    world.simulator.fault({ on: 'status', after: 1, ...later('20') });
    world.simulator.fault({ on: 'status', after: 2, ...later(new Date(Date.now() + 90_000).toUTCString()) });
    world.simulator.fault({ on: 'status', after: 3, ...later('36000') });
    const result = await world.run(patient);
    expect(result.outputs).toMatchObject({ outcome: 'not-needed', status: 'RUNNING' });
    const [seconds, untilDate, capped] = pausesOf(result, 'fault');
    expect([seconds, capped]).toEqual([20, 600]);
    expect(untilDate).toBeGreaterThan(40);
    expect(untilDate).toBeLessThanOrEqual(90);
  });
});

describe.concurrent('a 429', () => {
  test('never shortens the pause, and slows the polls down for a while', async ({ world }) => {
    world.simulator.endpoint('demo', { status: 'UPDATING' });
    world.simulator.fault({ on: 'status', after: 1, times: 5, ...respond(429) });
    const inputs = { ...wait, 'poll-interval': '10', 'timeout-minutes': '5' };
    const result = await world.run({ ...patient, inputs });
    expect(pausesOf(result, 'fault').every((seconds) => seconds >= 20)).toBe(true);
    expect(pausesOf(result, 'poll').slice(0, 8)).toEqual([10, 20, 20, 20, 20, 10, 10, 10]);
  });

  test('at a poll-interval of 300 is not repeated earlier', async ({ world }) => {
    world.simulator.endpoint('demo', { status: 'UPDATING' });
    world.simulator.fault({ on: 'status', after: 1, ...respond(429) });
    const result = await world.run({ ...patient, inputs: { ...wait, 'poll-interval': '300' } });
    expect(pausesOf(result, 'fault')).toEqual([300]);
  });
});

describe.concurrent('a permanent fault', () => {
  test.for([
    [401, 'the API key is not valid', 'personal API key'],
    [403, 'no access to this endpoint', 'team input'],
    [404, 'no endpoint with this ID exists', 'endpoint-id'],
  ] as const)('ends the step at once with its likely cause: %i', async ([status, cause, next], { world }) => {
    world.simulator.endpoint('demo');
    world.simulator.fault({ ...always, ...respond(status, { message: 'so the service says' }) });
    const result = await world.run({ inputs: wait });
    expect(result.outputs).toMatchObject({ outcome: 'error', status: '', restarted: 'false' });
    expect(annotationsOf(result)).toEqual([
      expect.stringMatching(`^error: .*HTTP ${status} .*so the service says.*${cause}[\\s\\S]*${next}`),
    ]);
    expect(callsTo(world)).toEqual(['GET faulted']);
  });

  test('of a few seconds does not end a wait', async ({ world }) => {
    world.simulator.endpoint('demo', { afterRestart: startUp(60_000) });
    world.simulator.fault({ on: 'status', after: 2, times: 3, ...respond(401) });
    const result = await world.run({ ...patient, inputs: { ...wait, 'poll-interval': '1' } });
    expect(result.outputs).toMatchObject({ outcome: 'restarted', status: 'RUNNING' });
  });

  test('of half a minute does, and the outputs keep what is known', async ({ world }) => {
    world.simulator.endpoint('demo', { afterRestart: startUp(1_000) });
    world.simulator.fault({ on: 'status', after: 1, ...always, ...respond(401) });
    const result = await world.run(patient);
    expect(result.outputs).toMatchObject({ outcome: 'error', status: 'INITIALIZING', restarted: 'true' });
    const elapsedSeconds = Number(result.outputs['elapsedSeconds']);
    expect(elapsedSeconds).toBeGreaterThanOrEqual(30);
    expect(elapsedSeconds).toBeLessThan(150);
  });
});

describe.concurrent('a restart', () => {
  test.for<[name: string, fault: Fault, options?: ActionOptions]>([
    ['is lost', { drop: 'before-answer' }],
    ['is a 502 of the gateway', respond(502, 'Bad Gateway')],
    ['is cut short', { drop: 'mid-body' }],
    ['is a maintenance page', respond(200, '<html>')],
    ['never comes', { hang: 'before-answer' }, { speed }],
  ])('whose answer %s was accepted if the endpoint starts', async ([_, fault, options], { world }) => {
    const endpoint = world.simulator.endpoint('demo', { afterRestart: startUp(60_000) });
    world.simulator.fault({ on: 'restart', effect: true, ...fault });
    for (const inputs of [{}, wait]) {
      const result = await world.run({ ...(options ?? { skipPauses: true }), inputs });
      if (inputs === wait) {
        expect(result.outputs).toMatchObject({ outcome: 'not-needed', status: 'RUNNING' });
      } else {
        expect(result.outputs).toMatchObject({ outcome: 'restarted', status: 'INITIALIZING' });
        expect(wordsOf(result)).toContain('The restart had been accepted');
      }
    }
    expect(world.simulator.requestsTo('restart')).toHaveLength(1);
    expect(endpoint.acceptedRestarts).toBe(1);
  });

  test.for([
    ['a maintenance page', respond(200, '<html>Back soon</html>')],
    ['{"success":false}', respond(200, { success: false })],
    ['503', respond(503)],
  ] as const)('that did not take effect behind %s is requested again', async ([_, fault], { world }) => {
    const endpoint = world.simulator.endpoint('demo');
    world.simulator.fault({ on: 'restart', times: 2, ...fault });
    const result = await world.run({ skipPauses: true });
    expect(result.outputs).toMatchObject({ outcome: 'restarted', restarted: 'true', status: 'INITIALIZING' });
    const again = ['GET 200', 'PUT restart faulted'];
    expect(callsTo(world)).toEqual([...again, ...again, 'GET 200', 'PUT restart 200']);
    expect(endpoint.acceptedRestarts).toBe(1);
  });

  const open = { outcome: 'error', message: expect.stringMatching(/unknown whether (it|the)/) };
  test.for<[inputs: Record<string, string>, state: TimelineStep, outputs: object, restarts: number]>([
    [{}, { status: 'TERMINATING' }, open, 0],
    [{}, { status: 'UNKNOWN' }, open, 0],
    [{}, { status: 'SLEEPING' }, open, 0],
    [{}, { status: 'UPDATING' }, open, 0],
    [wait, { status: 'FAILED', errorCode: 'LATE' }, { outcome: 'restarted' }, 1],
    [wait, { status: 'TERMINATED' }, { outcome: 'restarted' }, 1],
    [{ ...wait, 'restart-on': 'FAILED' }, { status: 'TERMINATED' }, { outcome: 'not-needed' }, 0],
  ])(
    'under %o is not taken for accepted after a 503 and %o',
    async ([inputs, state, outputs, restarts], { world }) => {
      const endpoint = world.simulator.endpoint('demo');
      world.simulator.fault({ on: 'restart', ...respond(503), delayMs: 500 });
      const action = world.start({ inputs: { 'poll-interval': '5', ...inputs }, skipPauses: true });
      await received(world.simulator.requests, 2);
      endpoint.set(state);
      const result = await action.result;
      expectValid(result);
      expect(result.outputs).toMatchObject({ ...outputs, restarted: String(restarts > 0) });
      expect(endpoint.acceptedRestarts).toBe(restarts);
    },
  );

  const minutes = (count: number, fault: Fault): Fault => ({ forMs: count * 60_000, ...fault });
  test.for<[name: string, inputs: object, fault: Fault, outcome: string, seconds: RegExp]>([
    ['half an hour of 503', wait, minutes(30, respond(503)), 'restarted', /^1[5-9]\d\d$/],
    ['endless 503 without wait', {}, { ...always, ...respond(503) }, 'error', /^1[1-3]\d$/],
    ['a minute of 400', wait, minutes(1, respond(400)), 'restarted', /^([5-9]\d|1[01]\d)$/],
    ['endless 423', wait, { ...always, ...respond(423) }, 'error', /^1[1-4]\d$/],
    ['five minutes of 429', wait, minutes(5, respond(429)), 'restarted', /^(2[5-9]|3\d|4[0-5])\d$/],
  ])('meets %s', async ([_, inputs, fault, outcome, seconds], { world }) => {
    world.simulator.endpoint('demo');
    world.simulator.fault({ on: 'restart', ...fault });
    const result = await world.run({ ...patient, inputs: { 'poll-interval': '', ...inputs } });
    expect(result.outputs).toMatchObject({ outcome, elapsedSeconds: expect.stringMatching(seconds) });
    // Each request follows a read.
    expect(callsTo(world).join()).not.toMatch(/PUT[^,]*,PUT/);
  });

  test('that is rejected is requested again after 1, 2, 4, 8, 16, 30, 30 s', async ({ world }) => {
    world.simulator.endpoint('demo');
    world.simulator.fault({ on: 'restart', ...always, ...respond(400, { message: 'not now' }) });
    const result = await world.run(patient);
    expect(result.outputs).toMatchObject({ outcome: 'error', status: 'FAILED', restarted: 'false' });
    expect(result.outputs['message']).toMatch(/still FAILED.*did not accept the restart.*not now/);
    expect(pausesOf(result, 'fault').slice(0, 6)).toEqual([1, 2, 4, 8, 16, 30]);
  });

  test('is not requested in the last tenth of a short timeout', async ({ world }) => {
    // The second read is the last one, 2 s before the deadline.
    const before = [{ status: 'STOPPING', forMs: 20_000 }, { status: 'TERMINATED' }];
    world.simulator.endpoint('demo', { before });
    const inputs = { ...wait, 'timeout-minutes': '0.5', 'poll-interval': '300' };
    const result = await world.run({ ...patient, inputs });
    expect(result.outputs).toMatchObject({ outcome: 'timed-out', status: 'TERMINATED', restarted: 'false' });
    expect(world.simulator.requestsTo('restart')).toEqual([]);
  });

  test('that two runs request at once is accepted once, and both succeed', async ({ world }) => {
    // Time passes with restarts alone, and reads after the second one are still stale: both runs read FAILED before.
    let restarts = (): number => 0;
    const simulator = await world.simulate({ now: () => restarts() * 1_000 });
    restarts = () => simulator.requestsTo('restart').length;
    const endpoint = simulator.endpoint('demo', { staleMs: 1_500 });
    const inputs = { ...wait, 'api-url': simulator.url };
    const results = await Promise.all([world.run({ inputs }), world.run({ inputs })]);
    expect(results.map(({ outputs }) => outputs['outcome']).sort()).toEqual(['not-needed', 'restarted']);
    expect(results.map(({ outputs }) => outputs['status'])).toEqual(['RUNNING', 'RUNNING']);
    expect(endpoint.acceptedRestarts).toBe(1);
  });
});

describe.concurrent('the deadline', () => {
  /** Enough for a first read on a busy machine. */
  const inputs = { ...wait, 'timeout-minutes': '0.03' };
  const timeoutMs = 1_800;
  /** For the start of the process on such a machine; what hangs does so for 30 s. */
  const slackMs = 8_000;

  test.for<[name: string, fault: Fault]>([
    ['a server that says nothing', { hang: 'before-answer' }],
    ['one byte all the time', { drip: { intervalMs: 5 } }],
    ['a Retry-After of an hour', { respond: { status: 503, headers: { 'Retry-After': '3600' } } }],
    ['connections that are all closed', { drop: 'before-answer' }],
  ])('also ends a run with %s', async ([_, fault], { world }) => {
    world.simulator.endpoint('demo', { afterRestart: startUp(1_000, { status: 'AWAKING' }) });
    world.simulator.fault({ on: 'status', after: 1, ...always, ...fault });
    const result = await world.run({ inputs });
    expect(result.outputs).toMatchObject({ outcome: 'timed-out', status: 'INITIALIZING', restarted: 'true' });
    expect(result.durationMs).toBeGreaterThan(timeoutMs - 50);
    expect(result.durationMs).toBeLessThan(timeoutMs + slackMs);
  });

  test('also ends a restart that hangs, and the report says that it is ambiguous', async ({ world }) => {
    world.simulator.endpoint('demo');
    world.simulator.fault({ on: 'restart', effect: true, hang: 'before-answer' });
    const result = await world.run({ inputs });
    expect(result.outputs).toMatchObject({ outcome: 'timed-out', status: 'FAILED', restarted: 'false' });
    expect(result.durationMs).toBeLessThan(timeoutMs + slackMs);
    expect(result.outputs['message']).toMatch(/unknown whether the API accepted it/);
  });
});

describe.concurrent('without a result the step never succeeds', () => {
  test.for([
    ['nothing', ''],
    ['half a line', 'HTTP/1.1 2'],
    ['headers alone', 'HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n'],
    ['another protocol', 'SSH-2.0-OpenSSH_9.6\r\n'],
  ] as const)('though the connection ends after %s', async ([_, answer], { world }) => {
    const port = await world.listen((socket) => socket.once('data', () => socket.end(answer)));
    const result = await world.run({ inputs: { 'api-url': `http://127.0.0.1:${port}` }, skipPauses: true });
    expect(result.outputs).toMatchObject({ outcome: 'error', status: '', restarted: 'false' });
  });

  test.for<[name: string, fault: Fault, clock?: ActionOptions]>([
    ['no answer at all', { drop: 'before-answer' }],
    ['half a body', { drop: 'mid-body' }],
    ['a page of somebody else', respond(200, '<html>Hello</html>')],
    ['the answer of an outage', respond(503)],
    // A hang is a hang, however fast the clock.
    ['silence', { hang: 'before-answer' }, { speed: 100 }],
  ])('though all that ever comes is %s', async ([_, fault, clock = { skipPauses: true }], { world }) => {
    world.simulator.endpoint('demo');
    world.simulator.fault({ ...always, ...fault });
    for (const result of await Promise.all([world.run(clock), world.run({ inputs: wait, ...clock })])) {
      expect(result.outputs).toMatchObject({ outcome: 'error', status: '', restarted: 'false' });
      expect(result.annotations.map(({ name }) => name)).toEqual(['warning', 'error']);
      // Two minutes, since nothing was ever answered.
      expect(Number(result.outputs['elapsedSeconds'])).toBeGreaterThanOrEqual(120);
    }
  });
});
