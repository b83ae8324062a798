/**
 * A Friendli API on a loopback port, for tests: stateful endpoints, the documented refusals, scripted faults. Requests
 * are checked against openapi.yaml; tests expect `violations` to be empty. One simulator serves any number of endpoints,
 * each with its own timelines, faults, and clock.
 */
import { once } from 'node:events';
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { text } from 'node:stream/consumers';
import type { KeyAndCertificate } from './certificates.js';
import { type Call, check, contract, type Match, type WireRequest } from './contract.js';
import { createFaultScript, write } from './faults.js';
import { createEndpointModel, type EndpointBehavior, type EndpointModel, type TimelineStep } from './state.js';

export type { Fault } from './faults.js';
export { rollOut, type TimelineStep } from './state.js';

export interface EndpointOptions extends EndpointBehavior {
  /** If set, the endpoint is visible only to requests with this X-Friendli-Team; all others get a 404. */
  team?: string;
  /** The endpoint's own clock, in milliseconds since 1970. Default: the simulator's. */
  now?: () => number;
}

/** A request as it arrived. Without `call` and `endpointId` if the document has no such call. */
export interface SeenRequest extends WireRequest, Match {
  /** Milliseconds from the simulator's start to the request's arrival, on the endpoint's clock. */
  atMs: number;
  /** The HTTP status of the response, or that a scripted fault replaced it. */
  answered: number | 'faulted';
  /** Whether a restart or another change was accepted, even if a fault hid the response. */
  accepted: boolean;
  /** The body of the response, even if a fault hid it. */
  answer: object | undefined;
}

export interface SimulatorOptions {
  /** The address to listen on. Default: 127.0.0.1. */
  host?: string;
  /** If set, the simulator speaks HTTPS. */
  tls?: KeyAndCertificate;
  /** If set, only this bearer is accepted; otherwise any that is not empty. */
  apiKey?: string;
  /** The clock of the endpoints, in milliseconds since 1970. Default: Date.now. */
  now?: () => number;
}

export type Simulator = Awaited<ReturnType<typeof startSimulator>>;
export type EndpointHandle = ReturnType<Simulator['endpoint']>;

/** Starts a simulator without endpoints. */
export async function startSimulator(options: SimulatorOptions = {}) {
  const { host = '127.0.0.1', tls, apiKey, now: commonNow = Date.now } = options;
  const api = await contract;
  const endpoints = new Map<string, { model: EndpointModel; team: string | undefined; now: () => number }>();
  const faults = createFaultScript();
  const requests: SeenRequest[] = [];
  const violations: string[] = [];
  const startMs = commonNow();

  /** Adds an endpoint, or replaces the one with this ID. */
  function endpoint(id: string, { team, now = commonNow, ...behavior }: EndpointOptions = {}) {
    const model = createEndpointModel(behavior, now());
    endpoints.set(id, { model, team, now });
    return {
      /** What the endpoint really is now, whatever the status call returns. */
      state: () => model.actual(now()),
      /** Puts the endpoint into another state forever (`forMs` is ignored); reads return it at once. */
      set: (step: TimelineStep) => model.set(step, now()),
      /** How many calls of each kind were accepted. */
      accepted: model.accepted,
    };
  }

  /** What the service returns if no fault is scripted. A restart that is allowed takes effect. */
  function serve({ headers, url, call, endpointId = '' }: WireRequest & Match, complaints: string[]) {
    if (!call) return problem(404, 'There is no such call.');
    const key = headers.authorization?.match(/^Bearer (\S+)$/)?.[1];
    if (key === undefined || key !== (apiKey ?? key)) return problem(401, 'The API key is not valid.');
    if (complaints.length > 0) return problem(422, complaints.join('; '));
    const { model, team, now = commonNow } = endpoints.get(endpointId) ?? {};
    if (!model || (team !== undefined && team !== headers['x-friendli-team'])) {
      return problem(404, 'There is no such endpoint.');
    }
    const { spec, versions } = model.rollout(now());
    if (call === 'status') return { status: 200, body: model.read(now()) };
    if (call === 'spec') return { status: 200, body: spec };
    if (call === 'versions') return { status: 200, body: versionPage(versions, url) };
    if (call === 'probe') {
      return model.infer(now()) ? { status: 200, body: {} } : problem(429, 'No replica took the request.');
    }
    const { accepted, state } = model.change(call, now());
    if (!accepted) return problem(400, `The endpoint is ${state.status}, which does not allow: ${call}.`);
    return { status: 200, body: call === 'update' ? spec : state };
  }

  async function respond(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = incoming;
    const wire = { method, url, headers, body: await text(incoming) };
    const { complaints, ...match } = check(api, wire);
    violations.push(...complaints.map((complaint) => `${method} ${url}: ${complaint}`));
    const nowMs = (endpoints.get(match.endpointId ?? '')?.now ?? commonNow)();
    const fault = faults.take({ ...match, nowMs });
    const answer = fault && !fault.effect ? undefined : serve({ ...wire, ...match }, complaints);
    requests.push({
      ...{ ...wire, ...match, atMs: nowMs - startMs, answer: answer?.body },
      answered: fault || !answer ? 'faulted' : answer.status,
      accepted: method === 'PUT' && answer?.status === 200,
    });
    if (fault) write(fault, response);
    else if (answer) write({ respond: answer }, response);
  }

  function listener(request: IncomingMessage, response: ServerResponse): void {
    respond(request, response).catch((error: unknown) => {
      // A client can hang up within its own request.
      if (!request.errored) violations.push(`internal error in the simulator: ${String(error)}`);
      response.destroy();
    });
  }

  const server = tls ? createHttpsServer(tls, listener) : createHttpServer(listener);
  await once(server.listen(0, host), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  const { port } = address;

  return {
    /** The base URL, without a trailing slash. */
    url: `${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    endpoint,
    fault: faults.add,
    requests,
    /** What did not match the document, in words. Such a request gets a 422, an unknown call a 404. */
    violations,
    requestsTo: (call: Call) => requests.filter((request) => request.call === call),
    /** Stops listening and destroys all open connections. */
    async close(): Promise<void> {
      const closed = once(server.close(), 'close');
      server.closeAllConnections();
      await closed;
    },
  };
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

function problem(status: number, message: string) {
  return { status, body: { message } };
}
