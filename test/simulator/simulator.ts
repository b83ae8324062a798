/**
 * A Friendli API on a loopback port, for tests: stateful endpoints, the documented refusals, scripted faults. Requests
 * and honest answers are held against openapi.yaml; what does not fit is in `violations`, which a test expects empty.
 */
import {
  createServer as createHttpServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { Server, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { type Call, loadContract } from './contract.js';
import { createFaultScript, type Fault } from './faults.js';
import { sabotage } from './sabotage.js';
import { type Answer, createService, type EndpointHandle, type EndpointOptions } from './service.js';

export type { Call } from './contract.js';
export type { Fault } from './faults.js';
export type { EndpointHandle, EndpointOptions } from './service.js';
export type { EndpointState, TimelineStep } from './state.js';

/** A request as it arrived, in the order of arrival. */
export interface SeenRequest {
  method: string;
  /** Path and query, as sent. */
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
  /** Absent, as `call`, if the document has no such call. */
  endpointId?: string;
  call?: Call;
  /** Milliseconds from the simulator's start to the request's arrival. */
  atMs: number;
  /** The HTTP status of the honest answer, or that a scripted fault came in its place. */
  answered: number | 'faulted';
}

export interface SimulatorOptions {
  /** Default: 0, any free one. */
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
  /** The base URL, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** Adds an endpoint, or puts it in the place of the one with this ID. */
  endpoint(id: string, options?: EndpointOptions): EndpointHandle;
  /** @throws Error unless exactly one kind of fault is set. */
  fault(fault: Fault): void;
  readonly requests: SeenRequest[];
  /** What was not as the document says, in words; for a request, such a one is answered 422 (an unknown call 404). */
  readonly violations: string[];
  requestsTo(call: Call): SeenRequest[];
  /** Stops listening and destroys all open connections. */
  close(): Promise<void>;
}

/** Starts a simulator without endpoints. Rejects if the port cannot be had. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { port = 0, host = '127.0.0.1', tls, apiKey, now = Date.now } = options;
  const contract = await loadContract();
  const service = createService({ contract, apiKey, now });
  const faults = createFaultScript();
  const requests: SeenRequest[] = [];
  const violations: string[] = [];
  const startMs = now();

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = request;
    const atMs = now() - startMs;
    const wire = { method, url, headers, body: await text(request) };
    const match = contract.match(wire);
    const complaints = contract.requestComplaints(wire);
    violations.push(...complaints.map((complaint) => `${method} ${url}: ${complaint}`));

    const fault = faults.take(match ?? {});
    const honest = !fault || fault.passThrough === true;
    // The effect comes before any delay: a client that gives up in the meantime has restarted the endpoint all the same.
    const answer = honest || fault.effect ? service.answer({ headers, match, complaints }) : undefined;
    requests.push({ ...wire, ...match, atMs, answered: honest && answer ? answer.statusCode : 'faulted' });

    const signal = goneSignal(response);
    if (fault?.delayMs) await pause(fault.delayMs, undefined, { signal });
    if (honest && answer) return send(answer, response, match?.call);
    if (fault) await sabotage(fault, { response, socket: connections.tcpSocketOf(response), signal });
  }

  function send(answer: Answer, response: ServerResponse, call: Call | undefined): void {
    const body = JSON.stringify(answer.body);
    // A status, phase or error code that the document does not list is there on purpose: the API is in beta, and what
    // the action makes of a new value is to be tested. Such an answer is not held against the document.
    if (call && !answer.unlisted) {
      const complaints = contract.answerComplaints(call, answer.statusCode, JSON.parse(body));
      violations.push(
        ...complaints.map((complaint) => `${call} answered ${answer.statusCode}: ${complaint}`),
      );
    }
    const length = Buffer.byteLength(body);
    const headers = { 'content-type': 'application/json', 'content-length': length, ...answer.headers };
    response.writeHead(answer.statusCode, headers).end(body);
  }

  function listener(request: IncomingMessage, response: ServerResponse): void {
    serve(request, response).catch((error: unknown) => {
      // A client that hangs up, in a pause or in its own request, is no fault of anybody.
      if (response.destroyed || request.errored) return;
      violations.push(`the simulator broke: ${String(error)}`);
      response.destroy();
    });
  }

  const server = tls ? createHttpsServer(tls, listener) : createHttpServer(listener);
  const connections = trackConnections(server);
  const actualPort = await listen(server, port, host);
  let closing: Promise<void> | undefined;

  return {
    url: `${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${actualPort}`,
    port: actualPort,
    endpoint: (id, endpointOptions = {}) => service.endpoint(id, endpointOptions),
    fault: faults.add,
    requests,
    violations,
    requestsTo: (call) => requests.filter((request) => request.call === call),
    close() {
      closing ??= new Promise((resolve) => {
        server.close(() => resolve());
        connections.destroyAll();
      });
      return closing;
    },
  };
}

/** Aborted when the connection of this response is gone, or the response is complete. */
function goneSignal(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  if (response.destroyed) controller.abort();
  response.once('close', () => controller.abort());
  return controller.signal;
}

function trackConnections(server: Server) {
  const sockets = new Set<Socket>();
  // With TLS, too, this event has the TCP socket, not the TLS socket on top of it.
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return {
    tcpSocketOf(response: ServerResponse): Socket {
      const socket = [...sockets].find(({ remotePort }) => remotePort === response.socket?.remotePort);
      if (!socket) throw new Error('The connection is gone.');
      return socket;
    },
    destroyAll(): void {
      for (const socket of sockets) socket.destroy();
    },
  };
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('The server has no port.'));
      else resolve(address.port);
    });
  });
}
