/**
 * A Friendli API on a loopback port, for tests: stateful endpoints, the documented refusals, scripted faults. Requests
 * and unscripted responses are checked against openapi.yaml; tests expect `violations` to be empty. One simulator serves any
 * number of endpoints, each with its own timelines, faults, and clock.
 */
import { once } from 'node:events';
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { type Call, type ContractRequest, loadContract, type Match } from './contract.js';
import { createFaultScript, type Fault } from './faults.js';
import { createService, type EndpointHandle, type EndpointOptions, type SimulatedResponse } from './service.js';
import { writeFault } from './write-fault.js';

export type { Fault } from './faults.js';
export type { EndpointHandle, EndpointOptions } from './service.js';
export { type EndpointState, rollOut, startUp, type TimelineStep } from './state.js';

/** A request as it arrived. Without `call` and `endpointId` if the document has no such call. */
export interface SeenRequest extends ContractRequest, Partial<Match> {
  /** Milliseconds from the simulator's start to the request's arrival, on the endpoint's clock. */
  atMs: number;
  /** The HTTP status of the response, or that a scripted fault replaced it. */
  answered: number | 'faulted';
  /** Whether a restart or another change was accepted, even if a fault hid the response. */
  accepted: boolean;
  /** The body of the response, even if a fault hid it. */
  answer?: object | undefined;
}

export interface SimulatorOptions {
  /** Default: 0, any free port. */
  port?: number;
  /** The address to listen on. Default: 127.0.0.1. */
  host?: string;
  /** PEM texts; if set, the simulator speaks HTTPS. */
  tls?: { key: string; cert: string };
  /** If set, only this bearer is accepted; otherwise any that is not empty. */
  apiKey?: string;
  /** The clock of the endpoints, in milliseconds since 1970. Default: Date.now. Delays of faults are real ones. */
  now?: () => number;
}

export interface Simulator {
  /** The base URL, without a trailing slash. */
  readonly url: string;
  readonly port: number;
  /** Adds an endpoint, or replaces the one with this ID. */
  endpoint(id: string, options?: EndpointOptions): EndpointHandle;
  /** @throws Error unless exactly one kind of fault is set. */
  fault(fault: Fault): void;
  readonly requests: SeenRequest[];
  /** What did not match the document, in words. Such a request gets a 422, an unknown call a 404. */
  readonly violations: string[];
  requestsTo(call: Call): SeenRequest[];
  /** Stops listening and destroys all open connections. */
  close(): Promise<void>;
}

/** Starts a simulator without endpoints. Rejects if the port is taken. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { port = 0, host = '127.0.0.1', tls, apiKey, now = Date.now } = options;
  const contract = await loadContract();
  const service = createService({ contract, apiKey, now });
  const faults = createFaultScript();
  const requests: SeenRequest[] = [];
  const violations: string[] = [];
  const startMs = now();

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const { method = '', url = '', headers } = request;
    const wire = { method, url, headers, body: await text(request) };
    const match = contract.match(wire);
    const nowMs = service.nowMs(match?.endpointId);
    const complaints = contract.requestComplaints(wire);
    violations.push(...complaints.map((complaint) => `${method} ${url}: ${complaint}`));

    const fault = faults.take({ ...match, nowMs });
    // The effect comes before any delay: a client that gives up in the meantime has restarted the endpoint anyway.
    const answer = !fault || fault.effect ? service.answer(wire, match, complaints) : undefined;
    const answered = fault || !answer ? 'faulted' : answer.statusCode;
    const isControl = match !== undefined && method === 'PUT';
    const accepted = isControl && answer?.statusCode === 200;
    requests.push({ ...wire, ...match, atMs: nowMs - startMs, answered, accepted, answer: answer?.body });

    if (fault) {
      const { signal } = gone;
      if (fault.delayMs) await pause(fault.delayMs, undefined, { signal });
      await writeFault(fault, response, signal);
    } else if (answer) {
      send(answer, response, match?.operationId);
    }
  }

  function send(
    { statusCode, body, unlisted }: SimulatedResponse,
    response: ServerResponse,
    operationId?: string,
  ): void {
    const json = JSON.stringify(body);
    // A test uses an unlisted status, phase, or error code on purpose: the API is in beta, and new values can appear.
    if (operationId && !unlisted) {
      const complaints = contract.answerComplaints(operationId, statusCode, JSON.parse(json));
      violations.push(...complaints.map((complaint) => `${operationId} answered ${statusCode}: ${complaint}`));
    }
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(json) };
    response.writeHead(statusCode, headers).end(json);
  }

  function listener(request: IncomingMessage, response: ServerResponse): void {
    serve(request, response).catch((error: unknown) => {
      // A client can hang up at any time, in a pause or within its own request.
      if (response.destroyed || request.errored) return;
      violations.push(`internal error in the simulator: ${String(error)}`);
      response.destroy();
    });
  }

  const server = tls ? createHttpsServer(tls, listener) : createHttpServer(listener);
  await once(server.listen(port, host), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');

  return {
    url: `${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${address.port}`,
    port: address.port,
    endpoint: service.endpoint,
    fault: faults.add,
    requests,
    violations,
    requestsTo: (call) => requests.filter((request) => request.call === call),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
