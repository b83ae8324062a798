import { describe, expect } from 'vitest';
import type { Fault } from '../simulator/simulator.js';
import { startUp } from '../simulator/state.js';
import type { ActionOptions, ActionResult } from './run-action.js';
import { test, type World } from './world.js';

const wait = { wait: 'true' };
const debug = { RUNNER_DEBUG: '1' };
const forEver = { times: Number.POSITIVE_INFINITY };
/** So fast that the 30 s of a request are 2 s, which is still long for an answer on a machine with other work. */
const speed = 15;

function callsTo({ simulator }: World): string[] {
  return simulator.requests.map(({ method, answered }) => `${method} ${answered}`);
}

function annotationsOf({ annotations }: ActionResult): string[] {
  return annotations.map(({ name, data }) => `${name}: ${data}`);
}

/** The pauses that the debug log tells of, in seconds. */
function pausesOf({ commands }: ActionResult, why: string): number[] {
  const told = commands.map(({ data }) => / pause of (\S+) s \((\w+)\)$/.exec(data));
  return told.flatMap((found) => (found?.[2] === why ? [Number(found[1])] : []));
}

describe.concurrent('a fault that passes is survived, with one warning', () => {
  const html = '<!doctype html><html><head><title>Welcome</title></head><body>Log in</body></html>';
  const ok = (body: string | object) => ({ respond: { status: 200, body } });

  test.for<[name: string, fault: Fault, words: string]>([
    ['503', { respond: { status: 503, body: 'down for maintenance' } }, 'down for maintenance'],
    ['500 with nothing', { respond: { status: 500 } }, 'HTTP 500 Internal Server Error'],
    ['429', { respond: { status: 429 } }, 'HTTP 429 Too Many Requests'],
    ['408', { respond: { status: 408 } }, 'HTTP 408'],
    ['425', { respond: { status: 425 } }, 'HTTP 425'],
    ['no answer at all', { drop: 'before-answer' }, 'the connection was closed'],
    ['a body that is cut short', { drop: 'mid-body' }, 'HTTP 200, but the connection was closed'],
    ['a body that is reset', { drop: 'reset-mid-body' }, 'HTTP 200, but the connection was closed'],
    ['a chunked body without its end', { cutChunked: true }, 'HTTP 200, but the connection was closed'],
    ['a body of 8 MiB', { huge: { bytes: 8 << 20 } }, 'larger than 1 MiB'],
    ['garbage', ok(Buffer.from([0, 159, 146, 150, 27])), 'no status object'],
    ['an HTML page', ok(html), 'no status object (Welcome Log in)'],
    ['an empty body', ok(''), 'no status object'],
    ['204', { respond: { status: 204 } }, 'no status object'],
    ['a list', ok([{ status: 'RUNNING', createdAt: '2025-01-01T00:00:00Z' }]), 'no status object'],
    ['a status that is no text', ok({ status: 7, createdAt: '2025-01-01T00:00:00Z' }), 'no status object'],
    ['a status without createdAt', ok({ status: 'RUNNING' }), 'no status object'],
  ])('%s', async ([_, fault, words], { world }) => {
    const endpoint = world.simulator.endpoint('demo');
    world.simulator.fault({ on: 'status', ...fault });
    const result = await world.run({ inputs: wait, skipPauses: true });
    expect(result.outputs).toMatchObject({ outcome: 'restarted', status: 'RUNNING', restarted: 'true' });
    expect(annotationsOf(result)).toEqual([expect.stringMatching(/^warning: The status cannot be read/)]);
    expect(result.annotations[0]?.data).toContain(words);
    expect(result.log.filter((line) => line.includes('answers again'))).toHaveLength(1);
    expect(endpoint.acceptedRestarts).toBe(1);
  });

  test.for<[name: string, fault: Fault]>([
    ['silence before the answer', { hang: 'before-answer' }],
    ['silence in mid-body', { hang: 'mid-body' }],
    ['a byte now and then', { drip: { intervalMs: 20 } }],
  ])('%s, after 30 s', async ([_, fault], { world }) => {
    world.simulator.endpoint('demo');
    world.simulator.fault({ on: 'status', ...fault });
    const result = await world.run({ inputs: wait, speed });
    expect(result.outputs).toMatchObject({ outcome: 'restarted', status: 'RUNNING', restarted: 'true' });
    expect(annotationsOf(result)).toEqual([expect.stringContaining('no complete answer within 30 s')]);
  });

  test('however long it lasts before the deadline', async ({ world }) => {
    world.simulator.endpoint('demo', { afterRestart: startUp(1_000) });
    world.simulator.fault({ on: 'status', after: 2, times: 12, respond: { status: 502 } });
    const result = await world.run({ inputs: wait, skipPauses: true });
    expect(result.outputs).toMatchObject({ outcome: 'restarted', status: 'RUNNING' });
    expect(annotationsOf(result)).toHaveLength(1);
    expect(result.log.filter((line) => line.includes('answers again'))).toHaveLength(1);
  });

  test('and after a 429 the polls come half as often', async ({ world }) => {
    world.simulator.endpoint('demo', { before: startUp(2_000) });
    world.simulator.fault({ on: 'status', after: 1, respond: { status: 429 } });
    const result = await world.run({ inputs: wait, env: debug, skipPauses: true });
    expect(pausesOf(result, 'poll')).toEqual([0.1, 0.2, 0.2, 0.2, 0.2]);
  });

  test('and what Retry-After asks for is honoured, in seconds and as a date', async ({ world }) => {
    world.simulator.endpoint('demo', { status: 'RUNNING' });
    const date = new Date(Date.now() + 60_000).toUTCString();
    for (const [after, value] of ['20', date].entries()) {
      world.simulator.fault({ after, respond: { status: 503, headers: { 'Retry-After': value } } });
    }
    const result = await world.run({ env: debug, skipPauses: true });
    expect(result.outputs).toMatchObject({ outcome: 'not-needed', status: 'RUNNING' });
    const [seconds = 0, untilDate = 0] = pausesOf(result, 'fault');
    expect(seconds).toBe(20);
    // The date has whole seconds, and the process took its time to start.
    expect(untilDate).toBeGreaterThan(40);
    expect(untilDate).toBeLessThanOrEqual(60);
  });
});

