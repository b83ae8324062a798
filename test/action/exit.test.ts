import { describe, expect } from 'vitest';
import type { RunningAction } from './run-action.js';
import { expectValid, test, type World, wait } from './world.js';

const noResult = [{ name: 'error', properties: { title: 'The action ended without a result' } }];
const unreachable = [{ name: 'warning' }, { name: 'error' }];
const accepted = { status: 'INITIALIZING', restarted: 'true' };

test.concurrent.for([
  ['a request', wait, { outcome: 'error', status: '', restarted: 'false' }, unreachable, { speed: 200 }],
  ['a pause', wait, { outcome: '', ...accepted }, noResult],
  ['its summary', {}, { outcome: 'restarted', ...accepted }, noResult],
] as const)(
  'a run fails, and keeps its outputs, if nothing is ever heard of %s',
  async ([part, inputs, outputs, annotations, clock], { world }) => {
    world.simulator.endpoint('demo');
    const result = await world.start({ inputs, preload: 'deaf', env: { DEAF: part }, ...clock }).result;
    expect(result).toMatchObject({ exitCode: 1, signal: null, stderr: '', annotations });
    if (annotations === unreachable) expectValid(result);
    expect({ outcome: '', ...result.outputs }).toMatchObject(outputs);
  },
);

describe.concurrent('an uncaught error', () => {
  function crash(world: World, env: Record<string, string>): RunningAction {
    world.simulator.endpoint('demo', { afterRestart: [{ status: 'AWAKING' }] });
    world.simulator.fault({ on: 'status', after: 1, hang: 'before-answer' });
    return world.start({ inputs: wait, preload: 'throw-later', env });
  }

  test.for([
    ['throw Error("odd: " + process.env["INPUT_API-KEY"] + " ##[error]x\\n::error::y")', 'odd: *** '],
    ['throw "a text out of the blue"', 'a text out of the blue'],
    ['throw undefined', 'undefined'],
    ['Promise.reject(Error("a promise out of the blue"))', 'a promise out of the blue'],
    ['Promise.reject("a text out of the blue")', 'a text out of the blue'],
  ] as const)('ends the run at once, as crashed: %s', async ([code, words], { world }) => {
    const result = await crash(world, { THROW: code }).result;
    expectValid(result);
    expect(result.outputs).toMatchObject({ outcome: 'error', status: 'AWAKING', restarted: 'true' });
    expect(result.annotations.map(({ data }) => data)).toEqual([expect.stringContaining(words)]);
    // A request that hangs does so for 30 s.
    expect(result.durationMs).toBeLessThan(15_000);
  });

  test('is reported even if a file is being written that never ends', async ({ world }) => {
    const action = crash(world, { THROW: 'throw 1', GITHUB_STEP_SUMMARY: world.endlessFile() });
    const { exitCode, signal, outputs, annotations } = await action.result;
    expect(exitCode === 1 || signal === 'SIGKILL').toBe(true);
    expect(outputs).toMatchObject({ outcome: 'error', restarted: 'true' });
    expect(annotations.some(({ name }) => name === 'error')).toBe(true);
  });
});
