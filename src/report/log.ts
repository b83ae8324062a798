/** The lines of the log: one when something changes, with the time since the start (docs/behavior.md section 6). */
import * as core from '@actions/core';
import type { Inputs } from '../inputs.js';
import type { Policy, RunEvent } from '../run.js';
import { describeFault } from './advice.js';
import { formatDuration, formatTimestamp } from './duration.js';
import { describeNewState, REQUEST_NAMES } from './labels.js';

/** The width of the time at the start of a line. */
const TIME_WIDTH = 7;
/** After this number of changes, the log has at most one line a minute. */
const MAX_CHANGES = 200;
const THINNED_INTERVAL_MS = 60_000;
/** Maximum number of warnings that GitHub shows for a step. */
const MAX_WARNINGS = 10;

export class Log {
  private changes = 0;
  private warnings = 0;
  private lastLineMs = 0;
  private lastChange: string | undefined;

  /** When the last line was printed, in milliseconds from the start of the run. */
  get lastLineAtMs(): number {
    return this.lastLineMs;
  }

  line(atMs: number, text: string): void {
    this.lastLineMs = atMs;
    core.info(`${formatTimestamp(atMs).padStart(TIME_WIDTH)}  ${text}`);
  }

  /** One event, if it is one that people see. */
  event(event: RunEvent, attempts: number): void {
    if (event.type === 'outage') {
      this.outage(event);
    } else if (event.type === 'accepted' || event.type === 'retry-scheduled') {
      this.line(
        event.atMs,
        event.type === 'accepted' ? acceptedLine(event, attempts) : retryLine(event, attempts),
      );
    } else {
      const text = changeLine(event);
      if (text === undefined) return;
      // A request that is rejected again and again is one piece of news.
      if (event.type !== 'rejected' || text !== this.lastChange) this.change(event.atMs, text);
      this.lastChange = text;
    }
  }

  private change(atMs: number, text: string): void {
    if (this.changes >= MAX_CHANGES && atMs - this.lastLineMs < THINNED_INTERVAL_MS) return;
    this.changes += 1;
    this.line(atMs, text);
    if (this.changes === MAX_CHANGES) {
      this.line(atMs, `${MAX_CHANGES} changes so far; from now on at most one line a minute`);
    }
  }

  private outage({ atMs, fault, call }: Extract<RunEvent, { type: 'outage' }>): void {
    const then = call === 'read' ? 'Retrying.' : 'The status is read before the request is sent again.';
    const text = `${describeFault(fault, call)} ${then}`;
    this.warnings += 1;
    if (this.warnings > MAX_WARNINGS) {
      this.change(atMs, text);
      return;
    }
    this.lastLineMs = atMs;
    core.warning(text, { title: 'Problem with the Friendli API' });
  }
}

function changeLine(event: RunEvent): string | undefined {
  switch (event.type) {
    case 'observed':
      return describeNewState(event.state);
    case 'rejected':
      return `${describeFault(event.fault, event.request)} Reading the status again`;
    case 'stabilizing':
      return `Waiting until it has been RUNNING for ${formatDuration(event.forMs)}`;
    case 'recovered':
      return `The API is responding again after ${formatDuration(event.outageMs)}`;
    default:
      return undefined;
  }
}

/** What the run will do. */
export function startLine({ endpointId, policy }: Inputs): string {
  const { wait, timeoutMs, stableForMs, wake, attempts, dryRun } = policy;
  if (dryRun) return `Dry run for endpoint ${endpointId}: the status is read, and nothing is changed`;
  const goal = stableForMs > 0 ? `for ${formatDuration(stableForMs)} of RUNNING` : 'for RUNNING';
  return [
    `Restarting endpoint ${endpointId} if it is ${scopeOf(policy)}`,
    attempts > 1 ? `, up to ${attempts} times` : '',
    wake ? ', waking it if it is SLEEPING' : '',
    wait ? `, then waiting up to ${formatDuration(timeoutMs)} ${goal}` : ', without waiting',
  ].join('');
}

function scopeOf({ restartOn }: Policy): string {
  const isNarrowed = !restartOn.includes('FAILED');
  const listed = restartOn.filter((name) => name !== 'RECOVERABLE' || isNarrowed);
  const names = listed.map((name) =>
    name === 'RECOVERABLE' ? 'FAILED with a recoverable error code' : name,
  );
  return names.join(' or ');
}

function acceptedLine(event: Extract<RunEvent, { type: 'accepted' }>, attempts: number): string {
  const noun = REQUEST_NAMES[event.request];
  const number =
    event.request === 'restart' && attempts > 1 ? ` (attempt ${event.attempt} of ${attempts})` : '';
  return event.inferred
    ? `The ${noun} had been accepted${number}`
    : `${noun === 'restart' ? 'Restart' : 'Wake-up'} accepted${number}`;
}

export function retryLine(
  next: { readonly inMs: number; readonly attempt: number },
  attempts: number,
): string {
  return `Restarting again in ${formatDuration(next.inMs)} (attempt ${next.attempt} of ${attempts})`;
}
