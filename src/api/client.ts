import { version } from '../../package.json' with { type: 'json' };
import { monotonicMs } from '../clock.js';
import type { EndpointClient, Probe, RequestLog, RequestOptions } from '../run.js';
import type { Sanitizer } from '../sanitize.js';
import { ApiError } from './error.js';
import { type HttpResponse, httpFault, type Method, readState } from './response.js';
import { createTransport } from './transport.js';

export interface ClientOptions {
  /** No trailing slash. */
  readonly apiUrl: string;
  readonly apiKey: string;
  /** Sent as X-Friendli-Team unless empty. */
  readonly team: string;
  readonly endpointId: string;
  /** What `client.probe` sends. */
  readonly probe?: Probe | undefined;
  /** Applied to all response text before it leaves the client. */
  readonly sanitize: Sanitizer;
  readonly onRequest?: (log: RequestLog) => void;
  readonly onNotice?: (text: string) => void;
}

/** The smallest request of each kind (docs/behavior.md section 1). */
const PROBES: Readonly<Record<Probe, { readonly path: string; readonly body: object }>> = {
  chat: { path: 'chat/completions', body: { messages: [{ role: 'user', content: 'ping' }], max_tokens: 1 } },
  completions: { path: 'completions', body: { prompt: 'ping', max_tokens: 1 } },
  embeddings: { path: 'embeddings', body: { input: 'ping' } },
  tokenize: { path: 'tokenize', body: { prompt: 'ping' } },
};

/** Makes a client for one endpoint: the calls of the API that the action uses. */
export function createClient(options: ClientOptions): EndpointClient {
  const { apiUrl, endpointId, team, sanitize, onRequest = () => {}, onNotice = () => {} } = options;
  const send = createTransport({
    userAgent: `restart-friendli-endpoint/${version}`,
    headers: {
      accept: 'application/json',
      authorization: `Bearer ${options.apiKey}`,
      ...(team === '' ? {} : { 'x-friendli-team': team }),
    },
    sanitize,
    onNotice,
  });

  /** Sends a request to a path below `/dedicated/` and returns a 2xx. Any other status is a fault. */
  async function call(method: Method, path: string, limits: RequestOptions, body?: string): Promise<HttpResponse> {
    const url = new URL(`${apiUrl}/dedicated/${path}`);
    const startedAt = monotonicMs();
    const log = (result: string): void =>
      onRequest({ method, path: url.pathname, result, durationMs: monotonicMs() - startedAt });

    const response = await send({ method, url, body, ...limits }).catch((fault: ApiError) => {
      log(fault.message);
      throw fault;
    });
    const { httpStatus } = response;
    log(`HTTP ${httpStatus}${response.body instanceof ApiError ? `, ${response.body.message}` : ''}`);
    if (httpStatus < 200 || httpStatus > 299) throw httpFault(response, method, sanitize);
    return response;
  }

  const callEndpoint = async (method: Method, action: string, limits: RequestOptions) =>
    readState(await call(method, `beta/endpoint/${endpointId}/${action}`, limits), sanitize);
  return {
    read: (limits) => callEndpoint('GET', 'status', limits),
    restart: (limits) => callEndpoint('PUT', 'restart', limits),
    wake: (limits) => callEndpoint('PUT', 'wake', limits),
    probe: async (limits) => {
      if (options.probe === undefined) throw new Error('The client has no probe.');
      const { path, body } = PROBES[options.probe];
      // Only the status counts: a body that is not readable does not undo a 2xx.
      await call('POST', `v1/${path}`, limits, JSON.stringify({ model: endpointId, ...body }));
    },
  };
}
