import { describe, expect } from 'vitest';
import type { EndpointOptions, Fault, TimelineStep } from '../simulator/simulator.js';
import { startUp } from '../simulator/state.js';
import {
  matching as like,
  pausesOf,
  respond,
  scenarios,
  scripted,
  sentCalls,
  state,
  test,
  took,
  wait,
  withRealPauses,
  wordsOf,
} from './test-context.js';

const memory = 'INFERENCE_ENGINE_MEMORY_ERROR';
const grpc = 'WORKLOAD_INIT_GRPC_ERROR';
const step = (status: string, forMs = 6_000): TimelineStep => ({ status, forMs });
const running = { status: 'RUNNING' };
const asleep = { status: 'SLEEPING' };
const terminated = { status: 'TERMINATED' };
const failed = (errorCode: string | null = null): TimelineStep => ({ status: 'FAILED', errorCode });
const end = (last: TimelineStep): EndpointOptions => ({ afterRestart: startUp(1_000, last) });
const because = (outcome: string, words: string): object => ({ outcome, message: like(words) });
const reads = (...replies: (string | Fault)[]): Fault[] => scripted('status', ...replies);
const restarts = (...replies: (string | Fault)[]): Fault[] => scripted('restart', ...replies);
const probes = (...replies: (string | Fault)[]): Fault[] => scripted('probe', ...replies);
const restarted = { outcome: 'restarted', ...running };
const notNeeded = { outcome: 'not-needed', ...running };
const woken = { outcome: 'woken', ...running, previousStatus: 'SLEEPING' };
const wake = { wake: 'true' };
const both = { ...wake, ...wait };
const three = { ...wait, attempts: '3' };
const stable = { ...wait, 'stable-for': '60' };
const half = { ...wait, 'timeout-minutes': '0.5' };
const only = (restartOn: string): Record<string, string> => ({ ...wait, 'restart-on': restartOn });

test('a failed endpoint is restarted and followed until it is RUNNING', async ({ context }) => {
  const { simulator, run } = context;
  simulator.endpoint('demo', { errorCode: memory, team: 'tm_1', afterRestart: startUp(1_000) });
  const result = await run({ inputs: { ...wait, team: 'tm_1' } });
  expect(result.outputs).toEqual({
    ...{ status: 'RUNNING', errorCode: '', phase: '', previousStatus: 'FAILED', previousErrorCode: memory },
    ...{ restarted: 'true', outcome: 'restarted', elapsedSeconds: like('^\\d+$') },
    message: like('^Endpoint demo was restarted and was RUNNING again after .*\\d s\\.$'),
  });
  expect(wordsOf(result)).toEqual([
    'Restarting endpoint demo if it is FAILED or TERMINATED, then waiting up to 1 h until it is RUNNING',
    `FAILED, ${memory} (likely cause: the model does not fit in GPU memory)`,
    'Restart accepted',
    'INITIALIZING (requesting a virtual machine)',
    'INITIALIZING (downloading the model)',
    'INITIALIZING (initializing the engine)',
    'RUNNING',
    like('^Restarted and running\\. Endpoint demo was restarted'),
  ]);
  expect(result.annotations).toEqual([]);
  expect(result.summary).toMatch(/demo[\s\S]*FAILED[\s\S]*RUNNING/);
  for (const { headers } of simulator.requests) {
    expect(headers).toMatchObject({
      authorization: 'Bearer flp_Zk3RqWc0hTnV8sLx',
      'x-friendli-team': 'tm_1',
    });
    expect(headers['user-agent']).toMatch(/^restart-friendli-endpoint\/\d+\.\d+\.\d+/);
  }
  expect(result.stdout).not.toMatch(/authorization|bearer|x-friendli-team|tm_1/i);
});

