import { Agent as HttpAgent, type IncomingMessage, STATUS_CODES } from 'node:http';
import { HttpClient } from '@actions/http-client';
import { version } from '../package.json' with { type: 'json' };
import { monotonicMs } from './clock.js';
import { type EndpointState, ERROR_CODES, PHASES, STATUSES } from './endpoint.js';
import { ApiError, FAULT_CODES, type FaultKind } from './fault.js';
import type { Cleaner } from './text.js';

/** The bound on an answer's body in bytes (behaviour.md section 5). */
const LARGEST_BODY = 1024 * 1024;
/** How many objects deep an error body's message is looked for. */
const DEEPEST_MESSAGE = 4;
/** Values that stand in our own source are no foreign text, whatever the key looks like. */
const VOCABULARY: ReadonlySet<string> = new Set([...STATUSES, ...PHASES, ...ERROR_CODES]);

export interface FriendliOptions {
  /** Without a slash at its end. */
  readonly apiUrl: string;
  readonly apiKey: string;
  /** Sent as X-Friendli-Team unless empty. */
  readonly team: string;
  readonly endpointId: string;
  /** Every text of an answer passes through it before it leaves the client. */
  readonly clean: Cleaner;
  /** Told of each request when it is over. */
  readonly onExchange?: (exchange: Exchange) => void;
}

/** One request and what became of it, for the debug log: never a header, never a body. */
export interface Exchange {
  readonly method: Method;
  readonly path: string;
  readonly result: string;
  readonly durationMs: number;
}

export interface RequestLimits {
  /** The total time of the request in milliseconds, connecting and reading the body included. */
  readonly timeoutMs: number;
  /** Gives the request up at once. */
  readonly signal: AbortSignal;
}

/** The two calls of the API for one endpoint. */
export interface FriendliClient {
  /**
   * Reads the endpoint's status: `GET /dedicated/beta/endpoint/{endpoint_id}/status`.
   *
   * @throws ApiError and nothing else
   */
  getStatus(limits: RequestLimits): Promise<EndpointState>;
  /**
   * Asks for a restart: `PUT /dedicated/beta/endpoint/{endpoint_id}/restart`.
   *
   * @returns the state that the API answered, or `undefined` where it accepted the restart with an answer that
   *   cannot be read (behaviour.md section 5)
   * @throws ApiError and nothing else
   */
  restart(limits: RequestLimits): Promise<EndpointState | undefined>;
}

type Method = 'GET' | 'PUT';

/** An answer as it came: `body` is the reason it could not be had where reading it went wrong. */
interface Answer {
  readonly httpStatus: number;
  readonly retryAfter: string | undefined;
  readonly body: Buffer | ApiError;
}

/** Makes a client for one endpoint. It keeps its connection open between requests. */
export function createFriendliClient(options: FriendliOptions): FriendliClient {
  const { clean } = options;
  const send = createSender();
  const headers = {
    accept: 'application/json',
    authorization: `Bearer ${options.apiKey}`,
    ...(options.team === '' ? {} : { 'x-friendli-team': options.team }),
  };

  async function exchange(method: Method, call: string, limits: RequestLimits): Promise<Answer> {
    const url = `${options.apiUrl}/dedicated/beta/endpoint/${options.endpointId}/${call}`;
    const startedAt = monotonicMs();
    const tell = (result: string): void =>
      options.onExchange?.({
        method,
        path: new URL(url).pathname,
        result,
        durationMs: monotonicMs() - startedAt,
      });

    const stop = new AbortController();
    const giveUp = (): void => stop.abort();
    const timer = setTimeout(giveUp, limits.timeoutMs);
    limits.signal.addEventListener('abort', giveUp, { once: true });
    if (limits.signal.aborted) giveUp();
    const faultOf = (error: unknown): ApiError => {
      if (error instanceof ApiError) return error;
      return stop.signal.aborted ? unansweredFault(limits) : networkFault(error, clean);
    };

    try {
      const message = await send(method, url, headers, stop.signal);
      const httpStatus = message.statusCode ?? 0;
      const body = await readBody(message).catch(faultOf);
      tell(`HTTP ${httpStatus}${body instanceof ApiError ? `, ${body.message}` : ''}`);
      return { httpStatus, retryAfter: message.headers['retry-after'], body };
    } catch (error) {
      const fault = faultOf(error);
      tell(fault.message);
      throw fault;
    } finally {
      clearTimeout(timer);
      limits.signal.removeEventListener('abort', giveUp);
    }
  }

  return {
    async getStatus(limits) {
      const answer = await exchange('GET', 'status', limits);
      if (!isSuccess(answer)) throw httpFault(answer, clean);
      return readState(answer, clean);
    },
    async restart(limits) {
      const answer = await exchange('PUT', 'restart', limits);
      if (!isSuccess(answer)) throw httpFault(answer, clean);
      try {
        return readState(answer, clean);
      } catch {
        return undefined;
      }
    },
  };
}

