import { describe, expect } from 'vitest';
import { arrived, test } from './world.js';

const wait = { wait: 'true' };

describe.concurrent('a run of whose parts one never ends is red', () => {
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
      expect(result).toMatchObject({ exitCode: 1, signal: null, stderr: '' });
      expect(result.outputs).toMatchObject({ status: 'INITIALIZING', restarted: 'true' });
      expect(result.outputs['outcome']).toBe(outcome);
      expect(result.annotations).toEqual([
        {
          name: 'error',
          properties: { title: 'The action ended without a result' },
          data: expect.any(String),
        },
      ]);
    },
  );

  test('though it hangs for ever, once it is cancelled', async ({ world }) => {
    world.simulator.endpoint('demo', { afterRestart: [{ status: 'AWAKING' }] });
    world.simulator.fault({ on: 'status', after: 1, hang: 'before-answer' });
    const action = world.start({ inputs: wait, preload: 'stuck-files' });
    await arrived(world.simulator.requests, 3);
    action.kill('SIGINT');
    const { exitCode, outputs, annotations } = await action.result;
    expect(exitCode).toBe(1);
    expect(outputs).toMatchObject({ status: 'AWAKING', restarted: 'true', outcome: 'cancelled' });
    expect(annotations.map(({ properties }) => properties['title'])).toEqual([
      'The action ended without a result',
    ]);
  });
});

describe.concurrent('what is thrown where nobody can catch it', () => {
  test.for([
    ['error', 'out of the blue with ***'],
    ['text', 'a text out of the blue'],
    ['nothing', 'undefined'],
    ['rejection', 'a promise out of the blue'],
    ['rejected text', 'a text out of the blue'],
  ] as const)(
    'ends the run as broken, at once and with one annotation: %s',
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
});
