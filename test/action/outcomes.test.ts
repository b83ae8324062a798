import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import type { EndpointOptions } from '../simulator/simulator.js';
import { startUp } from '../simulator/state.js';
import type { ActionResult } from './run-action.js';
import { apiKey, arrived, test, type World } from './world.js';

const memory = 'INFERENCE_ENGINE_MEMORY_ERROR';
const download = 'WORKLOAD_INIT_DOWNLOAD_ERROR';
const wait = { wait: 'true' };
/** A few polls, and then the time is up. */
const shortWait = {
  inputs: { ...wait, 'timeout-minutes': '0.5', 'poll-interval': '10' },
  skipPauses: true,
};

/** What the service was asked, in order. */
function callsTo({ simulator }: World): string[] {
  return simulator.requests.map(({ method, url }) => `${method} ${url}`);
}

const get = 'GET /dedicated/beta/endpoint/demo/status';
const put = 'PUT /dedicated/beta/endpoint/demo/restart';

/** The log without the times, which stand at the start of each line. */
function wordsOf({ log }: ActionResult): string[] {
  return log.map((line) => line.replace(/^ +\d+:\d\d {2}/, ''));
}

describe.concurrent('a failed endpoint', () => {
  test('is restarted and followed through its phases until it is RUNNING', async ({ world }) => {
    const endpoint = world.simulator.endpoint('demo', { errorCode: memory, afterRestart: startUp(1_000) });
    const result = await world.run({ inputs: wait });

    expect(result.outputs).toEqual({
      status: 'RUNNING',
      errorCode: '',
      phase: '',
      previousStatus: 'FAILED',
      previousErrorCode: memory,
      restarted: 'true',
      outcome: 'restarted',
      elapsedSeconds: expect.any(String),
    });
    expect(wordsOf(result)).toEqual([
      'Restart endpoint demo if it is FAILED or TERMINATED, then wait until it is RUNNING, up to 1 h.',
      expect.stringMatching(`^FAILED, ${memory}: likely .*GPU`),
      'Restart accepted.',
      'INITIALIZING, requesting a virtual machine',
      'INITIALIZING, downloading the model',
      'INITIALIZING, initializing the engine',
      'RUNNING',
      expect.stringContaining('Restarted, RUNNING'),
    ]);
    expect(result.annotations).toEqual([]);
    expect(result.summary).toMatch(/demo[\s\S]*FAILED[\s\S]*RUNNING/);
    expect(callsTo(world)).toEqual([get, put, get, get, get]);
    expect(endpoint.acceptedRestarts).toBe(1);
  });

  test('is restarted with exactly two requests where nobody waits', async ({ world }) => {
    world.simulator.endpoint('demo', { status: 'TERMINATED' });
    const result = await world.run();
    expect(result.outputs).toMatchObject({
      status: 'INITIALIZING',
      phase: 'REQUESTING_VIRTUAL_MACHINE',
      previousStatus: 'TERMINATED',
      previousErrorCode: '',
      restarted: 'true',
      outcome: 'restarted',
    });
    expect(result.annotations).toEqual([]);
    expect(callsTo(world)).toEqual([get, put]);
  });

  test('that is TERMINATED is left alone where restart-on lists FAILED only', async ({ world }) => {
    const endpoint = world.simulator.endpoint('demo', { status: 'TERMINATED' });
    const result = await world.run({ inputs: { ...wait, 'restart-on': 'failed' } });
    expect(result.outputs).toMatchObject({
      outcome: 'not-needed',
      status: 'TERMINATED',
      restarted: 'false',
    });
    expect(result.annotations).toEqual([
      { name: 'notice', properties: expect.anything(), data: expect.stringMatching(/demo.*restart-on/) },
    ]);
    expect(callsTo(world)).toEqual([get]);
    expect(endpoint.acceptedRestarts).toBe(0);
  });

  test('that fails again fails the step, with the code in plain words and what to do', async ({ world }) => {
    const afterRestart = startUp(1_000, { status: 'FAILED', errorCode: memory });
    const endpoint = world.simulator.endpoint('demo', { errorCode: download, afterRestart });
    const result = await world.run({ inputs: wait });
    expect(result.outputs).toMatchObject({
      outcome: 'failed',
      status: 'FAILED',
      errorCode: memory,
      previousErrorCode: download,
      restarted: 'true',
    });
    expect(result.annotations).toEqual([
      {
        name: 'error',
        properties: { title: expect.stringContaining(memory) },
        data: expect.stringMatching(/likely the model does not fit in the GPU’s memory[\s\S]*larger GPU/),
      },
    ]);
    expect(result.summary).toMatch(/GPU’s memory[\s\S]*larger GPU/);
    expect(endpoint.acceptedRestarts).toBe(1);
  });

  test.for([
    ['TERMINATED', null, /stopped it/],
    ['FAILED', null, /no error code/],
    ['FAILED', 'NEWER_THAN_THIS', /likely a cause that this action does not know/],
  ] as const)('that ends %s with code %s fails the step', async ([status, errorCode, words], { world }) => {
    world.simulator.endpoint('demo', { afterRestart: startUp(1_000, { status, errorCode }) });
    const result = await world.run({ inputs: wait });
    expect(result.outputs).toMatchObject({ outcome: 'failed', status, errorCode: errorCode ?? '' });
    expect(result.annotations.map(({ data }) => data)).toEqual([expect.stringMatching(words)]);
  });

  test('is followed although the service tells old news for a while', async ({ world }) => {
    world.simulator.endpoint('demo', { errorCode: memory, staleMs: 2_500, staleRestartAnswer: true });
    const result = await world.run({ inputs: wait });
    expect(result.outputs).toMatchObject({ outcome: 'restarted', status: 'RUNNING' });
    expect(callsTo(world)).toEqual([get, put, get, get, get]);
  });

  test('that is not up in time fails the step, and the log says that it goes on', async ({ world }) => {
    world.simulator.endpoint('demo', {
      afterRestart: [{ status: 'INITIALIZING', phase: 'DOWNLOADING_MODEL' }],
    });
    const result = await world.run(shortWait);
    expect(result.outputs).toMatchObject({
      outcome: 'timed-out',
      status: 'INITIALIZING',
      phase: 'DOWNLOADING_MODEL',
      restarted: 'true',
    });
    expect(result.annotations.map(({ data }) => data)).toEqual([
      expect.stringMatching(/downloading the model.*goes on by itself[\s\S]*longer timeout-minutes/),
    ]);
  });
});

