import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '../../src/api/error.js';
import { type HttpResponse, httpFault, parseRetryAfter, readState } from '../../src/api/response.js';
import type { EndpointState } from '../../src/endpoint.js';
import { createSanitizer } from '../../src/sanitize.js';
import { GOOD_BODY, KEY, MIB, sanitize } from './harness.js';

const createdAt = '2026-01-01T00:00:00Z';

function response(body: unknown, { httpStatus = 200, headers = {} }: Partial<HttpResponse> = {}): HttpResponse {
  const isRaw = body instanceof ApiError || typeof body === 'string';
  return { httpStatus, headers, body: isRaw ? body : JSON.stringify(body) };
}

/** The fault of a gateway with this body. */
function faultOf(body: unknown, headers = {}): ApiError {
  return httpFault(response(body, { httpStatus: 502, headers }), 'GET', sanitize);
}

describe('a status object', () => {
  const base = { status: 'RUNNING', createdAt };
  const hostile = { status: `::error::${KEY}`, errorCode: 'a ##[error]\0b', phase: 'a\nb', updatedAt: 'x'.repeat(MIB) };
  const safe = { status: ': :error::***', errorCode: 'a ## [error] b', phase: 'a b', updatedAt: `${'x'.repeat(499)}…` };
  const odd = { status: 'Hibernating', errorCode: 'NEW_ERROR', phase: 'WARMING_UP', updatedAt: 'today' };
  it.each<[name: string, body: object, expected: Partial<EndpointState>]>([
    ['without optional fields', base, {}],
    ['with empty optional fields', { ...base, errorCode: null, updatedAt: '', phase: null }, {}],
    ['with undocumented fields', { ...base, replicas: 3, next: { status: 'FAILED' } }, {}],
    ['with a fraction and an offset', { ...base, createdAt: '2026-01-01T00:00:00.123456+09:00' }, {}],
    ['with undocumented values', { ...odd, createdAt }, odd],
    ['with whitespace around its status', { ...base, status: 'FAILED ' }, { status: 'FAILED ' }],
    ['with hostile values', { ...hostile, createdAt }, safe],
  ])('%s is read', (_, body, expected) => {
    const empty = { status: 'RUNNING', phase: '', errorCode: '', updatedAt: '' };
    expect(readState(response(body), sanitize)).toEqual({ ...empty, ...expected });
  });

  it('keeps documented values, even if they contain the key', () => {
    const errorCode = 'INFERENCE_ENGINE_MEMORY_ERROR';
    const state = { status: 'FAILED', phase: 'DOWNLOADING_MODEL', errorCode, updatedAt: '' };
    expect(readState(response({ ...state, createdAt }), createSanitizer('E'))).toEqual(state);
  });
});

describe('a 2xx without a status object', () => {
  const base = { status: 'FAILED', createdAt };
  it.each([
    ...['', ' ', 'OK', 'null', '5', '"RUNNING"', `[${GOOD_BODY}]`],
    ...[GOOD_BODY.slice(0, -1), `${GOOD_BODY}${GOOD_BODY}`],
    ...[{ success: false }, { data: base }, { createdAt }, { ...base, status: null }, { ...base, status: 5 }],
    ...[{ ...base, status: '' }, { ...base, status: ' \u0000\u200b' }, { status: 'RUNNING' }],
    ...[null, 1_767_225_600, 'yesterday', '2026-13-01T00:00:00Z'].map((date) => ({ ...base, createdAt: date })),
    ...['errorCode', 'phase', 'updatedAt'].map((name) => ({ ...base, [name]: 5 })),
  ])('(%j) is a transient fault of the body', (body) => {
    const read = () => readState(response(body, { httpStatus: 201, headers: { 'retry-after': '7' } }), sanitize);
    const message = expect.stringMatching(/^HTTP 201, but the response is not a status object( \(.+\))?$/);
    const fault = { kind: 'transient', source: 'body', httpStatus: 201, retryAfterMs: 7_000, message };
    expect(read).toThrow(expect.objectContaining(fault));
  });
});

it.each([
  ['transient', [0, 101, 199, 408, 425, 500, 502, 503, 504, 599, 999]],
  ['rate-limited', [429]],
  ['permanent', [300, 301, 304, 399, 400, 401, 402, 403, 404, 407, 409, 422, 423, 424, 426, 428, 430, 499]],
])('an HTTP status is %s, but 400, 409, and 423 are a conflict for a PUT: %j', (kind, statuses) => {
  for (const httpStatus of statuses) {
    const onPut = [400, 409, 423].includes(httpStatus) ? 'conflict' : kind;
    for (const method of ['GET', 'POST', 'PUT'] as const) {
      const expected = { kind: method === 'PUT' ? onPut : kind, httpStatus, source: 'http' };
      expect(httpFault(response('', { httpStatus }), method, sanitize)).toMatchObject(expected);
    }
  }
});

