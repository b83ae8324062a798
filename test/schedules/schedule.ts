/** One random run of the loop: what the service, the network, and other people do, and when. */
import { runLoop } from '../../src/loop.js';
import type { Policy, RunEvent, RunResult } from '../../src/run.js';
import { waiting } from '../play.js';
import type { EndpointBehavior } from '../simulator/state.js';
import { VirtualClock } from '../virtual-clock.js';
import { type Action, type Exchange, type Plans, Service } from './service.js';

export interface Schedule {
  readonly seed: number;
  /** In place of random jitter: each pause then has one length. */
  readonly jitter: number | undefined;
  readonly timerErrorMs: number;
  /** From a time on, the wall clock is off by so much. */
  readonly jump: { readonly atMs: number; readonly byMs: number };
  readonly policy: Policy;
  readonly behavior: EndpointBehavior;
  /** A rejected request moves updatedAt. */
  readonly isTouched: boolean;
  readonly actions: readonly Action[];
  readonly plans: Plans;
  readonly cancelAtMs: number | undefined;
  /** The listener cancels the run at this event. */
  readonly cancelAtEvent: number | undefined;
}

export type LogEntry = Exchange | RunEvent;

/** A schedule and what came of it: requests and events in the order of time. */
export interface Run {
  readonly schedule: Schedule;
  readonly result: RunResult;
  readonly log: readonly LogEntry[];
  readonly canceledAtMs: number | undefined;
}

export function isExchange(entry: LogEntry): entry is Exchange {
  return entry.type === 'exchange';
}

/** A virtual clock whose date jumps: no decision can depend on it. */
class JumpingClock extends VirtualClock {
  jump = { atMs: 0, byMs: 0 };
  override date(): number {
    return super.date() + (this.elapsedMs() >= this.jump.atMs ? this.jump.byMs : 0);
  }
}

/** Plays a schedule. The same schedule gives the same run. */
export async function play(schedule: Schedule): Promise<Run> {
  const { seed, jitter, timerErrorMs, policy, cancelAtMs } = schedule;
  const clock = new JumpingClock({
    seed,
    timerErrorMs,
    ...(jitter !== undefined && { random: () => jitter }),
  });
  clock.jump = schedule.jump;
  const controller = new AbortController();
  let canceledAtMs: number | undefined;
  const cancel = (): void => {
    canceledAtMs ??= clock.elapsedMs();
    controller.abort();
  };
  if (cancelAtMs !== undefined) clock.at(cancelAtMs, cancel);
  const log: LogEntry[] = [];
  let events = 0;
  const listener = (event: RunEvent): void => {
    log.push(event);
    if (events === schedule.cancelAtEvent) cancel();
    events += 1;
  };
  const service = new Service(clock, schedule.behavior, schedule.actions, schedule.isTouched);
  const client = service.connect(schedule.plans, (exchange) => void log.push(exchange));
  const result = await runLoop({ policy, client, clock, listener, signal: controller.signal });
  return { schedule, result, log, canceledAtMs };
}

/** Two runs with `wait` for one endpoint that is down. */
export interface Race {
  readonly seed: number;
  readonly headStartMs: number;
  readonly pollIntervalMs: number | undefined;
  readonly behavior: EndpointBehavior;
  readonly plans: readonly [Plans, Plans];
}

/** Plays a race; the number is that of all accepted restarts. */
export async function playRace({ seed, headStartMs, pollIntervalMs, behavior, plans }: Race) {
  const clock = new VirtualClock({ seed, actors: 2 });
  const service = new Service(clock, behavior);
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
