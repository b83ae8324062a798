import { describe, expect, it } from 'vitest';
import { asClock, inWords } from '../src/duration.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

describe('inWords', () => {
  it.each([
    [0, '0 s'],
    [499, '0 s'],
    [500, '1 s'],
    [44 * SECOND, '44 s'],
    [59_499, '59 s'],
    [59_500, '1 min'],
    [MINUTE, '1 min'],
    [MINUTE + SECOND, '1 min 1 s'],
    [7 * MINUTE + 44 * SECOND, '7 min 44 s'],
    [HOUR - SECOND, '59 min 59 s'],
    [HOUR - 1, '1 h'],
    [HOUR, '1 h'],
    [HOUR + 59 * SECOND, '1 h'],
    [HOUR + MINUTE, '1 h 1 min'],
    [2 * HOUR + 5 * MINUTE + 30 * SECOND, '2 h 5 min'],
    [120 * HOUR, '120 h'],
  ])('puts %i ms as "%s"', (ms, words) => {
    expect(inWords(ms)).toBe(words);
  });
});

describe('asClock', () => {
  it.each([
    [0, '0:00'],
    [999, '0:00'],
    [SECOND, '0:01'],
    [44 * SECOND, '0:44'],
    [MINUTE - 1, '0:59'],
    [MINUTE, '1:00'],
    [7 * MINUTE + 44 * SECOND, '7:44'],
    [HOUR - 1, '59:59'],
    [HOUR, '1:00:00'],
    [2 * HOUR + 5 * MINUTE, '2:05:00'],
    [25 * HOUR + 10 * MINUTE + 9 * SECOND, '25:10:09'],
  ])('shows %i ms as %s', (ms, clock) => {
    expect(asClock(ms)).toBe(clock);
  });
});