type Sender = (
  method: Method,
  url: string,
  headers: Record<string, string>,
  signal: AbortSignal,
) => Promise<IncomingMessage>;

/** Sends requests through one @actions/http-client, which brings proxies and kept-alive connections. */
function createSender(): Sender {
  let inFlight: AbortSignal | undefined;
  const http = new HttpClient(
    `restart-friendli-endpoint/${version}`,
    [
      {
        // The library takes no AbortSignal of its own; this is its door to Node's options.
        prepareRequest(request) {
          request.signal = inFlight;
          // It passes an IPv6 host in brackets, which Node looks up as a name. A tunnel wants the brackets.
          if (request.agent instanceof HttpAgent) request.host = request.host?.replace(/^\[|\]$/g, '');
        },
        canHandleAuthentication: () => false,
        handleAuthentication: () =>
          Promise.reject(new Error('not reached: canHandleAuthentication is false')),
      },
    ],
    { allowRedirects: false, keepAlive: true },
  );
  return async (method, url, headers, signal) => {
    signal.throwIfAborted();
    // The library prepares a request before it first yields, so this is the signal of no other request.
    inFlight = signal;
    // Node tells nobody of the end of a request that has no socket: one that waits for a proxy to open a tunnel, or
    // whose answer was a change of protocol.
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
    const { message } = await Promise.race([http.request(method, url, null, headers), aborted]);
    return message;
  };
}

/**
 * Reads a body to its end. The library's own reader never settles when the body is cut short, and has no bound.
 *
 * @throws ApiError when the body is too large, any other error when the connection breaks
 */
async function readBody(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message) {
    const bytes: Buffer = chunk;
    size += bytes.length;
    // Leaving the loop early closes the connection.
    if (size > LARGEST_BODY) throw new ApiError('the answer is larger than 1 MiB', { kind: 'transient' });
    chunks.push(bytes);
  }
  return Buffer.concat(chunks, size);
}

function isSuccess(answer: Answer): boolean {
  return answer.httpStatus >= 200 && answer.httpStatus < 300;
}

/**
 * Reads the status object, trusting nothing in it.
 *
 * @throws ApiError when the body is no valid status object, which is a transient fault (behaviour.md section 5)
 */
