import {
  Agent as HttpAgent,
  type IncomingMessage,
  type RequestOptions as NodeRequestOptions,
} from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { Socket, setDefaultAutoSelectFamilyAttemptTimeout } from 'node:net';
import { HttpClient } from '@actions/http-client';
import type { RequestOptions } from '../run.js';
import type { Sanitizer } from '../sanitize.js';
import { readBody } from './body.js';
import { ApiError } from './error.js';
import { networkFault } from './network-fault.js';
import { normalizeProxy } from './proxy.js';
import type { Answer, Method } from './response.js';

/** The time to connect to each address of a name (docs/behavior.md section 5). Node's 250 ms are too few for far hosts. */
const CONNECT_TIMEOUT_MS = 5_000;
/**
 * How long an idle connection is kept. Servers close theirs after 5 s and more, and what stands in between forgets them
 * without a word: the next request must not be sent on one of those.
 */
const MAX_IDLE_MS = 2_000;

export interface TransportRequest extends RequestOptions {
  readonly method: Method;
  readonly url: URL;
}

/** Sends one request and reads its answer. Throws ApiError and nothing else. */
export type Transport = (request: TransportRequest) => Promise<Answer>;

export interface TransportOptions {
  readonly userAgent: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly sanitize: Sanitizer;
  readonly onNotice: (text: string) => void;
}

/** Makes a transport for one API. It keeps its connection open between requests that follow each other closely. */
export function createTransport({ sanitize, onNotice, ...options }: TransportOptions): Transport {
  setDefaultAutoSelectFamilyAttemptTimeout(CONNECT_TIMEOUT_MS);
  const send = createSender(options);
  return async (request) => {
    const { signal, timeoutMs } = request;
    const stop = new AbortController();
    const abort = (): void => stop.abort();
    const faultOf = (error: unknown): ApiError => {
      if (stop.signal.aborted) return unansweredFault(request);
      return error instanceof ApiError ? error : networkFault(error, sanitize);
    };
    const timer = setTimeout(abort, timeoutMs);
    signal.addEventListener('abort', abort, { once: true });
    try {
      if (signal.aborted) throw unansweredFault(request);
      verifyCertificates(request.url, onNotice);
      normalizeProxy(request.url);
      const message = await send(request, stop.signal);
      const body = await readBody(message, sanitize).catch(faultOf);
      return { httpStatus: message.statusCode ?? 0, headers: message.headers, body };
    } catch (error) {
      throw faultOf(error);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    }
  };
}

type Sender = (request: TransportRequest, signal: AbortSignal) => Promise<IncomingMessage>;

/** One request on its way. */
interface Exchange {
  readonly signal: AbortSignal;
  /** Whether it can be sent on a kept connection. */
  readonly canReuse: boolean;
  /** The kept connection that it was sent on, and how much had come on it before. */
  kept?: { readonly socket: Socket; readonly bytesRead: number };
}

/** Sends requests, one at a time, through one @actions/http-client, which brings the proxies. */
function createSender({ userAgent, headers }: Pick<TransportOptions, 'userAgent' | 'headers'>): Sender {
  let current: Exchange | undefined;
  let keepsConnections = true;
  const onReuse = (socket: Socket): void => {
    if (current !== undefined) current.kept = { socket, bytesRead: socket.bytesRead };
  };
  const agents = { http: createAgent(HttpAgent, onReuse), https: createAgent(HttpsAgent, onReuse) };
  const http = new HttpClient(
    userAgent,
    [
      {
        // The library has no AbortSignal and no choice of connections of its own; this is its door to Node's options.
        prepareRequest: (options) => prepare(options, current, agents),
        canHandleAuthentication: () => false,
        handleAuthentication: () => Promise.reject(new Error('canHandleAuthentication is false')),
      },
    ],
    { allowRedirects: false, keepAlive: true },
  );

  async function attempt({ method, url }: TransportRequest, exchange: Exchange): Promise<IncomingMessage> {
    // The library prepares a request before it first yields.
    current = exchange;
    // Node reports no end of a request that has no connection yet, as while a proxy opens a tunnel.
    const aborted = new Promise<never>((_, reject) => {
      exchange.signal.addEventListener('abort', () => reject(exchange.signal.reason), { once: true });
    });
    const { message } = await Promise.race([http.request(method, url.href, null, headers), aborted]);
    return message;
  }

  return async (request, signal) => {
    const exchange: Exchange = { signal, canReuse: keepsConnections };
    try {
      return await attempt(request, exchange);
    } catch (error) {
      const { kept } = exchange;
      if (kept === undefined || kept.socket.bytesRead > kept.bytesRead) throw error;
      // Whatever closes or forgets connections here does so again.
      keepsConnections = false;
      if (request.method === 'PUT' || signal.aborted) throw error;
      return await attempt(request, { signal, canReuse: false });
    }
  };
}

type Agents = Readonly<Record<'http' | 'https', HttpAgent>>;

/** What the library cannot be told otherwise about the next request. */
function prepare(options: NodeRequestOptions, exchange: Exchange | undefined, agents: Agents): void {
  const { agent } = options;
  options.signal = exchange?.signal;
  if (isTunnel(agent)) {
    agent.proxyOptions.signal = exchange?.signal;
    return;
  }
  options.agent = exchange?.canReuse === true && (agent instanceof HttpsAgent ? agents.https : agents.http);
  // The library leaves an IPv6 address in brackets, which Node looks up as a name. A tunnel needs them.
  options.host = options.host?.replace(/^\[|\]$/g, '');
}

/** An agent of the package tunnel: it opens each connection through the proxy with these options. */
function isTunnel(agent: unknown): agent is { proxyOptions: { signal?: AbortSignal | undefined } } {
  return typeof agent === 'object' && agent !== null && 'proxyOptions' in agent;
}

function createAgent(Agent: typeof HttpAgent, onReuse: (socket: Socket) => void): HttpAgent {
  const agent = new Agent({ keepAlive: true, timeout: MAX_IDLE_MS });
  const reuse = agent.reuseSocket.bind(agent);
  agent.reuseSocket = (socket, request) => {
    if (socket instanceof Socket) onReuse(socket);
    reuse(socket, request);
  };
  return agent;
}

/** Why there is no answer in time: the request's own limit, or the run was canceled. */
function unansweredFault({ signal, timeoutMs }: RequestOptions): ApiError {
  if (signal.aborted)
    return new ApiError('the request was aborted', { kind: 'transient', source: 'aborted' });
  const seconds = Math.max(1, Math.round(timeoutMs / 1_000));
  return new ApiError(`no complete answer within ${seconds} s`, { kind: 'transient', source: 'timeout' });
}

/** The key goes only to a server whose certificate is verified, or to this machine itself. */
function verifyCertificates({ hostname }: URL, onNotice: (text: string) => void): void {
  const isLoopback = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
  if (process.env['NODE_TLS_REJECT_UNAUTHORIZED'] !== '0' || isLoopback) return;
  // Node reads it at each connection.
  delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
  onNotice('NODE_TLS_REJECT_UNAUTHORIZED is ignored: certificates are always verified');
}
