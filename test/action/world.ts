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

// A busy machine starts processes slowly; what has to be fast is measured by the tests themselves.
vi.setConfig({ testTimeout: 30_000, maxConcurrency: 10 });

/** Long enough that it is nowhere by chance. */
export const apiKey = 'flp_Zk3RqWc0hTnV8sLx';
export const wait = { wait: 'true' };
export const says = (words: string): unknown => expect.stringMatching(words);
export const respond = (status: number, body: string | object = ''): Fault => ({ respond: { status, body } });
/** All pauses and heartbeats as in production, in no time. */
export const patient = {
  inputs: { ...wait, 'poll-interval': '' },
  env: { RUNNER_DEBUG: '1' },
  skipPauses: true,
} as const;

export interface World {
  /**
   * On a loopback port, without endpoints. On its clock a second passes with each request, and the pauses that the action
   * skips; so what it answers does not depend on the speed of the machine.
   */
  readonly simulator: Simulator;
  /** How long the pauses were that the action has skipped, in milliseconds: another clock for an endpoint. */
  pausedMs(): number;
  /** A further simulator, on the real clock unless told otherwise. */
  simulate(options?: SimulatorOptions): Promise<Simulator>;
  /** Listens on a loopback port without any HTTP. Resolves to the port. */
  listen(serve: (socket: Socket) => void): Promise<number>;
  /** Starts the action for the simulator's endpoint `demo`, with the fastest poll. */
  start(options?: ActionOptions): RunningAction;
  /** Runs the action to its end, as `start` starts it, and checks what holds however it ends. */
  run(options?: ActionOptions): Promise<ActionResult>;
  /** A folder that is removed after the test. */
  folder(): string;
  /** A file that never gives or takes anything: opening it takes for ever. */
  endlessFile(): string;
}

export const test = base.extend('world', async ({ onTestFinished }): Promise<World> => {
  const simulators: Simulator[] = [];
  const actions: RunningAction[] = [];
  async function simulate(options: SimulatorOptions = {}): Promise<Simulator> {
    const simulator = await startSimulator(options);
    simulators.push(simulator);
    return simulator;
  }
  onTestFinished(async () => {
    await Promise.all(simulators.map(({ close }) => close()));
    // In every test: the action never sends what the API's document does not allow.
    expect(simulators.flatMap(({ violations }) => violations)).toEqual([]);
  });

  async function listen(serve: (socket: Socket) => void): Promise<number> {
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
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('The server has no port.');
    return address.port;
  }

  const pausedMs = (): number => actions.reduce((sum, { skippedMs }) => sum + skippedMs(), 0);
  const simulator: Simulator = await simulate({
    now: () => (simulators[0]?.requests.length ?? 0) * 1_000 + pausedMs(),
  });
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
  async function run(options: ActionOptions = {}): Promise<ActionResult> {
    const result = await start(options).result;
    expectValid(result, options);
    return result;
  }
  function folder(): string {
    const path = mkdtempSync(join(tmpdir(), 'action-test-'));
    onTestFinished(() => rmSync(path, { recursive: true }));
    return path;
  }
  function endlessFile(): string {
    const path = join(folder(), 'fifo');
    execFileSync('mkfifo', [path]);
    return path;
  }
  return { simulator, pausedMs, simulate, listen, start, run, folder, endlessFile };
});

/** `puts` are the calls that the service accepted. */
type Scenario = [
  name: string,
  endpoint: EndpointOptions,
  inputs: object,
  outputs: object,
  puts?: string,
  ...faults: Fault[],
];

/** One test for each row: a run without real pauses that ends with these outputs. */
export function scenarios(table: readonly Scenario[]): void {
  test.for(table)('%s', async ([_, endpoint, inputs, outputs, puts = '', ...faults], { world }) => {
    world.simulator.endpoint('demo', endpoint);
    faults.forEach(world.simulator.fault);
    const result = await world.run({ inputs: { 'poll-interval': '5', ...inputs }, skipPauses: true });
    expect(result.outputs).toMatchObject({ restarted: String(puts.includes('restart')), ...outputs });
    const accepted = world.simulator.requests.filter((request) => request.accepted);
    expect(accepted.map(({ call }) => call).join(' ')).toBe(puts);
    const isAsked = puts !== '' || faults.some(({ on = 'status' }) => on !== 'status');
    // A read comes before each change, and tells whether it is still needed.
    expect(callsTo(world).join()).not.toMatch(isAsked ? /PUT[^,]*,PUT/ : /PUT/);
  });
}