function readState(answer: Answer, clean: Cleaner): EndpointState {
  const { httpStatus, retryAfter, body } = answer;
  if (body instanceof ApiError) {
    throw new ApiError(`HTTP ${httpStatus}, but ${body.message}`, {
      kind: 'transient',
      httpStatus,
      retryAfter,
      code: body.code,
      cause: body,
    });
  }
  const text = new TextDecoder().decode(body);
  const state = parseState(parseJson(text), clean);
  if (state !== undefined) return state;
  throw new ApiError(`HTTP ${httpStatus}, but the answer is no status object${excerptOf(text, clean)}`, {
    kind: 'transient',
    httpStatus,
    retryAfter,
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function parseState(value: unknown, clean: Cleaner): EndpointState | undefined {
  if (!isRecord(value)) return undefined;
  const { status, createdAt } = value;
  const errorCode = optionalText(value['errorCode']);
  const updatedAt = optionalText(value['updatedAt']);
  const phase = optionalText(value['phase']);
  if (typeof status !== 'string' || clean(status) === '') return undefined;
  if (typeof createdAt !== 'string' || Number.isNaN(Date.parse(createdAt))) return undefined;
  if (errorCode === undefined || updatedAt === undefined || phase === undefined) return undefined;
  const safe = (text: string): string => (VOCABULARY.has(text) ? text : clean(text));
  // The time of the update is compared and never shown.
  return { status: safe(status), phase: safe(phase), errorCode: safe(errorCode), updatedAt };
}

/** A text, empty where the field is null or absent; `undefined` for a value of another type. */
function optionalText(value: unknown): string | undefined {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Tells transient from permanent (behaviour.md section 5). A status below 300 is here no valid answer at all. */
function kindOf(httpStatus: number): FaultKind {
  if (httpStatus === 429) return 'rate-limited';
  if (httpStatus === 408 || httpStatus === 425 || httpStatus >= 500 || httpStatus < 300) return 'transient';
  return httpStatus === 400 ? 'bad-request' : 'permanent';
}

function httpFault({ httpStatus, retryAfter, body }: Answer, clean: Cleaner): ApiError {
  const text = body instanceof ApiError ? '' : new TextDecoder().decode(body);
  return new ApiError(`HTTP ${nameOf(httpStatus)}${excerptOf(text, clean)}`, {
    kind: kindOf(httpStatus),
    httpStatus,
    retryAfter,
  });
}

/** The status with Node's name for it; the server's own reason phrase is foreign text. */
function nameOf(httpStatus: number): string {
  const name = STATUS_CODES[httpStatus];
  return name === undefined ? String(httpStatus) : `${httpStatus} ${name}`;
}

/** What an error body says, in brackets after a blank: the message of a JSON body, else its text without tags. */
function excerptOf(text: string, clean: Cleaner): string {
  const told = messageIn(parseJson(text));
  const excerpt = told === undefined ? clean(text, withoutTags) : clean(told);
  return excerpt === '' ? '' : ` (${excerpt})`;
}

function withoutTags(html: string): string {
  return html.replace(/<[^<>]*>/g, ' ').replace(/\s+/g, ' ');
}

/**
 * The usual places in which JSON error bodies keep their message. A hostile body is nested deeper than any stack: no
 * deeper than `depth` is looked.
 */
function messageIn(value: unknown, depth = DEEPEST_MESSAGE): string | undefined {
  if (!isRecord(value) || depth === 0) return undefined;
  for (const name of ['message', 'detail', 'error', 'title', 'reason']) {
    const field = value[name];
    if (typeof field === 'string' && field !== '') return field;
    const nested = messageIn(field, depth - 1);
    if (nested !== undefined) return nested;
  }
  return undefined;
}

/** Why no answer came in time: the request's own limit, or the run was cancelled. */
function unansweredFault({ signal, timeoutMs }: RequestLimits): ApiError {
  if (signal.aborted) return new ApiError('the request was given up', { kind: 'transient' });
  const seconds = Math.max(1, Math.round(timeoutMs / 1_000));
  return new ApiError(`no complete answer within ${seconds} s`, {
    kind: 'transient',
    code: FAULT_CODES.timeout,
  });
}

/** Words for the system's names of what goes wrong below HTTP. */
const NETWORK_WORDS: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'the connection was refused'],
  ['ECONNRESET', 'the connection was closed before the answer was complete'],
  ['ECONNABORTED', 'the connection was closed before the answer was complete'],
  ['EPIPE', 'the connection was closed before the answer was complete'],
  ['ETIMEDOUT', 'the connection timed out'],
  ['EHOSTUNREACH', 'the host is unreachable'],
  ['ENETUNREACH', 'the network is unreachable'],
  ['ENOTFOUND', 'the host name was not found'],
  ['EAI_AGAIN', 'the host name could not be looked up'],
]);

/** Node's and OpenSSL's names for a certificate that cannot be trusted. */
const CERTIFICATE_CODES = /CERT|SIGNATURE|ISSUER|CRL|HOSTNAME_MISMATCH|INVALID_CA|PATH_LENGTH_EXCEEDED/;

const PERMANENT_KINDS: ReadonlySet<FaultKind> = new Set(['permanent', 'bad-request']);

/** Turns a failure below HTTP into an ApiError: connections are worth another try, a bad certificate is not. */
function networkFault(error: unknown, clean: Cleaner): ApiError {
  const cause = innermost(error);
  const message = clean(cause instanceof Error ? cause.message : String(cause));
  const code = codeOf(cause);

  const tunnel = /^tunneling socket could not be established, (?:statusCode=(\d+))?/.exec(message);
  if (tunnel !== null) {
    const httpStatus = Number(tunnel[1] ?? 502);
    const reason = tunnel[1] === undefined ? message : `the proxy answered HTTP ${nameOf(httpStatus)}`;
    // A proxy's 400 says nothing about a restart.
    const kind = PERMANENT_KINDS.has(kindOf(httpStatus)) ? 'permanent' : 'transient';
    return new ApiError(reason, { kind, code: FAULT_CODES.proxy, cause });
  }
  if (CERTIFICATE_CODES.test(code)) {
    return new ApiError(`the server's certificate cannot be trusted (${code}: ${message})`, {
      kind: 'permanent',
      code: FAULT_CODES.certificate,
      cause,
    });
  }
  const words = NETWORK_WORDS.get(code);
  return new ApiError(words === undefined ? message : `${words} (${message})`, {
    kind: 'transient',
    code,
    cause,
  });
}

/** Where several addresses were tried, the first failure stands for all; the wrapper has no message of its own. */
function innermost(error: unknown): unknown {
  return error instanceof AggregateError && error.errors.length > 0 ? error.errors[0] : error;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
