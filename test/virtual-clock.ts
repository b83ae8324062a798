import type { Clock } from '../src/clock.js';

/** What the clock shows at its start: only differences of `now` mean anything, so it does not start at 0. */
const START = 7_000;
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
}

/** What is due at a time: an appointment, or the end of a sleep, which its signal makes due at once. */
interface Due {
  readonly at: number;
  readonly act: () => void;
  readonly signal?: AbortSignal;
}

/**
 * A clock in virtual time. As soon as every actor sleeps, it jumps to the next moment at which something happens: an
 * appointment, or the first sleeper's end. It counts whole milliseconds, and a part of one takes a whole one.
 */
export class VirtualClock implements Clock {
  readonly random: () => number;
  private readonly timerErrorMs: number;
  private actors: number;
  private time = START;
  /** In the order of their calls, which those keep that are due at the same moment. */
  private pending: Due[] = [];
  private standstill = 0;

  constructor(options: VirtualClockOptions = {}) {
    const { seed = 1, random = seeded(seed), actors = 1, timerErrorMs = 0 } = options;
    this.random = random;
    this.actors = actors;
    this.timerErrorMs = timerErrorMs;
  }

  now(): number {
    return this.time;
  }

  date(): number {
    return this.time;
  }

  /** The time since the clock's start, in milliseconds. */
  elapsedMs(): number {
    return this.time - START;
  }

  /** Does something `ms` milliseconds after the clock's start, before later sleepers who wake at the same moment. */
  at(ms: number, act: () => void): void {
    this.pending.push({ at: START + ms, act });
  }

  sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted || ms <= 0) {
      this.standstill += 1;
      if (this.standstill > LONGEST_STANDSTILL) throw new Error('An actor loops without sleeping.');
      return Promise.resolve();
    }
    this.standstill = 0;
    return new Promise((wake) => {
      this.pending.push({ at: this.time + Math.ceil(ms) + this.timerErrorMs, act: wake, signal });
      this.passTime();
    });
  }

  /** Removes an actor that has ended, so that the clock no longer waits for it. */
  retire(): void {
    this.actors -= 1;
    this.passTime();
  }

  private passTime(): void {
    const dueAt = ({ at, signal }: Due): number => (signal?.aborted ? START : at);
    while (this.actors > 0 && this.pending.filter(({ signal }) => signal).length === this.actors) {
      const next = this.pending.reduce((first, other) => (dueAt(other) < dueAt(first) ? other : first));
      this.pending = this.pending.filter((it) => it !== next);
      this.time = Math.max(this.time, dueAt(next));
      next.act();
    }
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