/** Resolves when the list, of requests or connections, has so many entries. */
export async function received(list: readonly unknown[], length: number): Promise<void> {
  const options = { interval: 5, timeout: 20_000 };
  await vi.waitFor(() => expect(list.length).toBeGreaterThanOrEqual(length), options);
}

/** The calls that the service received: `GET 200`, `PUT restart faulted`. */
export function callsTo({ simulator }: World): string[] {
  return simulator.requests.map(({ method, call, answered }) =>
    method === 'GET' ? `GET ${answered}` : `PUT ${call} ${answered}`,
  );
}

export function annotationsOf({ annotations }: ActionResult): string[] {
  return annotations.map(({ name, data }) => `${name}: ${data}`);
}

/** The pauses of one kind in the debug log, in seconds. */
export function pausesOf({ commands }: ActionResult, why: string): number[] {
  const pattern = / pause of (?:(\d+) min)? ?(?:([\d.]+) s)? \((\w+)\)$/;
  const pauses = commands.map(({ data }) => pattern.exec(data) ?? []).filter(([, , , kind]) => kind === why);
  return pauses.map(([, minutes = 0, seconds = 0]) => Number(minutes) * 60 + Number(seconds));
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
  if (key !== '') expect(commands[0]).toEqual({ name: 'add-mask', properties: {}, data: key });
  if (key.length > 1) expectNoTraceOf(key, result);

  const names = commands.map(({ name }) => name);
  const count = (level: string): number => names.filter((name) => name === level).length;
  const allowed = ['add-mask', 'error', 'warning', 'notice', ...(env['RUNNER_DEBUG'] ? ['debug'] : [])];
  expect(names.filter((name) => !allowed.includes(name))).toEqual([]);
  expect(count('add-mask')).toBe(key === '' ? 0 : 1);
  if ('GITHUB_OUTPUT' in env) return;

  const { outcome = '', message = '' } = outputs;
  const isSuccess = succeeds.includes(outcome);
  const isFailure = fails.includes(outcome);
  expect({ outcome, exitCode, errors: count('error'), notices: count('notice') }).toEqual({
    outcome: isSuccess || isFailure ? outcome : 'cancelled',
    exitCode: isSuccess ? 0 : 1,
    errors: isFailure ? 1 : 0,
    notices: outcome === 'not-needed' || outcome === 'dry-run' ? 1 : 0,
  });
  // Every output has a value of this run, on failure too.
  expect(Object.keys(outputs).sort()).toEqual([...outputNames].sort());
  expect(outputs['elapsedSeconds']).toMatch(/^\d+$/);
  // The same words as in the annotation, or as in the last line where there is none.
  const last = annotations.findLast(({ name }) => name !== 'warning')?.data ?? result.log.at(-1) ?? '';
  expect(message).not.toMatch(/^$|[\r\n]/);
  expect(last.replaceAll('\n', ' ')).toContain(message.slice(0, 4_000));
}

/** The key can be nowhere, as it is or encoded, except in the line that masks it. */
function expectNoTraceOf(key: string, { stdout, stderr, writes, summary }: ActionResult): void {
  const shown = [stdout.replace(/^::add-mask::.*\n/, ''), stderr, JSON.stringify(writes), summary].join('\n');
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  // The last group of a base64 text depends on what comes after it.
  const encoded = [base64(key).slice(0, -4), base64(`Bearer ${key}`).slice(-4 - key.length, -4)];
  const forms = [key, JSON.stringify(key).slice(1, -1), encodeURIComponent(key), ...encoded];
  expect(forms.filter((form) => shown.includes(form))).toEqual([]);
}
