/** The lines of the log: one when something changes, with the time since the start (docs/behavior.md section 6). */
import * as core from '@actions/core';
import type { Inputs } from '../inputs.js';
import type { RunEvent } from '../run.js';
import type { RunState } from '../state.js';
import { formatDuration, formatTimestamp } from './duration.js';
import { CALL_NAMES, capitalize, describeFault, describeNewState, describeState, REQUEST_NAMES } from './labels.js';
import { isEffectPending, lastSeen } from './messages.js';

/** How many changes the log shows, and the outputs follow. The end of a run is always reported. */
export const MAX_CHANGES = 100;
const HEARTBEAT_MS = 60_000;

type PauseEvent = Extract<RunEvent, { readonly type: 'paused' }>;

export class Log {
  private changes = 0;
  private lastLineAtMs = 0;

  /** Logs an event, unless it is for debugging only. */
  event(event: RunEvent, run: RunState): void {
    if (event.type === 'paused') this.heartbeat(event, run);
    const text = event.type === 'paused' ? undefined : changeLine(event, run);
    if (text === undefined || this.changes > MAX_CHANGES) return;
    this.changes += 1;
    if (this.changes > MAX_CHANGES) {
      this.line(event.atMs, `${MAX_CHANGES} changes so far; no more are logged until the end of the run`);
    } else if (event.type === 'fault' && event.isWarning) {
      this.lastLineAtMs = event.atMs;
      const title = `${capitalize(CALL_NAMES[event.call])} failed`;
      core.warning(`${formatTimestamp(event.atMs)}  ${text}`, { title });
    } else {
      this.line(event.atMs, text);
    }
  }

  private line(atMs: number, text: string): void {
    this.lastLineAtMs = atMs;
    core.info(`${formatTimestamp(atMs).padStart(7)}  ${text}`);
  }

  /** A line when a pause begins and nothing was logged for a minute; a longer pause says how long it is. */
  private heartbeat(event: PauseEvent, run: RunState): void {
    const { atMs, forMs, why } = event;
    const next = `Next status request in ${formatDuration(forMs)}`;
    const isLong = forMs > HEARTBEAT_MS && why !== 'next-attempt';
    const isDue = atMs - this.lastLineAtMs >= HEARTBEAT_MS;
    if (isDue) this.line(atMs, `${stillLine(event, run)}${isLong ? `. ${next}` : ''}`);
    else if (isLong) this.line(atMs, next);
  }
}

/** What has not changed. */
function stillLine({ atMs }: PauseEvent, run: RunState): string {
  const { outages, accepted } = run;
  const last = lastSeen(run);
  if (last === undefined) return 'The status is still unknown';
  const state = describeState(last);
  if (outages.read?.isReported === true) return `The status still cannot be read; last known status: ${state}`;
  if (isEffectPending(run)) {
    const request = REQUEST_NAMES[accepted.at(-1)?.kind ?? 'restart'];
    return `The accepted ${request} has had no visible effect yet; last known status: ${state}`;
  }
  const unchangedMs = run.startedAt + atMs - run.lastSince;
  // The log has stopped showing changes, or the state was not read for a while.
  return unchangedMs < HEARTBEAT_MS ? state : `Still ${state} after ${formatDuration(unchangedMs)}`;
}

function changeLine(event: Exclude<RunEvent, PauseEvent>, run: RunState): string | undefined {
  const { attempts } = run.policy;
  switch (event.type) {
    case 'observed':
      return describeNewState(event.state);
    case 'fault': {
      // Even without a warning, the first one shows that the request was sent.
      const isShown = event.isWarning || (event.call !== 'read' && event.count === 1);
      const next = event.call === 'read' ? 'Retrying.' : 'Reading the status before retrying.';
      return isShown ? `${describeFault(event).sentence} ${next}` : undefined;
    }
    case 'recovered':
      return event.call === 'read' ? `The status can be read again after ${formatDuration(event.outageMs)}` : undefined;
    case 'accepted': {
      const name = REQUEST_NAMES[event.request];
      const isNumbered = event.request === 'restart' && attempts > 1;
      const number = isNumbered ? ` (attempt ${event.attempt} of ${attempts})` : '';
      return `${event.isInferred ? `The status shows that the ${name} was` : capitalize(name)} accepted${number}`;
    }
    case 'held-back':
      return `Waiting up to ${formatDuration(event.forMs)} to see whether the earlier ${CALL_NAMES[event.request]} takes effect`;
    case 'restart-scheduled':
      return `Restarting again in ${formatDuration(event.inMs)} (attempt ${event.attempt} of ${attempts})`;
    case 'stabilizing':
      return `Waiting until the endpoint has been RUNNING for ${formatDuration(event.forMs)}`;
    case 'responded':
      return `Responded to the ${event.probe} probe`;
  }
}

/** The first line of a run: what it will do. */
export function startLine({ endpointId, policy }: Inputs): string {
  const { wait, timeoutMs, stableForMs, wake, attempts, dryRun, probe, restartOn } = policy;
  if (dryRun) return `Dry run for endpoint ${endpointId}: reading the status only; nothing will be changed`;
  const stable = stableForMs > 0 ? `has been RUNNING for ${formatDuration(stableForMs)}` : 'is RUNNING';
  const responds = probe === undefined ? '' : ` and responds to the ${probe} probe`;
  return [
    `Restarting endpoint ${endpointId} if it is ${restartOn.join(' or ')}`,
    attempts > 1 ? `, up to ${attempts} times` : '',
    wake ? ', waking it if it is SLEEPING' : '',
    wait ? `, then waiting up to ${formatDuration(timeoutMs)} until it ${stable}${responds}` : ', without waiting',
  ].join('');
}
