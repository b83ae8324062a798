import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError, type FaultKind } from '../../src/api/error.js';
import { type HttpResponse, httpFault, type Method, parseRetryAfter, readState } from '../../src/api/response.js';
import { type EndpointState, KNOWN_VALUES } from '../../src/endpoint.js';
import { createSanitizer } from '../../src/sanitize.js';
import { GOOD_BODY, KEY, MIB, sanitize } from './harness.js';

const createdAt = '2026-01-01T00:00:00Z';

function response(body: unknown, { httpStatus = 200, headers = {} }: Partial<HttpResponse> = {}): HttpResponse {
  const isRaw = body instanceof ApiError || typeof body === 'string';
  return { httpStatus, headers, body: isRaw ? body : JSON.stringify(body) };
}

function faultFor(body: unknown, details: Partial<HttpResponse> & { method?: Method } = {}): ApiError {
  const { method = 'GET', httpStatus = 502, ...rest } = details;
  return httpFault(response(body, { httpStatus, ...rest }), method, sanitize);
}

/** The state in a body, or the fault that reading it ends with. */
function readFrom(body: unknown, details: Partial<HttpResponse> = {}): EndpointState | ApiError {
  try {
    return readState(response(body, details), sanitize);
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
}

describe('a status object', () => {
  const empty: EndpointState = { status: 'RUNNING', phase: '', errorCode: '', updatedAt: '' };
  const base = { status: 'RUNNING', createdAt };
  const [huge, cut] = ['x'.repeat(MIB), `${'x'.repeat(499)}…`];
  const odd = { status: 'Hibernating', errorCode: 'NEW_ERROR', phase: 'WARMING_UP', updatedAt: 'today' };
  it.each<[name: string, body: object, expected: Partial<EndpointState>]>([
    ['without optional fields', base, {}],
    ['with empty optional fields', { ...base, errorCode: null, updatedAt: '', phase: null }, {}],
    ['with undocumented fields', { ...base, replicas: 3, next: { status: 'FAILED' } }, {}],
    ['with a fraction and an offset', { ...base, createdAt: '2026-01-01T00:00:00.123456+09:00' }, {}],
    ['with undocumented values', { ...odd, createdAt }, odd],
    ['with whitespace around its status', { ...base, status: 'FAILED ' }, { status: 'FAILED ' }],
    [
      'with fields of 1 MiB',
      { status: huge, createdAt, errorCode: huge, phase: huge, updatedAt: huge },
      { status: cut, errorCode: cut, phase: cut, updatedAt: cut },
    ],
    [
      'with hostile values',
      { ...base, status: '::error::x', errorCode: 'a ##[error]\0b' },
      { status: ': :error::x', errorCode: 'a ## [error] b' },
    ],
    [
      'with the key in its values',
      { ...base, status: `A ${KEY}`, errorCode: encodeURIComponent(KEY), updatedAt: KEY },
      { status: 'A ***', errorCode: '***', updatedAt: '***' },
    ],
  ])('%s is read', (_, body, expected) => {
    expect(readFrom(body)).toEqual({ ...empty, ...expected });
  });

  it.each(['FAIL', 'MODEL', 'ERROR'])('keeps a documented value that contains the key %s', (key) => {
    const errorCode = 'INFERENCE_ENGINE_MEMORY_ERROR';
    const state = { status: 'FAILED', phase: 'DOWNLOADING_MODEL', errorCode, updatedAt: '' };
    expect(readState(response({ ...state, createdAt }), createSanitizer(key))).toEqual(state);
  });
});

describe('a 2xx without a status object', () => {
  const base = { status: 'FAILED', createdAt };
  it.each([
    ...['', ' ', 'OK', 'null', '5', '"RUNNING"', `[${GOOD_BODY}]`],
    ...[GOOD_BODY.slice(0, -1), `${GOOD_BODY}${GOOD_BODY}`],
    ...[{ success: false }, { data: base }, { createdAt }, { ...base, status: null }, { ...base, status: 5 }],
    ...[{ ...base, status: '' }, { ...base, status: ' \u0000\u200b' }, { status: 'RUNNING' }],
    ...[null, 1_767_225_600, 'yesterday', '2026-13-01T00:00:00Z'].map((date) => ({
      ...base,
      createdAt: date,
    })),
    ...['errorCode', 'phase', 'updatedAt'].map((name) => ({ ...base, [name]: 5 })),
  ])('(%j) is a transient fault of the body', (body) => {
    expect(readFrom(body, { httpStatus: 201, headers: { 'retry-after': '7' } })).toMatchObject({
      ...{ kind: 'transient', source: 'body', httpStatus: 201, retryAfterMs: 7_000 },
      message: expect.stringMatching(/^HTTP 201, but the response is not a status object( \(.+\))?$/),
    });
  });

  it('quotes the message from its body', () => {
    expect(readFrom('<html>Maintenance</html>')).toMatchObject({
      message: 'HTTP 200, but the response is not a status object (Maintenance)',
      isHtml: true,
    });
  });

  it('keeps the reason why its body could not be read', () => {
    const cause = new ApiError('no complete response within 30 s', { kind: 'transient', source: 'timeout' });
    expect(readFrom(cause, { headers: { 'retry-after': '8' } })).toMatchObject({
      message: 'HTTP 200, but no complete response within 30 s',
      ...{ kind: 'transient', source: 'timeout', httpStatus: 200, retryAfterMs: 8_000, cause },
    });
  });
});

describe('an HTTP status', () => {
  it.each<[kind: FaultKind, statuses: number[]]>([
    ['transient', [0, 101, 199, 408, 425, 500, 502, 503, 504, 599, 999]],
    ['rate-limited', [429]],
    ['permanent', [300, 301, 304, 399, 400, 401, 402, 403, 404, 407, 409, 422, 423, 424, 426, 428, 430, 499]],
  ])('is %s for any request, except that 400, 409, and 423 on a PUT are a conflict: %j', (kind, statuses) => {
    for (const httpStatus of statuses) {
      const onPut = [400, 409, 423].includes(httpStatus) ? 'conflict' : kind;
      for (const method of ['GET', 'POST', 'PUT'] as const) {
        const expected = { kind: method === 'PUT' ? onPut : kind, httpStatus, source: 'http' };
        expect(faultFor('', { httpStatus, method })).toMatchObject(expected);
      }
    }
  });

  it('that Node has no name for is a number alone', () => {
    expect(faultFor('', { httpStatus: 430 })).toMatchObject({ message: 'HTTP 430', isHtml: false });
  });

  it('is used even if the body could not be read', () => {
    const body = new ApiError('the response is larger than 1 MiB', { kind: 'transient', source: 'body' });
    expect(faultFor(body, { httpStatus: 404 }).message).toBe('HTTP 404 Not Found');
  });
});

describe('what an error body says', () => {
  const nginx = '<title>502 Bad Gateway</title>\r\n<h1>502 Bad Gateway</h1>\r\n<hr><center>nginx</center>';
  const missing = (loc: unknown): object => ({ detail: [{ loc, msg: 'Field required', type: 'missing' }] });
  const fields = ['message', 'msg', 'detail', 'error', 'errors', 'title', 'reason'];
  it.each<[name: string, body: unknown, excerpt: string]>([
    ['whitespace', ' \n ', ''],
    ['the reason phrase alone', 'Bad gateway.', ''],
    ['the reason phrase as JSON', { detail: 'Bad Gateway' }, ''],
    ['the reason phrase at the start of a reason', 'Bad Gateway to the model', 'Bad Gateway to the model'],
    ['an empty message', { message: ' ', detail: 'b' }, 'b'],
    ...fields.map((name) => [`the field ${name}`, { code: 5, [name]: 'a' }, 'a'] as [string, object, string]),
    ['a message in an object', { error: { code: 5, message: 'a' } }, 'a'],
    ['an object without one', { error: { code: 5 }, title: 'b' }, 'b'],
    ['FastAPI’s list', missing(['header', 'x-friendli-team']), 'header.x-friendli-team: Field required'],
    ['FastAPI’s list with an index', missing(['body', 0, {}, 'name']), 'body.0.name: Field required'],
    ['a list of errors', { errors: [{ message: 'a' }, { code: 1 }, { message: 'b' }] }, 'a; b'],
    ['a long list', { errors: 'abcdefgh'.split('') }, 'a; b; c; d; e'],
    ['a JSON string', '"a"', 'a'],
    ...['{"code":5}', '{"message":5}', 'null'].map((it): [string, string, string] => ['other JSON', it, it]),
    ['HTML', '<!DOCTYPE html>\n<title>Sorry</title>\n<b>no\n service</b>', 'Sorry no service'],
    ['nginx’s page', nginx, 'nginx'],
    ['style and script', '<style>a{}</style><p>Who\u00a0am I?<SCRIPT src=x>a < b</SCRIPT >', 'Who am I?'],
    ['comments', '<p>a<!-- > b --> c</p><!-- d', 'a c'],
    ['a tag within a tag', 'a <<b>> c', 'a < > c'],
    ['a workflow command', '\n::error::x ##[group]', ': :error::x ## [group]'],
    ['much markup before a text', `${'<br>'.repeat(1_000)}sorry`, 'sorry'],
    ['the key at the cut', { message: `${'x'.repeat(490)}${KEY}` }, `${'x'.repeat(490)}***`],
    ['the key with a tag inside', `a ${KEY.slice(0, 6)}<wbr>${KEY.slice(6)}`, '***'],
  ])('is shown in parentheses: %s', (_, body, excerpt) => {
    expect(faultFor(body).message).toBe(`HTTP 502 Bad Gateway${excerpt === '' ? '' : ` (${excerpt})`}`);
  });

  it.each([
    ['<!doctype html><p>Access denied', {}, true],
    ['\n<HTML><body>x', {}, true],
    ['Access denied', { 'content-type': 'text/html; charset=utf-8' }, true],
    ['<Error><Code>AccessDenied</Code></Error>', { 'content-type': 'application/xml' }, false],
    ['{"message":"<html>"}', { 'content-type': 'text/html' }, false],
  ])('is detected as HTML or not: %s', (body, headers, isHtml) => {
    expect(faultFor(body, { httpStatus: 403, headers }).isHtml).toBe(isHtml);
  });

  it.each([
    ['nested objects', '{"error":', '}'],
    ['nested arrays', '[', ']'],
    ['open tags', '<a ', ''],
    ['open comments', '<!--', ''],
    ['open styles', '<style ', ''],
    ['styles that never end', '<style>', '</style'],
    ['line breaks', '\n', ''],
    // Were the time quadratic, the test would run into its limit.
  ])('is found in a mebibyte of %s', (_, open, close) => {
    const depth = Math.floor(MIB / (open.length + close.length));
    const body = `${open.repeat(depth)}1${close.repeat(depth)}`;
    expect(faultFor(body, { httpStatus: 503 })).toMatchObject({ kind: 'transient', httpStatus: 503 });
  });
});

it('any JSON gives a state of bounded texts, or a transient fault', () => {
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(null, KEY, 'x'.repeat(5_000)));
  const value = fc.oneof(fc.constantFrom(...KNOWN_VALUES), text, fc.jsonValue());
  const date = fc.oneof(fc.constant(createdAt), value);
  const fields = { status: value, createdAt: date, errorCode: value, updatedAt: value, phase: value };
  const document = fc.oneof(fc.record(fields, { requiredKeys: [] }), fc.jsonValue());
  const results = new Set<string>();
  const property = fc.property(document, (body) => {
    const result = readFrom(JSON.stringify(body));
    const texts = result instanceof ApiError ? [result.message.slice(0, 500)] : Object.values(result);
    results.add(result instanceof ApiError ? `${result.kind} ${result.source}` : Object.keys(result).join());
    for (const shown of texts) {
      expect(shown).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
      expect(shown).not.toContain(KEY);
      expect(String(shown).length).toBeLessThanOrEqual(500);
    }
  });
  fc.assert(property, { numRuns: 1_000 });
  expect([...results].sort()).toEqual(['status,phase,errorCode,updatedAt', 'transient body']);
});

