/** Whole runs as the report sees them, for its tests and for `npm run pictures`. */
import { ApiError, type FaultDetails } from '../../src/api/error.js';
import { conditionOf, type EndpointState } from '../../src/endpoint.js';
import type { Inputs } from '../../src/inputs.js';
import { History } from '../../src/report/history.js';
import { composeMessage, type Message } from '../../src/report/message.js';
import { renderSummary } from '../../src/report/summary.js';
import type { ChangeRequest, Policy, RunEvent, RunEventBody, RunResult } from '../../src/run.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** When every scenario starts. */
export const startedDate = Date.UTC(2026, 10, 27, 3, 7);

const memory = 'INFERENCE_ENGINE_MEMORY_ERROR';

export function stateOf(status: string, phase = '', errorCode = ''): EndpointState {
  return { status, phase, errorCode, updatedAt: '' };
}

export const running = stateOf('RUNNING');
export const failed = stateOf('FAILED', '', memory);
const notDownloaded = stateOf('FAILED', '', 'WORKLOAD_INIT_DOWNLOAD_ERROR');
export const machine = stateOf('INITIALIZING', 'REQUESTING_VIRTUAL_MACHINE');
export const download = stateOf('INITIALIZING', 'DOWNLOADING_MODEL');
export const engine = stateOf('INITIALIZING', 'ENGINE_INITIALIZING');

export function httpFault(message: string, details: Partial<FaultDetails> = {}): ApiError {
  const httpStatus = Number(/^HTTP (\d+)/.exec(message)?.[1]);
  return new ApiError(message, { kind: 'transient', source: 'http', httpStatus, ...details });
}
export const outage = httpFault('HTTP 503 Service Unavailable (upstream is down)');

/** The inputs of a run that waits, all else by default. */
export function inputsWith(changes: Partial<Policy> = {}): Inputs {
  const policy: Policy = {
    ...{ restartOn: ['FAILED', 'TERMINATED'], wait: true, timeoutMs: 60 * MINUTE, attempts: 1 },
    ...{ wake: false, stableForMs: 0, dryRun: false },
    ...changes,
  };
  return { endpointId: 'dep1', apiKey: 'flp_key', team: '', apiUrl: 'https://api.friendli.ai', policy };
}

export function resultOf(given: Partial<RunResult>): RunResult {
  const nothing = {
    first: undefined,
    last: undefined,
    restarts: 0,
    woken: false,
    hasProgressed: false,
  } as const;
  return { outcome: 'restarted', ...nothing, elapsedMs: 464_000, ...given };
}

export interface Scenario {
  readonly inputs: Inputs;
  readonly events: readonly RunEvent[];
  readonly result: RunResult;
}

/** An event and its second since the start. */
export type Timed = readonly [seconds: number, event: RunEventBody];

/** The result follows from the events, as far as they report it. */
export function scenario(
  changes: Partial<Policy>,
  at: readonly Timed[],
  result: Partial<RunResult>,
): Scenario {
  const events = at.map(([seconds, event]): RunEvent => ({ ...event, atMs: seconds * SECOND }));
  const states = events.flatMap((event) => (event.type === 'observed' ? [event.state] : []));
  const done = events.flatMap((event) => (event.type === 'accepted' ? [event.request] : []));
  const since = events.slice(events.findLastIndex(({ type }) => type === 'accepted'));
  const isProgress = (event: RunEvent) =>
    event.type === 'observed' && ['starting', 'up'].includes(conditionOf(event.state.status));
  const reported = {
    hasProgressed: done.length > 0 && since.some(isProgress),
    ...{ first: states[0], last: states.at(-1), elapsedMs: events.at(-1)?.atMs ?? 0 },
    ...{ restarts: done.filter((request) => request === 'restart').length, woken: done.includes('wake') },
  };
  return { inputs: inputsWith(changes), events, result: resultOf({ ...reported, ...result }) };
}

/** A run of a state a minute. */
export function runThrough(states: readonly EndpointState[], result: Partial<RunResult>): Scenario {
  const events = states.map((state, index): Timed => [index * 60, saw(state)]);
  return scenario({}, events, result);
}

export const saw = (state: EndpointState): RunEventBody => ({ type: 'observed', state });
const pausedFor = (forMs: number): RunEventBody => ({ type: 'paused', forMs, why: 'poll' });
export const accepted = (request: ChangeRequest, attempt = 1): RunEventBody => ({
  ...{ type: 'accepted', request, attempt, inferred: false },
});