describe.concurrent('without wait', () => {
  const starting = { status: 'INITIALIZING', phase: 'DOWNLOADING_MODEL' };

  test.for<[EndpointOptions, string]>([
    [{ status: 'RUNNING' }, 'is RUNNING'],
    [{ status: 'SLEEPING' }, 'the next request wakes it'],
    [{ status: 'READY' }, 'is READY'],
    [starting, 'downloading the model'],
    [{ status: 'AWAKING' }, 'waking up'],
    [{ status: 'UPDATING' }, 'applying a change'],
  ])('there is nothing to do for %o, and one notice says so', async ([state, words], { world }) => {
    world.simulator.endpoint('demo', state);
    const result = await world.run();
    expect(result.outputs).toMatchObject({
      outcome: 'not-needed',
      status: state.status,
      phase: state.phase ?? '',
      previousStatus: state.status,
      restarted: 'false',
    });
    expect(result.annotations).toEqual([
      { name: 'notice', properties: { title: 'Nothing to restart' }, data: expect.stringContaining(words) },
    ]);
    expect(callsTo(world)).toEqual([get]);
  });

  test.for([
    ['STOPPING', 'once it is TERMINATED', 'wait: true'],
    ['TERMINATING', 'once it is TERMINATED', 'wait: true'],
    ['UNKNOWN', 'does not say', 'wait: true'],
    ['HIBERNATING', 'does not say', 'wait: true'],
  ] as const)('an endpoint that is %s is an error that says why', async ([status, why, next], { world }) => {
    world.simulator.endpoint('demo', { status });
    const result = await world.run();
    expect(result.outputs).toMatchObject({ outcome: 'error', status, restarted: 'false' });
    expect(result.annotations.map(({ data }) => data)).toEqual([
      expect.stringMatching(`${why}[\\s\\S]*${next}`),
    ]);
    expect(callsTo(world)).toEqual([get]);
  });
});

