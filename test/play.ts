/** Plays a run of the policy against scripted answers: pure and synchronous, with a time that is only a number. */
import { ApiError, type FaultDetails } from '../src/api/error.js';
import type { EndpointState } from '../src/endpoint.js';
import { afterPause, afterRead, afterRequest, type Step, start } from '../src/policy.js';
import type { ChangeRequest, Policy, RunEventBody, RunResult } from '../src/run.js';
import { type Moment, resultOf } from '../src/state.js';

/** An answer, or `hang` for none until the request's own limit. */
type Answer = EndpointState | ApiError | 'hang';
type Reply = Answer | { readonly afterMs: number; readonly answer: Answer };

export interface Script extends Partial<Policy> {
  /** The answers to the reads in their order; the last one is repeated. */
  readonly reads: readonly Reply[];
  readonly restarts?: readonly Reply[];
  readonly wakes?: readonly Reply[];
  /** Default: half of every jitter. */
  readonly random?: number;
  readonly cancelAtMs?: number;
}

export interface Played extends RunResult {
  /** Each request with the second it was sent in: `read 0`, `restart 0`, `read 5`. */
  readonly requests: readonly string[];
  readonly timeoutsMs: readonly number[];
  readonly events: readonly (RunEventBody & { readonly atMs: number })[];
}

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
export function play({
  reads,
  restarts = [],
  wakes = [],
  random = 0.5,
  cancelAtMs,
  ...given
}: Script): Played {
  const replies = { read: reads, restart: restarts, wake: wakes };
  const sent = { read: 0, restart: 0, wake: 0 };
  const requests: string[] = [];
  const timeoutsMs: number[] = [];
  const events: (RunEventBody & { atMs: number })[] = [];
  let now = 7_000;
  const startedAt = now;
  const isCancelled = (): boolean => cancelAtMs !== undefined && now - startedAt >= cancelAtMs;
  const moment = (): Moment => ({ now, random, isCancelled: isCancelled() });
  const pass = (ms: number): void => {
    const cancelAt = startedAt + (cancelAtMs ?? Number.POSITIVE_INFINITY);
    now = Math.max(now, Math.min(now + ms, cancelAt));
  };

  let step: Step = start({ ...waiting, ...given }, moment());
  for (let count = 0; count < 20_000; count += 1) {
    const { run, command } = step;
    events.push(...step.events.map((event) => ({ ...event, atMs: now - startedAt })));
    if (command.type === 'end') return { ...resultOf(run, command, now), requests, timeoutsMs, events };
    if (command.type === 'pause') {
      pass(command.forMs);
      step = afterPause(run, moment());
      continue;
    }
    const { type, timeoutMs } = command;
    const list = replies[type];
    const reply = list[sent[type]] ?? (type === 'read' ? list.at(-1) : undefined);
    if (reply === undefined) throw new Error(`The script has no answer to ${type} ${sent[type] + 1}.`);
    sent[type] += 1;
    const sentAt = now;
    requests.push(`${type} ${(sentAt - startedAt) / 1_000}`);
    timeoutsMs.push(timeoutMs);
    const { afterMs, answer } =
      typeof reply === 'object' && 'afterMs' in reply ? reply : { afterMs: 0, answer: reply };
    pass(answer === 'hang' ? timeoutMs : Math.min(afterMs, timeoutMs));
    const result = answer === 'hang' || afterMs > timeoutMs ? timeout : answer;
    step = isRequest(type)
      ? afterRequest(run, { kind: type, sentAt, result }, moment())
      : afterRead(run, { sentAt, result }, moment());
  }
  throw new Error(`The run does not end: ${requests.slice(0, 50).join(', ')} …`);
}

function isRequest(type: 'read' | ChangeRequest): type is ChangeRequest {
  return type !== 'read';
}

export function state(status: string, rest: Partial<EndpointState> = {}): EndpointState {
  return { status, phase: '', errorCode: '', updatedAt: '', ...rest };
}

/** A state that was updated so many seconds after an arbitrary moment. */
export function updated(seconds: number, status: string, errorCode = ''): EndpointState {
  return state(status, {
    errorCode,
    updatedAt: new Date(Date.UTC(2026, 0, 1) + seconds * 1_000).toISOString(),
  });
}

export const timeout = new ApiError('no complete answer within 30 s', {
  kind: 'transient',
  source: 'timeout',
});
export const lost = new ApiError('the connection was closed', { kind: 'transient', source: 'network' });

/** The API's answer to a PUT with an HTTP status, as docs/behavior.md section 5 sorts it. */
export function http(httpStatus: number, details: Partial<FaultDetails> = {}): ApiError {
  const kind = [400, 409, 423].includes(httpStatus)
    ? 'rejected'
    : httpStatus === 429
      ? 'rate-limited'
      : httpStatus >= 500 || [408, 425].includes(httpStatus)
        ? 'transient'
        : 'permanent';
  return new ApiError(`HTTP ${httpStatus}`, { kind, source: 'http', httpStatus, ...details });
}