/** An accepted restart, and when its phases were seen. */
function startUp(attempt: number, [acceptedAt, downloadAt, engineAt]: [number, number, number?]): Timed[] {
  const phases: Timed[] = [
    [acceptedAt, accepted('restart', attempt)],
    [acceptedAt, saw(machine)],
    [acceptedAt, pausedFor(20_000)],
    [downloadAt, saw(download)],
  ];
  if (engineAt !== undefined) phases.push([engineAt, saw(engine)], [engineAt, pausedFor(2_500)]);
  return phases;
}

const isDown: RunEventBody = { type: 'outage', call: 'read', fault: outage };
const onRecoverable: Partial<Policy> = { restartOn: ['RECOVERABLE'] };
const seenFailed: Timed = [0.2, saw(failed)];

export const scenarios = {
  'a recovery': scenario(
    {},
    [[0.2, saw(notDownloaded)], ...startUp(1, [0.4, 72, 374]), [464, saw(running)]],
    {},
  ),
  // The engine's phase took 8 s, between two polls.
  'a second failure': scenario({}, [seenFailed, ...startUp(1, [0.4, 20.5]), [80.7, saw(failed)]], {
    ...{ outcome: 'failed', elapsedMs: 90_800 },
  }),
  'two attempts': scenario(
    { ...onRecoverable, attempts: 3, stableForMs: MINUTE },
    [
      [0.2, saw(stateOf('FAILED', '', 'WORKLOAD_INIT_GRPC_ERROR'))],
      ...startUp(1, [0.4, 41]),
      [62, saw(stateOf('FAILED', '', 'WORKLOAD_INIT_HF_WANDB_API_ERROR'))],
      [72, { type: 'retry-scheduled', attempt: 2, inMs: 30 * SECOND }],
      ...startUp(2, [102, 142, 203]),
      [221, saw(running)],
      [221, { type: 'stabilizing', forMs: MINUTE }],
    ],
    { elapsedMs: 281_000 },
  ),
  'an outage': scenario(
    { timeoutMs: 20 * MINUTE },
    [
      ...[seenFailed, ...startUp(1, [0.4, 61])],
      [130, isDown],
      [181, { type: 'recovered', call: 'read', outageMs: 60 * SECOND }],
      [630, isDown],
    ],
    {
      ...{ outcome: 'timed-out', elapsedMs: 20 * MINUTE },
      ...{ fault: outage, faultCall: 'read', unobservedSinceMs: 10 * MINUTE },
    },
  ),
  'a wake-up': scenario(
    { wake: true },
    [
      [0.2, saw(stateOf('SLEEPING'))],
      [0.4, accepted('wake')],
      [0.4, saw(stateOf('AWAKING', 'ENGINE_INITIALIZING'))],
      [0.4, pausedFor(2_500)],
      [44, saw(running)],
    ],
    { outcome: 'woken' },
  ),
  'a dry run': scenario({ dryRun: true }, [seenFailed], { outcome: 'dry-run', planned: { type: 'restart' } }),
  'a code that a restart cannot fix': scenario(onRecoverable, [seenFailed], { outcome: 'not-recoverable' }),
  'nothing to restart': scenario({}, [[0.2, saw(running)]], { outcome: 'not-needed' }),
  'a cancel': scenario({}, [seenFailed, ...startUp(1, [0.4, 61])], {
    ...{ outcome: 'cancelled', elapsedMs: 200 * SECOND },
  }),
  'a rejected key': scenario({}, [], {
    ...{ outcome: 'error', reason: 'refused', faultCall: 'read' },
    fault: httpFault('HTTP 401 Unauthorized (invalid token)', { kind: 'permanent' }),
  }),
} as const satisfies Record<string, Scenario>;

/** What became of a run, without the log, the annotations and the outputs. */
export function concluded({ inputs, events, result }: Scenario): { message: Message; summary: string } {
  const history = new History();
  for (const event of events) history.record(event);
  const unchangedMs = result.elapsedMs - history.changedAtMs;
  const ending = { result, inputs, unchangedMs, wasReached: history.wasReached };
  const message = composeMessage({ type: 'completed', result }, ending);
  return { message, summary: renderSummary({ message, ending, history, startedDate }) };
}