test('without wait, a terminated endpoint is restarted with exactly two requests', async ({ context }) => {
  const { simulator, run } = context;
  simulator.endpoint('demo', terminated);
  const { outputs, annotations } = await run();
  expect(outputs).toMatchObject({ outcome: 'restarted', previousStatus: 'TERMINATED' });
  expect(annotations).toEqual([]);
  expect(simulator.requests.map(({ call }) => call)).toEqual(['status', 'restart']);
  expect(simulator.requests.some(({ headers }) => 'x-friendli-team' in headers)).toBe(false);
});

test('pauses between attempts grow, and a second read confirms each failure', async ({ context }) => {
  const { simulator, run } = context;
  const afterRestart = [grpc, grpc, grpc, grpc, memory].map((code) => startUp(1_000, failed(code)));
  simulator.endpoint('demo', { errorCode: grpc, afterRestart });
  const result = await run({ ...withRealPauses, inputs: { ...withRealPauses.inputs, attempts: '5' } });
  const message = like('restarted 5 times but failed again.*does not fit in GPU memory.* larger GPU');
  expect(result.outputs).toMatchObject({
    outcome: 'failed',
    errorCode: memory,
    previousErrorCode: grpc,
    message,
  });
  expect(result.annotations).toMatchObject([{ properties: { title: like(memory) } }]);
  expect(result.summary).toMatch(/GPU memory[\s\S]*larger GPU/);
  expect(pausesOf(result, 'next-attempt')).toEqual([30, 60, 120, 240]);
  expect(pausesOf(result, 'confirm')).toEqual([10, 10, 10, 10, 10]);
  expect(wordsOf(result)).toContain('Restarting again in 30 s (attempt 2 of 5)');
  expect(sentCalls(simulator)).toBe('restart restart restart restart restart');
});

describe.concurrent('a run', () => {
  const stopping = { before: [step('STOPPING'), step('FAILED '), step('TERMINATING'), terminated] };
  const slow = { afterRestart: [{ status: 'INITIALIZING', phase: 'DOWNLOADING_MODEL' }] };
  const outOfTime = because('timed-out', 'downloading the model.*keeps starting.*longer timeout-minutes');
  const brief = { ...three, 'timeout-minutes': '1.5' };
  const late = because('timed-out', '^(?!.*keeps starting).*before attempt 3 of 3.*had failed again');
  const stale = { ...terminated, staleRestartAnswer: true, staleMs: 540_000, readLagsMs: [0, 5_000] };
  const sleeping = { ...asleep, afterWake: startUp(1_000, running, 'AWAKING') };
  const broken = { ...asleep, afterWake: [step('AWAKING'), failed(memory)] };
  const tooLong = { ...half, 'stable-for': '29', 'poll-interval': '20' };
  const unstable = because('timed-out', 'RUNNING for 2\\d s.*stable-for requires 29 s');
  const dry = (inputs: object): Record<string, string> => ({ ...inputs, 'dry-run': 'true' });
  const would = (words: string): object => because('dry-run', `would ${words}.*Nothing was changed`);
  const refused = would('end with the outcome not-recoverable');
  const outage = { outcome: 'error', ...took(120, 180) };
  scenarios([
    ['without anything to do says so', running, {}, because('not-needed', 'demo is RUNNING\\.$')],
    ['leaves TERMINATED alone', terminated, only('failed'), because('not-needed', 'lists only FAILED')],
    ['leaves what is no use', failed(memory), only('RECOVERABLE'), because('not-recoverable', 'GPU')],
    ['without wait ends at TERMINATING', step('TERMINATING'), {}, because('error', 'Set wait: true')],
    ['with wait waits for TERMINATED', stopping, wait, restarted, 'restart'],
    ['fails if another restart is no fix', end(failed(memory)), three, { outcome: 'failed' }, 'restart'],
    ['fails if someone stops the endpoint', end(terminated), three, { outcome: 'failed' }, 'restart'],
    ['times out', slow, half, outOfTime, 'restart'],
    ['times out before an attempt', end(failed(grpc)), brief, late, 'restart restart'],
    ['ignores stale reads for nine minutes', stale, wait, restarted, 'restart'],
    ['wakes without wait', sleeping, wake, { ...woken, status: 'AWAKING' }, 'wake'],
    ['wakes and waits', sleeping, both, woken, 'wake'],
    ['restarts what fails after a wake-up', broken, both, restarted, 'wake restart'],
    ['waits for a minute of RUNNING', running, stable, { ...notNeeded, ...took(60, 119) }],
    ['times out before the endpoint is stable', running, tooLong, unstable],
    ['would restart', failed(grpc), dry(wait), would('restart it and wait up to 1 h')],
    ['would probe', running, dry({ ...wait, probe: 'chat' }), would('send it the chat probe')],
    ['would refuse', failed(memory), dry(only('RECOVERABLE')), refused],
    ['gives up a dry run after two minutes of an outage', {}, dry(wait), outage, '', reads('503')],
  ]);
});

