import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect } from 'vitest';
import type { EndpointOptions, Fault } from '../simulator/simulator.js';
import { startUp } from '../simulator/state.js';
import type { ActionOptions, ActionResult, RunningAction } from './run-action.js';
import { expectValid, received, test, wait } from './world.js';

const starting = { afterRestart: [{ status: 'INITIALIZING', phase: 'DOWNLOADING_MODEL' }] };
const failing = { afterRestart: startUp(1_000, { status: 'FAILED' }) };
/** A clock so slow that the action's last resort, a timer that ends it after 0.9 s, cannot be why it is gone in time. */
const speed = 0.2;

/** What a run reports, and what its last line says about the endpoint. */
type Report = readonly [outputs: Record<string, string>, words: RegExp];

const progressing: Report = [
  { status: 'INITIALIZING', phase: 'DOWNLOADING_MODEL', restarted: 'true' },
  /no longer being monitored.*INITIALIZING, downloading the model.*keeps starting/,
];
const retrying: Report = [
  { status: 'FAILED', restarted: 'true' },
  /no longer being monitored\. Its last status is FAILED\. This run restarted the endpoint once/,
];
const ambiguous: Report = [
  { status: 'FAILED', previousStatus: 'FAILED', restarted: 'false' },
  /no longer being monitored.*A restart was requested.*unknown whether/,
];
const untouched: Report = [
  { status: '', previousStatus: '', restarted: 'false' },
  /no longer being monitored\. Its status is unknown/,
];
const pollHangs: Fault = { on: 'status', after: 1, hang: 'mid-body' };
const restartHangs: Fault = { on: 'restart', effect: true, hang: 'before-answer' };
const sleepy = { inputs: { ...wait, 'poll-interval': '300' }, env: { RUNNER_DEBUG: '1' } };
const again = { inputs: { ...wait, attempts: '2' } };

/** When the signals are sent, in words and then as the number of requests that have come or a text that was logged. */
type Situation = [NodeJS.Signals[], string, number | string, EndpointOptions, Report, ActionOptions, Fault?];

describe.concurrent('a run is gone at once, and reports what it knows,', () => {
  test.for<Situation>([
    [['SIGINT'], 'it sleeps between two polls', 'pause of', starting, progressing, sleepy],
    [['SIGTERM'], 'it waits for the next attempt', 'Restarting again in', failing, retrying, again],
    [['SIGHUP'], 'a poll hangs in mid-body', 3, starting, progressing, { inputs: wait }, pollHangs],
    [['SIGINT'], 'the restart hangs', 2, {}, ambiguous, {}, restartHangs],
    [['SIGINT', 'SIGINT'], 'a poll hangs', 3, starting, progressing, { inputs: wait }, pollHangs],
    [['SIGINT', 'SIGTERM'], 'a poll hangs', 3, starting, progressing, { inputs: wait }, pollHangs],
    [['SIGHUP', 'SIGINT'], 'a poll hangs', 3, starting, progressing, { inputs: wait }, pollHangs],
    [['SIGTERM'], 'a name lookup hangs', 'Restarting endpoint', {}, untouched, { inputs: wait }],
  ])('on %s while %s', async ([signals, when, at, endpoint, report, options, fault], { world }) => {
    world.simulator.endpoint('demo', endpoint);
    if (fault) world.simulator.fault(fault);
    const { inputs, env = {} } = options;
    // glibc's resolver reads the file for names without a dot; where it does not, the name is simply not found.
    const lookup = { HOSTALIASES: world.endlessFile() };
    const action = when.includes('lookup')
      ? world.start({ inputs: { ...inputs, 'api-url': 'https://no-such-host' }, env: lookup, speed })
      : world.start({ ...options, speed });
    if (typeof at === 'number') await received(world.simulator.requests, at);
    // Long enough for a lookup to have begun; if it has not, the run is still canceled.
    else await action.logged(at).then(() => pause(100));
    const result = await goneAfter(signals, action);
    // A hanging lookup lets the process end by SIGKILL only; the runner no longer looks at the exit code.
    expectValid({ ...result, exitCode: result.signal === 'SIGKILL' ? 1 : result.exitCode }, { env });
    expect(result.outputs).toMatchObject({ outcome: 'cancelled', ...report[0] });
    expect(result.annotations.filter(({ name }) => name !== 'warning')).toEqual([]);
    expect(result.summary).toContain('canceled');
    expect(result.log.filter((line) => report[1].test(line))).toEqual([result.log.at(-1)]);
  });

  test.for([
    [wait, 'cancelled'],
    [{}, 'restarted'],
  ] as const)('while a summary cannot be written: %o ends %s', async ([inputs, outcome], { world }) => {
    world.simulator.endpoint('demo', starting);
    world.simulator.fault({ on: 'status', after: 1, hang: 'before-answer' });
    const action = world.start({ inputs, env: { GITHUB_STEP_SUMMARY: world.endlessFile() } });
    await (inputs === wait ? received(world.simulator.requests, 3) : action.logged('Restart accepted.'));
    const { exitCode, annotations, outputs } = await goneAfter(['SIGTERM'], action);
    expect(exitCode).not.toBe(0);
    expect(annotations).toEqual([]);
    expect(outputs).toMatchObject({ restarted: 'true', outcome });
  });
});

test.for([0, 10, 20, 30, 40, 60])('a signal after %i ms never ends green', async (ms, { world }) => {
  world.simulator.fault({ hang: 'before-answer' });
  const action = world.start();
  await pause(ms);
  expect((await goneAfter(['SIGINT'], action)).exitCode).not.toBe(0);
});

async function goneAfter(signals: readonly NodeJS.Signals[], action: RunningAction): Promise<ActionResult> {
  const startedAt = performance.now();
  for (const signal of signals) action.kill(signal);
  const result = await action.result;
  // The contract says one second; the rest is for a busy machine.
  expect(performance.now() - startedAt).toBeLessThan(2_000);
  return result;
}
