/** One random run of the loop: what the service, the network, and other people do, and when. */
import { runLoop } from '../../src/loop.js';
import type { Policy, RunEvent } from '../../src/run.js';
import type { RunResult } from '../../src/state.js';
import { waiting } from '../play.js';
import { VirtualClock } from '../virtual-clock.js';
import { type Plans, type RecordedRequest, Service, type SimulatedWorld } from './service.js';

export interface Schedule {
  readonly seed: number;
  /** In place of random jitter: each pause then has one length. */
  readonly jitter: number | undefined;
  readonly timerErrorMs: number;
  /** From a time on, the wall clock is off by so much. */
  readonly jump: { readonly atMs: number; readonly byMs: number };
  readonly policy: Policy;
  readonly world: SimulatedWorld;
  readonly plans: Plans;
  readonly cancelAtMs: number | undefined;
  /** The listener cancels the run at this event. */
  readonly cancelAtEvent: number | undefined;
}

export type LogEntry = RecordedRequest | RunEvent;

/** A schedule and what came of it: requests and events in the order of time. */
export interface ScheduledRun {
  readonly schedule: Schedule;
  readonly result: RunResult;
  readonly log: readonly LogEntry[];
  readonly canceledAtMs: number | undefined;
}

export function isRequest(entry: LogEntry): entry is RecordedRequest {
  return entry.type === 'request';
}

/** Plays a schedule. The same schedule gives the same run. */
export async function runSchedule(schedule: Schedule): Promise<ScheduledRun> {
  const { seed, jitter, jump, timerErrorMs, policy, cancelAtMs } = schedule;
  const random = jitter === undefined ? undefined : () => jitter;
  const clock = new VirtualClock({ seed, timerErrorMs, jump, random });
  const controller = new AbortController();
  let canceledAtMs: number | undefined;
  const cancel = (): void => {
    canceledAtMs ??= clock.elapsedMs();
    controller.abort();
  };
  if (cancelAtMs !== undefined) clock.at(cancelAtMs, cancel);
  const log: LogEntry[] = [];
  const listener = (event: RunEvent): void => {
    if (log.filter((entry) => !isRequest(entry)).length === schedule.cancelAtEvent) cancel();
    log.push(event);
  };
  const service = new Service(clock, schedule.world);
  const client = service.connect(schedule.plans, (request) => void log.push(request));
  const result = await runLoop({ policy, client, clock, listener, signal: controller.signal });
  return { schedule, result, log, canceledAtMs };
}

/** Two runs with `wait` for one endpoint that is down. */
export type Race = Pick<Schedule, 'seed' | 'world'> & {
  readonly headStartMs: number;
  readonly pollIntervalMs: number | undefined;
  readonly plans: readonly [Plans, Plans];
};

/** Plays a race; the number is that of all accepted restarts. */
export async function playRace({ seed, headStartMs, pollIntervalMs, world, plans }: Race) {
  const clock = new VirtualClock({ seed, actors: 2 });
  const service = new Service(clock, world);
  const { signal } = new AbortController();
  const enter = async (own: Plans, delayMs: number): Promise<RunResult> => {
    await clock.sleep(delayMs, signal);
    const client = service.connect(own, () => undefined);
    const policy = { ...waiting, pollIntervalMs };
    const result = await runLoop({ policy, client, clock, signal, listener: () => undefined });
    clock.retire();
    return result;
  };
  const results = await Promise.all([enter(plans[0], 0), enter(plans[1], headStartMs)]);
  return { results, acceptedRestarts: service.endpoint.accepted.restart };
}