describe.concurrent('the probe', () => {
  const by = (probe: string): Record<string, string> => ({ ...wait, probe, 'timeout-minutes': '3' });
  const chat = by('chat');
  const responded = because('restarted', 'RUNNING again after .* responded to the completions probe after');
  const later = because('not-needed', 'RUNNING and responded to the tokenize probe');
  const mute = because(
    'timed-out',
    'is RUNNING, but .*before it responded to the chat probe.*No replica took the request',
  );
  const wrong = because('error', 'rejected the probe .*no template.*does not support this type of request');
  const noTemplate = probes(respond(400, { message: 'no template' }));
  const flicker: Fault = { on: 'probe', ...respond(503) };
  const silent = because('error', 'went to sleep before it responded');
  const unsent = because('not-needed', 'No probe was sent');
  scenarios([
    ['has to succeed', {}, by('completions'), responded, 'restart probe'],
    ['is sent again after a 503', running, by('tokenize'), later, '(probe) probe', flicker],
    ['comes after stable-for', running, { ...stable, probe: 'embeddings' }, took(60, 119), 'probe'],
    ['without a response times out', { ...running, responds: false }, chat, mute, '(probe)'],
    ['of the wrong kind is an error', running, chat, wrong, '(probe)', noTemplate],
    ['and then SLEEPING are an error', {}, chat, silent, '(probe)', probes('503'), reads('RUNNING SLEEPING')],
    ['is not sent to a sleeping endpoint', asleep, chat, unsent],
  ]);
});

describe.concurrent('one outdated or ambiguous response:', () => {
  const fixable = only('RECOVERABLE');
  const broken = state('FAILED', { errorCode: memory });
  const page = restarts(respond(200, '<html>Down for maintenance</html>'));
  const unclear = (outcome: string, words: string): object =>
    because(outcome, `restart request .*${words}.*The restart may have been accepted anyway`);
  const [unusable, failing] = [unclear('not-recoverable', 'HTTP 200'), unclear('not-needed', 'HTTP 503')];
  const update = reads('UPDATING', broken, 'UPDATING RUNNING');
  const start = reads('INITIALIZING TERMINATED INITIALIZING RUNNING');
  const lag = reads(`SLEEPING@0 ${'AWAKING@1 '.repeat(30)} SLEEPING@0 AWAKING@1 RUNNING@160`);
  const stop = reads(`FAILED@0 INITIALIZING@1 TERMINATED@60 ${'FAILED@30 '.repeat(12)} TERMINATED@60`);
  const stopped = { outcome: 'failed', ...terminated };
  const flaky = reads('RUNNING RUNNING 503 '.repeat(40));
  const doubted = [...restarts('503 400'), ...reads('FAILED FAILED TERMINATED')];
  const rejected: Fault = { on: 'restart', ...respond(400) };
  const odd = reads(`TERMINATED ${'UNKNOWN '.repeat(25)} TERMINATED TERMINATED RUNNING`);
  scenarios([
    ['FAILED while waking', asleep, both, woken, 'wake', reads('SLEEPING AWAKING FAILED AWAKING RUNNING')],
    ['FAILED in an update', {}, fixable, notNeeded, '', update],
    ['TERMINATED in a start', {}, only('FAILED'), notNeeded, '', start],
    ['an older SLEEPING after a wake-up', asleep, both, woken, 'wake', lag],
    ['an older FAILED after a person’s TERMINATED', {}, three, stopped, 'restart', stop],
    ['503 for every third read', {}, stable, { ...notNeeded, ...took(60, 119) }, '', flaky],
    ['503, 400, then a person’s TERMINATED', {}, only('FAILED'), failing, '(restart)', doubted],
    ['a maintenance page, then a failure', {}, fixable, unusable, '(restart)', page, reads('FAILED', broken)],
    ['400, then UNKNOWN', terminated, wait, restarted, '(restart) restart', rejected, odd],
  ]);
});

