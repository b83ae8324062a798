/** What each test of the bundle gets: a simulator of its own, and the action pointed at it. Both end with the test. */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { test as base, expect, vi } from 'vitest';
import { type Simulator, type SimulatorOptions, startSimulator } from '../simulator/simulator.js';
import {
  type ActionOptions,
  type ActionResult,
  outputNames,
  type RunningAction,
  startAction,
} from './run-action.js';

// A machine with other work starts processes slowly; what has to be fast is measured by the tests themselves.
vi.setConfig({ testTimeout: 30_000, maxConcurrency: 10 });

/** Long enough that it is nowhere by chance. */
export const apiKey = 'flp_Zk3RqWc0hTnV8sLx';

export interface World {
  /**
   * On a loopback port, without endpoints. On its clock a second passes with each request and at no other time, so that
   * what an answer tells does not depend on the speed of the machine.
   */
  readonly simulator: Simulator;
  /** A further simulator, on the real clock unless told otherwise. */
  simulate(options?: SimulatorOptions): Promise<Simulator>;
  /** Listens on a loopback port without a word of HTTP. Resolves to the port. */
  listen(serve: (socket: Socket) => void): Promise<number>;
  /** Starts the action for the simulator's endpoint `demo`, with the fastest poll. */
  start(options?: ActionOptions): RunningAction;
  /** Has something done when the test is over. */
  onEnd(cleanUp: () => void | Promise<void>): void;
  /** Runs the action to its end, as `start` starts it, and checks what holds however it ends. */
  run(options?: ActionOptions): Promise<ActionResult>;
}

export const test = base.extend('world', async ({ onTestFinished }): Promise<World> => {
  const simulators: Simulator[] = [];
  async function simulate(options: SimulatorOptions = {}): Promise<Simulator> {
    const simulator = await startSimulator(options);
    simulators.push(simulator);
    return simulator;
  }
  onTestFinished(async () => {
    await Promise.all(simulators.map(({ close }) => close()));
    // Whatever a test is about: the action never sends what the API's document does not allow.
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

  const simulator: Simulator = await simulate({ now: () => (simulators[0]?.requests.length ?? 0) * 1_000 });
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
    onTestFinished(async () => {
      action.kill('SIGKILL');
      await action.result;
    });
    return action;
  }
  async function run(options: ActionOptions = {}): Promise<ActionResult> {
    const result = await start(options).result;
    expectSound(result, options);
    return result;
  }
  return { simulator, simulate, listen, start, run, onEnd: (cleanUp) => onTestFinished(() => cleanUp()) };
});

/** Resolves when the list, of requests or connections, has so many entries. */
export async function arrived(list: readonly unknown[], length: number): Promise<void> {
  await vi.waitFor(() => expect(list).toHaveLength(length), { interval: 5, timeout: 20_000 });
}

/** What holds for every run, whatever became of it. */
export function expectSound(result: ActionResult, { inputs, env = {} }: ActionOptions = {}): void {
  const { exitCode, stderr, outputs, commands, annotations } = result;
  expect(stderr).toBe('');
  const key = (inputs?.['api-key'] ?? apiKey).trim();
  if (key !== '') expect(commands[0]).toEqual({ name: 'add-mask', properties: {}, data: key });
  if (key.length > 1) expectNoTraceOf(key, result);

  const allowed = ['add-mask', 'error', 'warning', 'notice', ...(env['RUNNER_DEBUG'] ? ['debug'] : [])];
  expect(commands.map(({ name }) => name).filter((name) => !allowed.includes(name))).toEqual([]);
  expect(commands.filter(({ name }) => name === 'add-mask')).toHaveLength(key === '' ? 0 : 1);
  if ('GITHUB_OUTPUT' in env) return;

  const { outcome = '' } = outputs;
  const errors = annotations.filter(({ name }) => name === 'error').length;
  const isGood = outcome === 'restarted' || outcome === 'not-needed';
  expect({ outcome, exitCode, errors }).toEqual({
    outcome: expect.stringMatching(/^(restarted|not-needed|failed|timed-out|cancelled|error)$/),
    exitCode: isGood ? 0 : 1,
    errors: isGood || outcome === 'cancelled' ? 0 : 1,
  });
  // Whoever reads an output gets one of this run, on failure too.
  expect(Object.keys(outputs).sort()).toEqual([...outputNames].sort());
  expect(outputs['elapsedSeconds']).toMatch(/^\d+$/);
}

/** The key may be nowhere, as it is or encoded, except in the line that masks it. */
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
