/**
 * The bundle as a process under random schedules, judged from outside: requests, exit code, annotations, outputs. Pauses
 * take no time, and the simulated endpoint shares the action's clock.
 */
import fc from 'fast-check';
import { describe, expect } from 'vitest';
import type { Policy } from '../../src/run.js';
import type { RunningAction } from '../action/run-action.js';
import { apiKey, expectValid, test } from '../action/test-context.js';
import type { Fault, SeenRequest as ServedRequest } from '../simulator/simulator.js';
import { type PlannedFault, schedules } from './arbitraries.js';
import { type SeenRequest, type SeenRun, transcript, violations } from './invariants.js';
import { shown } from './service.js';

/** BUNDLE_SCHEDULES=100 in `.ci/run`; BUNDLE_SEED repeats the schedules of a failure. */
const COUNT = Number(process.env['BUNDLE_SCHEDULES'] ?? 30);
const SEED = Number(process.env['BUNDLE_SEED'] ?? Date.now() % 1_000_000_000);
const GROUPS = { status: 'read', restart: 'change', wake: 'change', probe: 'probe' } as const;

describe.concurrent(`the bundle under ${COUNT} random schedules, with BUNDLE_SEED=${SEED}`, () => {
  const all = [...fc.sample(schedules, { numRuns: COUNT, seed: SEED }).entries()];
  test.for(all)('keeps every guarantee in schedule %i', async ([_, schedule], { context, onTestFailed }) => {
    const { behavior, plans } = schedule;
    // Not too short, because real time passes as well, and not too long, because each poll costs some.
    const timeoutMs = Math.min(Math.max(schedule.policy.timeoutMs, 20_000), 180_000);
    const policy = { ...schedule.policy, timeoutMs };
    const running: { action?: RunningAction } = {};
    const simulator = await context.simulate({ apiKey, now: () => running.action?.skippedMs() ?? 0 });
    simulator.endpoint('demo', behavior);
    for (const on of ['status', 'restart', 'wake', 'probe'] as const) {
      for (const [after, { fault }] of plans[GROUPS[on]].entries()) {
        // To a probe, every 200 is a success.
        const isFault = fault && (on !== 'probe' || fault.details.httpStatus !== 200);
        if (isFault) simulator.fault({ ...onTheWire(fault), after, on });
      }
    }
    running.action = context.start({ inputs: { ...inputsOf(policy), 'api-url': simulator.url }, skipPauses: true });
    const result = await running.action.result;
    const { outcome = '', status = '', restarted, message = '' } = result.outputs;
    const run: SeenRun = {
      policy,
      requests: simulator.requests.map(seen),
      outcome,
      status,
      isRestarted: restarted === 'true',
      isChanged: restarted === 'true' || /accepted/.test(message) || /wake-up (was )?accepted/i.test(result.stdout),
      isMoving: (behavior.before ?? []).length > 1,
      hasExactTimes: false,
    };
    const found = violations(run);
    onTestFailed(() => console.error(`${transcript(run, found)}\n${result.stdout}`));
    expect(found).toEqual([]);
    expectValid(result);
  });
});

function inputsOf({ restartOn, timeoutMs, pollIntervalMs, stableForMs, ...policy }: Policy): Record<string, string> {
  return {
    wait: String(policy.wait),
    'timeout-minutes': String(timeoutMs / 60_000),
    'poll-interval': pollIntervalMs === undefined ? '' : String(pollIntervalMs / 1_000),
    'restart-on': restartOn.join(', '),
    attempts: String(policy.attempts),
    wake: String(policy.wake),
    'stable-for': String(stableForMs / 1_000),
    probe: policy.probe ?? '',
    'dry-run': String(policy.dryRun),
  };
}

function onTheWire({ details, hasEffect, retryAfterMs }: PlannedFault): Fault {
  const { kind, httpStatus: status } = details;
  const effect = hasEffect && kind === 'transient';
  // A request that hangs takes 30 s of real time, so it is lost as well.
  if (status === undefined) return { drop: 'before-answer', effect };
  const headers = retryAfterMs === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfterMs / 1_000)) };
  return { respond: { status, headers, body: `<p>${apiKey}</p>\n::error::no` }, effect };
}

function seen({ call, atMs, answered, answer = {}, accepted }: ServedRequest): SeenRequest {
  const isChange = call === 'restart' || call === 'wake' || call === 'probe';
  const request = { call: isChange ? call : ('read' as const), sentAt: atMs, isAccepted: accepted };
  return { ...request, ...(answered === 200 && { state: shown(answer) }) };
}
