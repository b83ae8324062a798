/** The random schedules and races: weights make the interesting cases common. */
import fc from 'fast-check';
import type { Policy } from '../../src/run.js';
import { waiting } from '../play.js';
import type { EndpointBehavior, TimelineStep } from '../simulator/state.js';
import type { Race, Schedule } from './schedule.js';
import type { Action, PlannedFault, Plans, RequestPlan } from './service.js';

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

const one = (status: string, phase: string | null = null): TimelineStep => ({ status, phase });
const oneIn = (...statuses: readonly string[]) => fc.constantFrom(...statuses).map((status) => one(status));
const lasting = (step: fc.Arbitrary<TimelineStep>) => fc.tuple(step, anyMs).map(([it, forMs]) => ({ ...it, forMs }));
const phases = ['REQUESTING_VIRTUAL_MACHINE', 'DOWNLOADING_MODEL', 'ENGINE_INITIALIZING', null];
const starting = oneOf(
  [4, fc.constantFrom(...phases).map((phase) => one('INITIALIZING', phase))],
  [1, fc.constant(one('AWAKING', 'ENGINE_INITIALIZING'))],
  [1, oneIn('UPDATING')],
);
const errorCodes = [null, 'WORKLOAD_INIT_GRPC_ERROR', 'INFERENCE_ENGINE_MEMORY_ERROR', 'A_NEW_ERROR'];
const failed = fc.constantFrom(...errorCodes).map((errorCode) => ({ ...one('FAILED'), errorCode }));
const down = oneOf<TimelineStep>([3, failed], [2, oneIn('TERMINATED')]);
const calm = oneIn('RUNNING', 'SLEEPING', 'READY', 'STOPPING', 'TERMINATING', 'UNKNOWN', 'PAUSED', 'FAILED ');
const any = oneOf([2, starting], [3, down], [2, calm]);
/** The code of a failure comes later than its status. */
const late = fc.tuple(failed, upTo(30_000)).map(([end, forMs]) => [{ ...one('FAILED'), forMs }, end]);
const ending = (step: fc.Arbitrary<TimelineStep>) => oneOf([7, step.map((end) => [end])], [1, late]);
const detour = list(lasting(any), 2);
const before = fc.tuple(mostly(3, [], detour), ending(oneOf([6, down], [1, oneIn('SLEEPING')], [1, any])));
const startEnd = ending(oneOf([3, oneIn('RUNNING')], [3, down], [1, any]));
const start = fc.tuple(list(lasting(starting), 3, 1), mostly(1, [], detour), startEnd).map((parts) => parts.flat());
const behavior: fc.Arbitrary<EndpointBehavior> = fc.record({
  before: before.map((parts) => parts.flat()),
  afterRestart: list(start, 4, 1),
  afterWake: start,
  afterTerminate: fc.constant([{ ...one('TERMINATING'), forMs: 20_000 }, one('TERMINATED')]),
  afterUpdate: fc.constant([{ ...one('UPDATING'), forMs: 40_000 }, one('RUNNING')]),
  // An accepted restart that seems to stay FAILED for minutes.
  staleMs: mostly(2, 0, oneOf([2, upTo(60_000)], [1, upTo(700_000)])),
  staleRestartAnswer: fc.boolean(),
  readLagsMs: mostly(3, [0], list(mostly(1, 0, upTo(100_000)), 3, 1)),
  updatedAt: oneOf([1, fc.constant('exact')], [1, fc.constantFrom('seconds', 'null', 'frozen')]),
});
const act = oneOf<Action['act']>(
  [2, fc.constantFrom('terminate', 'update')],
  [3, oneIn('TERMINATED', 'STOPPING', 'SLEEPING', 'FAILED', 'RUNNING')],
);

const retryAfterMs = oneOf([3, upTo(20)], [1, upTo(1_200)]).map((seconds) => seconds * 1_000);
const fault: fc.Arbitrary<PlannedFault> = fc.record({
  type: oneOf<PlannedFault['type']>(
    [2, fc.constantFrom('lost', 'unavailable', 'rateLimited', 'badRequest')],
    [1, fc.constantFrom('hang', 'tooEarly', 'unreadable', 'conflict', 'locked', 'forbidden')],
  ),
  effect: fc.boolean(),
  retryAfterMs: seldom(3, retryAfterMs),
});
const latency = mostly(8, 20, oneOf([6, upTo(400)], [1, upTo(35_000)]));
/** Requests with the same plan come in bursts. */
function bursts(weight: number): fc.Arbitrary<RequestPlan[]> {
  const plan = fc.record({ requestMs: latency, responseMs: latency, fault: seldom(weight, fault) });
  const several = list(fc.tuple(plan, mostly(1, 1, upTo(8))), 5);
  const all = several.map((plans) => plans.flatMap(([same, times]) => Array<RequestPlan>(times).fill(same)));
  return mostly(1, [], all);
}
const on = fc.constantFrom('read' as const, 'change' as const, 'probe' as const);
const outage = fc.record({ on, fromMs: mostly(2, 0, anyMs), forMs: anyMs, fault });
const plans: fc.Arbitrary<Plans> = fc.record({
  read: bursts(2),
  change: bursts(1),
  probe: bursts(1),
  outages: mostly(2, [], list(outage, 2)),
});

const conditions = ['FAILED', 'TERMINATED', 'RECOVERABLE'] as const;
const policy: fc.Arbitrary<Policy> = fc
  .record({
    restartOn: mostly(2, waiting.restartOn, fc.subarray([...conditions], { minLength: 1 })),
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

export const schedules: fc.Arbitrary<Schedule> = fc.record({
  seed: fc.integer(),
  jitter: fc.constantFrom(undefined, 0.5),
  timerErrorMs: fc.constantFrom(0, 3),
  jump: fc.record({ atMs: anyMs, byMs: fc.constantFrom(0, 3_600_000, -3_600_000) }),
  policy,
  world: fc.record({
    behavior,
    movesUpdatedAt: mostly(5, false, fc.constant(true)),
    actions: mostly(2, [], list(fc.record({ atMs: anyMs, act }), 3)),
  }),
  plans,
  cancelAtMs: seldom(9, anyMs),
  cancelAtEvent: seldom(19, upTo(12)),
});

const unharmed = list(fc.record({ requestMs: upTo(10_000), responseMs: upTo(10_000) }), 8);
const racePlans = fc.record({
  read: unharmed,
  change: unharmed,
  probe: fc.constant([]),
  outages: fc.constant([]),
});
export const races: fc.Arbitrary<Race> = fc.record({
  seed: fc.integer(),
  headStartMs: upTo(5_000),
  pollIntervalMs: seldom(1, upTo(60_000, 1_000)),
  world: fc
    .record({
      before: down.map((step) => [step]),
      afterRestart: list(lasting(starting), 3, 1).map((steps) => [...steps, one('RUNNING')]),
      staleMs: mostly(1, 0, upTo(30_000)),
      staleRestartAnswer: fc.boolean(),
      readLagsMs: list(upTo(30_000), 3, 1),
      updatedAt: fc.constantFrom('exact', 'seconds', 'null', 'frozen'),
    })
    .map((it) => ({ behavior: it, movesUpdatedAt: false, actions: [] })),
  plans: fc.tuple(racePlans, racePlans),
});
