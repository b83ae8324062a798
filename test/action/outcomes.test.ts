import { join } from 'node:path';
import { describe, expect } from 'vitest';
import type { EndpointOptions, TimelineStep } from '../simulator/simulator.js';
import { startUp } from '../simulator/state.js';
import { annotationsOf, callsTo, patient, pausesOf, received, test, wordsOf } from './world.js';

const memory = 'INFERENCE_ENGINE_MEMORY_ERROR';
const grpc = 'WORKLOAD_INIT_GRPC_ERROR';
const wait = { wait: 'true' };
const step = (status: string, forMs = 6_000): TimelineStep => ({ status, forMs });
const running = { status: 'RUNNING' };
const asleep = { status: 'SLEEPING' };
const terminated = { status: 'TERMINATED' };
const failed = (errorCode: string | null = null): TimelineStep => ({ status: 'FAILED', errorCode });
const restarted = { outcome: 'restarted', status: 'RUNNING' };
const three = { ...wait, attempts: '3' };
const says = (words: string): unknown => expect.stringMatching(words);

/** `puts` are the calls that the service accepted. */
type Scenario = [name: string, endpoint: EndpointOptions, inputs: object, outputs: object, puts?: string];

function scenarios(table: readonly Scenario[]): void {
  test.for(table)('%s', async ([_, endpoint, inputs, outputs, puts = ''], { world }) => {
    world.simulator.endpoint('demo', endpoint);
    const result = await world.run({ inputs: { 'poll-interval': '5', ...inputs }, skipPauses: true });
    expect(result.outputs).toMatchObject({ restarted: String(puts.includes('restart')), ...outputs });
    const accepted = world.simulator.requests.filter((request) => request.accepted);
    expect(accepted.map(({ call }) => call).join(' ')).toBe(puts);
    if (puts === '') expect(callsTo(world).filter((call) => call.startsWith('PUT'))).toEqual([]);
  });
}

describe.concurrent('a failed endpoint', () => {
  test('is restarted and followed through its phases until it is RUNNING', async ({ world }) => {
    world.simulator.endpoint('demo', { errorCode: memory, afterRestart: startUp(1_000) });
    const result = await world.run({ inputs: wait });
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
  });

  test('is restarted with exactly two requests without wait', async ({ world }) => {
    world.simulator.endpoint('demo', terminated);
    const { outputs, annotations } = await world.run();
    expect(outputs).toMatchObject({ outcome: 'restarted', previousStatus: 'TERMINATED' });
    expect(annotations).toEqual([]);
    expect(callsTo(world)).toEqual(['GET 200', 'PUT restart 200']);
  });

  test('that fails again is believed at the second look, 10 s later, and explained', async ({ world }) => {
    const afterRestart = startUp(1_000, failed(memory));
    world.simulator.endpoint('demo', { errorCode: grpc, afterRestart });
    const result = await world.run(patient);
    const codes = { errorCode: memory, previousErrorCode: grpc };
    expect(result.outputs).toMatchObject({ outcome: 'failed', status: 'FAILED', ...codes });
    expect(result.outputs['message']).toMatch(/likely the model does not fit in GPU memory.* larger GPU/);
    expect(result.annotations).toMatchObject([{ properties: { title: expect.stringContaining(memory) } }]);
    expect(result.summary).toMatch(/GPU memory[\s\S]*larger GPU/);
    expect(pausesOf(result, 'confirm')).toEqual([10]);
  });

  const only = (restartOn: string): object => ({ ...wait, 'restart-on': restartOn });
  const leftAlone = { outcome: 'not-recoverable', message: says('GPU memory.*larger GPU') };
  const outOfScope = { outcome: 'not-needed', message: says('demo.*restart-on') };
  const outOfTime = { outcome: 'timed-out', message: says('downloading.*keeps starting.*longer timeout') };
  const hanging = [{ status: 'INITIALIZING', phase: 'DOWNLOADING_MODEL' }];
  const short = { ...wait, 'timeout-minutes': '0.5' };
  const flapping = [step('INITIALIZING'), step('FAILED', 4_000), running];
  scenarios([
    ['that is TERMINATED stays so under FAILED', terminated, only('failed'), outOfScope],
    ['that is TERMINATED stays so under RECOVERABLE', terminated, only('RECOVERABLE'), outOfScope],
    ['is left alone if no restart can cure it', failed(memory), only('TERMINATED, RECOVERABLE'), leftAlone],
    ['is restarted all the same under FAILED', failed(memory), only('FAILED'), restarted, 'restart'],
    ['is restarted if that can cure it', failed(grpc), only('RECOVERABLE'), restarted, 'restart'],
    ['is restarted if its code is new', failed('NEW'), only('RECOVERABLE'), restarted, 'restart'],
    ['that fails for one read only is up', { afterRestart: flapping }, three, restarted, 'restart'],
    ['that is too slow times out', { afterRestart: hanging }, short, outOfTime, 'restart'],
  ]);
});

