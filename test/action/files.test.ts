import { describe, expect } from 'vitest';
import { test, until, wait } from './test-context.js';

/** The end of a run that restarted its endpoint and could not write that down. */
const lost = (reason: string) => {
  const data = expect.stringMatching(`accepted the restart[^]*could not be written: .*${reason}`);
  return { exitCode: 1, annotations: [{ name: 'error', data }] };
};

describe.concurrent('the outputs', () => {
  test('have the latest values if the step is killed', async ({ context }) => {
    const { simulator, start } = context;
    const afterRestart = [{ status: 'INITIALIZING', phase: 'DOWNLOADING_MODEL' }];
    simulator.endpoint('demo', { errorCode: 'NEW', afterRestart });
    simulator.fault({ on: 'status', after: 1, hang: 'before-answer' });
    const action = start({ inputs: wait });
    await until(() => simulator.requests.length === 3);
    action.kill('SIGKILL');
    expect((await action.result).outputs).toEqual({
      ...{ status: 'INITIALIZING', errorCode: '', phase: 'DOWNLOADING_MODEL', restarted: 'true' },
      ...{ previousStatus: 'FAILED', previousErrorCode: 'NEW' },
    });
  });

  test.for(['status 1', 'restarted 2', 'message 2'])(
    'are all written if a few writes fail: %s',
    async (BUSY, { context }) => {
      context.simulator.endpoint('demo');
      const { outputs } = await context.run({ inputs: wait, preload: 'busy-outputs', env: { BUSY } });
      expect(outputs).toMatchObject({ outcome: 'restarted', previousStatus: 'FAILED', status: 'RUNNING' });
    },
  );

  test('fail the step if the third try at the end fails, too', async ({ context }) => {
    context.simulator.endpoint('demo');
    const action = context.start({ preload: 'busy-outputs', env: { BUSY: 'message 3' } });
    expect(await action.result).toMatchObject(lost('EBUSY'));
  });
});

test.concurrent.for([
  ['folder', 'action-test-\\w+ is not a plain file'],
  ['fifo', 'fifo is not a plain file'],
  ['missing', 'ENOENT'],
] as const)(
  'a %s in place of the outputs fails the step, and in place of the summary does not',
  async ([kind, reason], { context }) => {
    const { simulator, start, run, unwritablePaths } = context;
    const path = unwritablePaths()[kind];
    const endpoint = simulator.endpoint('demo');
    expect(await start({ env: { GITHUB_OUTPUT: path } }).result).toMatchObject(lost(reason));
    expect(endpoint.accepted.restart).toBe(1);
    const { log, commands } = await run({ env: { GITHUB_STEP_SUMMARY: path, RUNNER_DEBUG: '1' } });
    expect(log).toHaveLength(2);
    expect(commands.filter(({ data }) => data.includes('summary'))).toMatchObject([{ name: 'debug' }]);
  },
);

test('outputs and summary can be absent', async ({ context }) => {
  context.simulator.endpoint('demo', { status: 'RUNNING' });
  const { result } = context.start({ env: { GITHUB_OUTPUT: undefined, GITHUB_STEP_SUMMARY: undefined } });
  expect(await result).toMatchObject({ exitCode: 0, annotations: [{ name: 'notice' }] });
});
