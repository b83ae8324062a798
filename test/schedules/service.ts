/** The Friendli API in virtual time: the simulator's state machine as a client of the loop, with a plan for each request. */
import { ApiError, type FaultDetails } from '../../src/api/error.js';
import type { EndpointState } from '../../src/endpoint.js';
import type { ApiCall, EndpointClient, RequestOptions } from '../../src/run.js';
import { createEndpointModel, type EndpointModel } from '../simulator/state.js';
import type { VirtualClock } from '../virtual-clock.js';
import type { Schedule } from './arbitraries.js';
import type { SeenRequest } from './invariants.js';

/** How a request travels after all that was planned. */
const USUAL = { requestMs: 20, responseMs: 20, fault: undefined };

export function createService(clock: VirtualClock, { behavior, actions }: Pick<Schedule, 'behavior' | 'actions'>) {
  /** The service's own clock, whatever the action's shows. */
  const time = (): number => Date.UTC(2025, 0, 1) + clock.elapsedMs();
  const endpoint = createEndpointModel(behavior, time());
  for (const { atMs, act } of actions) {
    clock.at(atMs, () => (typeof act === 'string' ? endpoint.change(act, time()) : endpoint.set(act, time())));
  }

  /** What a request does on its arrival, and the response to it. */
  function carryOut(request: SeenRequest): EndpointState | ApiError {
    const { call } = request;
    if (call === 'probe' && !endpoint.infer(time())) return errorOf({ kind: 'rate-limited', httpStatus: 429 });
    if (call === 'read' || call === 'probe') return shown(endpoint.read(time()));
    const { accepted, state } = endpoint.change(call, time());
    request.isAccepted = accepted;
    return accepted ? shown(state) : errorOf({ kind: 'conflict', httpStatus: 400 });
  }

  /** A client for one run, and the requests that it has sent. */
  function connect({ outages, ...plans }: Schedule['plans']) {
    const requests: SeenRequest[] = [];
    const left = { read: [...plans.read], change: [...plans.change], probe: [...plans.probe] };
    const send = async (call: ApiCall, { timeoutMs, signal }: RequestOptions): Promise<EndpointState> => {
      if (signal.aborted) throw new Error(`A ${call} is sent after the cancel.`);
      const group = call === 'read' || call === 'probe' ? call : 'change';
      const { requestMs, responseMs, fault: planned } = left[group].shift() ?? USUAL;
      const request: SeenRequest = { call, sentAt: clock.elapsedMs(), isAccepted: false };
      requests.push(request);
      /** Whether it gets there before the client gives up. */
      const arrives = async (ms: number): Promise<boolean> => {
        const givesUpAt = request.sentAt + timeoutMs;
        await clock.sleep(Math.min(ms, givesUpAt - clock.elapsedMs()), signal);
        return clock.elapsedMs() < givesUpAt && !signal.aborted;
      };
      let result: EndpointState | ApiError | undefined;
      if (await arrives(requestMs)) {
        const now = clock.elapsedMs();
        const outage = outages.find(({ on, fromMs, forMs }) => on === group && now >= fromMs && now < fromMs + forMs);
        const { fault = planned } = outage ?? {};
        const failure = fault && errorOf({ ...fault.details, retryAfterMs: fault.retryAfterMs }, call);
        const isCarriedOut = failure === undefined || (fault?.hasEffect && failure.kind === 'transient');
        const response = isCarriedOut ? carryOut(request) : failure;
        if (await arrives(failure?.source === 'timeout' ? timeoutMs : responseMs)) result = failure ?? response;
      }
      result ??= errorOf({ source: signal.aborted ? 'aborted' : 'timeout' });
      Object.assign(request, result instanceof ApiError ? { fault: result } : { state: result });
      if (result instanceof ApiError) throw result;
      return result;
    };
    const client: EndpointClient = {
      read: (options) => send('read', options),
      restart: (options) => send('restart', options),
      wake: (options) => send('wake', options),
      probe: async (options) => void (await send('probe', options)),
    };
    return { client, requests };
  }

  return { endpoint, connect };
}

type Shown = Partial<ReturnType<EndpointModel['read']>>;
/** As the client passes it on: an empty string for null. */
export function shown({ status = '', phase, errorCode, updatedAt }: Shown): EndpointState {
  return { status, phase: phase ?? '', errorCode: errorCode ?? '', updatedAt: updatedAt ?? '' };
}

/** As the client reports it: only a restart or wake-up can conflict with the endpoint's state. */
function errorOf(details: Partial<FaultDetails>, call?: ApiCall): ApiError {
  const { kind = 'transient', source = 'http', httpStatus = '' } = details;
  const isRead = kind === 'conflict' && (call === 'read' || call === 'probe');
  return new ApiError(`${httpStatus} ${source}`.trim(), { ...details, source, kind: isRead ? 'permanent' : kind });
}
