/** What each test of the bundle gets: a simulator of its own, and the action pointed at it. Both end with the test. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, expect, vi } from 'vitest';
import type { EndpointOptions, Fault, Simulator, SimulatorOptions } from '../simulator/simulator.js';
import { startSimulator } from '../simulator/simulator.js';
import type { ActionOptions, ActionResult, RunningAction } from './run-action.js';
import { outputNames, startAction } from './run-action.js';

// A busy machine starts processes slowly.
vi.setConfig({ maxConcurrency: 6 });

/** Long enough not to occur by chance. */
export const apiKey = 'flp_Zk3RqWc0hTnV8sLx';
export const wait = { wait: 'true' };
/** All pauses and heartbeats as in production, in no time. */
export const withRealPauses = {
  inputs: { ...wait, 'poll-interval': '' },
  env: { RUNNER_DEBUG: '1' },
  skipPauses: true,
} as const;

export const matching = (pattern: string): unknown => expect.stringMatching(pattern);
/** The outputs of a run of about this many seconds; a busy machine adds its own. */
export const took = (from: number, to: number): object => ({
  elapsedSeconds: expect.toSatisfy((text) => Number(text) >= from && Number(text) <= to, `${from} to ${to}`),
});
export const respond = (status: number, body: string | object = ''): Fault => ({ respond: { status, body } });
export const always = { times: Number.POSITIVE_INFINITY };

/** A 200 with a state. */
export function state(status: string, fields: object = {}): Fault {
  return respond(200, { status, createdAt: '2025-01-01T00:00:00Z', ...fields });
}

/**
 * The responses to one kind of call, in order; the last one is repeated. In a text, each word is one: a status, with
 * `@1` for an updatedAt of second 1, or an HTTP status.
 */
export function scripted(on: NonNullable<Fault['on']>, ...replies: (string | Fault)[]): Fault[] {
  const faults = replies.flatMap((reply) =>
    typeof reply === 'string' ? reply.trim().split(/\s+/).map(inWord) : reply,
  );
  return faults.map((fault, after) => ({ on, after, ...(after === faults.length - 1 && always), ...fault }));
}

function inWord(word: string): Fault {
  const [status = '', second] = word.split('@');
  const dated = second && { updatedAt: new Date(Number(second) * 1_000).toISOString() };
  return /^\d+$/.test(status) ? respond(Number(status)) : state(status, { ...dated });
}

export type TestContext = Awaited<ReturnType<typeof createContext>>;
export const test = base.extend('context', ({ onTestFinished }) => createContext(onTestFinished));

async function createContext(onTestFinished: (end: () => void | Promise<void>) => void) {
  const simulators: Simulator[] = [];
  const actions: RunningAction[] = [];
  const requestCount = (): number => simulators[0]?.requests.length ?? 0;
  const skippedMs = (): number => actions.reduce((sum, action) => sum + action.skippedMs(), 0);

  /** A further simulator, on the real clock unless told otherwise. */
  async function simulate(options: SimulatorOptions = {}): Promise<Simulator> {
    const simulator = await startSimulator(options);
    simulators.push(simulator);
    return simulator;
  }
  /**
   * On a loopback port, without endpoints. On its clock a second passes with each request, and the pauses that the action
   * skips; so what it returns does not depend on the speed of the machine.
   */
  const simulator = await simulate({ now: () => requestCount() * 1_000 + skippedMs() });
  onTestFinished(async () => {
    await Promise.all(simulators.map(({ close }) => close()));
    // In every test: the action never sends what the API's document does not allow.
    expect(simulators.flatMap(({ violations }) => violations)).toEqual([]);
  });

  /** Listens on a loopback port without any HTTP. Resolves to the URL. */
  async function listen(serve: (socket: Socket) => void): Promise<string> {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket.on('error', () => {}));
      serve(socket);
    });
    onTestFinished(() => {
      server.close();
      for (const socket of sockets) socket.destroy();
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return `http://127.0.0.1:${Object(server.address()).port}`;
  }

  /** Starts the action for the simulator's endpoint `demo`, with the fastest poll. */
  function start({ inputs, ...options }: ActionOptions = {}): RunningAction {
    const defaults = { 'endpoint-id': 'demo', 'api-key': apiKey, 'api-url': simulator.url };
    const action = startAction({ inputs: { ...defaults, 'poll-interval': '0.1', ...inputs }, ...options });
    actions.push(action);
    onTestFinished(async () => {
      action.kill('SIGKILL');
      await action.result;
    });
    return action;
  }

  /** Runs the action to its end, as `start` starts it, and checks what holds however it ends. */
  async function run(options: ActionOptions = {}): Promise<ActionResult> {
    const result = await start(options).result;
    expectValid(result, options);
    return result;
  }

  /** A folder that is removed after the test. */
  function folder(): string {
    const path = mkdtempSync(join(tmpdir(), 'action-test-'));
    onTestFinished(() => rmSync(path, { recursive: true }));
    return path;
  }

  /** A FIFO without a peer: opening it blocks forever. */
  function blockingFifo(): string {
    const path = join(folder(), 'fifo');
    execFileSync('mkfifo', [path]);
    return path;
  }
  return { simulator, simulate, listen, start, run, folder, blockingFifo };
}

/** `sent` is what was sent apart from reads, as `sentCalls` lists it. */
type Scenario = [
  name: string,
  endpoint: EndpointOptions,
  inputs: Readonly<Record<string, string>>,
  outputs: object,
  sent?: string,
  ...faults: (Fault | Fault[])[],
];

