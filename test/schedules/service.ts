/**
 * The Friendli API in virtual time: the simulator's state machine behind the client interface of the loop, with a plan
 * for each request. It knows nothing of how the action interprets a response, and keeps what really happened.
 */
import { ApiError, type FaultDetails } from '../../src/api/error.js';
import type { EndpointState } from '../../src/endpoint.js';
import type { ApiCall, ControlRequest, EndpointClient, RequestOptions } from '../../src/run.js';
import { createEndpointModel, type EndpointBehavior, type EndpointModel } from '../simulator/state.js';
import type { VirtualClock } from '../virtual-clock.js';

export const FAULTS = {
  lost: { kind: 'transient', source: 'network' },
  hang: { kind: 'transient', source: 'timeout' },
  unavailable: { kind: 'transient', source: 'http', httpStatus: 503 },
  tooEarly: { kind: 'transient', source: 'http', httpStatus: 425 },
  unreadable: { kind: 'transient', source: 'body', httpStatus: 200 },
  rateLimited: { kind: 'rate-limited', source: 'http', httpStatus: 429 },
  badRequest: { kind: 'conflict', source: 'http', httpStatus: 400 },
  conflict: { kind: 'conflict', source: 'http', httpStatus: 409 },
  locked: { kind: 'conflict', source: 'http', httpStatus: 423 },
  forbidden: { kind: 'permanent', source: 'http', httpStatus: 403 },
} as const satisfies Record<string, FaultDetails>;

export interface PlannedFault {
  readonly type: keyof typeof FAULTS;
  /** The request takes effect all the same if no response comes, or a 503. An unreadable 200 always has an effect. */
  readonly effect: boolean;
  readonly retryAfterMs: number | undefined;
}

/** How long one request travels, in milliseconds, and what goes wrong with it. */
export interface RequestPlan {
  readonly requestMs: number;
  readonly responseMs: number;
  readonly fault?: PlannedFault | undefined;
}

/** What plans and outages tell apart. */
export type CallGroup = 'read' | 'change' | 'probe';

/** Each group has its plans, one after the other, and an outage is a fault for all that arrive in its time. */
export interface Plans extends Readonly<Record<CallGroup, readonly RequestPlan[]>> {
  readonly outages: readonly (Record<'fromMs' | 'forMs', number> & {
    readonly on: CallGroup;
    readonly fault: PlannedFault;
  })[];
}

/** What someone else does to the endpoint, and when. */
export interface Action {
  readonly atMs: number;
  readonly act: 'terminate' | 'update' | { readonly status: string };
}

/** The endpoint, and what others do to it. */
export interface SimulatedWorld {
  readonly behavior: EndpointBehavior;
  /** A rejected request moves updatedAt. */
  readonly movesUpdatedAt: boolean;
  readonly actions: readonly Action[];
}

/** One request and its result. Times count milliseconds from the clock's start. */
export interface RecordedRequest {
  readonly type: 'request';
  readonly call: ApiCall;
  readonly sentAt: number;
  readonly timeoutMs: number;
  /** It was sent though the run had been canceled. */
  readonly afterCancel: boolean;
  endedAt: number;
  state?: EndpointState;
  fault?: ApiError;
  /** The service accepted this restart or wake-up, whatever its response said. */
  accepted: boolean;
  /** The endpoint responded to this probe. */
  responded: boolean;
}

/** How a request travels after all that was planned. */
const NO_FAULT: RequestPlan = { requestMs: 20, responseMs: 20 };

export class Service {
  readonly endpoint: EndpointModel;
  private readonly clock: VirtualClock;
  private readonly movesUpdatedAt: boolean;
  /** When a rejected request last moved updatedAt. */
  private touchedAt = Number.NEGATIVE_INFINITY;

  constructor(clock: VirtualClock, { behavior, movesUpdatedAt, actions }: SimulatedWorld) {
    this.clock = clock;
    this.movesUpdatedAt = movesUpdatedAt;
    this.endpoint = createEndpointModel(behavior, this.time());
    for (const { atMs, act } of actions) {
      clock.at(atMs, () => {
        if (typeof act === 'string') this.endpoint.change(act, this.time());
        else this.endpoint.set(act, this.time());
      });
    }
  }

