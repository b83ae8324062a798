/**
 * The Friendli API in virtual time: the state machine of the simulator behind the loop's client interface, with a plan
 * for each request of how long it travels and what goes wrong. What every request did is kept, for a judge.
 */
import type { EndpointState } from '../src/endpoint.js';
import { ApiError } from '../src/fault.js';
import type { EndpointClient } from '../src/restart.js';
import { createEndpointModel, type EndpointBehaviour, type EndpointModel } from './simulator/state.js';
import type { VirtualClock } from './virtual-clock.js';

export type Call = 'status' | 'restart';
type Limits = Parameters<EndpointClient['getStatus']>[0];

/** What goes wrong with a request. */
export interface PlannedFault {
  /**
   * `lost`: no answer, the connection breaks · `hang`: no answer until the client gives up · `unavailable`: 503 ·
   * `unreadable`: a 200 that is no status object · the others as in src/fault.ts.
   */
  readonly kind:
    | 'lost'
    | 'hang'
    | 'unavailable'
    | 'unreadable'
    | 'rate-limited'
    | 'bad-request'
    | 'permanent';
  /** The request takes effect all the same; for `lost`, `hang` and `unavailable` only. An `unreadable` one always does. */
  readonly effect?: boolean;
  readonly retryAfter?: { readonly seconds: number; readonly as: 'seconds' | 'date' } | undefined;
}

/** The way of one request, in milliseconds, and its fault. */
export interface RequestPlan {
  readonly thereMs: number;
  readonly backMs: number;
  readonly fault?: PlannedFault | undefined;
}

/** One request and what became of it. Times count milliseconds from the clock's start. */
export interface Exchange {
  readonly call: Call;
  readonly sentAt: number;
  readonly timeoutMs: number;
  /** The request was made though the run was already over. */
  readonly afterAbort: boolean;
  endedAt: number;
  /** When the service acted on it; absent if it never came so far. */
  arrivedAt?: number;
  /** What the endpoint really was then, before a restart. */
  actual?: EndpointState;
  /** The state in a good answer. */
  told?: EndpointState;
  /** The service has accepted this restart, whatever the client was told. */
  accepted: boolean;
  fault?: ApiError;
  /** What `Retry-After` asked for, in milliseconds from `endedAt`. */
  askedForMs?: number;
}

export interface ServiceModelOptions {
  readonly clock: VirtualClock;
  readonly behaviour: EndpointBehaviour;
  /** While reads may be stale, every second one is fresh nonetheless, as from another replica. Default: false. */
  readonly flapping?: boolean;
}

export interface ServiceModel {
  readonly endpoint: EndpointModel;
  /** A client whose requests follow these plans, one after the other for each call, and then are quick and honest. */
  connect(plans: Readonly<Record<Call, readonly RequestPlan[]>>): {
    readonly client: EndpointClient;
    readonly exchanges: readonly Exchange[];
  };
}

const HONEST: RequestPlan = { thereMs: 20, backMs: 20 };