describe.concurrent('a message claims only what was seen:', () => {
  const machine = state('INITIALIZING', { phase: 'REQUESTING_VIRTUAL_MACHINE' });
  const quick = { ...half, 'poll-interval': '3' };
  const unknown = because('timed-out', '^(?!.*capacity).*status request .* failed for 2\\d s of the wait');
  const deleted = because('error', '^(?!.*(keeps starting|Compare)).*deleted during the run');
  const still = (words: string): object => because('timed-out', `^(?!.*keeps starting).*${words}`);
  const lazy = { ...asleep, afterWake: [asleep] };
  const stopped = [...restarts('503'), ...reads('STOPPING TERMINATED')];
  const code = because('not-needed', `is RUNNING with error code ${memory} \\(likely cause: the model`);
  const codeAfter = because('restarted', 'RUNNING again with error code NEW \\(the API gives no cause');
  const coded = end({ ...running, errorCode: 'NEW' });
  scenarios([
    ['a virtual machine for 3 s', {}, quick, unknown, '', reads(machine, machine, '503')],
    ['404 in the middle of a wait', {}, wait, deleted, '', reads('INITIALIZING 404')],
    ['SLEEPING after a wake-up', lazy, { ...half, ...wake }, still('effect is not visible yet'), 'wake'],
    ['TERMINATED at the end', {}, half, still('Last known status: TERMINATED'), '(restart)', stopped],
    ['RUNNING with an error code', { ...running, errorCode: memory }, {}, code],
    ['an unknown error code after a restart', coded, wait, codeAfter, 'restart'],
  ]);
});

describe.concurrent('invalid inputs', () => {
  test('are reported together in one annotation, and nothing is requested', async ({ context }) => {
    const invalid = {
      ...{ 'endpoint-id': 'https://friendli.ai/suite/endpoint/demo', team: 'two words', wake: 'maybe' },
      ...{ 'timeout-minutes': '0', 'poll-interval': '1e3', 'restart-on': 'RUNNING', 'stable-for': '601' },
      ...{ 'dry-run': '1', 'api-url': 'http://api.friendli.ai', attempts: '2', probe: 'chat' },
    };
    const result = await context.run({ inputs: invalid });
    const lines = result.annotations[0]?.data.split('\n') ?? [];
    const names = lines.flatMap((line) => /^[a-z-]+(?=:)/.exec(line)?.[0] ?? []);
    expect(names.sort()).toEqual(Object.keys(invalid).sort());
    expect(result.outputs).toEqual({
      ...{ status: '', errorCode: '', phase: '', previousStatus: '', previousErrorCode: '' },
      ...{ restarted: 'false', outcome: 'error', message: like('^endpoint-id: '), elapsedSeconds: '0' },
    });
    expect(result.summary).toContain('11 invalid inputs');
    expect(context.simulator.requests).toEqual([]);
  });

  test.for([
    [' \t ', '^api-key is required[^]*environment[^]*forks or Dependabot'],
    ['flp_äöü', '^api-key contains invalid characters: expected printable ASCII'],
  ] as const)('name the API key "%s" without showing it', async ([key, words], { context }) => {
    const result = await context.run({ inputs: { 'api-key': key } });
    expect(result.annotations).toMatchObject([{ name: 'error', data: like(words) }]);
    expect(context.simulator.requests).toEqual([]);
  });
});