describe.concurrent('a permanent fault', () => {
  test.for([
    [401, 'key is not accepted', 'personal API key'],
    [403, 'no right to this endpoint, or the team', 'team input'],
    [404, 'no endpoint with this ID, or it belongs to another team', 'endpoint-id'],
    [422, 'not take this for an endpoint ID', 'endpoint-id'],
    [400, 'takes the request for a mistake', 'Friendli Suite'],
    [405, 'not documented', 'Friendli Suite'],
    [410, 'not documented', 'Friendli Suite'],
  ] as const)('ends the step at once with its likely cause: %i', async ([status, cause, next], { world }) => {
    world.simulator.endpoint('demo');
    world.simulator.fault({ ...forEver, respond: { status, body: { message: 'so the service says' } } });
    const result = await world.run({ inputs: wait });
    expect(result.outputs).toMatchObject({ outcome: 'error', status: '', restarted: 'false' });
    expect(annotationsOf(result)).toEqual([
      expect.stringMatching(`^error: .*HTTP ${status} .*so the service says.*${cause}[\\s\\S]*${next}`),
    ]);
    expect(callsTo(world)).toEqual(['GET faulted']);
  });

  test.for([
    ['unknown to the service', {}, 404],
    ['of another team', { team: 'theirs' }, 404],
  ] as const)('is an endpoint %s', async ([_, options, status], { world }) => {
    world.simulator.endpoint('team' in options ? 'demo' : 'other', options);
    const result = await world.run();
    expect(annotationsOf(result)).toEqual([expect.stringContaining(`HTTP ${status}`)]);
    expect(callsTo(world)).toEqual([`GET ${status}`]);
  });

  test.for([301, 302, 303, 307, 308])(
    'is a redirect, which is not followed: %i',
    async (status, { world }) => {
      const elsewhere = await world.simulate();
      elsewhere.endpoint('demo');
      world.simulator.endpoint('demo');
      const location = `${elsewhere.url}/dedicated/beta/endpoint/demo/status`;
      world.simulator.fault({ ...forEver, respond: { status, headers: { location } } });
      const result = await world.run({ inputs: wait });
      expect(annotationsOf(result)).toEqual([expect.stringMatching(/redirect.*not followed[\s\S]*api-url/)]);
      expect(callsTo(world)).toEqual(['GET faulted']);
      expect(elsewhere.requests).toEqual([]);
    },
  );

  test('needs three in a row once the API has given a good answer', async ({ world }) => {
    world.simulator.endpoint('demo', { afterRestart: startUp(1_000) });
    world.simulator.fault({ on: 'status', after: 1, times: 2, respond: { status: 401 } });
    world.simulator.fault({ on: 'status', after: 4, times: 2, respond: { status: 404 } });
    const result = await world.run({ inputs: wait, skipPauses: true });
    expect(result.outputs).toMatchObject({ outcome: 'restarted', status: 'RUNNING' });
  });

  test('is believed after three in a row, and the outputs keep what is known', async ({ world }) => {
    world.simulator.endpoint('demo', { afterRestart: startUp(1_000) });
    world.simulator.fault({ on: 'status', after: 1, ...forEver, respond: { status: 401 } });
    const result = await world.run({ inputs: wait, skipPauses: true });
    expect(result.outputs).toMatchObject({ outcome: 'error', status: 'INITIALIZING', restarted: 'true' });
    expect(callsTo(world)).toEqual(['GET 200', 'PUT 200', 'GET faulted', 'GET faulted', 'GET faulted']);
  });
});

