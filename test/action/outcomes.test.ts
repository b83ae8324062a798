import { describe, expect } from 'vitest';
import type { EndpointOptions, Fault, Simulator } from '../simulator/simulator.js';
import { startUp, type TimelineStep } from '../simulator/state.js';
import { respond, test, wait, wordsOf } from './test-context.js';

const memory = 'INFERENCE_ENGINE_MEMORY_ERROR';
const grpc = 'WORKLOAD_INIT_GRPC_ERROR';
const page = respond(200, '<html><title>Back soon</title><style>b{}</style>Log in</html>');

test('a failed endpoint is restarted and followed until it is RUNNING', async ({ context }) => {
  const { simulator, run } = context;
  simulator.endpoint('demo', { errorCode: memory, team: 'tm_1', afterRestart: startUp(1_000) });
  const result = await run({ inputs: { ...wait, team: 'tm_1' } });
  expect(result.outputs).toEqual({
    ...{ status: 'RUNNING', errorCode: '', phase: '', previousStatus: 'FAILED', previousErrorCode: memory },
    ...{ restarted: 'true', outcome: 'restarted', elapsedSeconds: expect.stringMatching(/^\d+$/) },
    message: expect.stringMatching(/^Endpoint demo was restarted and was RUNNING again after .*\d s\.$/),
  });
  expect(wordsOf(result)).toEqual([
    'Restarting endpoint demo if it is FAILED or TERMINATED, then waiting up to 1 h until it is RUNNING',
    `FAILED, ${memory} (likely cause: the model does not fit in GPU memory)`,
    'Restart accepted',
    'INITIALIZING (requesting a virtual machine)',
    'INITIALIZING (downloading the model)',
    'INITIALIZING (initializing the engine)',
    'RUNNING',
    expect.stringMatching(/^Restarted and running\. Endpoint demo was restarted/),
  ]);
  expect(result.annotations).toEqual([]);
  expect(result.summary).toMatch(/demo[\s\S]*FAILED[\s\S]*RUNNING/);
  expect(result.stdout).not.toMatch(/authorization|bearer|x-friendli-team|tm_1/i);
  for (const { headers } of simulator.requests) {
    expect(headers).toMatchObject({ authorization: 'Bearer flp_Zk3RqWc0hTnV8sLx', 'x-friendli-team': 'tm_1' });
    expect(headers['user-agent']).toMatch(/^restart-friendli-endpoint\/\d+\.\d+\.\d+/);
  }
});

const step = (status: string, forMs = 6_000): TimelineStep => ({ status, forMs });
const failed = (errorCode: string): TimelineStep => ({ status: 'FAILED', errorCode });
const running = { status: 'RUNNING' };
const terminated = { status: 'TERMINATED' };
const asleep = { status: 'SLEEPING', afterWake: startUp(1_000, running, 'AWAKING') };
const stopping = { before: [step('STOPPING'), step('FAILED '), step('TERMINATING'), terminated] };
const unclear = { before: [step('FAILED', 1_500), step('STOPPING')] };
const stale = { ...terminated, staleRestartAnswer: true, staleMs: 540_000, readLagsMs: [0, 5_000] };
const slow = { afterRestart: startUp(60_000) };
const broken = { afterRestart: [grpc, grpc, memory].map((code) => startUp(1_000, failed(code))) };
const updating = { before: [step('UPDATING'), running] };
const mute = { ...running, responds: false };

const within = (minutes: string) => ({ ...wait, 'timeout-minutes': minutes });
const recoverable = { ...wait, 'restart-on': 'RECOVERABLE' };
const thrice = { ...wait, attempts: '3' };
const wake = { ...wait, wake: 'true' };
const stable = { ...wait, 'stable-for': '60' };
const dry = { ...wait, 'dry-run': 'true' };

const accepted = /^The API accepted the restart of endpoint demo\./;
const rejected = /rejected the restart .* for 2 min.*not now.*Last known status: FAILED.*not restarted/;
const mayBeAccepted = /The restart may have been accepted anyway/;

const on = 'restart';
const always = { times: Number.POSITIVE_INFINITY };
const lost: Fault = { on, effect: true, drop: 'before-answer' };
const refused: Fault = { on, ...always, ...respond(423, 'not now') };
const gone: Fault = { ...always, drop: 'before-answer' };
const dripping: Fault = { ...always, drip: { intervalMs: 20 } };
const revoked = respond(401, { message: 'so the service says' });
const busy: Fault = { on: 'status', after: 1, respond: { status: 503, headers: { 'Retry-After': '36000' } } };

/** `sent` is what was sent apart from reads, as `callsTo` lists it. */
type Scenario = [
  ...[title: string, endpoint: EndpointOptions, inputs: Readonly<Record<string, string>>],
  ...[outcome: string, message: RegExp, sent?: string, fault?: Fault],
];

