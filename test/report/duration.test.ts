import { expect, it } from 'vitest';
import { formatDuration, formatTimestamp } from '../../src/report/duration.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

it('a duration has its two largest units, and tenths of a second below ten', () => {
  const short = [0, 2_460, 9_949, 9_950, 59_500];
  const long = [7 * MINUTE + 44_000, HOUR - 1, 2 * HOUR + 5 * MINUTE + 30_000];
  expect(short.map(formatDuration)).toEqual(['0 s', '2.5 s', '9.9 s', '10 s', '1 min']);
  expect(long.map(formatDuration)).toEqual(['7 min 44 s', '1 h', '2 h 5 min']);
});

it('a timestamp has minutes and seconds, and hours from the first one on', () => {
  const times = [499, 81_600, HOUR - 1, 25 * HOUR + 10 * MINUTE + 9_000];
  expect(times.map(formatTimestamp)).toEqual(['0:00', '1:22', '1:00:00', '25:10:09']);
});