describe('what an error body says', () => {
  const nginx = '<title>502 Bad Gateway</title>\r\n<h1>502 Bad Gateway</h1>\r\n<hr><center>nginx</center>';
  const missing = { detail: [{ loc: ['body', 0, {}, 'name'], msg: 'Field required', type: 'missing' }] };
  const fields = ['message', 'msg', 'detail', 'error', 'errors', 'title', 'reason'];
  it.each<[name: string, body: unknown, excerpt: string]>([
    ['whitespace', ' \n ', ''],
    ['the reason phrase alone', 'Bad gateway.', ''],
    ['the reason phrase as JSON', { detail: 'Bad Gateway' }, ''],
    ['the reason phrase at the start of a reason', 'Bad Gateway to the model', ' (Bad Gateway to the model)'],
    ['an empty message', { message: ' ', detail: 'b' }, ' (b)'],
    ...fields.map((name) => [`the field ${name}`, { code: 5, [name]: 'a' }, ' (a)'] as [string, object, string]),
    ['a message in an object', { error: { code: 5, message: 'a' } }, ' (a)'],
    ['an object without one', { error: { code: 5 }, title: 'b' }, ' (b)'],
    ['FastAPI’s list', missing, ' (body.0.name: Field required)'],
    ['a list of errors', { errors: [{ message: 'a' }, { code: 1 }, { message: 'b' }] }, ' (a; b)'],
    ['a long list', { errors: 'abcdefgh'.split('') }, ' (a; b; c; d; e)'],
    ['JSON without a message', '{"code":5,"message":5}', ' ({"code":5,"message":5})'],
    ['HTML', '<!DOCTYPE html>\n<title>Sorry</title>\n<b>no\n service</b>', ' (Sorry no service)'],
    ['nginx’s page', nginx, ' (nginx)'],
    ['style and script', '<style>a{}</style><p>Who\u00a0am I?<SCRIPT src=x>a < b</SCRIPT >', ' (Who am I?)'],
    ['comments', '<p>a<!-- > b --> c</p><!-- d', ' (a c)'],
    ['a tag within a tag', 'a <<b>> c', ' (a < > c)'],
    ['much markup before a text', `${'<br>'.repeat(1_000)}sorry`, ' (sorry)'],
    ['the key with a tag inside', `a ${KEY.slice(0, 6)}<wbr>${KEY.slice(6)}`, ' (***)'],
  ])('is shown in parentheses: %s', (_, body, excerpt) => {
    expect(faultOf(body).message).toBe(`HTTP 502 Bad Gateway${excerpt}`);
  });

  it('is quoted where a status object was expected', () => {
    expect(() => readState(response('<p>Sorry</p>'), sanitize)).toThrow('is not a status object (Sorry)');
  });

  it.each([
    ['\n<!DOCTYPE html><p>Access denied', {}, true],
    ['Access denied', { 'content-type': 'text/html; charset=utf-8' }, true],
    ['<Error><Code>AccessDenied</Code></Error>', { 'content-type': 'application/xml' }, false],
    ['{"message":"<html>"}', { 'content-type': 'text/html' }, false],
  ])('is detected as HTML or not: %s', (body, headers, isHtml) => {
    expect(faultOf(body, headers).isHtml).toBe(isHtml);
  });

  // Were the time quadratic, the test would run into its limit.
  it.each(['{"error":…}', '[…]', '<a …', '<!--…', '<style …', '<style>…</style', '\n…'])(
    'is found in a MiB of %j',
    (pair) => {
      const [open = '', close = ''] = pair.split('…');
      const depth = Math.floor(MIB / (open.length + close.length));
      expect(faultOf(`${open.repeat(depth)}1${close.repeat(depth)}`).httpStatus).toBe(502);
    },
  );
});

describe('Retry-After', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('1994-11-06T08:49:07Z') }));

  // The runner's clock is ten minutes behind or ahead of the server's.
  const [behind, ahead] = ['Sun, 06 Nov 1994 08:59:07 GMT', 'Sun, 06 Nov 1994 08:39:07 GMT'];
  it.each<[value: string, ms: number, date?: string]>([
    ['0', 0],
    [' 120 ', 120_000],
    ['7', 7_000, behind],
    ['9'.repeat(400), Number.POSITIVE_INFINITY],
    ['  Sun, 06 Nov 1994 08:49:37 GMT\t', 30_000],
    ['Wed, 16 Nov 1994 08:49:07 GMT', 10 * 86_400_000],
    ['Sun, 06 Nov 1994 08:49:06 GMT', 0],
    ['Sun, 06 Nov 1994 08:59:37 GMT', 30_000, behind],
    ['Sun, 06 Nov 1994 08:39:37 GMT', 30_000, ahead],
    ['Sun, 06 Nov 1994 08:49:37 GMT', 30_000, 'yesterday'],
  ])('"%s" is a pause of %s ms, counted from the response’s Date (%s) if it has one', (value, ms, date) => {
    expect(parseRetryAfter({ 'retry-after': value, date })).toBe(ms);
  });

  it.each([
    ...['', ' ', 'soon', '-1', '1.5', '1e3', '0x10', '10 s', '1, 2', 'May 5', '1994-11-06T08:49:37Z'],
    // The two forms that RFC 9110 calls obsolete, and what Date.parse would accept.
    ...['Sunday, 06-Nov-94 08:49:37 GMT', 'Sun Nov  6 08:49:37 1994', 'Sun, 06 Nov 1994 08:49:37 UTC'],
    ...['x Sun, 06 Nov 1994 08:49:37 GMT', 'Sun, 06 Nov 1994 08:49:37 GMT x'],
    ...['Sun, 6 Nov 1994 08:49:37 GMT', 'Sun, 06 Nov 1994 25:49:37 GMT'],
  ])('"%s" is ignored', (value) => {
    expect(parseRetryAfter({ 'retry-after': value })).toBeUndefined();
  });
});
