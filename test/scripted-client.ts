/** A client that answers from a script, in virtual time, and a run of the loop over it. */
import type { EndpointState, RestartableStatus } from '../src/endpoint.js';
import { ApiError, type FaultDetails } from '../src/fault.js';
import {
  type EndpointClient,
  type RestartEvent,
  type RestartOptions,
  type RestartResult,
  restartEndpoint,
} from '../src/restart.js';
import { travel } from './service-model.js';
import { VirtualClock, type VirtualClockOptions } from './virtual-clock.js';

/** An answer, `unreadable` for the 200 to a restart that cannot be read, or `hang` for none until the client gives up. */
type Answer = EndpointState | ApiError | 'unreadable' | 'hang';

/** An answer, at once or after so many milliseconds. */
export type Reply = Answer | { readonly afterMs: number; readonly answer: Answer };

export interface Script extends VirtualClockOptions, Partial<Omit<RestartOptions, 'client' | 'clock'>> {
  /** The answers to the reads, in their order; the last one is repeated. */
  readonly status: readonly Reply[];
  /** The answers to the restarts, in their order; one more restart is an error. Default: none. */
  readonly restart?: readonly Reply[];
  /** When the run is cancelled, in milliseconds from its start. Default: never. */
  readonly cancelAtMs?: number;
}

export interface ScriptedRun {
  readonly result: RestartResult;
  /** Each request with its moment, in milliseconds from the start: `GET 0`, `PUT 20`. */
  readonly requests: readonly string[];
  /** The time that each request was given, in milliseconds. */
  readonly timeoutsMs: readonly number[];
  /** All that was told but for the pauses. */
  readonly events: readonly Exclude<RestartEvent, { type: 'paused' }>[];
  readonly pauses: readonly Extract<RestartEvent, { type: 'paused' }>[];
}

/** A state as the client gives it. */
export function state(status: string, rest: Partial<EndpointState> = {}): EndpointState {
  return { status, phase: '', errorCode: '', updatedAt: 'then', ...rest };
}

/** A fault of an HTTP status, as the client tells it. */
export function httpFault(httpStatus: number, details: Partial<FaultDetails> = {}): ApiError {
  const kind =
    httpStatus === 429
      ? 'rate-limited'
      : httpStatus === 400
        ? 'bad-request'
        : httpStatus >= 500
          ? 'transient'
          : 'permanent';
  return new ApiError(`HTTP ${httpStatus}`, { kind, httpStatus, ...details });
}

/** The loop over a script: with `wait` for an hour, half of every jitter, and both statuses restarted, by default. */
export async function runScript(script: Script): Promise<ScriptedRun> {
  const { status, restart = [], cancelAtMs, seed, random = () => 0.5, timerErrorMs, ...options } = script;
  const clock = new VirtualClock({
    random,
    ...(seed === undefined ? {} : { seed }),
    ...(timerErrorMs === undefined ? {} : { timerErrorMs }),
  });
  const requests: string[] = [];
  const timeoutsMs: number[] = [];
  const made = { GET: 0, PUT: 0 };

  async function send(
    method: 'GET' | 'PUT',
    { timeoutMs, signal }: Parameters<EndpointClient['restart']>[0],
  ): Promise<EndpointState | undefined> {
    requests.push(`${method} ${clock.elapsedMs()}`);
    timeoutsMs.push(timeoutMs);
    const reply = method === 'GET' ? (status[made.GET] ?? status.at(-1)) : restart[made.PUT];
    made[method] += 1;
    if (reply === undefined) throw new Error(`Nothing in the script answers this ${method}.`);
    const { afterMs, answer } = typeof reply === 'object' && 'afterMs' in reply ? reply : atOnce(reply);
    const ms = answer === 'hang' ? Number.POSITIVE_INFINITY : afterMs;
    await travel(clock, { ms, giveUpAt: clock.now() + timeoutMs, signal });
    if (answer instanceof ApiError) throw answer;
    return typeof answer === 'string' ? undefined : answer;
  }

  const client: EndpointClient = {
    async getStatus(limits) {
      const answer = await send('GET', limits);
      if (answer === undefined) throw new Error('A read is answered with a state or a fault.');
      return answer;
    },
    restart: (limits) => send('PUT', limits),
  };
  const events: RestartEvent[] = [];
  const result = await restartEndpoint({
    wait: true,
    timeoutMs: 3_600_000,
    restartOn: ['FAILED', 'TERMINATED'] satisfies RestartableStatus[],
    listener: (event) => void events.push(event),
    signal: cancelAtMs === undefined ? new AbortController().signal : clock.abortAt(cancelAtMs),
    ...options,
    client,
    clock,
  });
  return {
    result,
    requests,
    timeoutsMs,
    events: events.filter((event) => event.type !== 'paused'),
    pauses: events.filter((event) => event.type === 'paused'),
  };
}

function atOnce(answer: Answer): { afterMs: number; answer: Answer } {
  return { afterMs: 0, answer };
}