describe.concurrent('a restart', () => {
  test.for<[name: string, fault: Fault]>([
    ['is lost', { drop: 'before-answer' }],
    ['is a 502 of the gateway', { respond: { status: 502, body: 'Bad Gateway' } }],
  ])(
    'whose answer %s counts as accepted when the endpoint moves, and is not repeated',
    async ([_, fault], { world }) => {
      const endpoint = world.simulator.endpoint('demo', { afterRestart: startUp(1_000) });
      world.simulator.fault({ on: 'restart', effect: true, ...fault });
      const result = await world.run({ inputs: wait, skipPauses: true });
      expect(result.outputs).toMatchObject({ outcome: 'restarted', restarted: 'true', status: 'RUNNING' });
      expect(result.log).toContainEqual(expect.stringContaining('accepted after all'));
      expect(annotationsOf(result)).toEqual([
        expect.stringContaining('warning: The restart got no clear answer'),
      ]);
      expect(world.simulator.requestsTo('restart')).toHaveLength(1);
      expect(endpoint.acceptedRestarts).toBe(1);
    },
  );

  test('whose answer never comes counts as accepted when the endpoint moves', async ({ world }) => {
    const endpoint = world.simulator.endpoint('demo', { afterRestart: startUp(1_000) });
    world.simulator.fault({ on: 'restart', effect: true, hang: 'before-answer' });
    const result = await world.run({ inputs: wait, speed });
    expect(result.outputs).toMatchObject({ outcome: 'restarted', restarted: 'true', status: 'RUNNING' });
    expect(world.simulator.requestsTo('restart')).toHaveLength(1);
    expect(endpoint.acceptedRestarts).toBe(1);
  });

  test.for<[name: string, fault: Fault]>([
    ['cut short', { drop: 'mid-body' }],
    ['reset', { drop: 'reset-mid-body' }],
    ['garbage', { respond: { status: 200, body: '<html>' } }],
    ['nothing', { respond: { status: 204 } }],
    ['8 MiB', { huge: { bytes: 8 << 20 } }],
  ])('whose good answer is %s was accepted', async ([_, fault], { world }) => {
    const endpoint = world.simulator.endpoint('demo');
    world.simulator.fault({ on: 'restart', effect: true, ...fault });
    const result = await world.run();
    expect(result.outputs).toMatchObject({ outcome: 'restarted', restarted: 'true', status: 'FAILED' });
    expect(world.simulator.requestsTo('restart')).toHaveLength(1);
    expect(endpoint.acceptedRestarts).toBe(1);
  });

  test('that did not arrive is sent again after another look', async ({ world }) => {
    const endpoint = world.simulator.endpoint('demo');
    world.simulator.fault({ on: 'restart', times: 2, drop: 'before-answer' });
    const result = await world.run({ inputs: wait, skipPauses: true });
    expect(result.outputs).toMatchObject({ outcome: 'restarted', restarted: 'true', status: 'RUNNING' });
    expect(callsTo(world)).toEqual([
      'GET 200',
      'PUT faulted',
      'GET 200',
      'PUT faulted',
      'GET 200',
      'PUT 200',
      'GET 200',
    ]);
    expect(endpoint.acceptedRestarts).toBe(1);
  });

  test('that is refused again and again is asked for five times, then is an error', async ({ world }) => {
    world.simulator.endpoint('demo');
    world.simulator.fault({
      on: 'restart',
      ...forEver,
      respond: { status: 400, body: { message: 'not now' } },
    });
    const result = await world.run({ inputs: wait, skipPauses: true });
    expect(result.outputs).toMatchObject({ outcome: 'error', status: 'FAILED', restarted: 'false' });
    expect(annotationsOf(result)).toEqual([
      expect.stringMatching(/^error: .*FAILED after five requests.*not now/),
    ]);
    expect(world.simulator.requestsTo('restart')).toHaveLength(5);
    expect(world.simulator.requestsTo('status')).toHaveLength(6);
  });

  test('that is forbidden is an error after three in a row', async ({ world }) => {
    world.simulator.endpoint('demo');
    world.simulator.fault({ on: 'restart', ...forEver, respond: { status: 403 } });
    const result = await world.run({ skipPauses: true });
    expect(result.outputs).toMatchObject({ outcome: 'error', status: 'FAILED', restarted: 'false' });
    expect(result.annotations.at(-1)?.data).toContain('no right to this endpoint');
    expect(world.simulator.requestsTo('restart')).toHaveLength(3);
  });

  test('that two runs ask for at once is accepted once, and both end well', async ({ world }) => {
    // Time passes with restarts alone, and the second one is old news still: both runs read FAILED before they ask.
    let restarts = (): number => 0;
    const simulator = await world.simulate({ now: () => restarts() * 1_000 });
    restarts = () => simulator.requestsTo('restart').length;
    const endpoint = simulator.endpoint('demo', { staleMs: 1_500 });
    const inputs = { ...wait, 'api-url': simulator.url };
    const results = await Promise.all([world.run({ inputs }), world.run({ inputs })]);
    expect(results.map(({ outputs }) => outputs['outcome']).sort()).toEqual(['not-needed', 'restarted']);
    expect(results.map(({ outputs }) => outputs['restarted']).sort()).toEqual(['false', 'true']);
    expect(results.map(({ outputs }) => outputs['status'])).toEqual(['RUNNING', 'RUNNING']);
    expect(simulator.requestsTo('restart').map(({ answered }) => answered)).toEqual([200, 400]);
    expect(endpoint.acceptedRestarts).toBe(1);
  });
});