describe.concurrent('with wait', () => {
  const running = { status: 'RUNNING' };
  const step = (status: string) => ({ status, forMs: 2_000 });

  test.for<[name: string, endpoint: EndpointOptions, outputs: Record<string, string>, restarts: number]>([
    ['RUNNING ends at once', running, { status: 'RUNNING' }, 0],
    ['SLEEPING ends at once', { status: 'SLEEPING' }, { status: 'SLEEPING' }, 0],
    ['READY ends at once', { status: 'READY' }, { status: 'READY' }, 0],
    [
      'one that is starting is followed',
      { before: startUp(1_000) },
      { status: 'RUNNING', previousStatus: 'INITIALIZING' },
      0,
    ],
    [
      'one that is waking up is followed',
      { before: [step('AWAKING'), running] },
      { status: 'RUNNING', previousStatus: 'AWAKING' },
      0,
    ],
    [
      'one that the API does not explain is followed',
      { before: [step('UNKNOWN'), step('HIBERNATING'), running] },
      { status: 'RUNNING', previousStatus: 'UNKNOWN' },
      0,
    ],
    [
      'one that is starting and fails gets its one restart',
      { before: startUp(1_000, { status: 'FAILED', errorCode: memory }) },
      { status: 'RUNNING', previousStatus: 'INITIALIZING', previousErrorCode: '' },
      1,
    ],
    [
      'one that is terminating is restarted once it is TERMINATED',
      { before: [step('STOPPING'), step('TERMINATING'), { status: 'TERMINATED' }] },
      { status: 'RUNNING', previousStatus: 'STOPPING' },
      1,
    ],
    [
      'READY after the restart is not the end',
      { afterRestart: [step('READY'), running] },
      { status: 'RUNNING' },
      1,
    ],
    [
      'SLEEPING after the restart is as good as RUNNING',
      { afterRestart: startUp(1_000, { status: 'SLEEPING' }) },
      { status: 'SLEEPING' },
      1,
    ],
  ])('%s', async ([_, endpoint, outputs, restarts], { world }) => {
    const handle = world.simulator.endpoint('demo', endpoint);
    const result = await world.run({ inputs: wait });
    expect(result.outputs).toMatchObject({
      ...outputs,
      outcome: restarts > 0 ? 'restarted' : 'not-needed',
      restarted: String(restarts > 0),
    });
    expect(result.annotations.map(({ name }) => name)).toEqual(restarts > 0 ? [] : ['notice']);
    expect(handle.acceptedRestarts).toBe(restarts);
  });

  test('an unlisted status, phase and error code pass through to log, outputs and summary', async ({
    world,
  }) => {
    const odd = { status: 'HIBERNATING', phase: 'WARMING_THE_TUBES', errorCode: 'TUBE_COLD' };
    world.simulator.endpoint('demo', odd);
    const result = await world.run(shortWait);
    expect(result.outputs).toMatchObject({ ...odd, outcome: 'timed-out', previousErrorCode: 'TUBE_COLD' });
    expect(wordsOf(result)).toContain('HIBERNATING, WARMING_THE_TUBES, TUBE_COLD');
    expect(result.summary).toContain('HIBERNATING');
  });

  test('a line a minute tells that nothing has changed, and elapsedSeconds counts the whole run', async ({
    world,
  }) => {
    world.simulator.endpoint('demo', { status: 'UPDATING' });
    const inputs = { ...wait, 'timeout-minutes': '2.5', 'poll-interval': '10' };
    const result = await world.run({ inputs, skipPauses: true });
    expect(wordsOf(result).filter((line) => line.startsWith('Still'))).toEqual([
      expect.stringMatching(/^Still UPDATING, .*, for 1 min/),
      expect.stringMatching(/^Still UPDATING, .*, for 2 min/),
    ]);
    const elapsedSeconds = Number(result.outputs['elapsedSeconds']);
    expect(elapsedSeconds).toBeGreaterThanOrEqual(150);
    expect(elapsedSeconds).toBeLessThanOrEqual(151 + result.durationMs / 1_000);
  });
});

