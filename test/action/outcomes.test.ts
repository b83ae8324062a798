import { join } from 'node:path';
import { describe, expect } from 'vitest';
import type { EndpointOptions, Fault, TimelineStep } from '../simulator/simulator.js';
import { startUp } from '../simulator/state.js';
import {
  callsTo,
  patient,
  pausesOf,
  received,
  respond,
  says,
  scenarios,
  test,
  wait,
  wordsOf,
} from './world.js';

const memory = 'INFERENCE_ENGINE_MEMORY_ERROR';
const grpc = 'WORKLOAD_INIT_GRPC_ERROR';
const step = (status: string, forMs = 6_000): TimelineStep => ({ status, forMs });
const running = { status: 'RUNNING' };
const asleep = { status: 'SLEEPING' };
const terminated = { status: 'TERMINATED' };
const failed = (errorCode: string | null = null): TimelineStep => ({ status: 'FAILED', errorCode });
const end = (state: TimelineStep): EndpointOptions => ({ afterRestart: startUp(1_000, state) });
const because = (outcome: string, words: string): object => ({ outcome, message: says(words) });
const takes = (seconds: string): object => ({ elapsedSeconds: says(`^${seconds}$`) });
const three = { ...wait, attempts: '3' };
const restarted = { outcome: 'restarted', ...running };
const notNeeded = { outcome: 'not-needed', ...running };
const hasFailed = { outcome: 'failed' };

test('a failed endpoint is restarted and followed until it is RUNNING', async ({ world }) => {
  world.simulator.endpoint('demo', { errorCode: memory, team: 'tm_1', afterRestart: startUp(1_000) });
  const result = await world.run({ inputs: { ...wait, team: 'tm_1' } });
  expect(result.outputs).toEqual({
    ...{ status: 'RUNNING', errorCode: '', phase: '', previousStatus: 'FAILED', previousErrorCode: memory },
    ...{ restarted: 'true', outcome: 'restarted', elapsedSeconds: says('^\\d+$') },
    message: says('^Endpoint demo was restarted and serves requests again after \\d+ s\\.$'),
  });
  expect(wordsOf(result)).toEqual([
    'Restarting endpoint demo if it is FAILED or TERMINATED, then waiting up to 1 h for RUNNING',
    `FAILED, ${memory}: likely the model does not fit in GPU memory`,
    'Restart accepted',
    'INITIALIZING, requesting a virtual machine',
    'INITIALIZING, downloading the model',
    'INITIALIZING, initializing the engine',
    'RUNNING',
    says('^Restarted and running\\. '),
  ]);
  expect(result.annotations).toEqual([]);
  expect(result.summary).toMatch(/demo[\s\S]*FAILED[\s\S]*RUNNING/);
  expect(callsTo(world)).toEqual(['GET 200', 'PUT restart 200', 'GET 200', 'GET 200', 'GET 200']);
  for (const { headers } of world.simulator.requests) {
    expect(headers).toMatchObject({
      authorization: 'Bearer flp_Zk3RqWc0hTnV8sLx',
      'x-friendli-team': 'tm_1',
    });
    expect(headers['user-agent']).toMatch(/^restart-friendli-endpoint\/\d+\.\d+\.\d+/);
  }
  expect(result.stdout).not.toMatch(/authorization|bearer|x-friendli-team|tm_1/i);
});

test('a terminated endpoint is restarted with exactly two requests without wait', async ({ world }) => {
  world.simulator.endpoint('demo', terminated);
  const { outputs, annotations } = await world.run();
  expect(outputs).toMatchObject({ outcome: 'restarted', previousStatus: 'TERMINATED' });
  expect(annotations).toEqual([]);
  expect(callsTo(world)).toEqual(['GET 200', 'PUT restart 200']);
  expect(world.simulator.requests.some(({ headers }) => 'x-friendli-team' in headers)).toBe(false);
});

test('attempts have growing pauses, and each failure is looked at twice', async ({ world }) => {
  const again = startUp(1_000, failed(grpc));
  const timelines = [again, again, again, again, startUp(1_000, failed(memory))];
  world.simulator.endpoint('demo', { errorCode: grpc, afterRestart: timelines });
  const result = await world.run({ ...patient, inputs: { ...patient.inputs, attempts: '5' } });
  const codes = { errorCode: memory, previousErrorCode: grpc };
  const message = says('likely the model does not fit in GPU memory.* larger GPU');
  expect(result.outputs).toMatchObject({ outcome: 'failed', status: 'FAILED', ...codes, message });
  expect(result.annotations).toMatchObject([{ properties: { title: says(memory) } }]);
  expect(result.summary).toMatch(/GPU memory[\s\S]*larger GPU/);
  expect(pausesOf(result, 'retry').map(Math.round)).toEqual([30, 60, 120, 240]);
  expect(pausesOf(result, 'confirm')).toEqual([10, 10, 10, 10, 10]);
  expect(wordsOf(result)).toContain('Restarting again in 30 s (attempt 2 of 5)');
  const accepted = [1, 2, 3, 4, 5].map((attempt) => `Restart accepted (attempt ${attempt} of 5)`);
  expect(wordsOf(result).filter((line) => line.startsWith('Restart accepted'))).toEqual(accepted);
});