describe.concurrent('the deadline', () => {
  /** Time enough for a first look on a machine with other work. */
  const timeoutMinutes = '0.03';
  const timeoutMs = 1_800;
  /** For the start of the process on such a machine; what hangs does so for 30 s. */
  const slackMs = 8_000;

  test.for<[name: string, fault: Fault]>([
    ['a server that says nothing', { hang: 'before-answer' }],
    ['a server that stops in mid-body', { hang: 'mid-body' }],
    ['one byte a second', { drip: { intervalMs: 1_000 } }],
    ['one byte all the time', { drip: { intervalMs: 5 } }],
    ['a Retry-After of an hour', { respond: { status: 503, headers: { 'Retry-After': '3600' } } }],
    [
      'a Retry-After in the next century',
      { respond: { status: 429, headers: { 'Retry-After': 'Fri, 31 Dec 2100 23:59:59 GMT' } } },
    ],
    ['answers that are all cut short', { drop: 'mid-body' }],
    ['connections that are all closed', { drop: 'before-answer' }],
  ])('is not outlived by %s', async ([_, fault], { world }) => {
    world.simulator.endpoint('demo', { afterRestart: startUp(1_000, { status: 'AWAKING' }) });
    world.simulator.fault({ on: 'status', after: 1, ...forEver, ...fault });
    const result = await world.run({ inputs: { ...wait, 'timeout-minutes': timeoutMinutes } });
    expect(result.outputs).toMatchObject({ outcome: 'timed-out', status: 'INITIALIZING', restarted: 'true' });
    expect(result.durationMs).toBeGreaterThan(timeoutMs - 50);
    expect(result.durationMs).toBeLessThan(timeoutMs + slackMs);
    // Since when, and why.
    expect(result.annotations.at(-1)?.data).toMatch(/could not be observed for [12] s, since 0:0[01]/);
  });

  test('is not outlived by a restart that hangs, and the restart is told to be in doubt', async ({
    world,
  }) => {
    world.simulator.endpoint('demo');
    world.simulator.fault({ on: 'restart', effect: true, hang: 'before-answer' });
    const result = await world.run({ inputs: { ...wait, 'timeout-minutes': timeoutMinutes } });
    expect(result.outputs).toMatchObject({ outcome: 'timed-out', status: 'FAILED', restarted: 'false' });
    expect(result.durationMs).toBeLessThan(timeoutMs + slackMs);
    expect(result.annotations.at(-1)?.data).toContain('whether it was accepted is not known');
  });
});

