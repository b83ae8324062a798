/** Servers on loopback ports and clients for them, for the tests of the API layer. All end with the test. */
import { once } from 'node:events';
import { createServer as createHttpServer, type Server as HttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer, type Server, type Socket } from 'node:net';
import { onTestFinished, vi } from 'vitest';
import { type ClientOptions, createClient } from '../../src/api/client.js';
import { ApiError } from '../../src/api/error.js';
import type { EndpointClient, RequestOptions } from '../../src/run.js';
import { createSanitizer } from '../../src/sanitize.js';

export const KEY = 'flp_5eCr/eT+k3y~~?';
export const MIB = 1024 * 1024;
export const GOOD_BODY = '{"status":"RUNNING","createdAt":"2026-01-01T00:00:00Z"}';
export const sanitize = createSanitizer(KEY);

/** A client for the endpoint `demo`, on a machine without proxies. */
export function clientFor(apiUrl: string, options: Partial<ClientOptions> = {}): EndpointClient {
  return createClient({ apiUrl, apiKey: KEY, team: '', endpointId: 'demo', sanitize, ...options });
}

/** Takes away what the machine's environment says about proxies and certificates. */
export function clearEnvironment(): void {
  const proxies = ['http_proxy', 'https_proxy', 'no_proxy'];
  for (const name of [...proxies, ...proxies.map((proxy) => proxy.toUpperCase())])
    vi.stubEnv(name, undefined);
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', undefined);
}

/** Limits that no test reaches by chance. */
export function limits(changes: Partial<RequestOptions> = {}): RequestOptions {
  return { timeoutMs: 60_000, signal: new AbortController().signal, ...changes };
}

/** The fault that a call ends with; any other end fails the test. */
export async function faultOf(call: Promise<unknown>): Promise<ApiError> {
  const end = await call.then(
    (value) => new Error(`expected a fault, got ${JSON.stringify(value)}`),
    (error: unknown) => error,
  );
  if (end instanceof ApiError) return end;
  throw end;
}

export async function listen(server: Server | HttpServer, host = '127.0.0.1'): Promise<number> {
  server.listen(0, host);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return address.port;
}

/** A port on which nothing listens. */
export async function closedPort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** An HTTP or HTTPS server. Resolves to its URL. */
export async function serve(
  listener: RequestListener,
  { tls, host = '127.0.0.1' }: { tls?: { key: string; cert: string }; host?: string } = {},
): Promise<string> {
  const server = tls === undefined ? createHttpServer(listener) : createHttpsServer(tls, listener);
  const port = await listen(server, host);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `${tls === undefined ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** A server below HTTP, for what no HTTP server does. */
export interface RawServer {
  readonly url: string;
  readonly port: number;
  /** Every connection so far. */
  readonly sockets: readonly Socket[];
  /** What arrived, in order: one entry a request. */
  readonly received: readonly string[];
}

/** @param respond what to do with a connection each time a request arrives on it; `count` is its n-th on it */
export async function serveRaw(respond: (socket: Socket, count: number) => void): Promise<RawServer> {
  const sockets: Socket[] = [];
  const received: string[] = [];
  const server = createServer((socket) => {
    sockets.push(socket.on('error', () => {}));
    let count = 0;
    socket.on('data', (data) => {
      received.push(data.toString('latin1'));
      count += 1;
      respond(socket, count);
    });
  });
  const port = await listen(server);
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { url: `http://127.0.0.1:${port}`, port, sockets, received };
}

/** An HTTP answer byte by byte. */
export function httpAnswer(
  body: string | Buffer = GOOD_BODY,
  { status = 200, headers = '' }: { status?: number; headers?: string } = {},
): Buffer {
  const bytes = Buffer.from(body);
  const head = `HTTP/1.1 ${status} Whatever\r\n${headers}Content-Length: ${bytes.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), bytes]);
}
