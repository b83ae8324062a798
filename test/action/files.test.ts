import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { outputNames } from './run-action.js';
import { matching, received, type TestContext, test, wait } from './test-context.js';

const running = { status: 'RUNNING' };

describe.concurrent('the outputs', () => {
  test('have the latest values if the step is killed', async ({ context }) => {
    const { simulator, start } = context;
    const afterRestart = [{ status: 'INITIALIZING', phase: 'DOWNLOADING_MODEL' }];
    simulator.endpoint('demo', { errorCode: 'NEW', afterRestart });
    simulator.fault({ on: 'status', after: 1, hang: 'before-answer' });
    const action = start({ inputs: wait });
    await received(simulator, 3);
    action.kill('SIGKILL');
    expect((await action.result).outputs).toEqual({
      ...{ status: 'INITIALIZING', errorCode: '', phase: 'DOWNLOADING_MODEL', restarted: 'true' },
      ...{ previousStatus: 'FAILED', previousErrorCode: 'NEW' },
    });
  });

  test.for(['status 1', 'status 3', 'restarted 2', 'message 2'])(
    'are all written if writing fails for a moment: %s',
    async (BUSY, { context }) => {
      context.simulator.endpoint('demo');
      const result = await context.run({ inputs: wait, preload: 'busy-outputs', env: { BUSY } });
      expect(result).toMatchObject({ exitCode: 0, annotations: [] });
      expect(result.outputs).toMatchObject({ outcome: 'restarted', previousStatus: 'FAILED', ...running });
      expect(Object.keys(result.outputs).sort()).toEqual([...outputNames].sort());
    },
  );

  test.for<[words: string, env: (context: TestContext) => Record<string, string>]>([
    ['EBUSY', () => ({ BUSY: 'message 9' })],
    ['/action-test-\\w+ is not a plain file', ({ folder }) => ({ GITHUB_OUTPUT: folder() })],
    ['/fifo is not a plain file', ({ blockingFifo }) => ({ GITHUB_OUTPUT: blockingFifo() })],
    ['ENOENT', ({ folder }) => ({ GITHUB_OUTPUT: join(folder(), 'none') })],
  ])('that cannot be written fail the step: %s', async ([words, envFor], { context }) => {
    const endpoint = context.simulator.endpoint('demo');
    const env = envFor(context);
    const result = await context.run({ ...(env['BUSY'] && { preload: 'busy-outputs' }), env });
    const data = matching(`accepted the restart[^]*could not be written: .*${words}`);
    expect(result).toMatchObject({ exitCode: 1, annotations: [{ name: 'error', data }] });
    expect(endpoint.acceptedRestarts).toBe(1);
  });

  test('can be absent', async ({ context }) => {
    context.simulator.endpoint('demo', running);
    const result = await context.run({ env: { GITHUB_OUTPUT: undefined } });
    expect(result).toMatchObject({ exitCode: 0, annotations: [{ name: 'notice' }] });
  });
});

test.concurrent.for<[name: string, path: (context: TestContext) => string | undefined]>([
  ['absent', () => undefined],
  ['in a folder that does not exist', ({ folder }) => join(folder(), 'none')],
  ['a folder', ({ folder }) => folder()],
  ['a FIFO', ({ blockingFifo }) => blockingFifo()],
])('a run does not fail because its summary is %s', async ([_, pathFor], { context }) => {
  context.simulator.endpoint('demo', running);
  const env = { GITHUB_STEP_SUMMARY: pathFor(context) };
  const quiet = await context.run({ env });
  expect(quiet).toMatchObject({ exitCode: 0, annotations: [{ name: 'notice' }] });
  expect(quiet.log).toHaveLength(2);
  const loud = await context.run({ env: { ...env, RUNNER_DEBUG: '1' } });
  expect(loud.commands.filter(({ data }) => data.includes('summary'))).toMatchObject([{ name: 'debug' }]);
});
