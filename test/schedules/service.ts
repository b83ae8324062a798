/**
 * The Friendli API in virtual time: the simulator's state machine behind the client interface of the loop, with a plan
 * for each request. It knows nothing of how the action interprets an answer, and keeps what really happened.
 */
import { ApiError, type FaultDetails } from '../../src/api/error.js';
import type { EndpointState } from '../../src/endpoint.js';
import type { ChangeRequest, EndpointClient, RequestOptions } from '../../src/run.js';
import { createEndpointModel, type EndpointBehavior, type EndpointModel } from '../simulator/state.js';
import type { VirtualClock } from '../virtual-clock.js';

export const FAULTS = {
  lost: { kind: 'transient', source: 'network' },
  hang: { kind: 'transient', source: 'timeout' },
  unavailable: { kind: 'transient', source: 'http', httpStatus: 503 },
  tooEarly: { kind: 'transient', source: 'http', httpStatus: 425 },
  unreadable: { kind: 'transient', source: 'body', httpStatus: 200 },
  rateLimited: { kind: 'rate-limited', source: 'http', httpStatus: 429 },
  badRequest: { kind: 'rejected', source: 'http', httpStatus: 400 },
  conflict: { kind: 'rejected', source: 'http', httpStatus: 409 },
  locked: { kind: 'rejected', source: 'http', httpStatus: 423 },
  forbidden: { kind: 'permanent', source: 'http', httpStatus: 403 },
} as const satisfies Record<string, FaultDetails>;

export interface PlannedFault {
  readonly type: keyof typeof FAULTS;
  /** The request takes effect all the same, where no answer comes or a 503. An unreadable 200 always has an effect. */
  readonly effect: boolean;
  readonly retryAfterMs: number | undefined;
}

/** How long one request travels, in milliseconds, and what goes wrong with it. */
export interface RequestPlan {
  readonly thereMs: number;
  readonly backMs: number;
  readonly fault?: PlannedFault | undefined;
}

/** Reads or changes have their plans, one after the other, and an outage is a fault for all that arrive in its time. */
export interface Plans {
  readonly read: readonly RequestPlan[];
  readonly change: readonly RequestPlan[];
  readonly outages: readonly (Record<'fromMs' | 'forMs', number> & {
    readonly on: 'read' | 'change';
    readonly fault: PlannedFault;
  })[];
}

/** What somebody else does to the endpoint, and when. */
export interface Action {
  readonly atMs: number;
  readonly act: 'terminate' | 'update' | { readonly status: string };
}

/** The endpoint, and what others do to it. */
export interface World {
  readonly behavior: EndpointBehavior;
  /** A rejected request moves updatedAt. */
  readonly isTouched: boolean;
  readonly actions: readonly Action[];
}

/** One request and its result. Times count milliseconds from the clock's start. */
export interface Exchange {
  readonly type: 'exchange';
  readonly call: 'read' | ChangeRequest;
  readonly sentAt: number;
  readonly timeoutMs: number;
  /** It was sent though the run had been canceled. */
  readonly afterCancel: boolean;
  endedAt: number;
  state?: EndpointState;
  fault?: ApiError;
  /** The service accepted this restart or wake-up, whatever was answered. */
  accepted: boolean;
}

/** How a request travels after all that was planned. */
const HONEST: RequestPlan = { thereMs: 20, backMs: 20 };

export class Service {
  readonly endpoint: EndpointModel;
  private readonly clock: VirtualClock;
  private readonly isTouched: boolean;
  /** When a rejected request last moved updatedAt. */
  private touchedAt = Number.NEGATIVE_INFINITY;

  constructor(clock: VirtualClock, { behavior, isTouched, actions }: World) {
    this.clock = clock;
    this.isTouched = isTouched;
    this.endpoint = createEndpointModel(behavior, this.time());
    for (const { atMs, act } of actions) {
      clock.at(atMs, () => {
        if (typeof act === 'string') this.endpoint.change(act, this.time());
        else this.endpoint.set(act, this.time());
      });
    }
  }

