import type { Clock } from '../src/clock.js';

/** What the clock shows at its start: only differences of `now` mean anything, so it does not start at 0. */
const START = 7_000;
/** 2025-01-01, in milliseconds since 1970. */
const START_DATE = Date.UTC(2025, 0, 1);
/** After this many consecutive calls without time passing, an actor must be in an infinite loop. */
const LONGEST_STANDSTILL = 10_000;

interface VirtualClockOptions {
  /** Makes `random` repeatable. */
  readonly seed?: number;
  /** In place of the seeded numbers. */
  readonly random?: (() => number) | undefined;
  /** How many tasks share the clock: time passes only while all of them sleep. */
  readonly actors?: number;
  /** Each sleep ends this many milliseconds late, as with real timers. */
  readonly timerErrorMs?: number;
  /** From `atMs` on, the wall clock is off by `byMs`; no decision may depend on it. */
  readonly jump?: { readonly atMs: number; readonly byMs: number };
}

interface Sleeper {
  readonly wakeAt: number;
  readonly signal: AbortSignal;
  readonly wake: () => void;
}

/**
 * A clock in virtual time. As soon as every actor sleeps, it jumps to the next moment at which something happens: an
 * appointment, or the first sleeper's end. It counts whole milliseconds, and a part of one takes a whole one.
 */
export class VirtualClock implements Clock {
  readonly random: () => number;
  private readonly timerErrorMs: number;
  private readonly jump: { readonly atMs: number; readonly byMs: number };
  private actors: number;
  private time = START;
  private sleepers: Sleeper[] = [];
  private appointments: { readonly at: number; readonly act: () => void }[] = [];
  private standstill = 0;

  constructor(options: VirtualClockOptions = {}) {
    const { seed = 1, random = seeded(seed), actors = 1, timerErrorMs = 0, jump } = options;
    this.jump = jump ?? { atMs: 0, byMs: 0 };
    this.random = random;
    this.actors = actors;
    this.timerErrorMs = timerErrorMs;
  }

  now(): number {
    return this.time;
  }

  date(): number {
    return START_DATE + this.elapsedMs() + (this.elapsedMs() >= this.jump.atMs ? this.jump.byMs : 0);
  }

  /** The time since the clock's start, in milliseconds. */
  elapsedMs(): number {
    return this.time - START;
  }

  /** Does something `ms` milliseconds after the clock's start, before anybody who wakes at the same moment. */
  at(ms: number, act: () => void): void {
    this.appointments.push({ at: START + ms, act });
    this.appointments.sort((one, other) => one.at - other.at);
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted || ms <= 0) {
      this.standstill += 1;
      if (this.standstill > LONGEST_STANDSTILL) throw new Error('An actor loops without sleeping.');
      return Promise.resolve();
    }
    this.standstill = 0;
    return new Promise((wake) => {
      this.sleepers.push({ wakeAt: this.time + Math.ceil(ms) + this.timerErrorMs, signal, wake });
      this.passTime();
    });
  }

  /** Removes an actor that has ended, so that the clock no longer waits for it. */
  retire(): void {
    this.actors -= 1;
    this.passTime();
  }

  private passTime(): void {
    while (this.sleepers.length > 0 && this.sleepers.length === this.actors) {
      const [first] = this.sleepers.toSorted((one, other) => one.wakeAt - other.wakeAt);
      const wakeAt = first?.wakeAt ?? 0;
      const [appointment] = this.appointments;
      if (appointment !== undefined && appointment.at <= wakeAt) {
        this.appointments.shift();
        this.time = Math.max(this.time, appointment.at);
        appointment.act();
        this.wake(({ signal }) => signal.aborted);
      } else {
        this.time = wakeAt;
        // One at a time, so that two who wake at the same moment keep their order.
        this.wake((sleeper) => sleeper === first);
      }
    }
  }

  private wake(which: (sleeper: Sleeper) => boolean): void {
    const awake = this.sleepers.filter(which);
    this.sleepers = this.sleepers.filter((sleeper) => !which(sleeper));
    for (const { wake } of awake) wake();
  }
}

/** A linear congruential generator: even enough for jitter. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}
