import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffMs, nextAttemptPauseMs, pauseBeforeDeadlineMs, pollPauseMs } from '../src/backoff.js';
import { state } from './play.js';

const ms = (max: number) => fc.double({ min: 0, max, noNaN: true });

describe('the pause between polls', () => {
  it.each([
    ['INITIALIZING', 'ENGINE_INITIALIZING', 2_500],
    ['AWAKING', 'ENGINE_INITIALIZING', 2_500],
    ['INITIALIZING', 'DOWNLOADING_MODEL', 20_000],
    ['INITIALIZING', 'REQUESTING_VIRTUAL_MACHINE', 20_000],
    ['UPDATING', 'DOWNLOADING_MODEL', 20_000],
    ['INITIALIZING', '', 5_000],
    ['INITIALIZING', 'NEW_PHASE', 5_000],
    ['TERMINATING', 'DOWNLOADING_MODEL', 5_000],
    ['RUNNING', '', 5_000],
  ])('at %s %s is %d ms', (status, phase, pauseMs) => {
    expect(pollPauseMs(state(status, { phase }))).toBe(pauseMs);
  });
});

it('backs off below a ceiling of 1 s that doubles to the maximum, with jitter over the whole range', () => {
  const most = (faults: number, maxMs: number) => backoffMs({ faults, random: 1, maxMs }) / 1_000;
  expect([1, 2, 3, 4, 5, 6, 7, 99].map((faults) => most(faults, 30_000))).toEqual([1, 2, 4, 8, 16, 30, 30, 30]);
  expect([1, 2, 3, 4].map((faults) => most(faults, 2_500))).toEqual([1, 2, 2.5, 2.5]);
  const jitter = [0, 0.25, 0.5].map((random) => backoffMs({ faults: 3, random, maxMs: 30_000 }));
  expect(jitter).toEqual([0, 1_000, 2_000]);
});

it('honors a Retry-After that is longer than the backoff, up to ten minutes', () => {
  const pauses = [500, 7_000, 600_000, 36_000_000].map((retryAfterMs) =>
    backoffMs({ faults: 3, random: 0.5, maxMs: 30_000, retryAfterMs }),
  );
  expect(pauses).toEqual([2_000, 7_000, 600_000, 600_000]);
});

it('pauses for 30, 60, 120, and 240 s before the next attempt', () => {
  expect([1, 2, 3, 4].map(nextAttemptPauseMs)).toEqual([30_000, 60_000, 120_000, 240_000]);
});

describe('a pause before the deadline', () => {
  it.each([
    ['ends two seconds before it, if it would end later', 60_000, 10_000, 8_000],
    ['is left as it is, if it ends earlier', 5_000, 10_000, 5_000],
    ['is left as it is, if it ends just at the final poll', 8_000, 10_000, 8_000],
    ['takes all that is left in the last two seconds', 5_000, 1_500, 1_500],
    ['takes no more than it needs in the last two seconds', 100, 1_500, 100],
  ])('%s', (_, pauseMs, leftMs, expected) => {
    expect(pauseBeforeDeadlineMs({ pauseMs, leftMs })).toBe(expected);
  });

  it('is never negative, never longer than planned, and never ends after the deadline', () => {
    fc.assert(
      fc.property(ms(1e6), ms(1e6), (pauseMs, leftMs) => {
        const result = pauseBeforeDeadlineMs({ pauseMs, leftMs });
        expect(result).toBeGreaterThanOrEqual(0);
        expect(result).toBeLessThanOrEqual(Math.min(pauseMs, leftMs));
      }),
    );
  });
});