  connect({ outages, ...plans }: Plans, log: (request: RecordedRequest) => void): EndpointClient {
    const made = { read: 0, change: 0, probe: 0 };
    const send = async (call: ApiCall, { timeoutMs, signal }: RequestOptions): Promise<EndpointState> => {
      const on = call === 'read' || call === 'probe' ? call : 'change';
      const { requestMs, responseMs, fault: planned } = plans[on][made[on]] ?? NO_FAULT;
      made[on] += 1;
      const sentAt = this.clock.elapsedMs();
      const timeLimit = sentAt + timeoutMs;
      const sent = { call, sentAt, timeoutMs, afterCancel: signal.aborted };
      const request: RecordedRequest = {
        type: 'request',
        ...sent,
        endedAt: sentAt,
        accepted: false,
        responded: false,
      };
      log(request);
      try {
        await this.travel(requestMs, timeLimit, signal);
        const sinceMs = (ms: number): number => this.clock.elapsedMs() - ms;
        const outage = outages.find((it) => it.on === on && sinceMs(it.fromMs) >= 0 && sinceMs(it.fromMs) < it.forMs);
        const fault = outage?.fault ?? planned;
        const response = this.respond(request, fault);
        await this.travel(fault?.type === 'hang' ? Number.POSITIVE_INFINITY : responseMs, timeLimit, signal);
        if (response instanceof ApiError) throw response;
        if (fault !== undefined) throw faultOf(fault, call);
        request.state = response;
        request.responded = call === 'probe';
        return response;
      } catch (error) {
        if (error instanceof ApiError) request.fault = error;
        throw error;
      } finally {
        request.endedAt = this.clock.elapsedMs();
      }
    };
    return {
      read: (options) => send('read', options),
      restart: (options) => send('restart', options),
      wake: (options) => send('wake', options),
      probe: async (options) => {
        await send('probe', options);
      },
    };
  }

  private respond(request: RecordedRequest, fault?: PlannedFault): EndpointState | ApiError {
    const { call } = request;
    if (call === 'restart' || call === 'wake') return this.change(request, call, fault);
    const state = this.shown(this.endpoint.read(this.time()));
    if (call === 'read') return state;
    const isServing = ['RUNNING', 'READY', 'UPDATING'].includes(this.endpoint.actual(this.time()).status);
    return isServing ? state : faultOf({ type: 'unavailable' }, call);
  }

  private change(request: RecordedRequest, call: ControlRequest, fault?: PlannedFault): EndpointState | ApiError {
    const isHidden = ['lost', 'hang', 'unavailable'].includes(fault?.type ?? '') && fault?.effect;
    if (fault && fault.type !== 'unreadable' && !isHidden) return faultOf(fault, call);
    const { accepted, state } = this.endpoint.change(call, this.time());
    request.accepted = accepted;
    if (!accepted && this.movesUpdatedAt) this.touchedAt = this.time();
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
  private async travel(ms: number, timeLimit: number, signal: AbortSignal): Promise<void> {
    const start = this.clock.elapsedMs();
    await this.clock.sleep(Math.min(ms, timeLimit - start), signal);
    if (signal.aborted) throw new ApiError('aborted', { kind: 'transient', source: 'aborted' });
    if (start + ms >= timeLimit) throw faultOf({ type: 'hang' }, 'read');
  }
}

/** As the client reports it: only a restart or wake-up can conflict with the endpoint's state. */
function faultOf({ type, retryAfterMs }: Pick<PlannedFault, 'type'> & Partial<PlannedFault>, call: ApiCall): ApiError {
  const details: FaultDetails = FAULTS[type];
  const kind = details.kind === 'conflict' && (call === 'read' || call === 'probe') ? 'permanent' : details.kind;
  return new ApiError(`${details.httpStatus ?? ''} ${type}`.trim(), { ...details, kind, retryAfterMs });
}
