/** Scripted faults: what they can be, and which request gets which. sabotage.ts writes them on the wire. */
import type { Call, Match } from './contract.js';

/** Which requests a fault is for, and what happens to them. Exactly one of the kinds (from `respond` on) must be set. */
export interface Fault {
  /** Default: any, which includes requests that the document does not know. */
  on?: Call;
  /** Default: every endpoint. */
  endpointId?: string;
  /** How many matching requests, counted from now, pass first. Default: 0. */
  after?: number;
  /** How many requests it hits. Default: 1, or no limit where `forMs` is set. Infinity is allowed. */
  times?: number;
  /** It hits for this many milliseconds, counted from the first hit on the endpoint's clock. Default: no limit. */
  forMs?: number;
  /** Whether the request takes effect anyway, on arrival: a restart that is accepted even though its response is lost. */
  effect?: boolean;
  /** Milliseconds between the request's arrival (and its effect) and the response. Default: 0. */
  delayMs?: number;

  /** Any response. An object is sent as JSON; a string or Buffer unchanged, without a content type unless one is given. */
  respond?: { status: number; headers?: Record<string, string>; body?: string | Buffer | object };
  /** The connection is lost: without a response, or with half a body and then FIN or RST. */
  drop?: 'before-answer' | 'mid-body' | 'reset-mid-body';
  /** Nothing more comes, and the connection stays open. */
  hang?: 'before-answer' | 'mid-body';
  /** Headers, then a blank every `intervalMs`. */
  drip?: { intervalMs: number };
  /** A 200 of this size that is, to its end, a valid status object (RUNNING): only a bound can refuse it. */
  huge?: { bytes: number };
}

interface Entry {
  fault: Fault;
  matched: number;
  hits: number;
  firstHitMs?: number;
}

const KINDS = ['respond', 'drop', 'hang', 'drip', 'huge'] as const;

export function createFaultScript() {
  // By endpoint, so that a thousand endpoints with their own faults do not slow each other down; '' is for all.
  const entries = new Map<string, Entry[]>();

  /** @throws Error unless exactly one kind of fault is set. */
  function add(fault: Fault): void {
    const count = KINDS.filter((kind) => fault[kind] !== undefined).length;
    if (count !== 1) throw new Error(`A fault is exactly one of ${KINDS.join(', ')}; this one is ${count}.`);
    const { endpointId = '' } = fault;
    entries.set(endpointId, [...(entries.get(endpointId) ?? []), { fault, matched: 0, hits: 0 }]);
  }

  /**
   * The fault for this request, if any: the first that matches and is due, those for one endpoint first, each group in
   * the order of `add`. Each fault counts all the requests that match it, also those that another one hits.
   */
  function take({ call, endpointId = '', nowMs }: Partial<Match> & { nowMs: number }): Fault | undefined {
    const groups = new Set([endpointId, '']);
    const matching = [...groups]
      .flatMap((group) => entries.get(group) ?? [])
      .filter(({ fault: { on = call } }) => on === call);
    for (const entry of matching) entry.matched += 1;
    const due = matching.find((entry) => isDue(entry, nowMs));
    if (!due) return undefined;
    due.hits += 1;
    due.firstHitMs ??= nowMs;
    return due.fault;
  }

  return { add, take };
}

function isDue({ fault, matched, hits, firstHitMs }: Entry, nowMs: number): boolean {
  const { after = 0, forMs = Number.POSITIVE_INFINITY } = fault;
  const times = fault.times ?? (fault.forMs === undefined ? 1 : Number.POSITIVE_INFINITY);
  return matched > after && hits < times && nowMs < (firstHitMs ?? nowMs) + forMs;
}