describe.concurrent('a run', () => {
  test.for<Scenario>([
    ['ends with the restart without wait', terminated, {}, 'restarted', accepted, 'restart'],
    ['waits until a stopping endpoint can be restarted', stopping, wait, 'restarted', /RUNNING again after/, 'restart'],
    ['ignores stale reads for nine minutes', stale, wait, 'restarted', /RUNNING again after/, 'restart'],
    ['wakes a sleeping endpoint', asleep, wake, 'woken', /was woken and was RUNNING after/, 'wake'],
    ['leaves a healthy endpoint alone', running, {}, 'not-needed', /^Endpoint demo is RUNNING\.$/],
    ['leaves alone what no restart fixes', failed(memory), recoverable, 'not-recoverable', /a restart cannot fix this/],
    ['only says what it would do', {}, dry, 'dry-run', /would restart it and wait.*Nothing was changed/],
    ['fails after three attempts', broken, thrice, 'failed', /3 times .* larger GPU/, 'restart restart restart'],
    ['times out', slow, within('1.5'), 'timed-out', /downloading the model.*keeps starting/, 'restart'],
    ['waits for a minute of RUNNING', running, stable, 'not-needed', /stayed RUNNING for 1 min/],
    ['probes the endpoint', {}, { ...wait, probe: 'chat' }, 'restarted', /responded to the chat/, 'restart probe'],
    ['times out if the probe fails', mute, { ...stable, probe: 'chat' }, 'timed-out', /No replica took/, '(probe)'],
    ['honors Retry-After up to ten minutes', updating, wait, 'not-needed', /RUNNING after 10 min/, '', busy],
    ['gives up after two minutes', {}, wait, 'error', /no response for 2 min/, '', gone],
    ['ends in time while bytes keep coming', {}, within('0.02'), 'timed-out', /response within 1 s/, '', dripping],
    ['ends if its key is rejected', {}, wait, 'error', /401 .*so the service says.*key is not valid/, '', revoked],
    ['notices that a lost restart was accepted', slow, {}, 'restarted', /status shows that it was/, 'restart', lost],
    ['resends a restart after a maintenance page', {}, {}, 'restarted', accepted, '(restart) restart', { on, ...page }],
    ['says that a restart is in doubt', unclear, {}, 'error', mayBeAccepted, '(restart)', { on, ...respond(503) }],
    ['gives up a rejected restart', {}, wait, 'error', rejected, '(restart)', refused],
  ])('%s', async ([_, endpoint, inputs, outcome, words, sent = '', fault], { context }) => {
    const { simulator, run } = context;
    simulator.endpoint('demo', endpoint);
    if (fault) simulator.fault(fault);
    const { outputs } = await run({ inputs: { 'poll-interval': '5', ...inputs }, skipPauses: true });
    const restarted = String(/(?<!\()restart/.test(sent));
    expect(outputs).toMatchObject({ outcome, restarted, message: expect.stringMatching(words) });
    expect(callsTo(simulator)).toBe(sent);
  });

  test.for<[name: string, fault: Fault, words: string]>([
    ['HTTP 503', respond(503, 'down for maintenance'), 'HTTP 503 Service Unavailable (down for maintenance)'],
    ['a closed connection', { drop: 'before-answer' }, 'the connection was closed'],
    ['a body that is cut short', { drop: 'mid-body' }, 'HTTP 200, but the connection was closed'],
    ['an HTML page', page, 'not a status object (Back soon Log in)'],
  ])('goes on after %s, with one warning', async ([_, fault, words], { context }) => {
    context.simulator.endpoint('demo');
    context.simulator.fault({ on: 'status', times: 2, ...fault });
    const result = await context.run({ inputs: wait, skipPauses: true });
    expect(result.outputs).toMatchObject({ outcome: 'restarted', ...running });
    expect(result.annotations).toMatchObject([{ name: 'warning', data: expect.stringMatching(/Retrying\.$/) }]);
    expect(result.annotations[0]?.data).toContain(words);
    expect(wordsOf(result).filter((line) => line.startsWith('The status can be read again'))).toHaveLength(1);
  });

  test('reports all invalid inputs together, and sends no request', async ({ context }) => {
    const invalid = {
      ...{ 'endpoint-id': 'https://friendli.ai/suite/endpoint/demo', team: 'two words', wake: 'maybe' },
      ...{ 'timeout-minutes': '0', 'poll-interval': '1e3', 'restart-on': 'RUNNING', 'stable-for': '601' },
      ...{ 'dry-run': '1', 'api-url': 'http://api.friendli.ai', attempts: '2', probe: 'chat' },
    };
    const { annotations, outputs, summary } = await context.run({ inputs: invalid });
    const names = annotations[0]?.data.match(/^[a-z-]+(?=:)/gm);
    expect(names?.sort()).toEqual(Object.keys(invalid).sort());
    expect(outputs).toEqual({
      ...{ status: '', errorCode: '', phase: '', previousStatus: '', previousErrorCode: '' },
      ...{
        restarted: 'false',
        outcome: 'error',
        message: expect.stringMatching(/^endpoint-id: /),
        elapsedSeconds: '0',
      },
    });
    expect(summary).toContain('11 invalid inputs');
    expect(context.simulator.requests).toEqual([]);
  });
});

/** What was sent apart from reads: `restart`, and `(restart)` for one or more in a row that did not succeed. */
function callsTo({ requests }: Simulator): string {
  const others = requests.filter(({ call }) => call !== 'status');
  const calls = others.map((it) => (it.accepted || it.answered === 200 ? it.call : `(${it.call})`));
  return calls.filter((call, at) => !call?.startsWith('(') || call !== calls[at - 1]).join(' ');
}
