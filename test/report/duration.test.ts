import { expect, it } from 'vitest';
import { formatDuration, formatTimestamp } from '../../src/report/duration.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

it.each([
  [formatDuration, 0, '0 s'],
  [formatDuration, 2_460, '2.5 s'],
  [formatDuration, 9_949, '9.9 s'],
  [formatDuration, 9_950, '10 s'],
  [formatDuration, 59_500, '1 min'],
  [formatDuration, 7 * MINUTE + 44_000, '7 min 44 s'],
  [formatDuration, HOUR - 1, '1 h'],
  [formatDuration, 2 * HOUR + 5 * MINUTE + 30_000, '2 h 5 min'],
  [formatTimestamp, 499, '0:00'],
  [formatTimestamp, 81_600, '1:22'],
  [formatTimestamp, HOUR - 1, '1:00:00'],
  [formatTimestamp, 25 * HOUR + 10 * MINUTE + 9_000, '25:10:09'],
])('%o shows %i ms as "%s"', (format, ms, text) => {
  expect(format(ms)).toBe(text);
});
