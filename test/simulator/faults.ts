/** Scripted faults: what can be ordered, and which request gets which. How a fault looks on the wire is sabotage.ts. */
import type { Call } from './contract.js';

/** Which requests a fault is for, and what happens to them. Exactly one of the kinds (from `respond` on) is to be set. */
export interface Fault {
  /** Default: any, which includes requests that the document does not know. */
  on?: Call | 'any';
  /** Default: every endpoint. */
  endpointId?: string;
  /** How many matching requests, counted from now, are let through first. Default: 0. */
  after?: number;
  /** How many requests it hits. Default: 1; Infinity is allowed. */
  times?: number;
  /**
   * Whether the request takes effect all the same, on arrival: a restart that is accepted though its answer is lost.
   * Default: false. A request that is only passed through always takes effect.
   */
  effect?: boolean;
  /** Milliseconds between the request's arrival (and its effect) and the answer. Default: 0. */
  delayMs?: number;

  /** Any answer. An object is sent as JSON; a string or Buffer as it is, with no content type unless one is given. */
  respond?: {
    status: number;
    headers?: Record<string, string | string[]>;
    body?: string | Buffer | object;
  };
  /** The connection is lost: without an answer, or with half a body and then FIN or RST. */
  drop?: 'before-answer' | 'mid-body' | 'reset-mid-body';
  /** Nothing more comes, and the connection stays open. */
  hang?: 'before-answer' | 'mid-body';
  /** Headers, then one byte every `intervalMs`. Default body: more white space than anybody waits for. */
  drip?: { intervalMs: number; body?: string };
  /** A 200 of so many bytes that is, to its end, a valid status object (RUNNING): only a bound can refuse it. */
  huge?: { bytes: number };
  /** A chunked body whose last chunk never comes; then FIN. */
  cutChunked?: boolean;
  /** No fault but the delay: the honest answer. */
  passThrough?: boolean;
}

/** What a fault is matched with. */
export interface FaultTarget {
  call?: Call;
  endpointId?: string;
}

export interface FaultScript {
  /** @throws Error unless exactly one kind of fault is set. */
  add(fault: Fault): void;
  /**
   * The fault for this request, if any: the first in the order of `add` that matches and is due. Each fault counts all
   * the requests that match it, those that another one hits as well.
   */
  take(target: FaultTarget): Fault | undefined;
}

const kinds = ['respond', 'drop', 'hang', 'drip', 'huge', 'cutChunked', 'passThrough'] as const;

export function createFaultScript(): FaultScript {
  const entries: { fault: Fault; matched: number; hits: number }[] = [];

  function add(fault: Fault): void {
    const set = kinds.filter((kind) => fault[kind] !== undefined && fault[kind] !== false);
    if (set.length !== 1) {
      throw new Error(
        `A fault is exactly one of ${kinds.join(', ')}; this one has ${set.join(' and ') || 'none'}.`,
      );
    }
    entries.push({ fault, matched: 0, hits: 0 });
  }

  function take(target: FaultTarget): Fault | undefined {
    const matching = entries.filter(({ fault }) => matches(fault, target));
    for (const entry of matching) entry.matched += 1;
    const due = matching.find(
      ({ fault, matched, hits }) => matched > (fault.after ?? 0) && hits < (fault.times ?? 1),
    );
    if (due) due.hits += 1;
    return due?.fault;
  }

  return { add, take };
}

function matches({ on = 'any', endpointId }: Fault, target: FaultTarget): boolean {
  return (
    (on === 'any' || on === target.call) && (endpointId === undefined || endpointId === target.endpointId)
  );
}
