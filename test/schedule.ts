/** One random run of the loop: what the service, the network and other people do, and when. */
import fc from 'fast-check';
import { ERROR_CODES, type RestartableStatus } from '../src/endpoint.js';
import { type RestartEvent, type RestartResult, restartEndpoint } from '../src/restart.js';
import { createServiceModel, type Exchange, type PlannedFault, type RequestPlan } from './service-model.js';
import type { EndpointBehaviour, TimelineStep } from './simulator/state.js';
import { VirtualClock } from './virtual-clock.js';

/** What somebody else does to the endpoint. */
export interface Deed {
  readonly atMs: number;
  readonly act: 'terminate' | 'restart' | 'run';
}

export interface Schedule {
  /** Of the clock: jitter follows from it. */
  readonly seed: number;
  readonly timerErrorMs: number;
  readonly wait: boolean;
  readonly timeoutMs: number;
  readonly pollIntervalMs: number | undefined;
  readonly restartOn: readonly RestartableStatus[];
  readonly behaviour: EndpointBehaviour;
  readonly flapping: boolean;
  readonly plans: { readonly status: readonly RequestPlan[]; readonly restart: readonly RequestPlan[] };
  readonly cancelAtMs: number | undefined;
  readonly deeds: readonly Deed[];
}

/** A schedule and what came of it. */
export interface Run {
  readonly schedule: Schedule;
  readonly result: RestartResult;
  readonly events: readonly RestartEvent[];
  readonly exchanges: readonly Exchange[];
}

/** Plays a schedule. The same schedule gives the same run. */
export async function play(schedule: Schedule): Promise<Run> {
  const { seed, timerErrorMs, behaviour, flapping, plans, cancelAtMs, deeds, ...options } = schedule;
  const clock = new VirtualClock({ seed, timerErrorMs });
  const service = createServiceModel({ clock, behaviour, flapping });
  const { client, exchanges } = service.connect(plans);
  for (const { atMs, act } of deeds) {
    clock.at(atMs, () => {
      if (act === 'restart') service.endpoint.restart(clock.date());
      else service.endpoint.set({ status: act === 'run' ? 'RUNNING' : 'TERMINATED' }, clock.date());
    });
  }
  const signal = cancelAtMs === undefined ? new AbortController().signal : clock.abortAt(cancelAtMs);
  const events: RestartEvent[] = [];
  const listener = (event: RestartEvent): void => void events.push(event);
  const result = await restartEndpoint({ ...options, client, clock, listener, signal });
  return { schedule, result, events, exchanges };
}

const shortMs = fc.integer({ min: 0, max: 5_000 });
const anyMs = fc.oneof(
  { weight: 3, arbitrary: shortMs },
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 120_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 900_000 }) },
);

const errorCode = fc.constantFrom<(string | null)[]>(null, ...ERROR_CODES.slice(0, 3), 'A_NEW_ERROR');
const starting = fc.constantFrom<Omit<TimelineStep, 'forMs'>[]>(
  { status: 'INITIALIZING', phase: 'REQUESTING_VIRTUAL_MACHINE' },
  { status: 'INITIALIZING', phase: 'DOWNLOADING_MODEL' },
  { status: 'INITIALIZING', phase: 'ENGINE_INITIALIZING' },
  { status: 'INITIALIZING' },
  { status: 'AWAKING', phase: 'ENGINE_INITIALIZING' },
  { status: 'UPDATING' },
);
const down = fc.record({ status: fc.constantFrom('FAILED', 'TERMINATED'), errorCode });
const calm = fc
  .constantFrom('RUNNING', 'SLEEPING', 'READY', 'STOPPING', 'TERMINATING', 'UNKNOWN', 'PAUSED')
  .map((status) => ({ status }));

function lasting(step: fc.Arbitrary<Omit<TimelineStep, 'forMs'>>): fc.Arbitrary<TimelineStep> {
  return fc.tuple(step, anyMs).map(([it, forMs]) => ({ ...it, forMs }));
}

const anyStep = fc.oneof(
  { weight: 2, arbitrary: starting },
  { weight: 3, arbitrary: down },
  { weight: 1, arbitrary: calm },
);
const before = fc
  .tuple(
    fc.oneof(
      { weight: 2, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.array(lasting(anyStep), { maxLength: 2 }) },
    ),
    fc.oneof({ weight: 5, arbitrary: down }, { weight: 1, arbitrary: anyStep }),
  )
  .map(([steps, end]) => [...steps, end]);
/** A restart that is accepted always leaves FAILED and TERMINATED first. */
const startUp = fc
  .tuple(
    fc.array(lasting(starting), { minLength: 1, maxLength: 3 }),
    fc.array(lasting(anyStep), { maxLength: 1 }),
    fc.oneof(
      { weight: 3, arbitrary: fc.constant({ status: 'RUNNING' }) },
      { weight: 2, arbitrary: down },
      { weight: 1, arbitrary: anyStep },
    ),
  )
  .map(([way, detour, end]) => [...way, ...detour, end]);

const behaviour: fc.Arbitrary<EndpointBehaviour> = fc.record({
  before,
  afterRestart: fc.array(startUp, { minLength: 1, maxLength: 2 }),
  staleMs: fc.oneof(fc.constant(0), fc.constant(60_000), fc.integer({ min: 0, max: 60_000 })),
  staleRestartAnswer: fc.boolean(),
});

