import { version } from '../../package.json' with { type: 'json' };
import { monotonicMs } from '../clock.js';
import type { EndpointState } from '../endpoint.js';
import type { EndpointClient, RequestLog, RequestOptions } from '../run.js';
import type { Sanitizer } from '../sanitize.js';
import { ApiError } from './error.js';
import { httpFault, type Method, readState } from './response.js';
import { createTransport } from './transport.js';

export interface ClientOptions {
  /** Without a slash at its end. */
  readonly apiUrl: string;
  readonly apiKey: string;
  /** Sent as X-Friendli-Team unless empty. */
  readonly team: string;
  readonly endpointId: string;
  /** Every text of an answer passes through it before it leaves the client. */
  readonly sanitize: Sanitizer;
  /** Receives each request when it is over. */
  readonly onRequest?: (log: RequestLog) => void;
  /** Receives a line that the log is to show once. */
  readonly onNotice?: (text: string) => void;
}

/** Makes a client for one endpoint: the three calls of the API that the action uses. */
export function createClient(options: ClientOptions): EndpointClient {
  const { apiUrl, endpointId, sanitize, onRequest = () => {}, onNotice = () => {} } = options;
  const send = createTransport({
    userAgent: `restart-friendli-endpoint/${version}`,
    headers: {
      accept: 'application/json',
      authorization: `Bearer ${options.apiKey}`,
      ...(options.team === '' ? {} : { 'x-friendli-team': options.team }),
    },
    sanitize,
    onNotice,
  });

  async function call(method: Method, name: string, limits: RequestOptions): Promise<EndpointState> {
    const url = new URL(`${apiUrl}/dedicated/beta/endpoint/${endpointId}/${name}`);
    const startedAt = monotonicMs();
    const log = (result: string): void =>
      onRequest({ method, path: url.pathname, result, durationMs: monotonicMs() - startedAt });

    const answer = await send({ method, url, ...limits }).catch((fault: ApiError) => {
      log(fault.message);
      throw fault;
    });
    const { httpStatus, body } = answer;
    log(`HTTP ${httpStatus}${body instanceof ApiError ? `, ${body.message}` : ''}`);
    if (httpStatus < 200 || httpStatus > 299) throw httpFault(answer, { method, sanitize });
    return readState(answer, sanitize);
  }

  return {
    read: (limits) => call('GET', 'status', limits),
    restart: (limits) => call('PUT', 'restart', limits),
    wake: (limits) => call('PUT', 'wake', limits),
  };
}
