/** The service without its wire: who may see which endpoint, and what each call honestly answers. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Contract, Match } from './contract.js';
import {
  createEndpointModel,
  type EndpointBehaviour,
  type EndpointModel,
  type EndpointState,
  type TimelineStep,
} from './state.js';

/** An endpoint to be simulated. */
export interface EndpointOptions extends EndpointBehaviour {
  /** If set, the endpoint is visible only to requests with this X-Friendli-Team; all others get a 404. */
  team?: string;
}

/** An endpoint from the test's side: what it really is, whatever the status call tells. */
export interface EndpointHandle {
  readonly id: string;
  /** What the endpoint really is now. */
  state(): EndpointState;
  /** Puts the endpoint into another state for ever (`forMs` counts for nothing here), seen at once. */
  set(step: TimelineStep): void;
  readonly acceptedRestarts: number;
}

/** An answer before it is written. */
export interface Answer {
  statusCode: number;
  body: object;
  headers?: Record<string, string>;
  /** The body tells a status, phase or error code that the document does not list. */
  unlisted?: boolean;
}

/** What the service looks at in a request. */
export interface ServiceRequest {
  headers: IncomingHttpHeaders;
  /** Absent if the document has no such call. */
  match: Match | undefined;
  /** What the document does not allow in the request. */
  complaints: readonly string[];
}

export interface Service {
  /** Adds an endpoint, or puts it in the place of the one with this ID. */
  endpoint(id: string, options: EndpointOptions): EndpointHandle;
  /** Takes effect: an acceptable restart is a restart. */
  answer(request: ServiceRequest): Answer;
}

interface Endpoint {
  model: EndpointModel;
  team: string | undefined;
}

export interface ServiceOptions {
  contract: Contract;
  /** The one key that is accepted; absent: any. */
  apiKey: string | undefined;
  /** Milliseconds since 1970. */
  now: () => number;
}

export function createService({ contract, apiKey, now }: ServiceOptions): Service {
  const endpoints = new Map<string, Endpoint>();

  function endpoint(id: string, { team, ...behaviour }: EndpointOptions): EndpointHandle {
    const model = createEndpointModel(behaviour, now());
    endpoints.set(id, { model, team });
    return {
      id,
      state: () => model.actual(now()),
      set: (step) => model.set(step, now()),
      get acceptedRestarts() {
        return model.acceptedRestarts;
      },
    };
  }

  function visible(id: string, headers: IncomingHttpHeaders): EndpointModel | undefined {
    const found = endpoints.get(id);
    return found && (found.team === undefined || found.team === headers['x-friendli-team'])
      ? found.model
      : undefined;
  }

  function restart(model: EndpointModel): Answer {
    const { accepted, state } = model.restart(now());
    return accepted ? ok(state) : problem(400, `An endpoint that is ${state.status} cannot be restarted.`);
  }

  function ok(state: EndpointState): Answer {
    return { statusCode: 200, body: state, unlisted: !contract.lists(state) };
  }

  function answer({ headers, match, complaints }: ServiceRequest): Answer {
    if (!match) return problem(404, 'There is no such call.');
    const key = keyOf(headers);
    if (key === undefined || (apiKey !== undefined && key !== apiKey)) {
      return {
        ...problem(401, 'The API key is missing or not valid.'),
        headers: { 'www-authenticate': 'Bearer' },
      };
    }
    if (complaints.length > 0) return problem(422, complaints.join('; '));
    const model = visible(match.endpointId, headers);
    if (!model) return problem(404, 'There is no such endpoint.');
    return match.call === 'restart' ? restart(model) : ok(model.read(now()));
  }

  return { endpoint, answer };
}

function problem(statusCode: number, message: string): Answer {
  return { statusCode, body: { message } };
}

function keyOf(headers: IncomingHttpHeaders): string | undefined {
  return headers.authorization?.match(/^Bearer (\S+)$/)?.[1];
}
