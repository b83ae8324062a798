import { type IncomingHttpHeaders, STATUS_CODES } from 'node:http';
import { type EndpointState, VOCABULARY } from '../endpoint.js';
import type { Sanitizer } from '../sanitize.js';
import { ApiError, type FaultKind } from './error.js';
import { findExplanation, parseJson } from './explanation.js';
import { parseRetryAfter } from './retry-after.js';

export type Method = 'GET' | 'PUT';

/** An answer as it came: `body` is the reason why it could not be read where that went wrong. */
export interface Answer {
  readonly httpStatus: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer | ApiError;
}

/** The part of a field that is looked at, in UTF-16 code units; what is kept is shorter still. */
const MAX_FIELD_LENGTH = 2_000;

/** RFC 3339: nothing in it could do harm, or is worth the work of sanitizing it. */
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;

/**
 * Reads the status object, trusting nothing in it.
 *
 * @throws ApiError when the answer holds none, which is a transient fault (docs/behavior.md section 5)
 */
export function readState(answer: Answer, sanitize: Sanitizer): EndpointState {
  const { httpStatus, headers, body } = answer;
  const retryAfterMs = parseRetryAfter(headers);
  if (body instanceof ApiError) {
    const { message, source, systemCode } = body;
    const details = { kind: 'transient', source, systemCode, httpStatus, retryAfterMs, cause: body } as const;
    throw new ApiError(`HTTP ${httpStatus}, but ${message}`, details);
  }
  const text = new TextDecoder().decode(body);
  const state = parseState(parseJson(text), sanitize);
  if (state !== undefined) return state;
  const { excerpt, ...found } = findExplanation({ text, httpStatus, headers, sanitize });
  throw new ApiError(`HTTP ${httpStatus}, but the answer is not a status object${inBrackets(excerpt)}`, {
    kind: 'transient',
    source: 'body',
    httpStatus,
    retryAfterMs,
    ...found,
  });
}

/** The fault that an HTTP status outside 200 to 299 means. */
export function httpFault(answer: Answer, options: { method: Method; sanitize: Sanitizer }): ApiError {
  const { httpStatus, headers, body } = answer;
  const text = body instanceof ApiError ? '' : new TextDecoder().decode(body);
  const { excerpt, ...found } = findExplanation({ text, httpStatus, headers, sanitize: options.sanitize });
  return new ApiError(`HTTP ${statusLabel(httpStatus)}${inBrackets(excerpt)}`, {
    kind: kindOf(httpStatus, options.method),
    source: 'http',
    httpStatus,
    retryAfterMs: parseRetryAfter(headers),
    ...found,
  });
}

/** Separates transient from permanent (docs/behavior.md section 5). A status below 200 is not an answer at all. */
export function kindOf(httpStatus: number, method: Method): FaultKind {
  if (httpStatus === 429) return 'rate-limited';
  if (httpStatus < 200 || httpStatus === 408 || httpStatus === 425 || httpStatus >= 500) return 'transient';
  return method === 'PUT' && [400, 409, 423].includes(httpStatus) ? 'rejected' : 'permanent';
}

/** The status with Node's name for it; the server's own reason phrase is foreign text. */
export function statusLabel(httpStatus: number): string {
  const name = STATUS_CODES[httpStatus];
  return name === undefined ? String(httpStatus) : `${httpStatus} ${name}`;
}

function inBrackets(excerpt: string): string {
  return excerpt === '' ? '' : ` (${excerpt})`;
}

function parseState(value: unknown, sanitize: Sanitizer): EndpointState | undefined {
  if (!isRecord(value)) return undefined;
  const [status, createdAt] = [readText(value['status']), readText(value['createdAt'])];
  const [errorCode, phase] = [readText(value['errorCode']), readText(value['phase'])];
  const updatedAt = readText(value['updatedAt']);
  if (!status || !createdAt || !isDate(createdAt)) return undefined;
  if (errorCode === undefined || phase === undefined || updatedAt === undefined) return undefined;
  const safe = (text: string): string =>
    text === '' || VOCABULARY.has(text) || TIMESTAMP.test(text)
      ? text
      : sanitize(text, { keepWhitespace: true });
  if (safe(status).trim() === '') return undefined;
  return { status: safe(status), phase: safe(phase), errorCode: safe(errorCode), updatedAt: safe(updatedAt) };
}

/** A date and time in RFC 3339, or nearly; Node's own parser accepts almost anything. */
function isDate(text: string): boolean {
  return /^\d{4}-\d\d-\d\d[Tt ]/.test(text) && !Number.isNaN(Date.parse(text));
}

/** A bounded text, empty where the field is null or absent; `undefined` for a value of another type. */
function readText(value: unknown): string | undefined {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value.slice(0, MAX_FIELD_LENGTH) : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