describe.concurrent('attempts', () => {
  const inputs = { ...patient.inputs, attempts: '5' };
  const again = startUp(1_000, failed(grpc));

  test('are spent on recoverable failures, with growing pauses between them', async ({ world }) => {
    const afterRestart = [again, again, again, again, startUp(1_000)];
    const endpoint = world.simulator.endpoint('demo', { afterRestart });
    const result = await world.run({ ...patient, inputs });
    expect(result.outputs).toMatchObject({ outcome: 'restarted', message: says('restarted 5 times') });
    expect(pausesOf(result, 'retry').map((seconds) => Math.round(seconds))).toEqual([30, 60, 120, 240]);
    expect(wordsOf(result).filter((line) => line.startsWith('Restart accepted'))).toEqual(
      [1, 2, 3, 4, 5].map((attempt) => `Restart accepted (attempt ${attempt} of 5)`),
    );
    expect(wordsOf(result)).toContain('Restarting again in 30 s (attempt 2 of 5)');
    expect(wordsOf(result)).toContain('Restarting again in 4 min (attempt 5 of 5)');
    expect(endpoint.acceptedRestarts).toBe(5);
  });

  const end = (state: TimelineStep): EndpointOptions => ({ afterRestart: startUp(1_000, state) });
  const brief = { ...three, 'timeout-minutes': '1.5' };
  const late = { outcome: 'timed-out', errorCode: grpc, message: says('Attempt 3 of 3') };
  scenarios([
    ['are used up', end(failed(grpc)), three, { outcome: 'failed' }, 'restart restart restart'],
    ['are kept where the code is final', end(failed(memory)), three, { outcome: 'failed' }, 'restart'],
    ['are kept where somebody terminated it', end(terminated), three, { outcome: 'failed' }, 'restart'],
    ['are one by default', end(failed(grpc)), wait, { outcome: 'failed' }, 'restart'],
    ['end at the deadline', end(failed(grpc)), brief, late, 'restart restart'],
  ]);
});

describe.concurrent('a status', () => {
  const because = (message: string, outcome = 'not-needed'): object => ({ outcome, message: says(message) });
  const unexplained = [step('AWAKING'), step('UNKNOWN'), step('HIBERNATING'), step('FAILED '), running];
  const stopping = [step('STOPPING'), step('TERMINATING'), terminated];
  const crash = startUp(1_000, failed(memory));
  const ready = [{ status: 'READY' }];
  const twoMinutes = { outcome: 'restarted', status: 'READY', elapsedSeconds: says('^1[2-4]\\d$') };
  scenarios([
    ['RUNNING needs nothing', running, {}, because('is RUNNING')],
    ['TERMINATING needs wait', { status: 'TERMINATING' }, {}, because('TERMINATED.*wait: true', 'error')],
    ['that is new is an error', { status: 'HIBERNATING' }, {}, because('does not document', 'error')],
    ['"FAILED " is not FAILED', { status: 'FAILED ' }, {}, because('does not document', 'error')],
    ['that is unexplained is followed', { before: unexplained }, wait, { outcome: 'not-needed', ...running }],
    ['FAILED after a start gets its restart', { before: crash }, wait, restarted, 'restart'],
    ['TERMINATED on the way gets its restart', { before: stopping }, wait, restarted, 'restart'],
    ['READY ends at once', { status: 'READY' }, wait, { outcome: 'not-needed', status: 'READY' }],
    ['READY for two minutes after a restart', { afterRestart: ready }, wait, twoMinutes, 'restart'],
  ]);
});

