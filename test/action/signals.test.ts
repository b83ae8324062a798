import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect } from 'vitest';
import type { ActionOptions, ActionResult, RunningAction } from './run-action.js';
import { arrived, expectSound, test, type World } from './world.js';

const wait = { wait: 'true' };
const starting = [{ status: 'INITIALIZING', phase: 'DOWNLOADING_MODEL' }];
const debug = { RUNNER_DEBUG: '1' };
/**
 * A clock so slow that the action's last resort, a timer that ends it when all else fails, cannot be the reason why it is
 * gone in time.
 */
const speed = 0.2;
/** Behaviour: within a second. The rest is for a machine with other work. */
const inTimeMs = 2_000;

/** Where a run is when the signal comes, and what is true then. */
interface Situation {
  options: ActionOptions;
  /** Resolves when the run is there. */
  isThere(action: RunningAction): Promise<void>;
  outputs: Record<string, string>;
  /** What the last line tells of the endpoint. */
  words: RegExp;
}

const unseen = { status: '', previousStatus: '', restarted: 'false' };
const goesOn = /cancelled\. .*INITIALIZING, downloading the model.*goes on by itself/;
const untouched = /cancelled\. .*status was never seen.*neither restarted nor stopped/;

const situations: [name: string, set: (world: World) => Situation | Promise<Situation>][] = [
  [
    'it sleeps between two polls',
    ({ simulator }) => {
      simulator.endpoint('demo', { afterRestart: starting });
      return {
        options: { inputs: { ...wait, 'poll-interval': '300' }, env: debug },
        isThere: (action) => action.logged('pause of'),
        outputs: { status: 'INITIALIZING', phase: 'DOWNLOADING_MODEL', restarted: 'true' },
        words: goesOn,
      };
    },
  ],
  [
    'it sleeps for as long as the service asked',
    ({ simulator }) => {
      simulator.endpoint('demo');
      simulator.fault({ respond: { status: 503, headers: { 'Retry-After': '3600' } } });
      return {
        options: { inputs: wait, env: debug },
        isThere: (action) => action.logged('pause of'),
        outputs: unseen,
        words: untouched,
      };
    },
  ],
  [
    'the first poll hangs',
    ({ simulator }) => {
      simulator.endpoint('demo');
      simulator.fault({ hang: 'before-answer' });
      return {
        options: { inputs: wait },
        isThere: () => arrived(simulator.requests, 1),
        outputs: unseen,
        words: untouched,
      };
    },
  ],
  [
    'a later poll hangs in mid-body',
    ({ simulator }) => {
      simulator.endpoint('demo', { afterRestart: starting });
      simulator.fault({ on: 'status', after: 1, hang: 'mid-body' });
      return {
        options: { inputs: wait },
        isThere: () => arrived(simulator.requests, 3),
        outputs: { status: 'INITIALIZING', phase: 'DOWNLOADING_MODEL', restarted: 'true' },
        words: goesOn,
      };
    },
  ],
  [
    'the restart hangs',
    ({ simulator }) => {
      simulator.endpoint('demo');
      simulator.fault({ on: 'restart', effect: true, hang: 'before-answer' });
      return {
        options: {},
        isThere: () => arrived(simulator.requests, 2),
        outputs: { status: 'FAILED', previousStatus: 'FAILED', restarted: 'false' },
        words: /cancelled\. .*A restart was requested.*whether it was accepted is not known/,
      };
    },
  ],
  [
    'a TLS handshake hangs',
    async (world) => {
      const connections: unknown[] = [];
      const port = await world.listen((socket) => connections.push(socket));
      return {
        options: { inputs: { ...wait, 'api-url': `https://127.0.0.1:${port}` } },
        isThere: () => arrived(connections, 1),
        outputs: unseen,
        words: untouched,
      };
    },
  ],
  [
    'a proxy does not answer',
    async (world) => {
      const connections: unknown[] = [];
      const port = await world.listen((socket) => connections.push(socket));
      return {
        options: {
          inputs: { ...wait, 'api-url': 'https://api.friendli.test' },
          env: { https_proxy: `http://127.0.0.1:${port}` },
        },
        isThere: () => arrived(connections, 1),
        outputs: unseen,
        words: untouched,
      };
    },
  ],
  [
    'a name look-up hangs',
    (world) => ({
      options: {
        inputs: { ...wait, 'api-url': 'https://no-such-host' },
        env: { HOSTALIASES: endlessFile(world) },
      },
      // Long enough for the look-up to have begun; were it not, the run would still be cancelled.
      isThere: (action) => action.logged('Restart endpoint').then(() => pause(100)),
      outputs: unseen,
      words: untouched,
    }),
  ],
];

describe.concurrent('a run is gone at once, and tells what it knows,', () => {
  const signals = ['SIGINT', 'SIGTERM'] as const;
  const cases = situations.flatMap(([name, set]) => signals.map((signal) => [signal, name, set] as const));

  test.for(cases)('on %s while %s', async ([signal, _, set], { world }) => {
    const { options, isThere, outputs, words } = await set(world);
    const action = world.start({ ...options, speed });
    await isThere(action);
    const result = await goneAfter([signal], action);
    expectCancelled(result, options);
    expect(result.outputs).toMatchObject(outputs);
    expect(result.log.at(-1)).toMatch(words);
  });

  test.for([
    ['SIGINT', 'SIGINT'],
    ['SIGINT', 'SIGTERM'],
    ['SIGTERM', 'SIGINT'],
  ] as const)('on %s and %s one upon the other', async (both, { world }) => {
    world.simulator.endpoint('demo', { afterRestart: starting });
    world.simulator.fault({ on: 'status', after: 1, hang: 'before-answer' });
    const action = world.start({ inputs: wait, speed });
    await arrived(world.simulator.requests, 3);
    const result = await goneAfter(both, action);
    expectCancelled(result);
    expect(result.log.filter((line) => line.includes('cancelled'))).toEqual([expect.stringMatching(goesOn)]);
  });
});

describe.concurrent('a signal', () => {
  test.for([0, 10, 20, 30, 40, 60])('%i ms after the start never ends green', async (afterMs, { world }) => {
    world.simulator.fault({ hang: 'before-answer' });
    const action = world.start();
    await pause(afterMs);
    const { exitCode } = await goneAfter(['SIGINT'], action);
    expect(exitCode).not.toBe(0);
  });
});

async function goneAfter(signals: readonly NodeJS.Signals[], action: RunningAction): Promise<ActionResult> {
  const startedAt = performance.now();
  for (const signal of signals) action.kill(signal);
  const result = await action.result;
  expect(performance.now() - startedAt).toBeLessThan(inTimeMs);
  return result;
}

function expectCancelled(result: ActionResult, options: ActionOptions = {}): void {
  // A look-up that hangs lets the process end by nothing but SIGKILL; the runner does not look at the code any more.
  expectSound({ ...result, exitCode: result.signal === 'SIGKILL' ? 1 : result.exitCode }, options);
  expect(result.outputs).toMatchObject({ outcome: 'cancelled' });
  expect(result.annotations.filter(({ name }) => name !== 'warning')).toEqual([]);
  expect(result.summary).toContain('cancelled');
}

/**
 * A file that glibc's resolver reads for names without a dot, and that never gives anything: the look-up hangs as when the
 * name server is silent. Where the resolver does not read it the name is simply not found.
 */
function endlessFile({ onEnd }: World): string {
  const folder = mkdtempSync(join(tmpdir(), 'action-test-'));
  onEnd(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'fifo');
  execFileSync('mkfifo', [path]);
  return path;
}
