import { setTimeout as delay } from 'node:timers/promises';

/** Time and randomness, injected so that no test waits and every run can be repeated. */
export interface Clock {
  /** Monotonic time in milliseconds; only differences are meaningful. */
  now(): number;
  /** Milliseconds since 1970, for people and for dates in headers. */
  date(): number;
  /** Resolves after `ms` milliseconds and never earlier, or as soon as the signal aborts. Never rejects. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** A random number in [0, 1). */
  random(): number;
}

/**
 * Milliseconds on a clock that never jumps. Not `performance.now`: the first use of `performance` costs 1 ms and
 * 0.4 MiB (`npm run bench`), and most of a scheduled run is startup.
 */
export function monotonicMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1_000 + nanoseconds / 1_000_000;
}

export const systemClock: Clock = {
  now: monotonicMs,
  date: () => Date.now(),
  sleep: async (ms, signal) => {
    const until = monotonicMs() + ms;
    try {
      // A timer can fire slightly early and ignores fractions of a millisecond.
      for (let leftMs = ms; leftMs > 0; leftMs = until - monotonicMs()) {
        await delay(Math.ceil(leftMs), undefined, { signal });
      }
    } catch {
      // Only an abort rejects, and the caller checks the signal itself.
    }
  },
  random: () => Math.random(),
};
