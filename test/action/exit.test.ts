import { describe, expect } from 'vitest';
import { received, test } from './world.js';

const wait = { wait: 'true' };
const noResult = [{ name: 'error', properties: { title: 'The action ended without a result' } }];

describe.concurrent('a run of which a part never ends fails', () => {
  test('though nothing is ever heard of a request', async ({ world }) => {
    const result = await world.run({ inputs: wait, preload: 'deaf-requests', speed: 200 });
    expect(result.outputs).toMatchObject({ outcome: 'error', status: '', restarted: 'false' });
  });

  test.for([
    ['a pause', 'deaf-timers', undefined],
    ['its summary', 'deaf-files', 'restarted'],
  ] as const)(
    'though nothing is ever heard of %s, and keeps its outputs',
    async ([_, preload, outcome], { world }) => {
      world.simulator.endpoint('demo');
      const inputs = outcome === undefined ? wait : {};
      const result = await world.start({ inputs, preload }).result;
      expect(result).toMatchObject({ exitCode: 1, signal: null, stderr: '', annotations: noResult });
      expect(result.outputs).toMatchObject({ status: 'INITIALIZING', restarted: 'true' });
      expect(result.outputs['outcome']).toBe(outcome);
    },
  );
});

describe.concurrent('an uncaught error', () => {
  test.for([
    ['error', 'out of the blue with ***'],
    ['text', 'a text out of the blue'],
    ['nothing', 'undefined'],
    ['rejection', 'a promise out of the blue'],
    ['rejected text', 'a text out of the blue'],
  ] as const)(
    'ends the run as crashed, at once and with one annotation: %s',
    async ([thrown, words], { world }) => {
      world.simulator.endpoint('demo', { afterRestart: [{ status: 'AWAKING' }] });
      world.simulator.fault({ on: 'status', after: 1, hang: 'before-answer' });
      const result = await world.run({ inputs: wait, preload: 'throw-later', env: { THROW: thrown } });
      expect(result.outputs).toMatchObject({ outcome: 'error', status: 'AWAKING', restarted: 'true' });
      expect(result.annotations.map(({ data }) => data)).toEqual([expect.stringContaining(words)]);
      // A request that hangs does so for 30 s.
      expect(result.durationMs).toBeLessThan(15_000);
    },
  );

  test('is reported even if a file is being written that never ends', async ({ world }) => {
    world.simulator.endpoint('demo', { afterRestart: [{ status: 'AWAKING' }] });
    world.simulator.fault({ on: 'status', after: 1, hang: 'before-answer' });
    const env = { THROW: 'error', GITHUB_STEP_SUMMARY: world.endlessFile() };
    const action = world.start({ inputs: wait, preload: 'throw-later', env });
    await received(world.simulator.requests, 3);
    const { exitCode, signal, outputs, annotations } = await action.result;
    expect(exitCode === 1 || signal === 'SIGKILL').toBe(true);
    expect(outputs).toMatchObject({ outcome: 'error', restarted: 'true' });
    expect(annotations.some(({ name }) => name === 'error')).toBe(true);
  });
});
