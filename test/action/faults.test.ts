import { describe, expect } from 'vitest';
import type { EndpointOptions, Fault, TimelineStep } from '../simulator/simulator.js';
import { startUp } from '../simulator/state.js';
import type { ActionOptions } from './run-action.js';
import { annotationsOf, patient, pausesOf, respond, says, scenarios, test, wait, wordsOf } from './world.js';

const always = { times: Number.POSITIVE_INFINITY };
const ended = (seconds: string): object => ({ outcome: 'error', elapsedSeconds: says(`^${seconds}$`) });
const adaptive = { ...wait, 'poll-interval': '' };

describe.concurrent('a transient fault', () => {
  const html = '<html><head><title>Welcome</title><style>b{}</style></head><body>Log in</body></html>';
  // So fast that the 30 s of a request are 2 s, which is still long for an answer on a busy machine.
  const fast = { speed: 15 };

  test.for<[name: string, fault: Fault, words: string, clock?: ActionOptions]>([
    ['503', respond(503, 'down for maintenance'), 'down for maintenance'],
    ['429', respond(429), 'HTTP 429 Too Many Requests'],
    ['no answer at all', { drop: 'before-answer' }, 'the connection was closed'],
    ['a body that is cut short', { drop: 'mid-body' }, 'HTTP 200, but the connection was closed'],
    ['a body of 8 MiB', { huge: { bytes: 8 << 20 } }, 'larger than 1 MiB'],
    ['an HTML page', respond(200, html), 'not a status object (Welcome Log in)'],
    ['silence before the answer', { hang: 'before-answer' }, 'no complete answer within 30 s', fast],
    ['silence in mid-body', { hang: 'mid-body' }, 'no complete answer within 30 s', fast],
    ['a byte now and then', { drip: { intervalMs: 20 } }, 'no complete answer within 30 s', fast],
  ])('is tolerated, with one warning: %s', async ([_, fault, words, clock], { world }) => {
    const endpoint = world.simulator.endpoint('demo');
    world.simulator.fault({ on: 'status', times: 2, ...fault });
    const result = await world.run({ inputs: wait, ...(clock ?? { skipPauses: true }) });
    expect(result.outputs).toMatchObject({ outcome: 'restarted', status: 'RUNNING', restarted: 'true' });
    expect(annotationsOf(result)).toEqual([says('^warning: .*Retrying\\.$')]);
    expect(result.annotations[0]?.data).toContain(words);
    expect(wordsOf(result).filter((line) => line.startsWith('The API is responding again'))).toHaveLength(1);
    expect(endpoint.acceptedRestarts).toBe(1);
  });

  test('that is over at once is not worth a warning', async ({ world }) => {
    world.simulator.endpoint('demo');
    for (const on of ['status', 'restart'] as const) world.simulator.fault({ on, ...respond(503) });
    const result = await world.run({ inputs: wait, skipPauses: true });
    expect(result).toMatchObject({ outputs: { outcome: 'restarted', status: 'RUNNING' }, annotations: [] });
    expect(wordsOf(result)).toHaveLength(6);
  });

  test('is tolerated until the deadline, and the report says since when and why', async ({ world }) => {
    world.simulator.endpoint('demo', { afterRestart: startUp(1_000) });
    world.simulator.fault({ on: 'status', after: 1, ...always, ...respond(502, 'upstream is gone') });
    const result = await world.run(patient);
    const message = says('For the last (1 h|59 min)[^.]* its status could not be read.*upstream is gone');
    expect(result.outputs).toMatchObject({ outcome: 'timed-out', status: 'INITIALIZING', message });
    expect(annotationsOf(result).map((line) => line.slice(0, 7))).toEqual(['warning', 'error: ']);
    expect(wordsOf(result)).toContainEqual(says('^The API is still not responding'));
  });

  const later = (s: string): Fault => ({ respond: { status: 503, headers: { 'Retry-After': s } } });
  test.for<[name: string, interval: string, faults: Fault[], afterFaults: number[], polls: number[]]>([
    ['Retry-After up to ten minutes', '', [later('20'), later('36000')], [20, 600], []],
    ['a poll-interval of 300 after a 429', '300', [respond(429)], [300], [300]],
    ['429s for a while', '10', Array(5).fill(respond(429)), Array(5).fill(20), [10, 20, 20, 20, 20, 10, 10]],
  ])('slows the run down: %s', async ([_, interval, faults, afterFaults, polls], { world }) => {
    world.simulator.endpoint('demo', { status: 'UPDATING' });
    for (const [at, fault] of faults.entries()) {
      world.simulator.fault({ on: 'status', after: at + 1, ...fault });
    }
    const inputs = { ...wait, 'poll-interval': interval, 'timeout-minutes': '15' };
    const result = await world.run({ ...patient, inputs });
    expect(pausesOf(result, 'fault')).toEqual(afterFaults);
    expect(pausesOf(result, 'poll').slice(0, polls.length)).toEqual(polls);
  });
});

