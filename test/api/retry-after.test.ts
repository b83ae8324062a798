import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseRetryAfter } from '../../src/api/response.js';

const nowMs = Date.parse('1994-11-06T08:49:07Z');

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: nowMs }));
afterEach(() => void vi.useRealTimers());

function parse(value?: string, date?: string): number | undefined {
  return parseRetryAfter({ 'retry-after': value, date });
}

describe('Retry-After', () => {
  // The runner's clock is ten minutes behind or ahead of the server's.
  const [behind, ahead] = ['Sun, 06 Nov 1994 08:59:07 GMT', 'Sun, 06 Nov 1994 08:39:07 GMT'];
  it.each<[value: string, ms: number, date?: string]>([
    ['0', 0],
    ['120', 120_000],
    ['007', 7_000],
    [' 3 ', 3_000],
    ['7', 7_000, behind],
    ['9'.repeat(400), Number.POSITIVE_INFINITY],
    ['Sun, 06 Nov 1994 08:49:37 GMT', 30_000],
    ['  Sun, 06 Nov 1994 08:49:37 GMT\t', 30_000],
    ['Wed, 16 Nov 1994 08:49:07 GMT', 10 * 86_400_000],
    ['Sun, 06 Nov 1994 08:49:06 GMT', 0],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
    ['Sun, 06 Nov 1994 08:59:37 GMT', 30_000, behind],
    ['Sun, 06 Nov 1994 08:39:37 GMT', 30_000, ahead],
    ['Sun, 06 Nov 1994 08:49:37 GMT', 30_000, 'yesterday'],
  ])(
    '"%s" is a pause of %d ms, counted from the response’s Date (%s) where that is one',
    (value, ms, date) => {
      expect(parse(value, date)).toBe(ms);
    },
  );

  it.each(
    [
      [undefined, 'x'.repeat(9_999)],
      ['', ' ', 'soon', '-1', '+1', '1.5', '1e3', '0x10', '10 s', '1, 2', 'Infinity', 'May 5', 'year 2099'],
      ['1994-11-06T08:49:37Z', '11/06/1994 08:49:37', 'Sun, 06 Nov 1994 08:49:37'],
      ['Sun, 06 Nov 1994 08:49:37 UTC', 'Sun, 06 Nov 1994 08:49:37 +0100', 'x Sun, 06 Nov 1994 08:49:37 GMT'],
      ['Sun, 06 Nov 1994 08:49:37 GMT x', 'Sun, 6 Nov 1994 08:49:37 GMT', 'sun, 06 Nov 1994 08:49:37 GMT'],
      ['Sun, 06 nov 1994 08:49:37 GMT', 'Sun, 06-Nov 1994 08:49:37 GMT', 'Sun, 06 Nov 994 08:49:37 GMT'],
      ['Sun, 06 Nov 1994 8:49:37 GMT', 'Sun, 06 Foo 1994 08:49:37 GMT', 'Sun, 06 Nov 1994 25:49:37 GMT'],
      // The two forms that RFC 9110 calls obsolete.
      ['Sunday, 06-Nov-94 08:49:37 GMT', 'Sun Nov  6 08:49:37 1994'],
    ].flat(),
  )('"%s" is invalid and ignored', (value) => {
    expect(parse(value)).toBeUndefined();
  });

  it('returns any HTTP date of this century, counted from any other', () => {
    const century = { min: Date.UTC(2000) / 1_000, max: Date.UTC(2099) / 1_000 };
    const text = (seconds: number): string => new Date(seconds * 1_000).toUTCString();
    fc.assert(
      fc.property(fc.integer(century), fc.integer(century), (until, from) => {
        expect(parse(text(until), text(from))).toBe(Math.max(0, (until - from) * 1_000));
      }),
    );
  });

  it('gives no negative time for any header', () => {
    const text = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'0123456789 :,-GMTSunNov') }));
    fc.assert(fc.property(text, text, (value, date) => (parse(value, date) ?? 0) >= 0));
  });
});
