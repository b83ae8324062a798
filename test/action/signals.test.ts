import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Fault } from '../simulator/simulator.js';
import type { ActionOptions, ActionResult, RunningAction } from './run-action.js';
import { expectValid, test, until, wait } from './test-context.js';

const starting = { afterRestart: [{ status: 'INITIALIZING', phase: 'DOWNLOADING_MODEL' }] };
const progressing = /monitored.*INITIALIZING \(downloading the model\).*keeps starting/;
const ambiguous = /monitored.*FAILED.*no response.*The restart may have been accepted anyway/;
const untouched = /monitored\. Its status is unknown\. It was not restarted/;
const readHangs: Fault = { on: 'status', after: 1, hang: 'mid-body' };
const silence: Fault = { ...readHangs, hang: 'before-answer' };
const restartHangs: Fault = { on: 'restart', effect: true, hang: 'before-answer' };
const sleepy = { inputs: { ...wait, 'poll-interval': '300' } };
const lookup = { inputs: { ...wait, 'api-url': 'https://no-such-host' } };

test.concurrent.for<[NodeJS.Signals[], when: string, at: number | string, words: RegExp, ActionOptions, Fault?]>([
  [['SIGINT'], 'it sleeps between two polls', 'Restart accepted', progressing, sleepy],
  [['SIGHUP'], 'a response hangs in its body', 3, progressing, { inputs: wait }, readHangs],
  [['SIGTERM'], 'the restart hangs', 2, ambiguous, {}, restartHangs],
  [['SIGINT', 'SIGTERM'], 'a read hangs', 3, progressing, { inputs: wait }, silence],
  [['SIGTERM'], 'a name lookup hangs', 'Restarting endpoint', untouched, lookup],
])(
  'on %s while %s, a canceled run reports what it knows',
  async ([signals, _, at, words, options, fault], { context }) => {
    const { simulator, start, unwritablePaths } = context;
    simulator.endpoint('demo', starting);
    if (fault) simulator.fault(fault);
    // glibc's resolver reads the file for names without a dot; elsewhere the name is simply not found.
    const action = start({ env: { HOSTALIASES: unwritablePaths().fifo }, ...options });
    const { requests } = simulator;
    await until(() => (typeof at === 'number' ? requests.length === at : action.printed.stdout.includes(at)));
    // Long enough for the pause or the lookup to have begun; if it has not, the run is still canceled.
    await pause(100);
    const result = await soonAfter(signals, action);
    // A hanging lookup lets the process end by SIGKILL only; the runner ignores the exit code by then.
    const exitCode = options === lookup && result.signal === 'SIGKILL' ? 1 : result.exitCode;
    expectValid({ ...result, exitCode });
    expect(result.outputs).toMatchObject({ outcome: 'cancelled', restarted: String(words === progressing) });
    expect(result.annotations.filter(({ name }) => name !== 'warning')).toEqual([]);
    expect(result.summary).toContain('canceled');
    expect(result.log.at(-1)).toMatch(words);
  },
);

test.for([0, 20, 40, 80])('a signal after %i ms never makes the step succeed', async (ms, { context }) => {
  context.simulator.fault({ hang: 'before-answer' });
  const action = context.start();
  await pause(ms);
  expect((await soonAfter(['SIGINT'], action)).exitCode).not.toBe(0);
});

/** The contract says one second; a busy machine needs more, and what hangs or sleeps does so for at least 30 s. */
async function soonAfter(signals: readonly NodeJS.Signals[], action: RunningAction): Promise<ActionResult> {
  const startedAt = performance.now();
  for (const signal of signals) action.kill(signal);
  const result = await action.result;
  expect(performance.now() - startedAt).toBeLessThan(25_000);
  return result;
}

test.for([
  ['throw Error("odd: " + process.env["INPUT_API-KEY"] + " ##[error]x\\n::error::y")', 'odd: *** '],
  ['throw undefined', 'undefined'],
  ['Promise.reject("a text out of the blue")', 'a text out of the blue'],
] as const)('an uncaught error ends the run as crashed: %s', async ([code, words], { context }) => {
  const { simulator, start } = context;
  simulator.endpoint('demo', starting);
  simulator.fault(silence);
  const action = start({ inputs: wait, preload: 'throw-on-signal', env: { THROW: code } });
  await until(() => simulator.requests.length === 3);
  action.kill('SIGUSR2');
  const result = await action.result;
  expectValid(result);
  expect(result.outputs).toMatchObject({ outcome: 'error', status: 'INITIALIZING', restarted: 'true' });
  expect(result.annotations.map(({ data }) => data)).toEqual([expect.stringContaining(words)]);
});

test('a run that nothing wakes fails and keeps its outputs', async ({ context }) => {
  context.simulator.endpoint('demo', starting);
  const result = await context.start({ inputs: wait, preload: 'endless-pause' }).result;
  expect(result).toMatchObject({ exitCode: 1, outputs: { status: 'INITIALIZING', restarted: 'true' } });
  expect(result.annotations).toMatchObject([{ properties: { title: 'The action exited without a result' } }]);
});
