import { systemClock } from '../clock.js';

/** `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT`; Node's own parser accepts almost anything. */
const DATE_IN_GMT = /^[A-Z][a-z]{2,8}, \d\d([ -])[A-Z][a-z]{2}\1\d\d(\d\d)? \d\d:\d\d:\d\d GMT$/;
/** The oldest of the three forms, `Sun Nov  6 08:49:37 1994`, names no zone and means GMT all the same. */
const DATE_WITHOUT_ZONE = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}$/;

/**
 * Reads a `Retry-After` header (RFC 9110, section 10.2.3): whole seconds, or a date in any of the three HTTP forms. A
 * date is counted from the answer's own `Date`, since the runner's clock can be wrong (docs/behavior.md section 5).
 *
 * @returns how long to wait in milliseconds, 0 for a date that has passed, `undefined` for anything else
 */
export function parseRetryAfter(headers: {
  readonly 'retry-after'?: string | undefined;
  readonly date?: string | undefined;
}): number | undefined {
  const value = headers['retry-after']?.trim() ?? '';
  if (/^\d+$/.test(value)) return Number(value) * 1_000;
  const untilMs = parseHttpDate(value);
  if (untilMs === undefined) return undefined;
  return Math.max(0, untilMs - (parseHttpDate(headers.date?.trim() ?? '') ?? systemClock.date()));
}

function parseHttpDate(text: string): number | undefined {
  const date = DATE_IN_GMT.test(text) ? text : DATE_WITHOUT_ZONE.test(text) ? `${text} GMT` : '';
  const ms = Date.parse(date);
  return Number.isNaN(ms) ? undefined : ms;
}
