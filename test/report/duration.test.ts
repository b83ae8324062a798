import { expect, it } from 'vitest';
import { formatDuration, formatPause, formatTimestamp } from '../../src/report/duration.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

it.each([
  [formatDuration, 0, '0 s'],
  [formatDuration, 500, '1 s'],
  [formatDuration, 59_500, '1 min'],
  [formatDuration, 7 * MINUTE + 44_000, '7 min 44 s'],
  [formatDuration, HOUR - 1, '1 h'],
  [formatDuration, 2 * HOUR + 5 * MINUTE + 30_000, '2 h 5 min'],
  [formatPause, 100, '0.1 s'],
  [formatPause, 2_500, '2.5 s'],
  [formatPause, 59_949, '59.9 s'],
  [formatPause, 59_950, '1 min'],
  [formatTimestamp, 999, '0:00'],
  [formatTimestamp, MINUTE - 1, '0:59'],
  [formatTimestamp, HOUR - 1, '59:59'],
  [formatTimestamp, 25 * HOUR + 10 * MINUTE + 9_000, '25:10:09'],
])('%o shows %i ms as "%s"', (format, ms, text) => {
  expect(format(ms)).toBe(text);
});