describe.concurrent('wake', () => {
  const wake = { wake: 'true' };
  const both = { ...wake, ...wait };
  const sleeping: EndpointOptions = { ...asleep, afterWake: startUp(1_000, running, 'AWAKING') };
  const broken = { ...asleep, afterWake: [step('AWAKING'), failed(memory)] };
  const woken = { outcome: 'woken', status: 'RUNNING', previousStatus: 'SLEEPING' };
  const outOfScope = { ...both, 'restart-on': 'TERMINATED' };
  const lazy = { ...asleep, afterWake: [step('AWAKING'), asleep] };
  scenarios([
    ['wakes without wait', sleeping, wake, { ...woken, status: 'AWAKING' }, 'wake'],
    ['wakes and waits', sleeping, both, woken, 'wake'],
    ['happens once', lazy, both, { outcome: 'woken', status: 'SLEEPING' }, 'wake'],
    ['ignores stale reads', { ...sleeping, staleMs: 60_000, staleRestartAnswer: true }, both, woken, 'wake'],
    ['does not replace a restart', failed(), both, { outcome: 'restarted' }, 'restart'],
    ['that fails gets a restart', broken, both, restarted, 'wake restart'],
    ['that fails is reported', broken, outOfScope, { outcome: 'failed', errorCode: memory }, 'wake'],
  ]);

  test.for([
    ['lost', { on: 'wake', effect: true, drop: 'before-answer' }, woken],
    ['a 409', { on: 'wake', times: 99, respond: { status: 409, body: 'not now' } }, { outcome: 'error' }],
  ] as const)('whose answer is %s', async ([_, fault, outputs], { world }) => {
    const endpoint = world.simulator.endpoint('demo', sleeping);
    world.simulator.fault(fault);
    const result = await world.run({ inputs: both, skipPauses: true });
    expect(result.outputs).toMatchObject(outputs);
    expect(`${result.stdout}`).toMatch(/The wake-up had been accepted|did not accept the wake-up.*not now/);
    expect(endpoint.accepted.wake).toBe(outputs === woken ? 1 : 0);
  });
});

describe.concurrent('stable-for', () => {
  const inputs = { ...patient.inputs, 'stable-for': '60' };

  test('ends the wait once RUNNING has lasted, and starts again when it has not', async ({ world }) => {
    const start = startUp(1_000, step('RUNNING', 50_000));
    world.simulator.endpoint('demo', { afterRestart: [...start, step('UPDATING', 20_000), running] });
    const result = await world.run({ ...patient, inputs });
    expect(result.outputs).toMatchObject({ outcome: 'restarted', status: 'RUNNING' });
    const stabilizing = wordsOf(result).filter((line) => line.startsWith('Waiting until'));
    expect(stabilizing).toEqual(Array(2).fill('Waiting until it has been RUNNING for 1 min'));
    expect(Number(result.outputs['elapsedSeconds'])).toBeGreaterThanOrEqual(120);
  });

  test('also holds for an endpoint that was up from the start, and for its crash', async ({ world }) => {
    const endpoint = world.simulator.endpoint('demo', { before: [step('RUNNING', 30_000), failed()] });
    const crashed = await world.run({ ...patient, inputs });
    expect(crashed.outputs).toMatchObject({ outcome: 'restarted', previousStatus: 'RUNNING' });
    endpoint.set(running);
    const stable = await world.run({ ...patient, inputs });
    expect(stable.outputs).toMatchObject({ outcome: 'not-needed', elapsedSeconds: says('^6\\d$') });
  });

  test('that the deadline cuts short says that the endpoint is RUNNING', async ({ world }) => {
    world.simulator.endpoint('demo', running);
    const { outputs } = await world.run({ ...patient, inputs: { ...inputs, 'timeout-minutes': '0.5' } });
    expect(outputs).toMatchObject({ outcome: 'timed-out', message: says('is RUNNING, but .*stable-for') });
  });
});

describe.concurrent('a dry run', () => {
  const would = (words: string): object => ({ outcome: 'dry-run', message: says(`would ${words}`) });
  const recoverable = { 'restart-on': 'RECOVERABLE' };
  const table: Scenario[] = [
    ['would restart', failed(grpc), wait, would('restart it and wait up to 1 h.*restart-on lists FAILED')],
    ['would refuse', failed(memory), recoverable, would('fail with the outcome not-recoverable')],
    ['would wake', asleep, { wake: 'true' }, would('wake it, because wake is true')],
    ['would let sleep', asleep, {}, would('leave it alone, because it is healthy')],
  ];
  const dryRun = { 'dry-run': 'true' };
  scenarios(table.map(([name, state, inputs, outputs]) => [name, state, { ...inputs, ...dryRun }, outputs]));

  test.for([
    [3, { outcome: 'dry-run', status: 'FAILED' }],
    [Number.POSITIVE_INFINITY, { outcome: 'error', status: '' }],
  ] as const)('tolerates %d faults as a run without wait does', async ([times, outputs], { world }) => {
    world.simulator.endpoint('demo');
    world.simulator.fault({ times, respond: { status: 503 } });
    const result = await world.run({ inputs: { ...wait, 'dry-run': 'true' }, skipPauses: true });
    expect(result.outputs).toMatchObject({ ...outputs, restarted: 'false' });
    expect(callsTo(world).every((call) => call.startsWith('GET'))).toBe(true);
  });
});

