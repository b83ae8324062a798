/** Scripted faults: what they can be, which request gets which, and how they are written on the wire. */
import type { ServerResponse } from 'node:http';
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
  /** Whether the request takes effect anyway: a restart that is accepted even though its response is lost. */
  effect?: boolean;

  /** Any response. An object is sent as JSON; a string unchanged, without a content type unless one is given. */
  respond?: { status: number; headers?: Record<string, string>; body?: string | object };
  /** The connection is lost: without a response, or with half a body. */
  drop?: 'before-answer' | 'mid-body';
  /** Nothing more comes, and the connection stays open. */
  hang?: 'before-answer' | 'mid-body';
  /** Headers, then a blank every `intervalMs`. */
  drip?: { intervalMs: number };
}

export function createFaultScript() {
  const entries: { fault: Fault; matched: number; hits: number; firstHitMs?: number }[] = [];

  function add(fault: Fault): void {
    entries.push({ fault, matched: 0, hits: 0 });
  }

  /**
   * The fault for this request, if any: the first that matches and is due, in the order of `add`. Each fault counts all
   * the requests that match it, also those that another one hits.
   */
  function take({ call, endpointId, nowMs }: Match & { nowMs: number }): Fault | undefined {
    const matching = entries.filter(({ fault: { on = call, endpointId: id = endpointId } }) => {
      return on === call && id === endpointId;
    });
    for (const entry of matching) entry.matched += 1;
    const due = matching.find(({ fault, matched, hits, firstHitMs = nowMs }) => {
      const { after = 0, forMs = Number.POSITIVE_INFINITY } = fault;
      const times = fault.times ?? (fault.forMs === undefined ? 1 : Number.POSITIVE_INFINITY);
      return matched > after && hits < times && nowMs < firstHitMs + forMs;
    });
    if (!due) return undefined;
    due.hits += 1;
    due.firstHitMs ??= nowMs;
    return due.fault;
  }

  return { add, take };
}

const VALID_BODY = '{"status":"RUNNING","createdAt":"2025-01-01T00:00:00Z"}';

/** Writes a fault on the wire. */
export function write({ respond, drop, hang, drip }: Fault, response: ServerResponse): void {
  if (respond) {
    const { status, headers, body = '' } = respond;
    const isText = typeof body === 'string';
    response.statusCode = status;
    if (!isText) response.setHeader('content-type', 'application/json');
    response.setHeaders(new Map(Object.entries(headers ?? {})));
    response.end(isText ? body : JSON.stringify(body));
    return;
  }
  if ((drop ?? hang) !== 'before-answer') {
    const length = drip ? 1 << 20 : VALID_BODY.length;
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': length });
    response.write(drip ? ' ' : VALID_BODY.slice(0, length / 2));
  }
  if (drip) {
    const dripping = setInterval(() => response.write(' '), drip.intervalMs);
    response.once('close', () => clearInterval(dripping));
  }
  if (drop) response.socket?.destroySoon();
}
