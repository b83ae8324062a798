/** The random schedules and races: weights make the interesting cases common. */
import fc from 'fast-check';
import type { FaultDetails } from '../../src/api/error.js';
import { PHASES, RESTART_CONDITIONS } from '../../src/endpoint.js';
import type { Policy } from '../../src/run.js';
import { waiting } from '../play.js';
import type { EndpointBehavior, TimelineStep } from '../simulator/state.js';

type Generated<T> = T extends fc.Arbitrary<infer Value> ? Value : never;
export type Schedule = Generated<typeof schedules>;
export type PlannedFault = Generated<typeof fault>;

/** One of these, with its weight before it. */
function oneOf<T>(...choices: readonly (readonly [weight: number, of: fc.Arbitrary<T>])[]): fc.Arbitrary<T> {
  return fc.oneof(...choices.map(([weight, arbitrary]) => ({ weight, arbitrary })));
}
const mostly = <T>(weight: number, usual: T, other: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  oneOf([weight, fc.constant(usual)], [1, other]);
const seldom = <T>(weight: number, other: fc.Arbitrary<T>) => mostly<T | undefined>(weight, undefined, other);
const list = <T>(of: fc.Arbitrary<T>, maxLength: number, minLength = 0) => fc.array(of, { minLength, maxLength });
const upTo = (max: number, min = 0): fc.Arbitrary<number> => fc.integer({ min, max });
const anyMs = oneOf([3, upTo(5_000)], [3, upTo(120_000)], [1, upTo(900_000)]);

type Steps = fc.Arbitrary<TimelineStep>;
const oneIn = (...all: readonly string[]): Steps => fc.constantFrom(...all).map((status) => ({ status }));
const lasting = (step: Steps) => fc.tuple(step, anyMs).map(([it, forMs]): TimelineStep => ({ ...it, forMs }));
const initializing: Steps = fc.constantFrom(...PHASES, null).map((phase) => ({ status: 'INITIALIZING', phase }));
const starting = oneOf([2, initializing], [1, oneIn('AWAKING', 'UPDATING')]);
const errorCodes = [null, 'WORKLOAD_INIT_GRPC_ERROR', 'INFERENCE_ENGINE_MEMORY_ERROR', 'A_NEW_ERROR'];
const failed = fc.constantFrom(...errorCodes).map((errorCode) => ({ status: 'FAILED', errorCode }));
const down = oneOf<TimelineStep>([3, failed], [2, oneIn('TERMINATED')]);
const calm = oneIn('RUNNING', 'SLEEPING', 'READY', 'STOPPING', 'TERMINATING', 'UNKNOWN', 'PAUSED', 'FAILED ');
const any = oneOf([2, starting], [3, down], [2, calm]);
/** The code of a failure comes later than its status, or an endpoint falls asleep again. */
const late = fc.oneof(
  fc.tuple(lasting(oneIn('FAILED')), failed),
  fc.tuple(lasting(oneIn('RUNNING')), oneIn('SLEEPING')),
);
const ending = (step: Steps) => oneOf<TimelineStep[]>([5, step.map((end) => [end])], [1, late]);
const detour = mostly(2, [], list(lasting(any), 2));
const before = fc.tuple(detour, ending(oneOf([6, down], [1, oneIn('SLEEPING')], [1, any])));
const starts = list(lasting(starting), 3, 1);
const startEnd = ending(oneOf([3, oneIn('RUNNING')], [3, down], [1, any]));
const start = fc.tuple(starts, detour, startEnd).map((parts) => parts.flat());
const updatedAt = oneOf([1, fc.constant('exact')], [1, fc.constantFrom('seconds', 'null', 'frozen')]);
const behavior: fc.Arbitrary<EndpointBehavior> = fc.record({
  before: before.map((parts) => parts.flat()),
  afterRestart: list(start, 4, 1),
  afterWake: start,
  // An accepted restart that seems to stay FAILED for minutes.
  staleMs: mostly(2, 0, oneOf([2, upTo(60_000)], [1, upTo(700_000)])),
  staleRestartAnswer: fc.boolean(),
  readLagsMs: mostly(3, [0], list(mostly(1, 0, upTo(100_000)), 3, 1)),
  updatedAt,
});
/** What someone else does to the endpoint, or how it is from then on. */
const act = oneOf<'terminate' | TimelineStep>([1, fc.constant('terminate')], [4, any]);

const fault = fc.record({
  details: fc.constantFrom<FaultDetails[]>(
    { kind: 'transient', source: 'network' },
    { kind: 'transient', source: 'timeout' },
    { kind: 'transient', source: 'body', httpStatus: 200 },
    { kind: 'transient', source: 'http', httpStatus: 503 },
    { kind: 'rate-limited', source: 'http', httpStatus: 429 },
    { kind: 'conflict', source: 'http', httpStatus: 400 },
    { kind: 'permanent', source: 'http', httpStatus: 403 },
  ),
  /** Whether a request with a transient fault takes effect all the same. */
  hasEffect: fc.boolean(),
  retryAfterMs: seldom(3, oneOf([3, upTo(20_000)], [1, upTo(1_200_000)])),
});
const latency = mostly(8, 20, oneOf([6, upTo(400)], [1, upTo(35_000)]));
/** Plans for requests one after the other; equal ones come in bursts. */
function bursts(weight: number) {
  const plan = fc.record({ requestMs: latency, responseMs: latency, fault: seldom(weight, fault) });
  const burst = fc.tuple(plan, mostly(1, 1, upTo(8))).map(([same, times]) => Array<typeof same>(times).fill(same));
  const several = list(burst, 5).map((all) => all.flat());
  return mostly(1, [], several);
}
const on = fc.constantFrom('read' as const, 'change' as const, 'probe' as const);
/** A fault for all requests that arrive in its time. */
const outage = fc.record({ on, fromMs: mostly(2, 0, anyMs), forMs: anyMs, fault });

const policy: fc.Arbitrary<Policy> = fc
  .record({
    restartOn: mostly(2, waiting.restartOn, fc.subarray([...RESTART_CONDITIONS], { minLength: 1 })),
    wait: mostly(3, true, fc.constant(false)),
    timeoutMs: oneOf([1, upTo(300, 6)], [4, upTo(300_000, 1_000)], [6, upTo(1_800_000, 60_000)]),
    pollIntervalMs: seldom(2, oneOf([1, upTo(10_000, 100)], [1, upTo(300_000, 100)])),
    attempts: mostly(1, 1, upTo(5, 1)),
    wake: mostly(2, false, fc.constant(true)),
    stableForMs: mostly(3, 0, oneOf([1, upTo(20_000)], [1, upTo(600_000)])),
    probe: seldom(2, fc.constant('chat' as const)),
    dryRun: mostly(30, false, fc.constant(true)),
  })
  .map((it) => ({
    ...it,
    ...(!it.wait && { attempts: 1, stableForMs: 0, probe: undefined }),
    // Thousands of polls in one run take time and show nothing new.
    pollIntervalMs: it.pollIntervalMs && Math.max(it.pollIntervalMs, Math.ceil(it.timeoutMs / 200)),
  }));

/** What the service, the network, and other people do in one run, and when. */
export const schedules = fc.record({
  seed: fc.integer(),
  timerErrorMs: fc.constantFrom(0, 3),
  policy,
  behavior,
  actions: mostly(2, [], list(fc.record({ atMs: anyMs, act }), 3)),
  plans: fc.record({ read: bursts(2), change: bursts(1), probe: bursts(1), outages: mostly(2, [], list(outage, 2)) }),
  cancelAtMs: seldom(9, anyMs),
  /** The listener cancels the run at this event. */
  cancelAtEvent: seldom(19, upTo(13, 1)),
});

const delays = list(fc.record({ requestMs: upTo(10_000), responseMs: upTo(10_000), fault: fc.constant(undefined) }), 8);
/** Two runs with `wait` for one endpoint that is down. */
export const races = fc.record({
  seed: fc.integer(),
  headStartMs: upTo(5_000),
  pollIntervalMs: seldom(1, upTo(60_000, 1_000)),
  behavior: fc.record({
    before: down.map((step) => [step]),
    afterRestart: starts.map((steps) => [...steps, { status: 'RUNNING' }]),
    staleMs: mostly(1, 0, upTo(30_000)),
    staleRestartAnswer: fc.boolean(),
    readLagsMs: list(upTo(30_000), 3, 1),
    updatedAt,
  }),
  delays: fc.tuple(delays, delays),
});