const retryAfter = fc.option(
  fc.record({
    seconds: fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 3_600 })),
    as: fc.constantFrom('seconds' as const, 'date' as const),
  }),
  { nil: undefined },
);
const fault: fc.Arbitrary<PlannedFault> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom('lost' as const, 'hang' as const),
      effect: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('unavailable' as const), effect: fc.boolean(), retryAfter }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('unreadable' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('rate-limited' as const, 'bad-request' as const, 'permanent' as const),
      retryAfter,
    }),
  },
);
const way = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 400 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 35_000 }) },
);
const plan = (faultsOf10: number): fc.Arbitrary<RequestPlan> =>
  fc.record({
    thereMs: way,
    backMs: way,
    fault: fc.oneof(
      { weight: 10 - faultsOf10, arbitrary: fc.constant(undefined) },
      { weight: faultsOf10, arbitrary: fault },
    ),
  });
/** Requests with the same plan come in bursts: an outage is many faults in a row. */
const bursts = fc
  .array(fc.tuple(plan(4), fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 12 }))), { maxLength: 5 })
  .map((list) => list.flatMap(([same, times]) => Array.from({ length: times }, () => same)));

export const schedules: fc.Arbitrary<Schedule> = fc
  .record({
    seed: fc.integer(),
    timerErrorMs: fc.constantFrom(0, -1, 3),
    wait: fc.oneof({ weight: 3, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
    timeoutMs: fc.oneof(
      { weight: 1, arbitrary: fc.integer({ min: 1, max: 300 }) },
      { weight: 1, arbitrary: fc.integer({ min: 1, max: 10_000 }) },
      { weight: 2, arbitrary: fc.integer({ min: 1, max: 300_000 }) },
      { weight: 4, arbitrary: fc.integer({ min: 60_000, max: 1_800_000 }) },
    ),
    pollIntervalMs: fc.option(
      fc.oneof(fc.integer({ min: 100, max: 10_000 }), fc.integer({ min: 100, max: 300_000 })),
      { nil: undefined },
    ),
    restartOn: fc.oneof(
      { weight: 3, arbitrary: fc.constant<RestartableStatus[]>(['FAILED', 'TERMINATED']) },
      {
        weight: 1,
        arbitrary: fc.constantFrom<RestartableStatus[][]>(['FAILED'], ['TERMINATED'], []),
      },
    ),
    behaviour,
    flapping: fc.boolean(),
    plans: fc.record({ status: bursts, restart: fc.array(plan(7), { maxLength: 6 }) }),
    cancelAtMs: fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: anyMs }),
    deeds: fc.oneof(
      { weight: 2, arbitrary: fc.constant([]) },
      {
        weight: 1,
        arbitrary: fc.array(
          fc.record({
            atMs: anyMs,
            act: fc.constantFrom('terminate' as const, 'restart' as const, 'run' as const),
          }),
          { minLength: 1, maxLength: 2 },
        ),
      },
    ),
  })
  .map((schedule) => ({
    ...schedule,
    // Not thousands of polls in one run: that takes time and shows nothing new.
    pollIntervalMs:
      schedule.pollIntervalMs && Math.max(schedule.pollIntervalMs, Math.ceil(schedule.timeoutMs / 200)),
  }));

/** Two runs with `wait` for one endpoint that is down and comes up once it is restarted. */
export interface Race {
  readonly seed: number;
  /** How much later than the first run the second starts, in milliseconds. */
  readonly headStartMs: number;
  readonly pollIntervalMs: number | undefined;
  readonly behaviour: EndpointBehaviour;
  readonly flapping: boolean;
  readonly plans: readonly [Schedule['plans'], Schedule['plans']];
}

/** Plays a race; the second run's times count from the first one's start. */
export async function playRace(race: Race): Promise<readonly [RestartResult, RestartResult, number]> {
  const clock = new VirtualClock({ seed: race.seed, actors: 2 });
  const service = createServiceModel({ clock, behaviour: race.behaviour, flapping: race.flapping });
  const { signal } = new AbortController();
  const enter = async (plans: Schedule['plans'], waitMs: number): Promise<RestartResult> => {
    await clock.sleep(waitMs, signal);
    return await restartEndpoint({
      client: service.connect(plans).client,
      clock,
      listener: () => undefined,
      signal,
      wait: true,
      timeoutMs: 3_600_000,
      pollIntervalMs: race.pollIntervalMs,
      restartOn: ['FAILED', 'TERMINATED'],
    }).finally(() => clock.retire());
  };
  const results = await Promise.all([enter(race.plans[0], 0), enter(race.plans[1], race.headStartMs)]);
  return [...results, service.endpoint.acceptedRestarts];
}

const inTime = fc.integer({ min: 0, max: 10_000 });
const unharmed = fc.array(fc.record({ thereMs: inTime, backMs: inTime }), { maxLength: 8 });
const racePlans = fc.record({ status: unharmed, restart: unharmed });

export const races: fc.Arbitrary<Race> = fc.record({
  seed: fc.integer(),
  headStartMs: shortMs,
  pollIntervalMs: fc.option(fc.integer({ min: 1_000, max: 60_000 }), { nil: undefined }),
  behaviour: fc.record({
    before: down.map((step) => [step]),
    afterRestart: fc
      .array(lasting(starting), { minLength: 1, maxLength: 3 })
      .map((steps) => [...steps, { status: 'RUNNING' }]),
    // A run that is refused with a 400 reads on for 31 s before it believes that the endpoint is still down.
    staleMs: fc.oneof(fc.constant(0), fc.constant(30_000), fc.integer({ min: 0, max: 30_000 })),
    staleRestartAnswer: fc.boolean(),
  }),
  flapping: fc.boolean(),
  plans: fc.tuple(racePlans, racePlans),
});