describe.concurrent('a permanent fault', () => {
  const slow = { afterRestart: startUp(60_000) };
  const refused = (after: number, times = Number.POSITIVE_INFINITY): Fault => {
    return { on: 'status', after, times, ...respond(401, { message: 'so the service says' }) };
  };
  const words = says('HTTP 401 .*so the service says.*the API key is not valid.*personal API key');
  const atOnce = { status: '', message: words, ...ended('\\d') };
  const known = { status: 'INITIALIZING', ...ended('([3-9]\\d|1[0-4]\\d)') };
  const secondly = { ...wait, 'poll-interval': '1' };
  scenarios([
    ['ends the step at once with its likely cause', {}, wait, atOnce, '', refused(0)],
    ['of seconds ends no wait', slow, secondly, { outcome: 'restarted' }, 'restart', refused(2, 3)],
    ['of half a minute does', slow, adaptive, known, 'restart', refused(2)],
  ]);
});

describe.concurrent('a restart', () => {
  const slow = { afterRestart: startUp(60_000) };
  const seen = { outcome: 'restarted', status: 'INITIALIZING' };
  const up = (seconds: string): object => ({ outcome: 'restarted', elapsedSeconds: says(`^${seconds}$`) });
  const page = respond(200, '<html>Back soon</html>');
  const hidden = (fault: Fault): Fault => ({ effect: true, ...fault });
  const twice = (fault: Fault): Fault => ({ times: 2, ...fault });
  const minutes = (count: number, fault: Fault): Fault => ({ forMs: count * 60_000, ...fault });
  const first = { status: 'FAILED', forMs: 1_500 };
  const then = (state: TimelineStep): EndpointOptions => ({ before: [first, state] });
  const open = { outcome: 'error', message: says('unknown whether (it|the)') };
  const refused = { ...ended('1[1-4]\\d'), message: says('still FAILED.*not now') };
  const late = { status: 'FAILED', errorCode: 'LATE' };
  const stopped = { status: 'TERMINATED' };
  const notAgain = { ...wait, 'restart-on': 'FAILED' };
  const stopping = { before: [{ status: 'STOPPING', forMs: 20_000 }, stopped] };
  const short = { ...wait, 'timeout-minutes': '0.5', 'poll-interval': '300' };
  const timedOut = { outcome: 'timed-out', ...stopped };

  type Row = [name: string, endpoint: EndpointOptions, inputs: object, outputs: object, Fault, puts?: string];
  const table: Row[] = [
    ['was accepted, though its answer is lost', slow, {}, seen, hidden({ drop: 'before-answer' })],
    ['was accepted, though its answer is cut short', slow, {}, seen, hidden({ drop: 'mid-body' })],
    ['was accepted, though a gateway answers', slow, {}, seen, hidden(respond(502, 'Bad Gateway'))],
    ['was accepted behind a maintenance page', slow, {}, seen, hidden(page)],
    ['was accepted behind it with wait, too', slow, wait, up('\\d+'), hidden(page)],
    ['is requested again behind a maintenance page', {}, {}, seen, twice(page)],
    ['is requested again behind {"success":false}', {}, {}, seen, twice(respond(200, { success: false }))],
    ['is requested again behind 503', {}, {}, seen, twice(respond(503))],
    ['is in doubt at a 503 and TERMINATING', then({ status: 'TERMINATING' }), {}, open, respond(503), ''],
    ['is in doubt at a 503 and UNKNOWN', then({ status: 'UNKNOWN' }), {}, open, respond(503), ''],
    ['is in doubt at a 503 and SLEEPING', then({ status: 'SLEEPING' }), {}, open, respond(503), ''],
    ['is in doubt at a 503 and UPDATING', then({ status: 'UPDATING' }), {}, open, respond(503), ''],
    ['is requested again at a 500 and a late code', then(late), wait, up('\\d+'), respond(500)],
    ['is requested again at a 500 and TERMINATED', then(stopped), wait, up('\\d+'), respond(500)],
    ['is not if that is not its task', then(stopped), notAgain, { outcome: 'not-needed' }, respond(500), ''],
    ['meets half an hour of 503', {}, adaptive, up('1[5-9]\\d\\d'), minutes(30, respond(503))],
    ['meets endless 503 without wait', {}, {}, ended('1[1-3]\\d'), { ...always, ...respond(503) }, ''],
    ['meets a minute of 400', {}, adaptive, up('([5-9]\\d|1[01]\\d)'), minutes(1, respond(400))],
    ['meets endless 423', {}, adaptive, refused, { ...always, ...respond(423, 'not now') }, ''],
    ['meets five minutes of 429', {}, adaptive, up('(2[5-9]|3\\d|4[0-5])\\d'), minutes(5, respond(429))],
    // The second read is the last one, 2 s before the deadline.
    ['is not requested in the last tenth of a timeout', stopping, short, timedOut, respond(503), ''],
  ];
  scenarios(
    table.map(([name, endpoint, inputs, outputs, fault, puts = 'restart']) => {
      return [name, endpoint, inputs, outputs, puts, { on: 'restart', ...fault }];
    }),
  );

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

describe.concurrent('the deadline ends a run', () => {
  const started = { status: 'INITIALIZING', restarted: 'true' };
  const ambiguous = {
    status: 'FAILED',
    restarted: 'false',
    message: says('unknown whether the API accepted'),
  };
  test.for<[name: string, fault: Fault, outputs: object]>([
    ['with a server that says nothing', { on: 'status', after: 1, hang: 'before-answer' }, started],
    ['with one byte all the time', { on: 'status', after: 1, drip: { intervalMs: 5 } }, started],
    ['with a restart that hangs', { on: 'restart', effect: true, hang: 'before-answer' }, ambiguous],
  ])('%s', async ([_, fault, outputs], { world }) => {
    world.simulator.endpoint('demo', { afterRestart: startUp(1_000, { status: 'AWAKING' }) });
    world.simulator.fault(fault);
    // Enough for a first read on a busy machine.
    const result = await world.run({ inputs: { ...wait, 'timeout-minutes': '0.05' } });
    expect(result.outputs).toMatchObject({ outcome: 'timed-out', ...outputs });
    expect(result.durationMs).toBeGreaterThan(2_950);
    // What hangs does so for 30 s; the rest is for the start of the process on such a machine.
    expect(result.durationMs).toBeLessThan(11_000);
  });
});

describe.concurrent('without a result the step never succeeds', () => {
  test.for<[name: string, fault: Fault | string, clock?: ActionOptions]>([
    ['no answer at all', { drop: 'before-answer' }],
    ['half a body', { drop: 'mid-body' }],
    ['half a line', 'HTTP/1.1 2'],
    ['headers alone', 'HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n'],
    ['another protocol', 'SSH-2.0-OpenSSH_9.6\r\n'],
    ['a page of somebody else', respond(200, '<html>Hello</html>')],
    ['the answer of an outage', respond(503)],
    // A hang is a hang, however fast the clock.
    ['silence', { hang: 'before-answer' }, { speed: 100 }],
  ])('though all that ever comes is %s', async ([_, fault, clock = { skipPauses: true }], { world }) => {
    const answer = typeof fault === 'string' ? fault : '';
    if (typeof fault !== 'string') world.simulator.fault({ ...always, ...fault });
    const port = await world.listen((socket) => socket.once('data', () => socket.end(answer)));
    const inputs = answer === '' ? {} : { 'api-url': `http://127.0.0.1:${port}` };
    const runs = [inputs, { ...wait, ...inputs }].map((given) => world.run({ inputs: given, ...clock }));
    for (const result of await Promise.all(runs)) {
      expect(result.outputs).toMatchObject({ outcome: 'error', status: '', restarted: 'false' });
      expect(result.annotations.map(({ name }) => name)).toEqual(['warning', 'error']);
      // Two minutes, since nothing was ever answered.
      expect(Number(result.outputs['elapsedSeconds'])).toBeGreaterThanOrEqual(120);
    }
  });
});
