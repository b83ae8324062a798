/** Plays a run of the policy against scripted replies: pure and synchronous, with a time that is only a number. */
import { ApiError, type FaultDetails } from '../src/api/error.js';
import type { EndpointState } from '../src/endpoint.js';
import { eventsBetween } from '../src/events.js';
import { afterCall, afterPause, start } from '../src/policy.js';
import type { ApiCall, Policy, RunEvent } from '../src/run.js';
import type { Command, Context, RunState, Step } from '../src/state.js';

type Reply = EndpointState | ApiError;
/**
 * Replies as they are, or in a text: `FAILED:CODE@60` is a status with an error code that was updated in second 60,
 * `503+40` an HTTP status with a Retry-After of 40 s, `lost` a lost response, `unreadable` a 200 without a status object,
 * `hang` no response until the request's own time limit, and `machine`, `download`, `engine`, and `waking` are phases. `FAILED~25` takes 25 s, and `3*FAILED` is three in a row.
 */
type Replies = string | readonly (Reply | string)[];
const WORD =
  /^(?:(?<n>\d+)\*)?(?<name>\w+)(?::(?<code>\w+))?(?:@(?<at>\d+))?(?:\+(?<later>[\d.]+))?(?:~(?<slow>\d+))?$/;

export interface Script extends Partial<Policy> {
  /** The replies to the reads in their order; the last one is repeated. */
  readonly reads: Replies;
  /** Unless told otherwise, the API accepts one restart and one wake-up. More requests than replies are an error. */
  readonly restarts?: Replies;
  readonly wakes?: Replies;
  /** `ok` for 2xx; the last one is repeated. */
  readonly probes?: Replies;
  /** Default: half of every jitter. */
  readonly random?: number;
  readonly cancelAtMs?: number;
}

export type PlayedRun = ReturnType<typeof playPolicy>;

export const waiting: Policy = {
  restartOn: ['FAILED', 'TERMINATED'],
  wait: true,
  timeoutMs: 3_600_000,
  attempts: 1,
  wake: false,
  stableForMs: 0,
  dryRun: false,
};

/** A run that waits for up to an hour, unless told otherwise. */
export function playPolicy(script: Script) {
  const { reads, restarts = 'INITIALIZING', wakes = 'AWAKING', probes = [], ...rest } = script;
  const { random = 0.5, cancelAtMs = Number.POSITIVE_INFINITY, ...policy } = rest;
  const replies = { read: list(reads), restart: list(restarts), wake: list(wakes), probe: list(probes) };
  const sent: Record<ApiCall, number[]> = { read: [], restart: [], wake: [], probe: [] };
  const requests: string[] = [];
  const timeoutsMs: number[] = [];
  const reported: (readonly [event: RunEvent, run: RunState])[] = [];
  const startedAt = 7_000;
  let now = startedAt;
  const elapsed = () => now - startedAt;
  const context = (): Context => ({ now, random });
  const pass = (ms: number): void => {
    now = Math.max(now, Math.min(now + ms, startedAt + cancelAtMs));
  };
  const send = (call: ApiCall, timeoutMs: number): EndpointState | ApiError => {
    requests.push(`${call} ${elapsed() / 1_000}`);
    timeoutsMs.push(timeoutMs);
    const count = sent[call].push(elapsed() / 1_000);
    const last = call === 'read' || call === 'probe' ? replies[call].at(-1) : undefined;
    const scripted = replies[call][count - 1] ?? last;
    if (scripted === undefined) throw new Error(`The script has no reply to ${call} ${count}.`);
    const { afterMs, reply } = scripted;
    const hangs = reply === timeout || afterMs > timeoutMs;
    pass(hangs ? timeoutMs : afterMs);
    return hangs ? timeout : reply;
  };

  let step: Step = start({ ...waiting, ...policy }, context());
  let before = step.run;
  for (let count = 0; count < 20_000; count += 1) {
    const { run } = step;
    for (const event of eventsBetween(before, step, now)) reported.push([{ ...event, atMs: elapsed() }, run]);
    before = run;
    const isCanceled = elapsed() >= cancelAtMs;
    const command: Command = isCanceled ? { type: 'end', outcome: 'cancelled' } : step.command;
    if (command.type === 'end') {
      const { type, ...decision } = command;
      const notes = [decision.reason ?? [], run.ambiguous === undefined ? [] : 'open'].flat();
      const end = `${decision.outcome} ${elapsed() / 1_000}${notes.length === 0 ? '' : ` (${notes.join(', ')})`}`;
      return {
        ...{ run, decision, elapsedMs: elapsed(), requests, timeoutsMs, reported },
        /** Outcome, second, reason, and whether an ambiguous request is open: `error 120 (ambiguous, open)`. */
        end,
        /** Each request with its second, and the end: `read 0, restart 0, read 5, restarted 5`. */
        story: [...requests, end].join(', '),
        /** The seconds in which each call was sent. */
        sent,
        events: reported.map(([event]) => event),
        failure: decision.failure,
      };
    }
    if (command.type === 'pause') {
      pass(command.forMs);
      step = afterPause(run, context());
      continue;
    }
    const { type: call, timeoutMs } = command;
    const sentAt = now;
    const reply = send(call, timeoutMs);
    const received = reply instanceof ApiError && elapsed() >= cancelAtMs ? aborted : reply;
    const result = call === 'probe' && !(received instanceof ApiError) ? undefined : received;
    step = afterCall(run, { call, sentAt, result }, context());
  }
  throw new Error(`The run does not end: ${requests.slice(0, 50).join(', ')} …`);
}

