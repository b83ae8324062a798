/** How long a run pauses: back-off, rate limits, and polls (docs/behavior.md section 5). */
import type { ApiError } from '../../src/api/error.js';
import type { EndpointState } from '../../src/endpoint.js';
import type { Exchange } from './service.js';

type Call = Exchange['call'];
/** From the shortest to the longest that the page permits. */
export interface Range {
  readonly lo: number;
  readonly hi: number;
}
const NONE: Range = { lo: 0, hi: 0 };

/** The pause that the API asks for. */
export function asked({ retryAfterMs = 0 }: ApiError): number {
  return Math.min(retryAfterMs, 600_000);
}

export class Pace {
  private readonly pollIntervalMs: number | undefined;
  private readonly jitter: Range;
  /** Faults in a row. Another status can start the count of a request anew. */
  private readonly faults: Record<Call, Range> = { read: NONE, restart: NONE, wake: NONE };
  /** How many times 429s have doubled the poll pause, and the good polls since. */
  private slowness: Range = NONE;
  private goodPolls = 0;
  /** Whether a 429 now would belong to a spell that is already counted. */
  private readonly spell: Record<Call, 'yes' | 'no' | 'perhaps'> = { read: 'no', restart: 'no', wake: 'no' };

  constructor(pollIntervalMs: number | undefined, jitter: number | undefined) {
    this.pollIntervalMs = pollIntervalMs;
    this.jitter = { lo: jitter ?? 0, hi: jitter ?? 1 };
  }

  /** The pause after a fault, but not after a rejection. */
  afterFault(fault: ApiError, call: Call, last: EndpointState | undefined): Range {
    const { lo, hi } = this.faults[call];
    this.faults[call] = { lo: lo + 1, hi: hi + 1 };
    const isRateLimited = fault.kind === 'rate-limited';
    if (isRateLimited) this.slowDown(call);
    else if (this.spell[call] === 'yes') this.spell[call] = 'perhaps';
    const poll = isRateLimited ? this.poll(...(last ? [last] : [])) : NONE;
    const ceiling = (faults: number): number => Math.min(1_000 * 2 ** (faults - 1), 30_000);
    const total = Object.values(this.faults).reduce((sum, it) => sum + it.hi, 0);
    return {
      lo: Math.max(this.jitter.lo * ceiling(lo + 1), poll.lo, asked(fault)),
      hi: Math.max(this.jitter.hi * ceiling(total), poll.hi, asked(fault)),
    };
  }

  afterRejection(call: Call): void {
    this.faults[call] = { lo: 0, hi: this.faults[call].hi };
    this.spell[call] = 'no';
  }

  afterSuccess(call: Call): void {
    this.faults[call] = NONE;
    if (call !== 'read') return;
    this.spell[call] = 'no';
    this.goodPolls += 1;
    const halve = (level: number, polls: number): number =>
      polls > 0 && polls % 5 === 0 ? Math.max(0, level - 1) : level;
    const { lo, hi } = this.slowness;
    this.slowness = { lo: halve(lo, this.goodPolls), hi: halve(hi, this.goodPolls - 1) };
  }

  afterOtherStatus(): void {
    for (const call of ['restart', 'wake'] as const) this.faults[call] = { lo: 0, hi: this.faults[call].hi };
  }

  /** The poll pause after any of these states. */
  poll(...states: readonly EndpointState[]): Range {
    const adaptive = states.map(({ phase }) => ({ '': 5_000, ENGINE_INITIALIZING: 2_500 })[phase] ?? 20_000);
    const pauses = [this.pollIntervalMs ?? (states.length > 0 ? adaptive : 5_000)].flat();
    const { lo, hi } = this.slowness;
    return { lo: slowed(Math.min(...pauses), lo), hi: slowed(Math.max(...pauses), hi) };
  }

  /** From the pause before a second look to the longest that 429s make of it. */
  confirm(): Range {
    const lo = this.pollIntervalMs ?? 10_000;
    return { lo, hi: slowed(lo, this.slowness.hi) };
  }

  private slowDown(call: Call): void {
    const { lo, hi } = this.slowness;
    const spell = this.spell[call];
    this.slowness = {
      lo: spell === 'no' ? lo + 1 : lo,
      hi: spell === 'yes' && call === 'read' ? hi : hi + 1,
    };
    this.spell[call] = 'yes';
    this.goodPolls = 0;
  }
}

function slowed(pauseMs: number, level: number): number {
  return Math.max(pauseMs, Math.min(pauseMs * 2 ** level, 60_000));
}
