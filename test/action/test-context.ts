/** What each test of the bundle gets: a simulator of its own, and the action pointed at it. Both end with the test. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, expect, vi } from 'vitest';
import { type Fault, type Simulator, type SimulatorOptions, startSimulator } from '../simulator/simulator.js';
import { type ActionOptions, type ActionResult, outputNames, type RunningAction, startAction } from './run-action.js';

// A busy machine starts processes slowly.
vi.setConfig({ maxConcurrency: 6 });

/** Long enough not to occur by chance. */
export const apiKey = 'flp_Zk3RqWc0hTnV8sLx';
export const wait = { wait: 'true' };
export const respond = (status: number, body: string | object = ''): Fault => ({ respond: { status, body } });

export type TestContext = Awaited<ReturnType<typeof createContext>>;
export const test = base.extend('context', ({ onTestFinished }) => createContext(onTestFinished));

async function createContext(onTestFinished: (end: () => void | Promise<void>) => void) {
  const simulators: Simulator[] = [];
  const actions: RunningAction[] = [];

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
  const simulator = await simulate({
    now: () => actions.reduce((ms, action) => ms + action.skippedMs(), (simulators[0]?.requests.length ?? 0) * 1_000),
  });
  onTestFinished(async () => {
    await Promise.all(simulators.map(({ close }) => close()));
    // In every test: the action never sends what the API's document does not allow.
    expect(simulators.flatMap(({ violations }) => violations)).toEqual([]);
  });

  /** Listens on a loopback port without any HTTP. Resolves to the URL. */
  async function listen(serve: (socket: Socket) => void): Promise<string> {
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      sockets.push(socket.on('error', () => {}));
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
    expectValid(result, options.inputs?.['api-key']);
    return result;
  }

  /** Paths that cannot be written, in a folder that is removed after the test. Opening the FIFO blocks forever. */
  function unwritablePaths() {
    const folder = mkdtempSync(join(tmpdir(), 'action-test-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const fifo = join(folder, 'fifo');
    execFileSync('mkfifo', [fifo]);
    return { folder, fifo, missing: join(folder, 'none', 'file') };
  }
  return { simulator, simulators, simulate, listen, start, run, unwritablePaths };
}

/** Resolves once this holds. */
export async function until(holds: () => boolean): Promise<void> {
  await vi.waitFor(() => expect(holds()).toBe(true), { interval: 5, timeout: 100_000 });
}

/** The log without the times at the start of each line. */
export function wordsOf({ log }: ActionResult): string[] {
  return log.map((line) => line.replace(/^ +(\d+:)?\d+:\d\d {2}/, ''));
}

/** What holds for every run, however it ends. */
export function expectValid(result: ActionResult, key = apiKey): void {
  const { exitCode, stdout, stderr, outputs, writes, summary, commands, annotations, log } = result;
  expect(stderr).toBe('');
  const secret = key.replace(/^flp_/, '');
  const masks = [...new Set([key, secret])].map((data) => ({ name: 'add-mask', properties: {}, data }));
  expect(commands.slice(0, masks.length)).toEqual(masks);
  // The key appears nowhere, not even with something inside, except in the lines that mask it.
  const tight = (text: string): string => text.replaceAll(/<[^>]*>|[^\p{L}\p{N}_]/gu, '');
  const shown = [stdout.replaceAll(/^::add-mask::.*\n/gm, ''), JSON.stringify(writes), summary].map(tight);
  expect(shown.filter((text) => text.includes(tight(secret)))).toEqual([]);

  const { outcome = '', message = '' } = outputs;
  const levels = commands.slice(masks.length).map(({ name }) => name);
  const count = (level: string): number => levels.filter((name) => name === level).length;
  expect(levels.filter((name) => !/^(error|warning|notice|debug)$/.test(name))).toEqual([]);
  expect(outcome).toMatch(/^(restarted|woken|not-needed|dry-run|not-recoverable|failed|timed-out|cancelled|error)$/);
  const isSuccess = /^(restarted|woken|not-needed|dry-run)$/.test(outcome);
  expect([exitCode, count('error')]).toEqual([isSuccess ? 0 : 1, isSuccess || outcome === 'cancelled' ? 0 : 1]);
  const hasNotice = outcome === 'dry-run' || /(is|was) RUNNING (again )?with error code/.test(message);
  expect(hasNotice ? [1] : outcome === 'not-needed' ? [0, 1] : [0]).toContain(count('notice'));
  // Every output has a value of this run, on failure too.
  expect(Object.keys(outputs).sort()).toEqual(outputNames);
  expect(outputs['elapsedSeconds']).toMatch(/^\d+$/);
  // The same words as in the annotation, or as in the last line where there is none.
  const last = annotations.findLast(({ name }) => name !== 'warning')?.data ?? log.at(-1) ?? '';
  expect(message).not.toMatch(/^$|[\r\n]/);
  expect(last.replaceAll('\n', ' ')).toContain(message.slice(0, 4_000));
}
