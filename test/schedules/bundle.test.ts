/**
 * The bundle as a process under random schedules, judged from outside: requests, exit code, annotations, outputs. Pauses
 * take no time, and the simulated endpoint shares the action's clock.
 */
import fc from 'fast-check';
import { describe, it } from 'vitest';
import type { FaultDetails } from '../../src/api/error.js';
import { type ActionResult, type RunningAction, startAction } from '../action/run-action.js';
import { apiKey, expectValid } from '../action/test-context.js';
import { type Fault, type SeenRequest, type Simulator, startSimulator } from '../simulator/simulator.js';
import { schedules } from './arbitraries.js';
import { broken, requestViolations } from './invariants.js';
import type { Schedule } from './schedule.js';
import { type CallGroup, FAULTS, type PlannedFault } from './service.js';

/** BUNDLE_SCHEDULES=100 in `.ci/run`; BUNDLE_SEED repeats the schedules of a failure. */
const COUNT = Number(process.env['BUNDLE_SCHEDULES'] ?? 30);
const SEED = Number(process.env['BUNDLE_SEED'] ?? Date.now() % 1_000_000_000);
const PARALLEL_RUNS = 6;
const START = Date.UTC(2025, 0, 1);

/** A schedule and what came of it. */
interface BundleRun {
  readonly schedule: Schedule;
  readonly requests: readonly SeenRequest[];
  readonly result: ActionResult;
}

describe(`the bundle under ${COUNT} random schedules`, { timeout: 300_000 + COUNT * 1_000 }, () => {
  it('keeps every guarantee that can be seen from outside', async () => {
    const simulator = await startSimulator({ now: () => START, apiKey });
    const queue = fc.sample(schedules, { numRuns: COUNT, seed: SEED }).entries();
    const failures: string[] = [];
    const worker = async (): Promise<void> => {
      for (const [index, schedule] of queue) {
        const run = await runBundle(simulator, schedule, `run-${index}`);
        const found = violations(run);
        if (found.length > 0) failures.push(`Schedule ${index}:\n${found.join('\n')}\n${transcript(run)}`);
      }
    };
    await Promise.all(Array.from({ length: PARALLEL_RUNS }, worker));
    await simulator.close();
    failures.push(...simulator.violations);
    if (failures.length > 0) throw new Error(`BUNDLE_SEED=${SEED}\n${failures.slice(0, 3).join('\n\n')}`);
  });
});

async function runBundle(simulator: Simulator, schedule: Schedule, endpointId: string): Promise<BundleRun> {
  const { world, plans, cancelAtMs } = schedule;
  const running: { action?: RunningAction } = {};
  simulator.endpoint(endpointId, {
    ...world.behavior,
    now: () => START + (running.action?.skippedMs() ?? 0),
  });
  const plan = (group: CallGroup, fault: PlannedFault | undefined, when: Fault): void => {
    for (const on of CALLS[group]) if (fault) simulator.fault({ ...onTheWire(fault), ...when, on, endpointId });
  };
  for (const call of ['read', 'change', 'probe'] as const) {
    for (const [after, { fault }] of plans[call].entries()) plan(call, fault, { after });
  }
  for (const { on, fromMs, forMs, fault } of plans.outages)
    plan(on, fault, { after: Math.floor(fromMs / 20_000), forMs });
  const inputs = { ...inputsOf(schedule), 'endpoint-id': endpointId, 'api-url': simulator.url };
  const action = startAction({ inputs, skipPauses: true });
  running.action = action;
  const requests = (): SeenRequest[] => simulator.requests.filter((it) => it.endpointId === endpointId);
  const cancel = (): unknown => cancelAtMs !== undefined && requests().length > 0 && action.kill('SIGTERM');
  const canceling = setInterval(cancel, 5);
  const result = await action.result.finally(() => clearInterval(canceling));
  return { schedule: { ...schedule, policy: policyOf(schedule) }, requests: requests(), result };
}

const CALLS = { read: ['status'], change: ['restart', 'wake'], probe: ['probe'] } as const;

