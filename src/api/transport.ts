import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { ClientRequest, Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { setDefaultAutoSelectFamilyAttemptTimeout } from 'node:net';
import { HttpClient } from '@actions/http-client';
import { isLoopback } from '../loopback.js';
import type { RequestOptions } from '../run.js';
import type { Sanitizer } from '../sanitize.js';
import { readBody } from './body.js';
import { ApiError } from './error.js';
import { networkFault } from './network-fault.js';
import { findProxy, type ProxyServer } from './proxy.js';
import { type HttpResponse, httpStatusText, type Method } from './response.js';
import { openTunnel } from './tunnel.js';

/** The time to connect to each address of a name (docs/behavior.md section 5). Node's 250 ms is too short for distant hosts. */
const CONNECT_TIMEOUT_MS = 5_000;

/** Node's channel for requests that are sent. */
const REQUEST_START = 'http.client.request.start';

const NO_AUTHENTICATION = {
  canHandleAuthentication: () => false,
  handleAuthentication: () => Promise.reject(new Error('canHandleAuthentication is false')),
};

export interface TransportRequest extends RequestOptions {
  readonly method: Method;
  readonly url: URL;
  /** JSON. */
  readonly body?: string | undefined;
}

export interface TransportOptions {
  readonly userAgent: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly sanitize: Sanitizer;
  readonly onNotice: (text: string) => void;
}

/** Sends one request and reads its response. Throws ApiError and nothing else. */
export type Transport = (request: TransportRequest) => Promise<HttpResponse>;

/**
 * Makes a transport for one API. Each request has a connection of its own, because polls are further apart than servers
 * keep idle ones. However a request ends, nothing of it is left, and nothing of it is sent later.
 */
export function createTransport({ userAgent, headers, sanitize, onNotice }: TransportOptions): Transport {
  setDefaultAutoSelectFamilyAttemptTimeout(CONNECT_TIMEOUT_MS);
  // Without keep-alive, an agent still resumes the TLS session of the request before; `agent: false` never does.
  const agents = { http: new HttpAgent(), https: new HttpsAgent() };
  let route: { readonly proxy: ProxyServer | undefined } | undefined;

  return async (request) => {
    const { method, url, body, timeoutMs } = request;
    const stop = new AbortController();
    const { signal } = stop;
    const abort = (): void => stop.abort();
    let sent: ClientRequest | undefined;
    const onStart = (message: unknown): void => {
      sent = watchedRequest(message);
    };
    const faultOf = (error: unknown): ApiError => {
      if (signal.aborted) return noResponseError(request);
      return error instanceof ApiError ? error : networkFault(error, sanitize, sent?.socket);
    };
    const timer = setTimeout(abort, timeoutMs);
    request.signal.addEventListener('abort', abort, { once: true });
    subscribe(REQUEST_START, onStart);
    try {
      if (request.signal.aborted) throw noResponseError(request);
      route ??= prepareRoute(url, (notice) => onNotice(sanitize(notice)));
      const socket = route.proxy && (await openTunnel({ proxy: route.proxy, url, signal, sanitize }));
      const agent = url.protocol === 'https:' ? agents.https : agents.http;
      // The library leaves an IPv6 address in brackets, which Node looks up as a name.
      const options = { signal, socket, agent, host: url.hostname.replace(/^\[|\]$/g, '') };
      // The library takes neither a signal nor a connection; this is its door to Node's options.
      const prepareRequest = (prepared: object): void => void Object.assign(prepared, options);
      const handlers = [{ ...NO_AUTHENTICATION, prepareRequest }];
      const http = new HttpClient(userAgent, handlers, { allowRedirects: false });
      const allHeaders = { ...headers, ...(body && { 'content-type': 'application/json' }) };
      const { message } = await http.request(method, url.href, body ?? null, allHeaders);
      const text = await readBody(message).catch(faultOf);
      // Node ends a body without a length as if it were complete where its connection is destroyed.
      const received = signal.aborted ? noResponseError(request) : text;
      return { httpStatus: message.statusCode ?? 0, headers: message.headers, body: received };
    } catch (error) {
      const fault = faultOf(error);
      // Destroys what is left: a lookup, a connection in progress, or a tunnel.
      abort();
      throw fault;
    } finally {
      clearTimeout(timer);
      request.signal.removeEventListener('abort', abort);
      unsubscribe(REQUEST_START, onStart);
    }
  };
}

/**
 * The request that Node announces: the library keeps it to itself. A 101 makes it fail, because then the response that
 * was asked for never comes, which the library does not notice. Requests come one at a time.
 */
function watchedRequest(message: unknown): ClientRequest | undefined {
  const request: unknown = Reflect.get(Object(message), 'request');
  if (!(request instanceof ClientRequest)) return undefined;
  const fail = (): void => {
    const details = { kind: 'transient', source: 'http', httpStatus: 101 } as const;
    request.emit('error', new ApiError(`HTTP ${httpStatusText(101)}`, details));
    request.socket?.destroy();
  };
  // Node reports it in two ways.
  return request.once('upgrade', fail).on('information', ({ statusCode }) => statusCode === 101 && fail());
}

/** Why there is no response: the request's own limit, or the run was canceled. */
function noResponseError({ signal, timeoutMs }: RequestOptions): ApiError {
  if (signal.aborted) return new ApiError('the request was aborted', { kind: 'transient', source: 'aborted' });
  const seconds = Math.max(1, Math.round(timeoutMs / 1_000));
  return new ApiError(`no complete response within ${seconds} s`, { kind: 'transient', source: 'timeout' });
}

/**
 * Finds the way to the API, once for the run, and says what a reader of the log has to know about it, because an earlier
 * step can set these variables. The key goes only to a server whose certificate is verified, or to this machine.
 *
 * @throws ApiError if the environment names no usable proxy
 */
function prepareRoute(url: URL, notify: (notice: string) => void): { proxy: ProxyServer | undefined } {
  const { env } = process;
  if (env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0' && !isLoopback(url.hostname)) {
    // Node reads it at each connection.
    delete env['NODE_TLS_REJECT_UNAUTHORIZED'];
    notify('NODE_TLS_REJECT_UNAUTHORIZED=0 is ignored; certificates are always verified');
  }
  const proxy = findProxy(url);
  // The library's own reading of the proxy variables connects directly where it does not understand one.
  env['no_proxy'] = '*';
  const used = [
    proxy && `the proxy ${proxy.hostname}:${proxy.port} (${proxy.variable})`,
    url.protocol === 'https:' && env['NODE_EXTRA_CA_CERTS'] && 'extra CAs (NODE_EXTRA_CA_CERTS)',
  ].filter(Boolean);
  if (used.length > 0) notify(`Using ${used.join(' and ')}`);
  return { proxy };
}
