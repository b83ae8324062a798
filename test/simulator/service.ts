/** The service without its wire: who can see which endpoint, and what each call honestly answers. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Contract, Match } from './contract.js';
import {
  type Change,
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
  /** What the endpoint really is now, whatever the status call answers. */
  state(): EndpointState;
  /** Puts the endpoint into another state for ever (`forMs` is ignored); reads return it at once. */
  set(step: TimelineStep): void;
  /** How many calls of each kind were accepted. */
  readonly accepted: Readonly<Record<Change, number>>;
  readonly acceptedRestarts: number;
}

/** An answer before it is written. */
export interface Answer {
  statusCode: number;
  body: object;
  /** The body has a status, phase or error code that the document does not list. */
  unlisted?: boolean;
}

/** @param options `apiKey` is the one key that is accepted, `undefined` for any; `now` is in milliseconds since 1970. */
export function createService(options: {
  contract: Contract;
  apiKey: string | undefined;
  now: () => number;
}) {
  const { contract, apiKey, now: serviceNow } = options;
  const endpoints = new Map<string, { model: EndpointModel; team: string | undefined; now: () => number }>();

  /** Adds an endpoint, or replaces the one with this ID. */
  function endpoint(
    id: string,
    { team, now = serviceNow, ...behavior }: EndpointOptions = {},
  ): EndpointHandle {
    const model = createEndpointModel(behavior, now());
    endpoints.set(id, { model, team, now });
    return {
      state: () => model.actual(now()),
      set: (step) => model.set(step, now()),
      accepted: model.accepted,
      get acceptedRestarts() {
        return model.accepted.restart;
      },
    };
  }

  /** Takes effect: a restart that is allowed is a restart. `match` is absent if the document has no such call. */
  function answer(headers: IncomingHttpHeaders, match: Match | undefined, complaints: string[]): Answer {
    if (!match) return problem(404, 'There is no such call.');
    const key = headers.authorization?.match(/^Bearer (\S+)$/)?.[1];
    if (key === undefined || key !== (apiKey ?? key)) return problem(401, 'The API key is not valid.');
    if (complaints.length > 0) return problem(422, complaints.join('; '));
    const { call, endpointId } = match;
    const { model, team, now = serviceNow } = endpoints.get(endpointId) ?? {};
    if (!model || (team !== undefined && team !== headers['x-friendli-team'])) {
      return problem(404, 'There is no such endpoint.');
    }
    if (call === 'status') return ok(model.read(now()));
    const { accepted, state } = model.change(call, now());
    if (!accepted) return problem(400, `The endpoint is ${state.status}, which does not allow: ${call}.`);
    // Nothing reads the specification that an update answers.
    return call === 'update' ? { statusCode: 200, body: {} } : ok(state);
  }

  function ok(state: EndpointState): Answer {
    return { statusCode: 200, body: state, unlisted: !contract.lists(state) };
  }

  /** Milliseconds since 1970, on the clock of this endpoint. */
  function nowMs(endpointId = ''): number {
    return (endpoints.get(endpointId)?.now ?? serviceNow)();
  }

  return { endpoint, answer, nowMs };
}

function problem(statusCode: number, message: string): Answer {
  return { statusCode, body: { message } };
}
