/** Plays a run of the policy against scripted replies: pure and synchronous, with a time that is only a number. */
import { ApiError, type FaultDetails } from '../src/api/error.js';
import type { EndpointState } from '../src/endpoint.js';
import { eventsBetween } from '../src/events.js';
import { afterPause, afterProbe, afterRead, afterRequest, start } from '../src/policy.js';
import type { ApiCall, EndDecision, Policy, RunEvent } from '../src/run.js';
import type { Context, RunResult, RunState, Step } from '../src/state.js';
import { hasProgressed, hasWokenEndpoint, restartCount } from '../src/state.js';

/** A reply, or `hang` for none until the request's own time limit. */
type Reply = EndpointState | ApiError | 'hang';
export type ScriptedReply = Reply | { readonly afterMs: number; readonly reply: Reply };

export interface Script extends Partial<Policy> {
  /** The replies to the reads in their order; the last one is repeated. */
  readonly reads: readonly ScriptedReply[];
  readonly restarts?: readonly ScriptedReply[];
  readonly wakes?: readonly ScriptedReply[];
  /** `ok` for 2xx; the last one is repeated. */
  readonly probes?: readonly ('ok' | ScriptedReply)[];
  /** Default: half of every jitter. */
  readonly random?: number;
  readonly cancelAtMs?: number;
}

/** What the tests look at, flat. */
export interface PlayedRun extends EndDecision, RunResult {
  readonly first: EndpointState | undefined;
  readonly last: EndpointState | undefined;
  readonly restarts: number;
  readonly woken: boolean;
  readonly hasProgressed: boolean;
  readonly isAmbiguous: boolean;
  /** Each request with the second it was sent in: `read 0`, `restart 0`, `read 5`. */
  readonly requests: readonly string[];
  readonly timeoutsMs: readonly number[];
  readonly events: readonly RunEvent[];
  /** Each event with the state of the run after it, as a listener receives them. */
  readonly reported: readonly (readonly [event: RunEvent, run: RunState])[];
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
export function playPolicy(script: Script): PlayedRun {
  const { reads, restarts = [], wakes = [], probes = [], random = 0.5, cancelAtMs, ...policy } = script;
  const replies = { read: reads, restart: restarts, wake: wakes, probe: probes };
  const sent = { read: 0, restart: 0, wake: 0, probe: 0 };
  const requests: string[] = [];
  const timeoutsMs: number[] = [];
  const reported: (readonly [RunEvent, RunState])[] = [];
  const startedAt = 7_000;
  let now = startedAt;
  const cancelAt = startedAt + (cancelAtMs ?? Number.POSITIVE_INFINITY);
  const context = (): Context => ({ now, random, isCancelled: now >= cancelAt });
  const pass = (ms: number): void => {
    now = Math.max(now, Math.min(now + ms, cancelAt));
  };
  const nextReply = (type: ApiCall): 'ok' | ScriptedReply => {
    const list = replies[type];
    const reply = list[sent[type]] ?? (type === 'read' || type === 'probe' ? list.at(-1) : undefined);
    if (reply === undefined) throw new Error(`The script has no reply to ${type} ${sent[type] + 1}.`);
    sent[type] += 1;
    return reply;
  };

  let step: Step = start({ ...waiting, ...policy }, context());
  let before = step.run;
  for (let count = 0; count < 20_000; count += 1) {
    const { run, command } = step;
    for (const event of eventsBetween(before, step, now)) {
      reported.push([{ ...event, atMs: now - startedAt }, run]);
    }
    before = run;
    if (command.type === 'end') {
      const result = { run, decision: command, elapsedMs: now - startedAt };
      return {
        outcome: command.outcome,
        reason: command.reason,
        planned: command.planned,
        failure: command.failure,
        ...result,
        ...factsOf(run),
        requests,
        timeoutsMs,
        reported,
        events: reported.map(([it]) => it),
      };
    }
    if (command.type === 'pause') {
      pass(command.forMs);
      step = afterPause(run, context());
      continue;
    }
    const { type, timeoutMs } = command;
    const scripted = nextReply(type);
    const sentAt = now;
    requests.push(`${type} ${(sentAt - startedAt) / 1_000}`);
    timeoutsMs.push(timeoutMs);
    const { afterMs, reply } =
      typeof scripted === 'object' && 'afterMs' in scripted ? scripted : { afterMs: 0, reply: scripted };
    pass(reply === 'hang' ? timeoutMs : Math.min(afterMs, timeoutMs));
    const result = reply === 'hang' || afterMs > timeoutMs ? timeout : reply;
    step = stepAfter(run, type, { sentAt, result }, context());
  }
  throw new Error(`The run does not end: ${requests.slice(0, 50).join(', ')} …`);
}

function stepAfter(
  run: RunState,
  type: ApiCall,
  { sentAt, result }: { sentAt: number; result: 'ok' | EndpointState | ApiError },
  context: Context,
): Step {
  if (type === 'probe') {
    return afterProbe(run, { sentAt, result: result instanceof ApiError ? result : undefined }, context);
  }
  if (result === 'ok') throw new Error('Only a probe is answered with ok.');
  return type === 'read'
    ? afterRead(run, { sentAt, result }, context)
    : afterRequest(run, { kind: type, sentAt, result }, context);
}

function factsOf(run: RunState) {
  const { first, last, ambiguous } = run;
  return {
    first,
    last,
    restarts: restartCount(run),
    woken: hasWokenEndpoint(run),
    hasProgressed: hasProgressed(run),
    isAmbiguous: ambiguous !== undefined,
  };
}

export function state(status: string, rest: Partial<EndpointState> = {}): EndpointState {
  return { status, phase: '', errorCode: '', updatedAt: '', ...rest };
}

/** A state that was updated that many seconds after an arbitrary moment. */
export function updated(seconds: number, status: string, errorCode = ''): EndpointState {
  return state(status, {
    errorCode,
    updatedAt: new Date(Date.UTC(2026, 0, 1) + seconds * 1_000).toISOString(),
  });
}

export const timeout = new ApiError('no complete response within 30 s', {
  kind: 'transient',
  source: 'timeout',
});
export const lost = new ApiError('the connection was closed', { kind: 'transient', source: 'network' });

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