describe.concurrent('after an accepted restart', () => {
  test.for<[name: string, behavior: EndpointOptions, outcome: string]>([
    ['stale reads for nine minutes are ignored if updatedAt is unchanged', { staleMs: 540_000 }, 'restarted'],
    ['stale reads for a quarter of an hour are not', { staleMs: 900_000 }, 'failed'],
    ['stale reads for 100 s are without updatedAt', { staleMs: 100_000, updatedAt: 'null' }, 'restarted'],
    ['stale reads for three minutes are not', { staleMs: 180_000, updatedAt: 'null' }, 'failed'],
    ['replicas that lag behind do not matter', { readLagsMs: [0, 30_000, 5_000] }, 'restarted'],
    ['an updatedAt that never changes does not matter', { updatedAt: 'frozen' }, 'restarted'],
  ])('%s', async ([_, behavior, outcome], { world }) => {
    const endpoint = world.simulator.endpoint('demo', {
      ...{ ...terminated, staleRestartAnswer: true, afterRestart: startUp(20_000), ...behavior },
    });
    const result = await world.run(patient);
    expect(result.outputs).toMatchObject({ outcome, restarted: 'true' });
    expect(endpoint.acceptedRestarts).toBe(1);
    const heartbeat = 'The accepted restart has taken no effect yet: still TERMINATED';
    expect(wordsOf(result).includes(heartbeat)).toBe((behavior.staleMs ?? 0) > 60_000);
  });

  test.for(['RUNNING', 'SLEEPING', 'TERMINATED'])('an older %s is ignored', async (old, { world }) => {
    let startMs = -600_000;
    world.simulator.endpoint('demo', {
      before: [step(old, 590_000), failed()],
      afterRestart: startUp(60_000),
      readLagsMs: [0, 400_000, 0, 400_000],
      now: () => startMs + world.pausedMs(),
    });
    startMs = 0;
    const result = await world.run(patient);
    expect(result.outputs).toMatchObject({
      outcome: 'restarted',
      previousStatus: 'FAILED',
      status: 'RUNNING',
    });
    expect(wordsOf(result).filter((line) => line.startsWith(old))).toHaveLength(old === 'RUNNING' ? 1 : 0);
    expect(Number(result.outputs['elapsedSeconds'])).toBeGreaterThan(120);
  });
});

describe.concurrent('requests', () => {
  test.for(['tm_1', ''])(
    'carry the key, the team if there is one ("%s"), and the version',
    async (team, { world }) => {
      world.simulator.endpoint('demo', team === '' ? {} : { team });
      const result = await world.run({ inputs: { team }, env: { RUNNER_DEBUG: '1' } });
      for (const { headers } of world.simulator.requests) {
        expect(headers.authorization).toBe('Bearer flp_Zk3RqWc0hTnV8sLx');
        expect(headers['user-agent']).toMatch(/^restart-friendli-endpoint\/\d+\.\d+\.\d+/);
        expect(headers['x-friendli-team']).toBe(team === '' ? undefined : team);
      }
      const logged = result.commands.flatMap(
        ({ data }) => /^(GET|PUT) \S+: HTTP 200 in \d+ ms$/.exec(data) ?? [],
      );
      expect(logged.filter((method) => method.length === 3)).toEqual(['GET', 'PUT']);
      expect(result.stdout).not.toMatch(/authorization|bearer|x-friendli-team|tm_1/i);
    },
  );
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
    [' \t ', /^error: api-key is required.*environment.*forks and Dependabot/],
    ['flp_äöü', /^error: api-key contains invalid characters: expected printable ASCII/],
  ] as const)('name the API key "%s" without showing it', async ([key, words], { world }) => {
    const result = await world.run({ inputs: { 'api-key': key } });
    expect(annotationsOf(result)).toEqual([expect.stringMatching(words)]);
    expect(world.simulator.requests).toEqual([]);
  });
});

describe.concurrent('outputs', () => {
  test('are written as soon as they are known, so that a killed step leaves the latest values', async ({
    world,
  }) => {
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

  test('are left out where the runner gives no file for them', async ({ world }) => {
    world.simulator.endpoint('demo');
    const result = await world.run({ env: { GITHUB_OUTPUT: undefined } });
    expect(result).toMatchObject({ exitCode: 0, annotations: [] });
  });

  test('that cannot be written fail the step after the restart', async ({ world }) => {
    const endpoint = world.simulator.endpoint('demo');
    const result = await world.run({ env: { GITHUB_OUTPUT: world.folder() } });
    expect(result.exitCode).toBe(1);
    expect(annotationsOf(result)).toEqual([
      says('^error: .*accepted the restart[\\s\\S]*could not be written'),
    ]);
    expect(endpoint.acceptedRestarts).toBe(1);
  });
});

describe.concurrent('the job summary', () => {
  test.for([undefined, '', 'a missing file', 'a folder', '/proc/version'])(
    'is optional: %s',
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
