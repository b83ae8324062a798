/** What each test of the bundle gets: a simulator of its own, and the action pointed at it. Both end with the test. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, expect, vi } from 'vitest';
import { type Simulator, type SimulatorOptions, startSimulator } from '../simulator/simulator.js';
import {
  type ActionOptions,
  type ActionResult,
  outputNames,
  type RunningAction,
  startAction,
} from './run-action.js';

// A busy machine starts processes slowly; what has to be fast is measured by the tests themselves.
vi.setConfig({ testTimeout: 30_000, maxConcurrency: 10 });

/** Long enough that it is nowhere by chance. */
export const apiKey = 'flp_Zk3RqWc0hTnV8sLx';

/** All pauses and heartbeats as in production, in no time. */
export const patient = {
  inputs: { wait: 'true', 'poll-interval': '' },
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

  function pausedMs(): number {
    return actions.reduce((sum, { skippedMs }) => sum + skippedMs(), 0);
  }
  const simulator: Simulator = await simulate({
    now: () => (simulators[0]?.requests.length ?? 0) * 1_000 + pausedMs(),
  });
  function start({ inputs, ...options }: ActionOptions = {}): RunningAction {
    const action = startAction({
      inputs: {
        'endpoint-id': 'demo',
        'api-key': apiKey,
        'api-url': simulator.url,
        'poll-interval': '0.1',
        ...inputs,
      },
      ...options,
    });
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

/** Resolves when the list, of requests or connections, has so many entries. */
export async function received(list: readonly unknown[], length: number): Promise<void> {
  await vi.waitFor(() => expect(list.length).toBeGreaterThanOrEqual(length), {
    interval: 5,
    timeout: 20_000,
  });
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
  const pauses = commands.map(({ data }) =>
    / pause of (?:(\d+) min)? ?(?:([\d.]+) s)? \((\w+)\)$/.exec(data),
  );
  return pauses.flatMap((found) =>
    found?.[3] === why ? [Number(found[1] ?? 0) * 60 + Number(found[2] ?? 0)] : [],
  );
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

  const allowed = ['add-mask', 'error', 'warning', 'notice', ...(env['RUNNER_DEBUG'] ? ['debug'] : [])];
  expect(commands.map(({ name }) => name).filter((name) => !allowed.includes(name))).toEqual([]);
  expect(commands.filter(({ name }) => name === 'add-mask')).toHaveLength(key === '' ? 0 : 1);
  if ('GITHUB_OUTPUT' in env) return;

  const { outcome = '', message = '' } = outputs;
  const isSuccess = succeeds.includes(outcome);
  const isFailure = fails.includes(outcome);
  const count = (level: string): number => annotations.filter(({ name }) => name === level).length;
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
  const forms = [
    key,
    JSON.stringify(key).slice(1, -1),
    encodeURIComponent(key),
    // The last group of a base64 text depends on what comes after it.
    base64(key).slice(0, -4),
    base64(`Bearer ${key}`).slice(-4 - key.length, -4),
  ];
  expect(forms.filter((form) => shown.includes(form))).toEqual([]);
}