/** The timeout is not too short, because real time passes as well, and not too long, because each poll costs some. */
function policyOf({ policy }: Schedule): Schedule['policy'] {
  return { ...policy, timeoutMs: Math.min(Math.max(policy.timeoutMs, 20_000), 180_000) };
}

function inputsOf(schedule: Schedule): Record<string, string> {
  const { restartOn, timeoutMs, pollIntervalMs, stableForMs, ...policy } = policyOf(schedule);
  return {
    'api-key': apiKey,
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

function onTheWire({ type, effect, retryAfterMs }: PlannedFault): Fault {
  // A request that hangs takes 30 s of real time, so it breaks instead.
  if (type === 'lost' || type === 'hang') return { drop: type === 'lost' ? 'before-answer' : 'reset-mid-body', effect };
  const { httpStatus = 0 }: FaultDetails = FAULTS[type];
  const headers = retryAfterMs === undefined ? {} : { 'retry-after': String(retryAfterMs / 1_000) };
  const respond = { status: httpStatus, headers, body: `<p>${apiKey}</p>\n::error::no` };
  return { respond, effect: type === 'unreadable' || (type === 'unavailable' && effect) };
}

/** What is wrong with a run, in sentences. */
function violations({ schedule: { policy, cancelAtMs }, requests, result }: BundleRun): string[] {
  const { outcome = '', restarted, status = '', message = '' } = result.outputs;
  const seen = requests.map(({ call, atMs, answered, answer }) => ({
    call: call === 'restart' || call === 'wake' || call === 'probe' ? call : ('read' as const),
    sentAt: atMs,
    state: answered === 200 ? stateIn(answer) : undefined,
  }));
  const last = seen.findLast(({ call, state }) => call === 'read' && state)?.state?.status ?? '';
  const sent = (kind: string) => requests.filter(({ call }) => call === kind);
  const isKnown = sent('restart').some(({ answered }) => answered === 200);
  const isHidden = sent('restart').some(({ accepted, answered }) => accepted && answered !== 200);
  const hasWoken = sent('wake').some(({ accepted }) => accepted);
  const rules = broken({
    'Only a canceled run is reported as canceled.': outcome !== 'cancelled' || cancelAtMs !== undefined,
    'A restart is reported as accepted if it was, or if its response was lost.':
      restarted === 'true' ? sent('restart').length > 0 : !isKnown || outcome === 'cancelled',
    'A restart that may have been accepted is mentioned.':
      !isHidden || restarted === 'true' || hasWoken || /accepted/.test(message),
    'The outcome says what was done.': outcome !== 'restarted' || restarted === 'true',
    'Woken means that a wake-up was sent.': outcome !== 'woken' || sent('wake').length > 0,
    'With wait, success means that the endpoint is up.':
      !policy.wait || !['restarted', 'woken'].includes(outcome) || ['RUNNING', 'SLEEPING', 'READY'].includes(last),
    'Failed means that the endpoint is down.': outcome !== 'failed' || ['FAILED', 'TERMINATED'].includes(last),
    'Only what is starting is said to keep starting.':
      !message.includes('keeps starting') || ['INITIALIZING', 'AWAKING'].includes(status),
  });
  return [...requestViolations(seen, policy), ...rules, ...invalid(result)];
}

/** What does not hold for this run but for every other one. */
function invalid(result: ActionResult): string[] {
  try {
    expectValid(result);
    return [];
  } catch (error) {
    return [String(error)];
  }
}

function stateIn({ status, errorCode }: { status?: unknown; errorCode?: unknown } = {}) {
  return { status: String(status), errorCode: typeof errorCode === 'string' ? errorCode : '' };
}

function transcript({ schedule, requests, result }: BundleRun): string {
  const lines = requests.map((it) => `${it.atMs.toFixed(0)} ${it.call} ${it.answered} ${JSON.stringify(it.answer)}`);
  return [JSON.stringify(schedule), ...lines, JSON.stringify(result, null, 1)].join('\n');
}
