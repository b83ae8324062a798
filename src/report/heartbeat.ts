/** A line a minute while nothing changes (docs/behavior.md section 6). */
import type { Clock } from '../clock.js';
import type { EndpointState } from '../endpoint.js';
import type { ChangeRequest, RunEvent } from '../run.js';
import { formatDuration } from './duration.js';
import { describeState, REQUEST_NAMES } from './labels.js';
import { retryLine } from './log.js';

const INTERVAL_MS = 60_000;
/** No line so shortly before a poll: it can bring news. */
const POLL_LEAD_MS = 1_000;
/** A virtual machine that is requested for longer than this is a question of capacity. */
const LONG_REQUEST_MS = 600_000;

type Call = 'read' | ChangeRequest;
type Paused = Extract<RunEvent, { type: 'paused' }>;

/** What a heartbeat has to know. */
export interface Situation {
  readonly state: EndpointState | undefined;
  readonly changedAtMs: number;
  readonly lastLineAtMs: number;
  /** How many restarts the run can have accepted. */
  readonly attempts: number;
}

export interface HeartbeatOptions {
  readonly clock: Clock;
  readonly situation: () => Situation;
  readonly print: (atMs: number, text: string) => void;
}

export class Heartbeat {
  private readonly options: HeartbeatOptions;
  private pause: AbortController | undefined;
  private readonly outages = new Set<Call>();
  private accepted: ChangeRequest | undefined;
  private attempt = 1;

  constructor(options: HeartbeatOptions) {
    this.options = options;
  }

  /** Takes note of an event; within a pause, lines come by themselves until the next event or `stop`. */
  onEvent(event: RunEvent): void {
    this.stop();
    if (event.type === 'outage') this.outages.add(event.call);
    if (event.type === 'recovered') this.outages.delete(event.call);
    if (event.type === 'accepted') this.accepted = event.request;
    if (event.type === 'retry-scheduled') this.attempt = event.attempt;
    if (event.type === 'paused') this.onPause(event);
  }

  /** Ends the lines; no timer stays behind. */
  stop(): void {
    this.pause?.abort();
    this.pause = undefined;
  }

  private onPause(event: Paused): void {
    // The poll before this pause has brought no news for a minute.
    if (event.atMs - this.options.situation().lastLineAtMs >= INTERVAL_MS) this.print(event, event.atMs);
    this.pause = new AbortController();
    void this.printDuring(event, this.pause.signal);
  }

  private async printDuring(event: Paused, signal: AbortSignal): Promise<void> {
    const { clock, situation } = this.options;
    const startedAt = clock.now() - event.atMs;
    for (;;) {
      const dueMs = situation().lastLineAtMs + INTERVAL_MS;
      if (dueMs >= event.atMs + event.forMs - POLL_LEAD_MS) return;
      await clock.sleep(startedAt + dueMs - clock.now(), signal);
      if (signal.aborted) return;
      this.print(event, clock.now() - startedAt);
    }
  }

  private print(event: Paused, atMs: number): void {
    this.options.print(atMs, this.describe(event, atMs));
  }

  private describe({ why, atMs: pausedAtMs, forMs }: Paused, atMs: number): string {
    const { state, changedAtMs, attempts } = this.options.situation();
    if (this.outages.has('read')) {
      const last = state === undefined ? '' : `; last status: ${describeState(state)}`;
      return `The API is still not responding${last}`;
    }
    if (state === undefined) return 'The status is still unknown';
    if (why === 'retry')
      return retryLine({ inMs: pausedAtMs + forMs - atMs, attempt: this.attempt }, attempts);
    if (why === 'stale' && this.accepted !== undefined) {
      return `The accepted ${REQUEST_NAMES[this.accepted]} has taken no effect yet`;
    }
    const [failing] = this.outages;
    if (failing !== undefined && failing !== 'read') {
      return `The ${REQUEST_NAMES[failing]} is still not accepted; last status: ${describeState(state)}`;
    }
    const unchangedMs = atMs - changedAtMs;
    // The log has thinned out, and left the change out.
    if (unchangedMs < INTERVAL_MS) return describeState(state);
    const hint =
      state.phase === 'REQUESTING_VIRTUAL_MACHINE' && unchangedMs >= LONG_REQUEST_MS
        ? '; likely there is no free capacity for its instance type'
        : '';
    return `Still ${describeState(state)}, for ${formatDuration(unchangedMs)}${hint}`;
  }
}
