/** How long to pause (docs/behavior.md section 5). Pure functions; every duration is in milliseconds. */
import { conditionOf, type EndpointState } from './endpoint.js';

/** Backoff after a fault: the first ceiling, which doubles, and the last. */
const FIRST_BACKOFF_MS = 1_000;
export const MAX_BACKOFF_MS = 30_000;
/** A server's Retry-After is honored up to here. */
const MAX_RETRY_AFTER_MS = 600_000;
/** How long before the deadline the final poll is sent, if a pause would end after it. */
export const FINAL_POLL_LEAD_MS = 2_000;
/** Pauses before the second, third, fourth, and fifth restart (section 4). */
const ATTEMPT_PAUSES_MS = [30_000, 60_000, 120_000, 240_000] as const;

/**
 * Adaptive pauses between polls, chosen from the polling table of `npm run bench`: short in the last phase, which
 * ends in RUNNING; longer in earlier phases, but short enough not to miss a last phase of 15 s.
 */
const ADAPTIVE_PAUSES_MS = { engine: 2_500, earlier: 20_000, otherwise: 5_000 } as const;

/** The pause between two polls without `poll-interval`, in milliseconds. */
export function pollPauseMs(state: EndpointState | undefined): number {
  if (conditionOf(state?.status) !== 'starting') return ADAPTIVE_PAUSES_MS.otherwise;
  switch (state?.phase) {
    case 'ENGINE_INITIALIZING':
      return ADAPTIVE_PAUSES_MS.engine;
    case 'REQUESTING_VIRTUAL_MACHINE':
    case 'DOWNLOADING_MODEL':
      return ADAPTIVE_PAUSES_MS.earlier;
    default:
      return ADAPTIVE_PAUSES_MS.otherwise;
  }
}

/**
 * The pause after faults: full jitter below a ceiling, and never shorter than what the server asks for.
 *
 * @param options.faults how many came in a row
 * @param options.random from 0 up to 1
 * @param options.maxMs where the ceiling stops doubling
 */
export function backoffMs(options: {
  readonly faults: number;
  readonly random: number;
  readonly maxMs: number;
  readonly retryAfterMs?: number | undefined;
}): number {
  const { faults, random, maxMs, retryAfterMs = 0 } = options;
  const ceilingMs = Math.min(FIRST_BACKOFF_MS * 2 ** (faults - 1), maxMs);
  return Math.max(random * ceilingMs, Math.min(retryAfterMs, MAX_RETRY_AFTER_MS));
}

/** @param restarts how many restarts were accepted so far, at least one */
export function nextAttemptPauseMs(restarts: number): number {
  return ATTEMPT_PAUSES_MS[restarts - 1] ?? ATTEMPT_PAUSES_MS[3];
}

/** Shortens a pause that would end after the deadline, so that a final poll is sent shortly before it. */
export function pauseBeforeDeadlineMs(options: {
  readonly pauseMs: number;
  /** The time until the deadline. */
  readonly leftMs: number;
}): number {
  const { pauseMs, leftMs } = options;
  const untilFinalPollMs = leftMs - FINAL_POLL_LEAD_MS;
  return pauseMs > untilFinalPollMs && untilFinalPollMs > 0 ? untilFinalPollMs : Math.min(pauseMs, leftMs);
}