describe.concurrent('requests', () => {
  test('carry the key, the team and who is asking', async ({ world }) => {
    world.simulator.endpoint('demo', { team: 'tm_1' });
    await world.run({ inputs: { team: 'tm_1' } });
    const headers = world.simulator.requests.map((request) => request.headers);
    expect(headers).toHaveLength(2);
    for (const sent of headers) {
      expect(sent).toMatchObject({
        authorization: `Bearer ${apiKey}`,
        'x-friendli-team': 'tm_1',
        'user-agent': expect.stringMatching(/^restart-friendli-endpoint\/\d+\.\d+\.\d+/),
      });
    }
  });

  test('carry no team header where no team is given', async ({ world }) => {
    world.simulator.endpoint('demo');
    await world.run();
    expect(world.simulator.requests.map(({ headers }) => 'x-friendli-team' in headers)).toEqual([
      false,
      false,
    ]);
  });
});

describe.concurrent('bad inputs', () => {
  test('are told all together in one annotation, and nothing is requested', async ({ world }) => {
    world.simulator.endpoint('demo');
    const result = await world.run({
      inputs: {
        'endpoint-id': 'https://friendli.ai/suite/endpoint/demo',
        team: 'two words',
        wait: 'maybe',
        'timeout-minutes': '0',
        'poll-interval': '1e3',
        'restart-on': 'RUNNING',
        'api-url': 'http://api.friendli.ai',
      },
    });
    expect(result.annotations).toHaveLength(1);
    const told = result.annotations[0]?.data.split('\n').map((line) => /^[a-z-]+(?=:)/.exec(line)?.[0]);
    expect(told?.filter((name) => name !== undefined).sort()).toEqual([
      'api-url',
      'endpoint-id',
      'poll-interval',
      'restart-on',
      'team',
      'timeout-minutes',
      'wait',
    ]);
    expect(result.outputs).toEqual({
      status: '',
      errorCode: '',
      phase: '',
      previousStatus: '',
      previousErrorCode: '',
      restarted: 'false',
      outcome: 'error',
      elapsedSeconds: '0',
    });
    expect(result.summary).toContain('inputs are wrong');
    expect(world.simulator.requests).toEqual([]);
  });

  test.for([
    ['empty', '', 'forks and Dependabot'],
    ['blank', ' \t ', 'forks and Dependabot'],
    ['cut in two', 'flp_first flp_second', 'white space'],
    ['with its scheme', 'Bearer flp_abcdef', 'the key alone'],
  ] as const)('name an API key that is %s, and never show it', async ([_, key, words], { world }) => {
    world.simulator.endpoint('demo');
    const result = await world.run({ inputs: { 'api-key': key } });
    expect(result.annotations.map(({ data }) => data)).toEqual([
      expect.stringMatching(`^api-key: .*${words}`),
    ]);
    expect(world.simulator.requests).toEqual([]);
  });
});

