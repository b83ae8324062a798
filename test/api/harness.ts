/** Servers on loopback ports and clients for them, for the tests of the API layer. All end with the test. */
import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer, type Server, type Socket } from 'node:net';
import { beforeEach, onTestFinished, vi } from 'vitest';
import { type ClientOptions, createClient } from '../../src/api/client.js';
import { ApiError } from '../../src/api/error.js';
import type { EndpointClient, RequestOptions } from '../../src/run.js';
import { createSanitizer } from '../../src/sanitize.js';
import type { KeyAndCertificate } from '../simulator/certificates.js';

export const KEY = 'flp_5eCr/eT+k3y~~?';
export const MIB = 1024 * 1024;
export const GOOD_BODY = '{"status":"RUNNING","createdAt":"2026-01-01T00:00:00Z"}';
export const sanitize = createSanitizer(KEY);

/** A client for the endpoint `demo`, on a machine without proxies. */
export function clientFor(apiUrl: string, options: Partial<ClientOptions> = {}): EndpointClient {
  return createClient({ apiUrl, apiKey: KEY, team: '', endpointId: 'demo', sanitize, ...options });
}

/** Tests that import this file have no proxies and no rules about certificates in the environment. */
beforeEach(() => {
  const names = ['https_proxy', 'no_proxy', 'NODE_TLS_REJECT_UNAUTHORIZED', 'NODE_EXTRA_CA_CERTS'];
  for (const name of names.flatMap((each) => [each, each.toUpperCase()])) vi.stubEnv(name, undefined);
});

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

async function listen(server: Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
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

/** An HTTP server, or an HTTPS server for `localhost`. Resolves to its URL. */
export async function serve(listener: RequestListener, tls?: KeyAndCertificate): Promise<string> {
  const server = tls === undefined ? createHttpServer(listener) : createHttpsServer(tls, listener);
  const port = await listen(server);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return tls === undefined ? `http://127.0.0.1:${port}` : `https://localhost:${port}`;
}

export type RawServer = Awaited<ReturnType<typeof serveRaw>>;

/**
 * A server below HTTP, for what no HTTP server does. Resolves to its address, its connections so far, and what arrived,
 * one entry a request.
 *
 * @param respond what to do with a connection each time a request arrives on it; `count` is its n-th on it
 */
export async function serveRaw(respond: (socket: Socket, count: number) => void) {
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

/** An HTTP response byte by byte. */
export function httpResponse(
  body: string | Buffer = GOOD_BODY,
  { status = 200, headers = '' }: { status?: number; headers?: string } = {},
): Buffer {
  const bytes = Buffer.from(body);
  const head = `HTTP/1.1 ${status} Whatever\r\n${headers}Content-Length: ${bytes.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), bytes]);
}