function list(replies: Replies) {
  const all = [replies].flat();
  return all.flatMap((it) => (typeof it === 'string' ? it.split(' ').flatMap(inFull) : [{ afterMs: 0, reply: it }]));
}

function inFull(word: string) {
  const { n, name = '', code: errorCode = '', at, later, slow } = WORD.exec(word)?.groups ?? {};
  const updatedAt = at === undefined ? '' : new Date(Date.UTC(2026, 0, 1) + Number(at) * 1_000).toISOString();
  const details = later === undefined ? {} : { retryAfterMs: Number(later) * 1_000 };
  const known = /^\d+$/.test(name) ? http(Number(name), details) : NAMED.get(name);
  const reply = known ?? state(name, { errorCode, updatedAt });
  return times(Number(n ?? 1), { afterMs: Number(slow ?? 0) * 1_000, reply });
}

export function state(status: string, rest: Partial<EndpointState> = {}): EndpointState {
  return { status, phase: '', errorCode: '', updatedAt: '', ...rest };
}

const times = <T>(count: number, reply: T): T[] => Array<T>(count).fill(reply);

export const aborted = new ApiError('the request was aborted', { kind: 'transient', source: 'aborted' });
export const timeout = new ApiError('no complete response within 30 s', { kind: 'transient', source: 'timeout' });
export const lost = new ApiError('the connection was closed', { kind: 'transient', source: 'network' });

export const machine = state('INITIALIZING', { phase: 'REQUESTING_VIRTUAL_MACHINE' });
export const download = state('INITIALIZING', { phase: 'DOWNLOADING_MODEL' });
export const engine = state('INITIALIZING', { phase: 'ENGINE_INITIALIZING' });
const NAMED = new Map<string, Reply>([
  ...Object.entries({ machine, download, engine, waking: { ...engine, status: 'AWAKING' } }),
  ['lost', lost],
  ['hang', timeout],
  ['unreadable', http(200, { kind: 'transient', source: 'body' })],
]);

/** The API's response to a PUT with an HTTP status, as docs/behavior.md section 5 classifies it. */
export function http(httpStatus: number, details: Partial<FaultDetails> = {}): ApiError {
  const kind = [400, 409, 423].includes(httpStatus)
    ? 'conflict'
    : httpStatus === 429
      ? 'rate-limited'
      : httpStatus >= 500 || [408, 425].includes(httpStatus)
        ? 'transient'
        : 'permanent';
  return new ApiError(`HTTP ${httpStatus}`, { kind, source: 'http', httpStatus, ...details });
}