export function createServiceModel({
  clock,
  behaviour,
  flapping = false,
}: ServiceModelOptions): ServiceModel {
  const endpoint = createEndpointModel(behaviour, clock.date());
  let reads = 0;

  function read(): EndpointState {
    reads += 1;
    const date = clock.date();
    return asRead(flapping && reads % 2 === 0 ? endpoint.actual(date) : endpoint.read(date));
  }

  function connect(plans: Readonly<Record<Call, readonly RequestPlan[]>>) {
    const exchanges: Exchange[] = [];
    const made = { status: 0, restart: 0 };

    async function send(call: Call, limits: Limits): Promise<EndpointState | undefined> {
      const plan = plans[call][made[call]] ?? HONEST;
      made[call] += 1;
      const exchange: Exchange = {
        call,
        sentAt: clock.elapsedMs(),
        timeoutMs: limits.timeoutMs,
        afterAbort: limits.signal.aborted,
        endedAt: clock.elapsedMs(),
        accepted: false,
      };
      exchanges.push(exchange);
      try {
        return await perform(exchange, plan, limits);
      } catch (error) {
        if (error instanceof ApiError) exchange.fault = error;
        throw error;
      } finally {
        exchange.endedAt = clock.elapsedMs();
      }
    }

    const client: EndpointClient = {
      async getStatus(limits) {
        const state = await send('status', limits);
        if (state === undefined) throw new Error('A read without a state is a fault.');
        return state;
      },
      restart: (limits) => send('restart', limits),
    };
    return { client, exchanges };
  }

  async function perform(
    exchange: Exchange,
    { thereMs, backMs, fault }: RequestPlan,
    limits: Limits,
  ): Promise<EndpointState | undefined> {
    const giveUpAt = clock.now() + limits.timeoutMs;
    await travel(clock, { ms: thereMs, giveUpAt, signal: limits.signal });
    const answer = act(exchange, fault);
    await travel(clock, {
      ms: fault?.kind === 'hang' ? Number.POSITIVE_INFINITY : backMs,
      giveUpAt,
      signal: limits.signal,
    });
    if (fault?.kind === 'unreadable' && !(answer instanceof ApiError)) return unreadable(exchange.call);
    if (fault !== undefined && fault.kind !== 'unreadable') throw faultOf(fault, exchange, clock.date());
    if (answer instanceof ApiError) throw answer;
    exchange.told = answer;
    return answer;
  }

  /** The service's side of a request: its effect, and the honest answer. */
  function act(exchange: Exchange, fault: PlannedFault | undefined): EndpointState | ApiError {
    const date = clock.date();
    exchange.arrivedAt = clock.elapsedMs();
    exchange.actual = asRead(endpoint.actual(date));
    if (exchange.call === 'status') return read();
    if (fault !== undefined && fault.kind !== 'unreadable' && fault.effect !== true) return exchange.actual;
    const { accepted, state } = endpoint.restart(date);
    exchange.accepted = accepted;
    return accepted ? asRead(state) : notRestartable(state.status);
  }

  return { endpoint, connect };
}

/** The way of a request takes its time, unless the client gives up first. */
export async function travel(
  clock: VirtualClock,
  { ms, giveUpAt, signal }: { ms: number; giveUpAt: number; signal: AbortSignal },
): Promise<void> {
  const leftMs = giveUpAt - clock.now();
  const end = clock.now() + Math.min(ms, leftMs);
  do await clock.sleep(end - clock.now(), signal);
  while (!signal.aborted && clock.now() < end);
  if (signal.aborted) throw new ApiError('the request was given up', { kind: 'transient' });
  if (ms >= leftMs) throw new ApiError('no complete answer in time', { kind: 'transient', code: 'TIMEOUT' });
}

/** A restart was accepted by any 200; a read was not. */
function unreadable(call: Call): undefined {
  if (call === 'restart') return undefined;
  throw new ApiError('no status object', { kind: 'transient', httpStatus: 200 });
}

const HTTP_STATUS: Readonly<Record<PlannedFault['kind'], number | undefined>> = {
  lost: undefined,
  hang: undefined,
  unavailable: 503,
  unreadable: 200,
  'rate-limited': 429,
  'bad-request': 400,
  permanent: 403,
};

function faultOf({ kind, retryAfter }: PlannedFault, exchange: Exchange, date: number): ApiError {
  const header = retryAfter === undefined ? undefined : headerOf(retryAfter, date);
  if (header !== undefined) exchange.askedForMs = header.forMs;
  return new ApiError(kind, {
    kind: kind === 'rate-limited' || kind === 'bad-request' || kind === 'permanent' ? kind : 'transient',
    httpStatus: HTTP_STATUS[kind],
    retryAfter: header?.value,
  });
}

function headerOf({ seconds, as }: NonNullable<PlannedFault['retryAfter']>, date: number) {
  if (as === 'seconds') return { value: String(seconds), forMs: seconds * 1_000 };
  const value = new Date(date + seconds * 1_000).toUTCString();
  return { value, forMs: Date.parse(value) - date };
}

function notRestartable(status: string): ApiError {
  return new ApiError(`an endpoint that is ${status} cannot be restarted`, {
    kind: 'bad-request',
    httpStatus: 400,
  });
}

/** As the client keeps a status object: an empty text for null. */
function asRead({ status, phase, errorCode, updatedAt }: ReturnType<EndpointModel['actual']>): EndpointState {
  return { status, phase: phase ?? '', errorCode: errorCode ?? '', updatedAt };
}
