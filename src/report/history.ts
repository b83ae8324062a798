/** What was seen and done on the way, for the picture: bounded, however long the run and however restless the API. */
import type { EndpointState } from '../endpoint.js';
import type { ChangeRequest, RunEvent } from '../run.js';

/** One part of the run; it lasts until the next one begins. */
export type Entry = {
  readonly atMs: number;
  /** It continues after an outage. */
  readonly isContinued?: boolean;
} & EntryBody;

type EntryBody =
  | { readonly type: 'state'; readonly state: EndpointState }
  | { readonly type: 'accepted'; readonly request: ChangeRequest; readonly attempt: number }
  | { readonly type: 'retry'; readonly attempt: number }
  | { readonly type: 'unobserved' }
  /** Stands for `count` entries that were not kept. */
  | { readonly type: 'omitted'; readonly count: number };

/** How many entries are kept at either end. */
const FIRST_ENTRIES = 6;
const LAST_ENTRIES = 7;

export class History {
  private readonly first: Entry[] = [];
  private last: Entry[] = [];
  private omitted: { readonly atMs: number; readonly count: number } | undefined;
  private seen: (Entry & { readonly type: 'state' }) | undefined;
  private failed: EndpointState | undefined;
  private reached = false;
  private shortestMs = Number.POSITIVE_INFINITY;
  private longestMs = 0;

  /** The last state seen. */
  get state(): EndpointState | undefined {
    return this.seen?.state;
  }

  /** When it was first seen, in milliseconds from the start of the run. */
  get changedAtMs(): number {
    return this.seen?.atMs ?? 0;
  }

  /** The first FAILED state: why the endpoint had failed. */
  get failure(): EndpointState | undefined {
    return this.failed;
  }

  /** Whether any HTTP answer has come. */
  get wasReached(): boolean {
    return this.reached;
  }

  /** The shortest and the longest pause between two looks at the endpoint; absent where there was none. */
  get pausesMs(): { readonly shortest: number; readonly longest: number } | undefined {
    return this.longestMs === 0 ? undefined : { shortest: this.shortestMs, longest: this.longestMs };
  }

  /** In order, with one entry for the middle of a long run. */
  get entries(): readonly Entry[] {
    if (this.omitted === undefined) return [...this.first, ...this.last];
    const { atMs, count } = this.omitted;
    // One of the last entries goes with them, so that the entry never stands for a single one.
    return [...this.first, { type: 'omitted', atMs, count: count + 1 }, ...this.last.slice(1)];
  }

  record(event: RunEvent): void {
    const { atMs } = event;
    switch (event.type) {
      case 'observed':
        this.reached = true;
        this.seen = { type: 'state', state: event.state, atMs };
        if (event.state.status === 'FAILED') this.failed ??= event.state;
        this.add(this.seen);
        break;
      case 'accepted':
        this.add({ type: 'accepted', request: event.request, attempt: event.attempt, atMs });
        break;
      case 'retry-scheduled':
        this.add({ type: 'retry', attempt: event.attempt, atMs });
        break;
      case 'recovered':
        if (event.call === 'read') this.addOutage(atMs - event.outageMs, atMs);
        break;
      case 'fault':
        this.reached ||= event.fault.httpStatus !== undefined;
        break;
      case 'paused':
        if (event.why === 'poll' || event.why === 'stale') this.addPause(event.forMs);
    }
  }

  private addPause(forMs: number): void {
    if (forMs <= 0) return;
    this.shortestMs = Math.min(this.shortestMs, forMs);
    this.longestMs = Math.max(this.longestMs, forMs);
  }

  /** An outage that is over: what was before it continues after it. */
  private addOutage(fromMs: number, toMs: number): void {
    const current = this.last.at(-1) ?? this.first.at(-1);
    if (current === undefined) return;
    this.add({ type: 'unobserved', atMs: Math.max(fromMs, current.atMs) });
    this.add({ ...current, atMs: toMs, isContinued: true });
  }

  private add(entry: Entry): void {
    const isFull = this.first.length === FIRST_ENTRIES;
    const list = isFull ? this.last : this.first;
    list.push(entry);
    if (list.length <= LAST_ENTRIES) return;
    const dropped = list.shift();
    this.omitted = { atMs: this.omitted?.atMs ?? dropped?.atMs ?? 0, count: (this.omitted?.count ?? 0) + 1 };
  }
}
