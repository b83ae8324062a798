import { conditionOf, type EndpointState } from './endpoint.js';

/** The longest pause that doubling after a 429 leads to, in milliseconds (behaviour.md section 5). */
const SLOWEST_POLL_MS = 60_000;
/** Back-off after a transient fault: the first and the longest ceiling, in milliseconds (section 5). */
const FIRST_BACK_OFF_MS = 1_000;
const LONGEST_BACK_OFF_MS = 30_000;
/** How long before the deadline the last look is taken, when a pause would sleep past it, in milliseconds. */
const LAST_LOOK_MS = 2_000;

/**
 * Pauses between polls in milliseconds, chosen from the polling table of `npm run bench`: closely in the last phase,
 * whose end is waited for; slowly in the long ones before it, but so that a last phase of 15 s is not slept through.
 * On the grid's average RUNNING is noticed 1.4 s late, with 63 requests (a fixed 10 s: 5 s late, with 71).
 */
const PAUSE_MS = { closely: 2_500, slowly: 20_000, otherwise: 5_000 } as const;

/**
 * The pause before the next poll, in milliseconds.
 *
 * @param state the endpoint as last seen
 * @param options.pollIntervalMs a fixed pause that replaces the adaptive one
 * @param options.rateLimits how many 429 this run has had: each doubles the pause, up to a minute
 */
export function pollPauseMs(
  state: EndpointState,
  options: { readonly pollIntervalMs?: number | undefined; readonly rateLimits: number },
): number {
  const base = options.pollIntervalMs ?? adaptivePauseMs(state);
  return Math.max(base, Math.min(base * 2 ** options.rateLimits, SLOWEST_POLL_MS));
}

function adaptivePauseMs(state: EndpointState): number {
  if (conditionOf(state.status) !== 'starting') return PAUSE_MS.otherwise;
  switch (state.phase) {
    case 'ENGINE_INITIALIZING':
      return PAUSE_MS.closely;
    case 'REQUESTING_VIRTUAL_MACHINE':
    case 'DOWNLOADING_MODEL':
      return PAUSE_MS.slowly;
    default:
      return PAUSE_MS.otherwise;
  }
}

/**
 * The pause after a fault, in milliseconds: full jitter under a ceiling of 1 s that doubles with each fault up to
 * 30 s, but never shorter than what the server asked for (behaviour.md section 5).
 *
 * @param options.faults how many faults came in a row, the one just seen included
 * @param options.random a number from 0 up to 1
 * @param options.askedForMs what `Retry-After` asked for, if it did
 */
export function backOffMs(options: {
  readonly faults: number;
  readonly random: number;
  readonly askedForMs?: number | undefined;
}): number {
  const ceiling = Math.min(FIRST_BACK_OFF_MS * 2 ** (options.faults - 1), LONGEST_BACK_OFF_MS);
  return Math.max(options.random * ceiling, options.askedForMs ?? 0);
}

/**
 * Shortens a pause that would end after the deadline, so that one last look is taken shortly before it.
 *
 * @param options.pauseMs the pause that is due
 * @param options.leftMs the time until the deadline; nothing sleeps longer
 */
export function pauseBeforeDeadlineMs(options: {
  readonly pauseMs: number;
  readonly leftMs: number;
}): number {
  const { pauseMs, leftMs } = options;
  const untilLastLookMs = leftMs - LAST_LOOK_MS;
  return pauseMs > untilLastLookMs && untilLastLookMs > 0 ? untilLastLookMs : Math.min(pauseMs, leftMs);
}

/** `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT`; Node's own parser takes almost anything. */
const DATE_IN_GMT = /^[A-Z][a-z]{2,8}, \d\d([ -])[A-Z][a-z]{2}\1\d\d(\d\d)? \d\d:\d\d:\d\d GMT$/;
/** The oldest of the three forms, `Sun Nov  6 08:49:37 1994`, names no zone and means GMT all the same. */
const DATE_WITHOUT_ZONE = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}$/;

/**
 * Reads a `Retry-After` header (RFC 9110, section 10.2.3): whole seconds, or a date in any of the three HTTP forms.
 *
 * @param header the header as it came
 * @param nowMs the present in milliseconds since 1970
 * @returns how long to wait in milliseconds, 0 for a date that has passed, `undefined` for anything else
 */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  const value = header?.trim() ?? '';
  if (/^\d+$/.test(value)) return Number(value) * 1_000;
  const date = DATE_IN_GMT.test(value) ? value : DATE_WITHOUT_ZONE.test(value) ? `${value} GMT` : '';
  const dateMs = Date.parse(date);
  return Number.isNaN(dateMs) ? undefined : Math.max(0, dateMs - nowMs);
}