describe.concurrent('restart-on and attempts:', () => {
  const only = (restartOn: string): object => ({ ...wait, 'restart-on': restartOn });
  const leftAlone = because('not-recoverable', 'GPU memory.*larger GPU');
  const outOfScope = because('not-needed', 'demo.*restart-on');
  const slow = { afterRestart: [{ status: 'INITIALIZING', phase: 'DOWNLOADING_MODEL' }] };
  const short = { ...wait, 'timeout-minutes': '0.5' };
  const brief = { ...three, 'timeout-minutes': '1.5' };
  const outOfTime = because('timed-out', 'downloading.*keeps starting.*longer timeout');
  const late = because('timed-out', 'Attempt 3 of 3');
  const flapping = { afterRestart: [step('INITIALIZING'), step('FAILED', 4_000), running] };
  scenarios([
    ['TERMINATED is left alone under FAILED', terminated, only('failed'), outOfScope],
    ['TERMINATED is left alone under RECOVERABLE', terminated, only('RECOVERABLE'), outOfScope],
    ['what no restart can cure is, too', failed(memory), only('TERMINATED, RECOVERABLE'), leftAlone],
    ['… but not under FAILED', failed(memory), only('FAILED'), restarted, 'restart'],
    ['what a restart can cure is restarted', failed(grpc), only('RECOVERABLE'), restarted, 'restart'],
    ['a new code is restarted', failed('NEW'), only('RECOVERABLE'), restarted, 'restart'],
    ['no code is restarted', failed(), only('RECOVERABLE'), restarted, 'restart'],
    ['a failure of one read is none', flapping, three, restarted, 'restart'],
    ['a slow start times out', slow, short, outOfTime, 'restart'],
    ['attempts are used up', end(failed(grpc)), three, hasFailed, 'restart restart restart'],
    ['attempts are kept where the code is final', end(failed(memory)), three, hasFailed, 'restart'],
    ['attempts are kept where somebody terminated it', end(terminated), three, hasFailed, 'restart'],
    ['attempts are one by default', end(failed(grpc)), wait, hasFailed, 'restart'],
    ['attempts end in time', end(failed(grpc)), brief, late, 'restart restart'],
  ]);
});

describe.concurrent('a status:', () => {
  const odd = because('error', 'does not document');
  const unexplained = [step('AWAKING'), step('UNKNOWN'), step('HIBERNATING'), step('FAILED '), running];
  const stopping = [step('STOPPING'), step('TERMINATING'), terminated];
  const crash = { before: startUp(1_000, failed(memory)) };
  const ready = { status: 'READY' };
  const twoMinutes = { outcome: 'restarted', ...ready, ...takes('1[2-4]\\d') };
  scenarios([
    ['RUNNING needs nothing', running, {}, because('not-needed', 'is RUNNING')],
    ['TERMINATING needs wait', { status: 'TERMINATING' }, {}, because('error', 'TERMINATED.*wait: true')],
    ['a new one is an error', { status: 'HIBERNATING' }, {}, odd],
    ['"FAILED " is not FAILED', { status: 'FAILED ' }, {}, odd],
    ['what is unexplained is followed', { before: unexplained }, wait, notNeeded],
    ['a start that fails gets a restart', crash, wait, restarted, 'restart'],
    ['TERMINATED on the way gets a restart', { before: stopping }, wait, restarted, 'restart'],
    ['READY ends at once', ready, wait, { outcome: 'not-needed', ...ready }],
    ['READY for two minutes after a restart', { afterRestart: [ready] }, wait, twoMinutes, 'restart'],
  ]);
});

