/**
 * An API whose answers cost next to nothing: FAILED to whoever reads the status, INITIALIZING to whoever restarts.
 * The simulator in test/ checks each request, and would be measured along with the client.
 */
import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';

/** When things happened since the last look, on the clock of `performance.now()`. */
export interface Visit {
  readonly connections: readonly number[];
  readonly requests: readonly number[];
  readonly answers: readonly number[];
}

export interface Api {
  /** The inputs with which the bundle restarts the endpoint, as the runner passes them. */
  readonly inputs: Readonly<Record<string, string>>;
  /** What has happened since the last call. */
  takeVisit(): Visit;
  close(): Promise<void>;
}

/** Starts it on a loopback port. @param tls PEM texts; with them it speaks HTTPS */
export async function startApi(tls?: { readonly key: string; readonly cert: string }): Promise<Api> {
  const newVisit = () => ({ connections: [] as number[], requests: [] as number[], answers: [] as number[] });
  let visit = newVisit();

  const answer: RequestListener = (request, response) => {
    visit.requests.push(performance.now());
    response.once('finish', () => visit.answers.push(performance.now()));
    const status = request.method === 'PUT' ? 'INITIALIZING' : 'FAILED';
    const body = JSON.stringify({ status, createdAt: '2025-01-01T00:00:00Z' });
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
  };
  const server = tls === undefined ? createHttpServer(answer) : createHttpsServer(tls, answer);
  server.on('connection', () => visit.connections.push(performance.now()));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');

  return {
    inputs: {
      'INPUT_ENDPOINT-ID': 'bench',
      'INPUT_API-KEY': 'flp_benchmark',
      'INPUT_API-URL': `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${address.port}`,
    },
    takeVisit: () => {
      const past = visit;
      visit = newVisit();
      return past;
    },
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