describe('Retry-After', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('1994-11-06T08:49:07Z') }));
  afterEach(() => void vi.useRealTimers());

  // The runner's clock is ten minutes behind or ahead of the server's.
  const [behind, ahead] = ['Sun, 06 Nov 1994 08:59:07 GMT', 'Sun, 06 Nov 1994 08:39:07 GMT'];
  it.each<[value: string, ms: number | undefined, date?: string]>([
    ['0', 0],
    ['120', 120_000],
    [' 3 ', 3_000],
    ['7', 7_000, behind],
    ['9'.repeat(400), Number.POSITIVE_INFINITY],
    ['  Sun, 06 Nov 1994 08:49:37 GMT\t', 30_000],
    ['Wed, 16 Nov 1994 08:49:07 GMT', 10 * 86_400_000],
    ['Sun, 06 Nov 1994 08:49:06 GMT', 0],
    ['Sun, 06 Nov 1994 08:59:37 GMT', 30_000, behind],
    ['Sun, 06 Nov 1994 08:39:37 GMT', 30_000, ahead],
    ['Sun, 06 Nov 1994 08:49:37 GMT', 30_000, 'yesterday'],
    ...['', ' ', 'soon', '-1', '1.5', '1e3', '0x10', '10 s', '1, 2', 'May 5', '1994-11-06T08:49:37Z'].map(
      (value): [string, undefined] => [value, undefined],
    ),
    // The two forms that RFC 9110 calls obsolete, and what Date.parse would accept.
    ...[
      ...['Sunday, 06-Nov-94 08:49:37 GMT', 'Sun Nov  6 08:49:37 1994', 'Sun, 06 Nov 1994 08:49:37 UTC'],
      ...['x Sun, 06 Nov 1994 08:49:37 GMT', 'Sun, 06 Nov 1994 08:49:37 GMT x'],
      ...['Sun, 6 Nov 1994 08:49:37 GMT', 'Sun, 06 Nov 1994 25:49:37 GMT'],
    ].map((value): [string, undefined] => [value, undefined]),
  ])('"%s" is a pause of %s ms, counted from the response’s Date (%s) if it has one', (value, ms, date) => {
    expect(parseRetryAfter({ 'retry-after': value, date })).toBe(ms);
  });
});