describe.concurrent('without a result the step never looks green', () => {
  test.for([
    ['nothing', ''],
    ['half a line', 'HTTP/1.1 2'],
    ['half of the headers', 'HTTP/1.1 200 OK\r\nContent-Type: appli'],
    ['headers alone', 'HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n'],
    ['headers and half of a chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n20\r\n{"status"'],
    ['another protocol', 'SSH-2.0-OpenSSH_9.6\r\n'],
  ] as const)('though the connection ends after %s', async ([_, answer], { world }) => {
    const port = await world.listen((socket) => socket.once('data', () => socket.end(answer)));
    const result = await world.run({ inputs: { 'api-url': `http://127.0.0.1:${port}` }, skipPauses: true });
    expect(result.exitCode).toBe(1);
    expect(result.outputs).toMatchObject({ outcome: 'error', status: '', restarted: 'false' });
  });

  test('though the answer is a change of protocol', async ({ world }) => {
    const answer = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n';
    const port = await world.listen((socket) => socket.once('data', () => socket.write(answer)));
    // Such a request ends by its limit of time alone.
    const result = await world.run({ inputs: { 'api-url': `http://127.0.0.1:${port}` }, speed: 100 });
    expect(result.outputs).toMatchObject({ outcome: 'error', status: '', restarted: 'false' });
  });

  test.for<[name: string, fault: Fault, clock?: ActionOptions]>([
    ['no answer at all', { drop: 'before-answer' }],
    ['headers and half a body', { drop: 'mid-body' }],
    ['headers, half a body and a reset', { drop: 'reset-mid-body' }],
    ['half a chunked body', { cutChunked: true }],
    ['a page of somebody else', { respond: { status: 200, body: '<html>Hello</html>' } }],
    ['the answer of an outage', { respond: { status: 503 } }],
    // A hang is a hang however fast the clock.
    ['silence', { hang: 'before-answer' }, { speed: 100 }],
  ])('though all that ever comes is %s', async ([_, fault, clock = { skipPauses: true }], { world }) => {
    world.simulator.endpoint('demo');
    world.simulator.fault({ ...forEver, ...fault });
    for (const result of await Promise.all([world.run(clock), world.run({ inputs: wait, ...clock })])) {
      expect(result.exitCode).toBe(1);
      expect(result.outputs).toMatchObject({ outcome: 'error', status: '', restarted: 'false' });
      expect(result.annotations.map(({ name }) => name)).toEqual(['warning', 'error']);
      // Two minutes, since nothing was ever answered.
      expect(Number(result.outputs['elapsedSeconds'])).toBeGreaterThanOrEqual(120);
    }
  });
});
