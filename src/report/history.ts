/** The course of the run, for summary and messages. Bounded, however long the run and however often the status changes. */
import { type Condition, conditionOf, type EndpointState } from '../endpoint.js';
import type { RunEvent } from '../run.js';
import type { RunState } from '../state.js';
import { capitalize, describePhase, REQUEST_NAMES } from './labels.js';

export type BarKind = 'phase' | 'waiting' | 'up' | 'failure';

/** One row of the timeline chart. Times are milliseconds from the start of the run. */
export interface Bar {
  readonly label: string;
  readonly kind: BarKind;
  readonly fromMs: number;
  /** Absent while it lasts. */
  readonly toMs?: number;
}

const KINDS: Readonly<Partial<Record<Condition, BarKind>>> = { starting: 'phase', up: 'up' };
/** How many bars are kept: the first one and the last ones. */
const MAX_BARS = 12;

/** Its fields are for reading only. */
export class History {
  readonly bars: Bar[] = [];
  /** Whether any HTTP response has arrived. */
  wasReached = false;
  /** The longest pause between two polls, in milliseconds; 0 if there was none. */
  longestPauseMs = 0;

  record(event: RunEvent, { last }: RunState): void {
    const { atMs } = event;
    switch (event.type) {
      case 'observed':
        this.wasReached = true;
        this.add({ ...barOf(event.state), fromMs: atMs });
        break;
      case 'accepted': {
        const number = event.attempt > 1 ? ` ${event.attempt}` : '';
        this.add({ label: `${capitalize(REQUEST_NAMES[event.request])}${number} accepted`, fromMs: atMs });
        break;
      }
      case 'restart-scheduled':
        this.add({ label: `Waiting for restart ${event.attempt}`, fromMs: atMs });
        break;
      case 'recovered':
        if (event.call !== 'read' || last === undefined) return;
        this.add({ label: 'Not observed', fromMs: atMs - event.outageMs });
        this.add({ ...barOf(last), fromMs: atMs });
        break;
      case 'fault':
        this.wasReached ||= event.fault.httpStatus !== undefined;
        break;
      case 'paused':
        if (event.why !== 'poll' && event.why !== 'stale') return;
        this.longestPauseMs = Math.max(this.longestPauseMs, event.forMs);
    }
  }

  private add({ kind = 'waiting', ...rest }: Pick<Bar, 'label' | 'fromMs'> & { readonly kind?: BarKind }): void {
    const bar = { ...rest, kind };
    const previous = this.bars.pop();
    // The state after an outage can be a new one, which is then added twice.
    const isRepeated = previous?.label === bar.label && previous.fromMs === bar.fromMs;
    if (previous !== undefined && !isRepeated) this.bars.push({ ...previous, toMs: bar.fromMs });
    this.bars.push(bar);
    if (this.bars.length > MAX_BARS) this.bars.splice(1, 1);
  }
}

function barOf(state: EndpointState): Pick<Bar, 'label' | 'kind'> {
  const { status } = state;
  const condition = conditionOf(status);
  const phase = condition === 'starting' || condition === 'unknown' ? describePhase(state) : '';
  const kind = status === 'FAILED' ? 'failure' : (KINDS[condition] ?? 'waiting');
  return { label: plain(capitalize(phase || status)), kind };
}

/** Without everything that Mermaid or Markdown could interpret. */
function plain(name: string): string {
  const words = name.replace(/[^\p{L}\p{N}_.-]+/gu, ' ').trim();
  return /^.{1,30}/u.exec(words)?.[0].trimEnd() ?? 'unnamed';
}
