import { type IncomingHttpHeaders, STATUS_CODES } from 'node:http';
import { systemClock } from '../clock.js';
import { type EndpointState, KNOWN_VALUES } from '../endpoint.js';
import type { RequestLog } from '../run.js';
import type { Sanitizer } from '../sanitize.js';
import { ApiError, type FaultDetails, type FaultKind } from './error.js';
import { messageIn, withoutMarkup, withoutReasonPhrase } from './explanation.js';

export type Method = RequestLog['method'];

/** A raw response. `body` is an ApiError if reading it failed. */
export interface HttpResponse {
  readonly httpStatus: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string | ApiError;
}

/** RFC 3339, roughly. Safe without sanitizing, which costs time on every poll. */
const TIMESTAMP = /^\d{4}-\d\d-\d\d[Tt ][\d:.+Zz-]{1,40}$/;
/** RFC 9110's IMF-fixdate, such as `Sun, 06 Nov 1994 08:49:37 GMT`. */
const HTTP_DATE = /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/;

/**
 * Reads the status object, trusting nothing in it.
 *
 * @throws ApiError if there is none, which is a transient fault (docs/behavior.md section 5)
 */
export function readState(response: HttpResponse, sanitize: Sanitizer): EndpointState {
  const { httpStatus, body } = response;
  const state = body instanceof ApiError ? undefined : parseState(parseJson(body), sanitize);
  if (state !== undefined) return state;
  const noState = new ApiError('the response is not a status object', { kind: 'transient', source: 'body' });
  const cause = body instanceof ApiError ? body : noState;
  const { source, systemCode } = cause;
  const details = { kind: 'transient', source, systemCode, cause } as const;
  throw faultOf(response, `HTTP ${httpStatus}, but ${cause.message}`, details, sanitize);
}

/** The fault that an HTTP status outside 200 to 299 means. */
export function httpFault(response: HttpResponse, method: Method, sanitize: Sanitizer): ApiError {
  const { httpStatus } = response;
  const details = { kind: classifyStatus(httpStatus, method), source: 'http' } as const;
  return faultOf(response, `HTTP ${httpStatusText(httpStatus)}`, details, sanitize);
}

/** Separates transient from permanent (docs/behavior.md section 5). A status below 200 is not a response at all. */
export function classifyStatus(httpStatus: number, method: Method): FaultKind {
  if (httpStatus === 429) return 'rate-limited';
  if (httpStatus < 200 || httpStatus === 408 || httpStatus === 425 || httpStatus >= 500) return 'transient';
  return method === 'PUT' && [400, 409, 423].includes(httpStatus) ? 'conflict' : 'permanent';
}

/** Uses Node's reason phrase, because the server's own is untrusted text. */
export function httpStatusText(httpStatus: number): string {
  return `${httpStatus} ${STATUS_CODES[httpStatus] ?? ''}`.trim();
}

/**
 * Reads a `Retry-After` header (RFC 9110, section 10.2.3): whole seconds or a date. A date is counted from the response's
 * own `Date`, because the runner's clock can be wrong (docs/behavior.md section 5).
 *
 * @returns how long to wait in milliseconds, 0 for a date in the past, `undefined` for anything else
 */
export function parseRetryAfter(headers: IncomingHttpHeaders): number | undefined {
  const value = headers['retry-after']?.trim() ?? '';
  if (/^\d+$/.test(value)) return Number(value) * 1_000;
  const untilMs = parseDate(value, HTTP_DATE);
  if (untilMs === undefined) return undefined;
  const fromMs = parseDate(headers.date?.trim() ?? '', HTTP_DATE) ?? systemClock.date();
  return Math.max(0, untilMs - fromMs);
}

/** A fault with the reason in the body: the message of a JSON body, or else the text without markup. */
function faultOf(
  { httpStatus, headers, body }: HttpResponse,
  message: string,
  details: FaultDetails,
  sanitize: Sanitizer,
): ApiError {
  const text = body instanceof ApiError ? '' : body;
  const json = parseJson(text);
  const reason = messageIn(json);
  const line = reason === undefined ? sanitize(text, { transform: withoutMarkup }) : sanitize(reason);
  const excerpt = withoutReasonPhrase(line, httpStatus);
  const isPage = /^\s*<(!doctype html|html|head|body)\b/i.test(text);
  return new ApiError(excerpt === '' ? message : `${message} (${excerpt})`, {
    ...details,
    httpStatus,
    retryAfterMs: parseRetryAfter(headers),
    isHtml: json === undefined && (isPage || /^text\/html/i.test(headers['content-type'] ?? '')),
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function parseState(value: unknown, sanitize: Sanitizer): EndpointState | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const fields: ReadonlyMap<string, unknown> = new Map(Object.entries(value));
  const read = (name: keyof EndpointState | 'createdAt'): string | undefined => {
    const field = fields.get(name) ?? '';
    if (typeof field !== 'string') return undefined;
    const isSafe = field === '' || KNOWN_VALUES.has(field) || TIMESTAMP.test(field);
    return isSafe ? field : sanitize(field, { keepWhitespace: true });
  };
  const [status, errorCode, phase] = [read('status'), read('errorCode'), read('phase')];
  const [updatedAt, createdAt = ''] = [read('updatedAt'), read('createdAt')];
  if (errorCode === undefined || phase === undefined || updatedAt === undefined) return undefined;
  if (!status?.trim() || parseDate(createdAt, TIMESTAMP) === undefined) return undefined;
  return { status, phase, errorCode, updatedAt };
}

/** Date.parse alone accepts almost anything. */
function parseDate(text: string, format: RegExp): number | undefined {
  const ms = format.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}
