import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect } from 'vitest';
import { startUp } from '../simulator/state.js';
import type { ActionOptions, ActionResult, RunningAction } from './run-action.js';
import { expectValid, received, test, type World } from './world.js';

const wait = { wait: 'true' };
const starting = [{ status: 'INITIALIZING', phase: 'DOWNLOADING_MODEL' }];
/** A clock so slow that the action's last resort, a timer that ends it after 0.9 s, cannot be why it is gone in time. */
const speed = 0.2;
/** The contract says one second; the rest is for a busy machine. */
const maxExitMs = 2_000;

/** Where a run is when the signal comes, and what is true then. */
interface Situation {
  readonly options: ActionOptions;
  /** Resolves when the run is there. */
  readonly reached: (action: RunningAction) => Promise<unknown>;
  readonly outputs: Record<string, string>;
  /** What the last line says about the endpoint. */
  readonly words: RegExp;
}

const progressing = {
  outputs: { status: 'INITIALIZING', phase: 'DOWNLOADING_MODEL', restarted: 'true' },
  words: /no longer being monitored.*INITIALIZING, downloading the model.*keeps starting/,
};
const untouched = {
  outputs: { status: '', previousStatus: '', restarted: 'false' },
  words: /no longer being monitored\. Its status is unknown/,
};

const situations: Record<string, (world: World) => Situation | Promise<Situation>> = {
  'it sleeps between two polls': ({ simulator }) => {
    simulator.endpoint('demo', { afterRestart: starting });
    const options = { inputs: { ...wait, 'poll-interval': '300' }, env: { RUNNER_DEBUG: '1' } };
    return { options, reached: (action) => action.logged('pause of'), ...progressing };
  },
  'it waits for the next attempt': ({ simulator }) => {
    simulator.endpoint('demo', { afterRestart: startUp(1_000, { status: 'FAILED' }) });
    return {
      options: { inputs: { ...wait, attempts: '2' } },
      reached: (action) => action.logged('Restarting again in'),
      outputs: { status: 'FAILED', restarted: 'true' },
      words: /no longer being monitored\. Its last status is FAILED\. This run restarted the endpoint once/,
    };
  },
  'the first poll hangs': ({ simulator }) => {
    simulator.fault({ hang: 'before-answer' });
    return { options: { inputs: wait }, reached: () => received(simulator.requests, 1), ...untouched };
  },
  'a later poll hangs in mid-body': ({ simulator }) => {
    simulator.endpoint('demo', { afterRestart: starting });
    simulator.fault({ on: 'status', after: 1, hang: 'mid-body' });
    return { options: { inputs: wait }, reached: () => received(simulator.requests, 3), ...progressing };
  },
  'the restart hangs': ({ simulator }) => {
    simulator.endpoint('demo');
    simulator.fault({ on: 'restart', effect: true, hang: 'before-answer' });
    return {
      options: {},
      reached: () => received(simulator.requests, 2),
      outputs: { status: 'FAILED', previousStatus: 'FAILED', restarted: 'false' },
      words: /no longer being monitored.*A restart was requested.*unknown whether/,
    };
  },
  'a TLS handshake hangs': async ({ listen }) => {
    const connections: unknown[] = [];
    const port = await listen((socket) => connections.push(socket));
    const inputs = { ...wait, 'api-url': `https://127.0.0.1:${port}` };
    return { options: { inputs }, reached: () => received(connections, 1), ...untouched };
  },
  'a proxy does not answer': async ({ listen }) => {
    const connections: unknown[] = [];
    const port = await listen((socket) => connections.push(socket));
    const inputs = { ...wait, 'api-url': 'https://api.friendli.test' };
    const env = { https_proxy: `http://127.0.0.1:${port}` };
    return { options: { inputs, env }, reached: () => received(connections, 1), ...untouched };
  },
  // glibc's resolver reads the file for names without a dot; where it does not, the name is simply not found.
  'a name lookup hangs': ({ endlessFile }) => ({
    options: {
      inputs: { ...wait, 'api-url': 'https://no-such-host' },
      env: { HOSTALIASES: endlessFile() },
    },
    // Long enough for the lookup to have begun; if it has not, the run is still canceled.
    reached: (action) => action.logged('Restarting endpoint').then(() => pause(100)),
    ...untouched,
  }),
};

describe.concurrent('a run is gone at once, and reports what it knows,', () => {
  const cases = Object.entries(situations).map(([name, set], at) => {
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
    return [signals[at % signals.length] ?? 'SIGINT', name, set] as const;
  });

  test.for(cases)('on %s while %s', async ([signal, _, set], { world }) => {
    const { options, reached, outputs, words } = await set(world);
    const action = world.start({ ...options, speed });
    await reached(action);
    const result = await goneAfter([signal], action);
    expectCancelled(result, options);
    expect(result.outputs).toMatchObject(outputs);
    expect(result.log.at(-1)).toMatch(words);
  });

  test.for([
    ['SIGINT', 'SIGINT'],
    ['SIGINT', 'SIGTERM'],
    ['SIGHUP', 'SIGINT'],
  ] as const)('on %s and %s one upon the other', async (both, { world }) => {
    world.simulator.endpoint('demo', { afterRestart: starting });
    world.simulator.fault({ on: 'status', after: 1, hang: 'before-answer' });
    const action = world.start({ inputs: wait, speed });
    await received(world.simulator.requests, 3);
    const result = await goneAfter(both, action);
    expectCancelled(result);
    expect(result.log.filter((line) => line.includes('no longer being monitored'))).toHaveLength(1);
  });

  test.for([wait, {}])(
    'while the summary is written to a file that never takes it: %o',
    async (inputs, { world }) => {
      world.simulator.endpoint('demo', { afterRestart: starting });
      world.simulator.fault({ on: 'status', after: 1, hang: 'before-answer' });
      const action = world.start({ inputs, env: { GITHUB_STEP_SUMMARY: world.endlessFile() } });
      await (inputs === wait ? received(world.simulator.requests, 3) : action.logged('Restart accepted.'));
      const { exitCode, annotations, outputs } = await goneAfter(['SIGTERM'], action);
      expect(exitCode).not.toBe(0);
      expect(annotations).toEqual([]);
      expect(outputs).toMatchObject({
        restarted: 'true',
        outcome: inputs === wait ? 'cancelled' : 'restarted',
      });
    },
  );
});

test.for([0, 10, 20, 30, 40, 60])(
  'a signal %i ms after the start never ends green',
  async (afterMs, { world }) => {
    world.simulator.fault({ hang: 'before-answer' });
    const action = world.start();
    await pause(afterMs);
    expect((await goneAfter(['SIGINT'], action)).exitCode).not.toBe(0);
  },
);

async function goneAfter(signals: readonly NodeJS.Signals[], action: RunningAction): Promise<ActionResult> {
  const startedAt = performance.now();
  for (const signal of signals) action.kill(signal);
  const result = await action.result;
  expect(performance.now() - startedAt).toBeLessThan(maxExitMs);
  return result;
}

function expectCancelled(result: ActionResult, options: ActionOptions = {}): void {
  // A hanging lookup lets the process end by SIGKILL only; the runner no longer looks at the exit code.
  expectValid({ ...result, exitCode: result.signal === 'SIGKILL' ? 1 : result.exitCode }, options);
  expect(result.outputs).toMatchObject({ outcome: 'cancelled' });
  expect(result.annotations.filter(({ name }) => name !== 'warning')).toEqual([]);
  expect(result.summary).toContain('canceled');
}