describe.concurrent('wake:', () => {
  const wake = { wake: 'true' };
  const both = { ...wake, ...wait };
  const sleeping = { ...asleep, afterWake: startUp(1_000, running, 'AWAKING') };
  const stale = { ...sleeping, staleMs: 60_000, staleRestartAnswer: true };
  const broken = { ...asleep, afterWake: [step('AWAKING'), failed(memory)] };
  const lazy = { ...asleep, afterWake: [step('AWAKING'), asleep] };
  const woken = { outcome: 'woken', ...running, previousStatus: 'SLEEPING' };
  const outOfScope = { ...both, 'restart-on': 'TERMINATED' };
  const rejected = because('error', 'did not accept the wake-up.*not now');
  const lost: Fault = { on: 'wake', effect: true, drop: 'before-answer' };
  scenarios([
    ['without wait', sleeping, wake, { ...woken, status: 'AWAKING' }, 'wake'],
    ['with wait', sleeping, both, woken, 'wake'],
    ['once in a run', lazy, both, { outcome: 'woken', ...asleep }, 'wake'],
    ['not ended by stale reads', stale, both, woken, 'wake'],
    ['no substitute for a restart', failed(), both, { outcome: 'restarted' }, 'restart'],
    ['followed by a restart if it fails', broken, both, restarted, 'wake restart'],
    ['failed', broken, outOfScope, { outcome: 'failed', errorCode: memory }, 'wake'],
    ['accepted, though its answer is lost', sleeping, both, woken, 'wake', lost],
    ['rejected', sleeping, both, rejected, '', { on: 'wake', times: 99, ...respond(409, 'not now') }],
  ]);
});

describe.concurrent('stable-for:', () => {
  const stable = { ...wait, 'stable-for': '60' };
  const short = { ...stable, 'timeout-minutes': '0.5' };
  const start = startUp(1_000, step('RUNNING', 50_000));
  const twice = { afterRestart: [...start, step('UPDATING', 20_000), running] };
  const crash = { before: [step('RUNNING', 30_000), failed()] };
  scenarios([
    ['a minute of RUNNING from the start', running, stable, { ...notNeeded, ...takes('6\\d') }],
    ['a minute without another status', twice, stable, { ...restarted, ...takes('1[2-6]\\d') }, 'restart'],
    ['a restart after a crash', crash, stable, { ...restarted, previousStatus: 'RUNNING' }, 'restart'],
    ['no time for it', running, short, because('timed-out', 'is RUNNING, but .*stable-for')],
  ]);
});

describe.concurrent('a dry run', () => {
  const would = (words: string): object => because('dry-run', `would ${words}`);
  const recoverable = { 'restart-on': 'RECOVERABLE' };
  const down = (times: number): Fault => ({ times, ...respond(503) });
  const dry = (inputs: object): object => ({ ...inputs, 'dry-run': 'true' });
  const restart = would('restart it and wait up to 1 h.*restart-on lists FAILED');
  scenarios([
    ['would restart', failed(grpc), dry(wait), restart],
    ['would refuse', failed(memory), dry(recoverable), would('fail with the outcome not-recoverable')],
    ['would wake', asleep, dry({ wake: 'true' }), would('wake it, because wake is true')],
    ['would let sleep', asleep, dry({}), would('leave it alone, because it is healthy')],
    ['tolerates a few faults', failed(), dry(wait), { outcome: 'dry-run', status: 'FAILED' }, '', down(3)],
    ['tolerates no outage', failed(), dry(wait), { outcome: 'error', ...takes('1[2-4]\\d') }, '', down(999)],
  ]);
});

describe.concurrent('after an accepted restart', () => {
  const exact = { staleMs: 540_000 };
  const undated = { staleMs: 100_000, updatedAt: 'null' } as const;
  test.for<[name: string, behavior: EndpointOptions, outcome: string]>([
    ['stale reads for nine minutes are ignored if updatedAt is unchanged', exact, 'restarted'],
    ['stale reads for a quarter of an hour are not', { staleMs: 900_000 }, 'failed'],
    ['stale reads for 100 s are without updatedAt', undated, 'restarted'],
    ['stale reads for three minutes are not', { ...undated, staleMs: 180_000 }, 'failed'],
    ['replicas that lag behind do not matter', { readLagsMs: [0, 30_000, 5_000] }, 'restarted'],
    ['an updatedAt that never changes does not matter', { updatedAt: 'frozen' }, 'restarted'],
  ])('%s', async ([_, behavior, outcome], { world }) => {
    const slow = { staleRestartAnswer: true, afterRestart: startUp(20_000) };
    const endpoint = world.simulator.endpoint('demo', { ...terminated, ...slow, ...behavior });
    const result = await world.run(patient);
    expect(result.outputs).toMatchObject({ outcome, restarted: 'true' });
    expect(endpoint.acceptedRestarts).toBe(1);
    const heartbeat = 'The accepted restart has taken no effect yet';
    expect(wordsOf(result).includes(heartbeat)).toBe((behavior.staleMs ?? 0) > 60_000);
  });

  test.for(['RUNNING', 'SLEEPING', 'TERMINATED'])('an older %s is ignored', async (old, { world }) => {
    let startMs = -600_000;
    world.simulator.endpoint('demo', {
      ...{ before: [step(old, 590_000), failed()], afterRestart: startUp(60_000) },
      ...{ readLagsMs: [0, 400_000, 0, 400_000], now: () => startMs + world.pausedMs() },
    });
    startMs = 0;
    const result = await world.run(patient);
    expect(result.outputs).toMatchObject({ ...restarted, previousStatus: 'FAILED' });
    expect(wordsOf(result).filter((line) => line.startsWith(old))).toHaveLength(old === 'RUNNING' ? 1 : 0);
    expect(Number(result.outputs['elapsedSeconds'])).toBeGreaterThan(120);
  });
});