/** One test for each row: a run without real pauses that ends with these outputs. */
export function scenarios(table: readonly Scenario[]): void {
  test.for(table)('%s', async ([_, endpoint, inputs, outputs, sent = '', ...faults], { context }) => {
    const { simulator, run } = context;
    simulator.endpoint('demo', endpoint);
    faults.flat().forEach(simulator.fault);
    const result = await run({ inputs: { 'poll-interval': '5', ...inputs }, skipPauses: true });
    expect(result.outputs).toMatchObject(outputs);
    expect(sentCalls(simulator)).toBe(sent);
    expect(result.outputs['restarted']).toBe(String(/(?<!\()restart/.test(sent)));
  });
}

/** What was sent apart from reads: `restart`, and `(restart)` for one or more in a row that did not succeed. */
export function sentCalls({ requests }: Simulator): string {
  const calls = requests.map((it) => (it.accepted || it.answered === 200 ? it.call : `(${it.call})`));
  // A read before each of them checks whether it is still needed.
  expect(calls.join(' ')).not.toMatch(/(restart|wake|probe)\)? \(?(restart|wake|probe)/);
  const sent = calls.filter((call) => !/status/.test(call ?? ''));
  return sent.filter((call, at) => !call?.startsWith('(') || call !== sent[at - 1]).join(' ');
}

/** Resolves once the simulator has received this many requests. */
export async function received({ requests }: Simulator, count: number): Promise<void> {
  const options = { interval: 5, timeout: 100_000 };
  await vi.waitFor(() => expect(requests.length).toBeGreaterThanOrEqual(count), options);
}

/** The pauses of one kind in the debug log, in seconds. */
export function pausesOf({ commands }: ActionResult, why: string): number[] {
  const pattern = / pause of (?:(\d+) min)? ?(?:([\d.]+) s)? \((\S+)\)$/;
  const pauses = commands.map(({ data }) => pattern.exec(data) ?? []).filter(([, , , kind]) => kind === why);
  return pauses.map(([, minutes = 0, seconds = 0]) => Math.round(Number(minutes) * 60 + Number(seconds)));
}

/** The log without the times at the start of each line. */
export function wordsOf({ log }: ActionResult): string[] {
  return log.map((line) => line.replace(/^ +(\d+:)?\d+:\d\d {2}/, ''));
}

const succeeds = ['restarted', 'woken', 'not-needed', 'dry-run'];
const fails = ['not-recoverable', 'failed', 'timed-out', 'error'];

/** What holds for every run, however it ends. */
export function expectValid(result: ActionResult, { inputs, env = {} }: ActionOptions = {}): void {
  const { exitCode, stderr, outputs, commands, annotations } = result;
  expect(stderr).toBe('');
  const key = (inputs?.['api-key'] ?? apiKey).trim();
  const secrets = [...new Set([key, key.replace(/^flp_/, '')])].filter((secret) => secret !== '');
  const masks = secrets.map((data) => ({ name: 'add-mask', properties: {}, data }));
  expect(commands.slice(0, masks.length)).toEqual(masks);
  if (key.length > 1) expectNoTraceOf(secrets, result);

  const names = commands.slice(masks.length).map(({ name }) => name);
  const count = (level: string): number => names.filter((name) => name === level).length;
  const allowed = ['error', 'warning', 'notice', ...(env['RUNNER_DEBUG'] ? ['debug'] : [])];
  expect(names.filter((name) => !allowed.includes(name))).toEqual([]);
  if ('GITHUB_OUTPUT' in env || 'BUSY' in env) return;

  const { outcome = '', message = '' } = outputs;
  const isSuccess = succeeds.includes(outcome);
  const isFailure = fails.includes(outcome);
  expect({ outcome, exitCode, errors: count('error') }).toEqual({
    outcome: isSuccess || isFailure ? outcome : 'cancelled',
    exitCode: isSuccess ? 0 : 1,
    errors: isFailure ? 1 : 0,
  });
  const hasNotice = outcome === 'dry-run' || /(is|was) RUNNING (again )?with error code/.test(message);
  expect(hasNotice ? [1] : outcome === 'not-needed' ? [0, 1] : [0]).toContain(count('notice'));
  // Every output has a value of this run, on failure too.
  expect(Object.keys(outputs).sort()).toEqual([...outputNames].sort());
  expect(outputs['elapsedSeconds']).toMatch(/^\d+$/);
  // The same words as in the annotation, or as in the last line where there is none.
  const last = annotations.findLast(({ name }) => name !== 'warning')?.data ?? result.log.at(-1) ?? '';
  expect(message).not.toMatch(/^$|[\r\n]/);
  expect(last.replaceAll('\n', ' ')).toContain(message.slice(0, 4_000));
}

/** The key appears nowhere, as it is, encoded, or with something inside, except in the lines that mask it. */
function expectNoTraceOf(secrets: readonly string[], { stdout, writes, summary }: ActionResult): void {
  const shown = [stdout.replace(/^::add-mask::.*\n/gm, ''), JSON.stringify(writes), summary].join('\n');
  // The last group of a base64 text depends on what comes after it.
  const base64 = (text: string): string => Buffer.from(text).toString('base64').slice(0, -4);
  const forms = secrets.flatMap((key) => [
    ...[key, JSON.stringify(key).slice(1, -1), encodeURIComponent(key)],
    ...[base64(key), base64(`Bearer ${key}`).slice(-key.length)],
  ]);
  expect(forms.filter((form) => shown.includes(form))).toEqual([]);
  const tight = (text: string): string => text.replaceAll(/<[^>]*>|[^\p{L}\p{N}_]/gu, '');
  expect(secrets.filter((key) => tight(shown).includes(tight(key)))).toEqual([]);
}