describe.concurrent('outputs', () => {
  test('are written as soon as they are known, so that a killed step leaves the last truth', async ({
    world,
  }) => {
    const afterRestart = [{ status: 'INITIALIZING', phase: 'DOWNLOADING_MODEL' }];
    world.simulator.endpoint('demo', { errorCode: memory, afterRestart });
    world.simulator.fault({ on: 'status', after: 1, hang: 'before-answer' });
    const action = world.start({ inputs: wait });
    await arrived(world.simulator.requests, 3);
    action.kill('SIGKILL');
    const { outputs } = await action.result;
    expect(outputs).toMatchObject({
      status: 'INITIALIZING',
      errorCode: '',
      phase: 'DOWNLOADING_MODEL',
      previousStatus: 'FAILED',
      previousErrorCode: memory,
      restarted: 'true',
    });
    expect(outputs['outcome'] ?? '').toBe('');
  });

  test('are left out where the runner gives no file for them, and the log has no command in their place', async ({
    world,
  }) => {
    world.simulator.endpoint('demo');
    const result = await world.run({ env: { GITHUB_OUTPUT: undefined } });
    expect(result).toMatchObject({ exitCode: 0, annotations: [] });
  });

  test.for([
    ['a file that is not there', (folder: string) => join(folder, 'none')],
    ['a folder', (folder: string) => folder],
  ] as const)(
    'that cannot be written to %s fail the step after the restart',
    async ([_, pathIn], { world }) => {
      const folder = temporaryFolder(world);
      const endpoint = world.simulator.endpoint('demo');
      const result = await world.run({ env: { GITHUB_OUTPUT: pathIn(folder) } });
      expect(result.exitCode).toBe(1);
      expect(result.annotations).toEqual([
        {
          name: 'error',
          properties: { title: 'Outputs are missing' },
          data: expect.stringMatching(/restart .* was accepted/),
        },
      ]);
      expect(endpoint.acceptedRestarts).toBe(1);
    },
  );
});

describe.concurrent('the job summary', () => {
  test.for([
    ['no variable', () => undefined],
    ['an empty variable', () => ''],
    ['a file that is not there', (folder: string) => join(folder, 'none')],
    ['a folder', (folder: string) => folder],
    ['a file that may not be written', readOnlyFile],
  ] as const)('is no reason to fail where there is %s', async ([_, pathIn], { world }) => {
    world.simulator.endpoint('demo', { status: 'RUNNING' });
    const env = { GITHUB_STEP_SUMMARY: pathIn(temporaryFolder(world)) };
    const quiet = await world.run({ env });
    expect(quiet.commands.map(({ name }) => name)).toEqual(['add-mask', 'notice']);
    expect(quiet.log).toHaveLength(2);

    const loud = await world.run({ env: { ...env, RUNNER_DEBUG: '1' } });
    expect(loud.commands.filter(({ data }) => data.includes('summary'))).toMatchObject([{ name: 'debug' }]);
    expect(loud.exitCode).toBe(0);
  });
});

describe.concurrent('debug logging', () => {
  test('has a line for each request, and never a header or the key', async ({ world }) => {
    world.simulator.endpoint('demo', { team: 'tm_1' });
    const inputs = { ...wait, team: 'tm_1' };
    const result = await world.run({ inputs, env: { RUNNER_DEBUG: '1' } });
    const lines = result.commands.filter(({ name }) => name === 'debug').map(({ data }) => data);
    const requests = lines.filter((line) => /^(GET|PUT) /.test(line));
    expect(requests.map((line) => line.replace(/\d+ ms$/, 'N ms'))).toEqual(
      callsTo(world).map((call) => `${call}: HTTP 200 in N ms`),
    );
    expect(result.stdout).not.toMatch(/authorization|bearer|x-friendli-team|tm_1/i);
  });
});

/** A folder that is gone after the test. */
function temporaryFolder({ onEnd }: World): string {
  const folder = mkdtempSync(join(tmpdir(), 'action-test-'));
  onEnd(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** Read-only for root as well where the system has such a file. */
function readOnlyFile(folder: string): string {
  if (process.platform === 'linux') return '/proc/version';
  const file = join(folder, 'read-only');
  writeFileSync(file, '');
  chmodSync(file, 0o444);
  return file;
}