describe.concurrent('invalid inputs', () => {
  test('are reported together in one annotation, and nothing is requested', async ({ world }) => {
    const invalid = {
      ...{ 'endpoint-id': 'https://friendli.ai/suite/endpoint/demo', team: 'two words', wake: 'maybe' },
      ...{ 'timeout-minutes': '0', 'poll-interval': '1e3', 'restart-on': 'RUNNING', 'stable-for': '601' },
      ...{ 'dry-run': '1', 'api-url': 'http://api.friendli.ai', attempts: '2' },
    };
    const result = await world.run({ inputs: invalid });
    const lines = result.annotations[0]?.data.split('\n') ?? [];
    const names = lines.flatMap((line) => /^[a-z-]+(?=:)/.exec(line)?.[0] ?? []);
    expect(names.sort()).toEqual(Object.keys(invalid).sort());
    expect(result.outputs).toEqual({
      ...{ status: '', errorCode: '', phase: '', previousStatus: '', previousErrorCode: '' },
      ...{ restarted: 'false', outcome: 'error', message: says('^endpoint-id: '), elapsedSeconds: '0' },
    });
    expect(result.summary).toContain('10 invalid inputs');
    expect(world.simulator.requests).toEqual([]);
  });

  test.for([
    [' \t ', '^api-key is required.*environment.*forks and Dependabot'],
    ['flp_äöü', '^api-key contains invalid characters: expected printable ASCII'],
  ] as const)('name the API key "%s" without showing it', async ([key, words], { world }) => {
    const result = await world.run({ inputs: { 'api-key': key } });
    expect(result.annotations).toMatchObject([{ name: 'error', data: says(words) }]);
    expect(world.simulator.requests).toEqual([]);
  });
});

describe.concurrent('the files of outputs and summary', () => {
  test('have the latest values if the step is killed', async ({ world }) => {
    const afterRestart = [{ status: 'INITIALIZING', phase: 'DOWNLOADING_MODEL' }];
    world.simulator.endpoint('demo', { errorCode: memory, afterRestart });
    world.simulator.fault({ on: 'status', after: 1, hang: 'before-answer' });
    const action = world.start({ inputs: wait });
    await received(world.simulator.requests, 3);
    action.kill('SIGKILL');
    expect((await action.result).outputs).toEqual({
      ...{ status: 'INITIALIZING', errorCode: '', phase: 'DOWNLOADING_MODEL', restarted: 'true' },
      ...{ previousStatus: 'FAILED', previousErrorCode: memory },
    });
  });

  test('can be absent, but outputs that cannot be written fail the step', async ({ world }) => {
    const endpoint = world.simulator.endpoint('demo');
    const broken = await world.run({ env: { GITHUB_OUTPUT: world.folder() } });
    const data = says('accepted the restart[\\s\\S]*could not be written');
    expect(broken).toMatchObject({ exitCode: 1, annotations: [{ name: 'error', data }] });
    expect(endpoint.acceptedRestarts).toBe(1);
    const absent = await world.run({ inputs: wait, env: { GITHUB_OUTPUT: undefined } });
    expect(absent).toMatchObject({ exitCode: 0, annotations: [{ name: 'notice' }] });
  });

  test.for([undefined, '', 'a missing file', 'a folder', '/proc/version'])(
    'are no reason to fail if the summary is %s',
    async (file, { world }) => {
      world.simulator.endpoint('demo', running);
      const folder = world.folder();
      const path = { 'a missing file': join(folder, 'none'), 'a folder': folder }[file ?? ''] ?? file;
      const quiet = await world.run({ env: { GITHUB_STEP_SUMMARY: path } });
      expect(quiet.commands.map(({ name }) => name)).toEqual(['add-mask', 'notice']);
      expect(quiet.log).toHaveLength(2);
      const loud = await world.run({ env: { GITHUB_STEP_SUMMARY: path, RUNNER_DEBUG: '1' } });
      expect(loud.commands.filter(({ data }) => data.includes('summary'))).toMatchObject([{ name: 'debug' }]);
    },
  );
});