  connect({ outages, ...plans }: Plans, log: (exchange: Exchange) => void): EndpointClient {
    const made = { read: 0, change: 0 };
    const send = async (call: Exchange['call'], { timeoutMs, signal }: RequestOptions) => {
      const on = call === 'read' ? 'read' : 'change';
      const { thereMs, backMs, fault: planned } = plans[on][made[on]] ?? HONEST;
      made[on] += 1;
      const sentAt = this.clock.elapsedMs();
      const giveUpAt = sentAt + timeoutMs;
      const sent = { call, sentAt, timeoutMs, afterCancel: signal.aborted };
      const exchange: Exchange = { type: 'exchange', ...sent, endedAt: sentAt, accepted: false };
      log(exchange);
      try {
        await this.travel(thereMs, giveUpAt, signal);
        const sinceMs = (ms: number): number => this.clock.elapsedMs() - ms;
        const outage = outages.find(
          (it) => it.on === on && sinceMs(it.fromMs) >= 0 && sinceMs(it.fromMs) < it.forMs,
        );
        const fault = outage?.fault ?? planned;
        const answer =
          call === 'read' ? this.shown(this.endpoint.read(this.time())) : this.change(exchange, call, fault);
        await this.travel(fault?.type === 'hang' ? Number.POSITIVE_INFINITY : backMs, giveUpAt, signal);
        if (answer instanceof ApiError) throw answer;
        if (fault !== undefined) throw faultOf(fault, call);
        exchange.state = answer;
        return answer;
      } catch (error) {
        if (error instanceof ApiError) exchange.fault = error;
        throw error;
      } finally {
        exchange.endedAt = this.clock.elapsedMs();
      }
    };
    return {
      read: (options) => send('read', options),
      restart: (options) => send('restart', options),
      wake: (options) => send('wake', options),
    };
  }

  private change(exchange: Exchange, call: ChangeRequest, fault?: PlannedFault): EndpointState | ApiError {
    const isHidden = ['lost', 'hang', 'unavailable'].includes(fault?.type ?? '') && fault?.effect;
    if (fault && fault.type !== 'unreadable' && !isHidden) return faultOf(fault, call);
    const { accepted, state } = this.endpoint.change(call, this.time());
    exchange.accepted = accepted;
    if (!accepted && this.isTouched) this.touchedAt = this.time();
    if (fault && isHidden) return faultOf(fault, call);
    return accepted ? this.shown(state) : faultOf({ type: 'badRequest' }, call);
  }

  /** As the client passes it on: an empty string for null. */
  private shown({ status, phase, errorCode, updatedAt }: ReturnType<EndpointModel['actual']>): EndpointState {
    const isOutdated = updatedAt !== null && Date.parse(updatedAt) < this.touchedAt;
    const at = isOutdated ? new Date(this.touchedAt).toISOString() : (updatedAt ?? '');
    return { status, phase: phase ?? '', errorCode: errorCode ?? '', updatedAt: at };
  }

  /** The service's own clock, whatever the action's shows. */
  private time(): number {
    return Date.UTC(2025, 0, 1) + this.clock.elapsedMs();
  }

  /** A request takes its time, unless the client gives up first. */
  private async travel(ms: number, giveUpAt: number, signal: AbortSignal): Promise<void> {
    const start = this.clock.elapsedMs();
    await this.clock.sleep(Math.min(ms, giveUpAt - start), signal);
    if (signal.aborted) throw new ApiError('aborted', { kind: 'transient', source: 'aborted' });
    if (start + ms >= giveUpAt) throw faultOf({ type: 'hang' }, 'read');
  }
}

/** As the client reports it: a read knows no rejection because of the endpoint's state. */
function faultOf(
  { type, retryAfterMs }: Pick<PlannedFault, 'type'> & Partial<PlannedFault>,
  call: Exchange['call'],
): ApiError {
  const details: FaultDetails = FAULTS[type];
  const kind = details.kind === 'rejected' && call === 'read' ? 'permanent' : details.kind;
  return new ApiError(`${details.httpStatus ?? ''} ${type}`.trim(), { ...details, kind, retryAfterMs });
}
