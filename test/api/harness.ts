/** Servers on loopback ports and clients for them, for the tests of the API layer. All end with the test. */
import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer, type Server, type Socket } from 'node:net';
import { beforeEach, onTestFinished, vi } from 'vitest';
import { type ClientOptions, createClient } from '../../src/api/client.js';
import type { EndpointClient, RequestOptions } from '../../src/run.js';
import { createSanitizer } from '../../src/sanitize.js';
import type { KeyAndCertificate } from '../simulator/certificates.js';

export const KEY = 'flp_5eCr/eT+k3y~~?';
export const MIB = 1024 * 1024;
export const GOOD_BODY = '{"status":"RUNNING","createdAt":"2026-01-01T00:00:00Z"}';
export const CLOSED = 'the connection was closed before the response was complete';
export const sanitize = createSanitizer(KEY);

/** Tests that import this file begin without proxies, rules about certificates, and what another test has replaced. */
beforeEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  const names = ['https_proxy', 'no_proxy', 'NODE_TLS_REJECT_UNAUTHORIZED', 'NODE_EXTRA_CA_CERTS'];
  for (const name of names.flatMap((each) => [each, each.toUpperCase()])) vi.stubEnv(name, undefined);
});

/** A client for the endpoint `demo`. */
export function clientFor(apiUrl: string, options: Partial<ClientOptions> = {}): EndpointClient {
  return createClient({ apiUrl, apiKey: KEY, team: '', endpointId: 'demo', sanitize, ...options });
}

/** A client for a server that sends these bytes for every request, and then closes the connection. */
export async function clientFed(answer: string | Buffer, options?: Partial<ClientOptions>): Promise<EndpointClient> {
  return clientFor((await serveRaw((socket) => socket.end(answer))).url, options);
}

/** Limits that no test reaches by chance. */
export function limits(changes: Partial<RequestOptions> = {}): RequestOptions {
  return { timeoutMs: 60_000, signal: new AbortController().signal, ...changes };
}

/** Resolves to the port and, as they come, the connections. */
async function listen(server: Server): Promise<{ port: number; sockets: Socket[] }> {
  const sockets: Socket[] = [];
  server.on('connection', (socket) => sockets.push(socket.on('error', () => {})));
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { port: Object(server.address()).port, sockets };
}

/** An HTTP server, or an HTTPS server for `localhost`. Resolves to its URL. */
export async function serve(listener: RequestListener, tls?: KeyAndCertificate): Promise<string> {
  const server = tls === undefined ? createHttpServer(listener) : createHttpsServer(tls, listener);
  const { port } = await listen(server);
  return tls === undefined ? `http://127.0.0.1:${port}` : `https://localhost:${port}`;
}

/**
 * A server below HTTP, for what no HTTP server does.
 *
 * @param respond what to do with a connection each time something arrives; `count` is how often that was
 */
export async function serveRaw(respond: (socket: Socket, count: number) => void) {
  /** What arrived, one entry for each time. */
  const received: string[] = [];
  const server = createServer((socket) => {
    socket.on('data', (data) => {
      respond(socket, received.push(data.toString('latin1')));
    });
  });
  const { port, sockets } = await listen(server);
  /** Resolves when all connections are closed, to their number. */
  async function closed(): Promise<number> {
    await Promise.all(sockets.map((socket) => socket.closed || new Promise((resolve) => socket.on('close', resolve))));
    return sockets.length;
  }
  return { url: `http://127.0.0.1:${port}`, port, received, closed };
}

/** An HTTP response byte by byte. */
export function httpResponse(body: string | Buffer = GOOD_BODY, { status = 200, headers = '' } = {}): Buffer {
  const bytes = Buffer.from(body);
  const head = `HTTP/1.1 ${status} Whatever\r\n${headers}Content-Length: ${bytes.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), bytes]);
}
