/** The service without its wire: who can see which endpoint, and what each call returns if no fault is scripted. */
import type { Contract, ContractRequest, Match } from './contract.js';
import {
  type ControlCall,
  createEndpointModel,
  type EndpointBehavior,
  type EndpointModel,
  type EndpointState,
  type TimelineStep,
} from './state.js';

export interface EndpointOptions extends EndpointBehavior {
  /** If set, the endpoint is visible only to requests with this X-Friendli-Team; all others get a 404. */
  team?: string;
  /** The endpoint's own clock, in milliseconds since 1970. Default: the simulator's. */
  now?: () => number;
}

/** An endpoint from the test's side. */
export interface EndpointHandle {
  /** What the endpoint really is now, whatever the status call returns. */
  state(): EndpointState;
  /** Whether an inference request gets a response now. */
  responds(): boolean;
  /** Puts the endpoint into another state forever (`forMs` is ignored); reads return it at once. */
  set(step: TimelineStep): void;
  /** How many calls of each kind were accepted. */
  readonly accepted: Readonly<Record<ControlCall, number>>;
  readonly acceptedRestarts: number;
}

/** A response before it is written. */
export interface SimulatedResponse {
  statusCode: number;
  body: object;
  /** The body has a status, phase, or error code that the document does not list. */
  unlisted?: boolean;
}

/** @param options `apiKey` is the one key that is accepted, `undefined` for any; `now` is in milliseconds since 1970. */
export function createService(options: { contract: Contract; apiKey: string | undefined; now: () => number }) {
  const { contract, apiKey, now: serviceNow } = options;
  const endpoints = new Map<string, { model: EndpointModel; team: string | undefined; now: () => number }>();

  /** Adds an endpoint, or replaces the one with this ID. */
  function endpoint(id: string, { team, now = serviceNow, ...behavior }: EndpointOptions = {}): EndpointHandle {
    const model = createEndpointModel(behavior, now());
    endpoints.set(id, { model, team, now });
    return {
      state: () => model.actual(now()),
      responds: () => model.responds(now()),
      set: (step) => model.set(step, now()),
      accepted: model.accepted,
      get acceptedRestarts() {
        return model.accepted.restart;
      },
    };
  }

  /** Takes effect: a restart that is allowed is a restart. `match` is absent if the document has no such call. */
  function answer(
    { headers, url }: ContractRequest,
    match: Match | undefined,
    complaints: string[],
  ): SimulatedResponse {
    if (!match) return problem(404, 'There is no such call.');
    const key = headers.authorization?.match(/^Bearer (\S+)$/)?.[1];
    if (key === undefined || key !== (apiKey ?? key)) return problem(401, 'The API key is not valid.');
    if (complaints.length > 0) return problem(422, complaints.join('; '));
    const { call, endpointId } = match;
    const { model, team, now = serviceNow } = endpoints.get(endpointId) ?? {};
    if (!model || (team !== undefined && team !== headers['x-friendli-team'])) {
      return problem(404, 'There is no such endpoint.');
    }
    const { versions, ...spec } = model.rollout(now());
    if (call === 'status') return ok(model.read(now()));
    if (call === 'spec') return { statusCode: 200, body: spec };
    if (call === 'versions') return { statusCode: 200, body: versionPage(versions, url) };
    if (call === 'probe') {
      return model.infer(now()) ? { statusCode: 200, body: {} } : problem(429, 'No replica took the request.');
    }
    const { accepted, state } = model.change(call, now());
    if (!accepted) return problem(400, `The endpoint is ${state.status}, which does not allow: ${call}.`);
    return call === 'update' ? { statusCode: 200, body: spec } : ok(state);
  }

  function ok(state: EndpointState): SimulatedResponse {
    return { statusCode: 200, body: state, unlisted: !contract.lists(state) };
  }

  /** Milliseconds since 1970, on the clock of this endpoint. */
  function nowMs(endpointId = ''): number {
    return (endpoints.get(endpointId)?.now ?? serviceNow)();
  }

  return { endpoint, answer, nowMs };
}

/** The versions from the URL's cursor on, 20 at most. A cursor that a client does not escape is no cursor. */
function versionPage(count: number, url: string): object {
  const cursor = new URL(url, 'http://localhost').searchParams.get('cursor') ?? '';
  const from = Number.parseInt(cursor, 10) || 0;
  const to = Math.min(from + 20, count);
  const numbers = Array.from({ length: to - from }, (_, index) => from + index);
  return {
    data: Object.fromEntries(numbers.map((number) => [number, {}])),
    nextCursor: to < count ? `${to}&of=${count}` : null,
  };
}

function problem(statusCode: number, message: string): SimulatedResponse {
  return { statusCode, body: { message } };
}
