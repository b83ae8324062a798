import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EndpointState, PHASES, STATUSES } from '../src/endpoint.js';
import { backOffMs, pauseBeforeDeadlineMs, pollPauseMs, retryAfterMs } from '../src/polling.js';

const SLOWEST_MS = 60_000;

function endpoint(status: string, phase = ''): EndpointState {
  return { status, phase, errorCode: '', updatedAt: '2026-01-02T03:04:05Z' };
}

const anyEndpoint = fc
  .tuple(
    fc.oneof(fc.constantFrom(...STATUSES), fc.string()),
    fc.oneof(fc.constantFrom(...PHASES), fc.string()),
  )
  .map(([status, phase]) => endpoint(status, phase));

describe('pollPauseMs', () => {
  const adaptive = (status: string, phase?: string): number =>
    pollPauseMs(endpoint(status, phase), { rateLimits: 0 });
  const closely = adaptive('INITIALIZING', 'ENGINE_INITIALIZING');
  const slowly = adaptive('INITIALIZING', 'DOWNLOADING_MODEL');
  const otherwise = adaptive('INITIALIZING');

  it('polls the last phase more closely than one that is not told, and that more closely than the long ones', () => {
    expect(closely).toBeGreaterThanOrEqual(1_000);
    expect(closely).toBeLessThan(otherwise);
    expect(otherwise).toBeLessThan(slowly);
    expect(slowly).toBeLessThanOrEqual(SLOWEST_MS);
  });

  it('polls both long phases alike', () => {
    expect(adaptive('INITIALIZING', 'REQUESTING_VIRTUAL_MACHINE')).toBe(slowly);
  });

  it.each(['INITIALIZING', 'AWAKING', 'UPDATING'])(
    'looks at the phase while the endpoint is %s',
    (status) => {
      expect(adaptive(status, 'ENGINE_INITIALIZING')).toBe(closely);
      expect(adaptive(status, 'DOWNLOADING_MODEL')).toBe(slowly);
      expect(adaptive(status, 'WARMING_UP')).toBe(otherwise);
      expect(adaptive(status, '')).toBe(otherwise);
    },
  );

  it.each(STATUSES.filter((status) => !['INITIALIZING', 'AWAKING', 'UPDATING'].includes(status)))(
    'does not look at a phase while the endpoint is %s',
    (status) => {
      for (const phase of ['', ...PHASES]) expect(adaptive(status, phase)).toBe(otherwise);
    },
  );

  it('takes the fixed pause in place of the adaptive one', () => {
    fc.assert(
      fc.property(
        anyEndpoint,
        fc.double({ min: 100, max: 300_000, noNaN: true }),
        (state, pollIntervalMs) => {
          expect(pollPauseMs(state, { pollIntervalMs, rateLimits: 0 })).toBe(pollIntervalMs);
        },
      ),
    );
  });

  it('doubles with each 429, up to a minute', () => {
    const pauses = [0, 1, 2, 3, 4, 5, 6].map((rateLimits) =>
      pollPauseMs(endpoint('RUNNING'), { pollIntervalMs: 4_000, rateLimits }),
    );
    expect(pauses).toEqual([4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
    expect(pollPauseMs(endpoint('RUNNING'), { rateLimits: 1 })).toBe(2 * otherwise);
  });

  it('leaves a fixed pause of more than a minute as it is, however many 429 came', () => {
    expect(pollPauseMs(endpoint('RUNNING'), { pollIntervalMs: 60_001, rateLimits: 3 })).toBe(60_001);
  });

  it('is never shorter than its base, nor longer than the greater of base and a minute', () => {
    fc.assert(
      fc.property(
        anyEndpoint,
        fc.option(fc.double({ min: 100, max: 300_000, noNaN: true }), { nil: undefined }),
        fc.nat(5_000),
        (state, pollIntervalMs, rateLimits) => {
          const base = pollPauseMs(state, { pollIntervalMs, rateLimits: 0 });
          const pauseMs = pollPauseMs(state, { pollIntervalMs, rateLimits });
          expect(pauseMs).toBeGreaterThanOrEqual(base);
          expect(pauseMs).toBeLessThanOrEqual(Math.max(base, SLOWEST_MS));
          expect(pollPauseMs(state, { pollIntervalMs, rateLimits: rateLimits + 1 })).toBeGreaterThanOrEqual(
            pauseMs,
          );
        },
      ),
    );
  });
});

describe('backOffMs', () => {
  it.each([
    [1, 1_000],
    [2, 2_000],
    [3, 4_000],
    [4, 8_000],
    [5, 16_000],
    [6, 30_000],
    [7, 30_000],
    [5_000, 30_000],
  ])('after %i faults is spread over the whole of 0 to %i ms', (faults, ceilingMs) => {
    expect(backOffMs({ faults, random: 0 })).toBe(0);
    expect(backOffMs({ faults, random: 0.5 })).toBe(ceilingMs / 2);
    expect(backOffMs({ faults, random: 1 })).toBe(ceilingMs);
  });

  it('is never shorter than what the server asked for, nor shortened by it', () => {
    expect(backOffMs({ faults: 1, random: 0.5, askedForMs: 501 })).toBe(501);
    expect(backOffMs({ faults: 1, random: 0.5, askedForMs: 499 })).toBe(500);
    expect(backOffMs({ faults: 1, random: 0.5, askedForMs: 3_600_000 })).toBe(3_600_000);
    expect(backOffMs({ faults: 1, random: 0.5, askedForMs: Number.POSITIVE_INFINITY })).toBe(
      Number.POSITIVE_INFINITY,
    );
    expect(backOffMs({ faults: 1, random: 0.5, askedForMs: undefined })).toBe(500);
  });
});

describe('pauseBeforeDeadlineMs', () => {
  it.each([
    ['a pause that ends well before the deadline is left alone', 5_000, 60_000, 5_000],
    ['a pause that ends just in time for the last look is left alone', 58_000, 60_000, 58_000],
    ['a pause that would end in the last two seconds is shortened', 58_001, 60_000, 58_000],
    ['a pause that would end after the deadline is shortened', 300_000, 60_000, 58_000],
    ['an endless pause is shortened', Number.POSITIVE_INFINITY, 60_000, 58_000],
    ['just before the last two seconds, the pause is what is left until them', 5_000, 2_001, 1],
    ['in the last two seconds, the pause ends with the deadline at the latest', 5_000, 2_000, 2_000],
    ['in the last two seconds, a short pause is left alone', 300, 1_500, 300],
    ['when no time is left, there is no pause', 5_000, 0, 0],
  ])('%s', (_, pauseMs, leftMs, expected) => {
    expect(pauseBeforeDeadlineMs({ pauseMs, leftMs })).toBe(expected);
  });

  it('is neither negative nor longer than the pause that was due or the time that is left', () => {
    const ms = fc.double({ min: 0, max: 432_000_000, noNaN: true });
    fc.assert(
      fc.property(ms, ms, (pauseMs, leftMs) => {
        const shortened = pauseBeforeDeadlineMs({ pauseMs, leftMs });
        expect(shortened).toBeGreaterThanOrEqual(0);
        expect(shortened).toBeLessThanOrEqual(Math.min(pauseMs, leftMs));
      }),
    );
  });

  it('comes to the deadline in a few steps, and not without time passing', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 100, max: 300_000 }),
        fc.integer({ min: 1, max: 600_000 }),
        (pauseMs, timeoutMs) => {
          let leftMs = timeoutMs;
          let steps = 0;
          for (; leftMs > 0 && steps < 10_000; steps += 1)
            leftMs -= pauseBeforeDeadlineMs({ pauseMs, leftMs });
          expect(steps).toBeLessThanOrEqual((timeoutMs + 2_000) / pauseMs + 2);
          expect(leftMs).toBe(0);
        },
      ),
    );
  });
});

describe('retryAfterMs', () => {
  const nowMs = Date.parse('1994-11-06T08:49:07Z');

  it.each([
    ['0', 0],
    ['1', 1_000],
    ['120', 120_000],
    ['007', 7_000],
    [' 3 ', 3_000],
    ['9'.repeat(400), Number.POSITIVE_INFINITY],
  ])('reads "%s" as whole seconds', (header, ms) => {
    expect(retryAfterMs(header, nowMs)).toBe(ms);
  });

  it.each([
    ['Sun, 06 Nov 1994 08:49:37 GMT'],
    ['Sunday, 06-Nov-94 08:49:37 GMT'],
    ['Sun Nov  6 08:49:37 1994'],
    ['  Sun, 06 Nov 1994 08:49:37 GMT\t'],
  ])('reads "%s" as a date in GMT', (header) => {
    expect(retryAfterMs(header, nowMs)).toBe(30_000);
  });

  it('reads dates with two figures for the day and names of any length', () => {
    expect(retryAfterMs('Wed, 16 Nov 1994 08:49:07 GMT', nowMs)).toBe(10 * 86_400_000);
    expect(retryAfterMs('Wednesday, 16-Nov-94 08:49:07 GMT', nowMs)).toBe(10 * 86_400_000);
    expect(retryAfterMs('Wed Nov 16 08:49:07 1994', nowMs)).toBe(10 * 86_400_000);
  });

  it('takes a date that has passed for no pause at all', () => {
    expect(retryAfterMs('Sun, 06 Nov 1994 08:49:07 GMT', nowMs)).toBe(0);
    expect(retryAfterMs('Sun, 06 Nov 1994 08:49:06 GMT', nowMs)).toBe(0);
    expect(retryAfterMs('Thu, 01 Jan 1970 00:00:00 GMT', nowMs)).toBe(0);
  });

  it.each([
    [undefined],
    [''],
    [' '],
    ['soon'],
    ['-1'],
    ['+1'],
    ['1.5'],
    ['1e3'],
    ['0x10'],
    ['10 s'],
    ['1, 2'],
    ['Infinity'],
    ['May 5'],
    ['year 2099'],
    ['retry after 2099'],
    ['1994-11-06T08:49:37Z'],
    ['11/06/1994 08:49:37'],
    ['Sun, 06 Nov 1994 08:49:37'],
    ['Sun, 06 Nov 1994 08:49:37 UTC'],
    ['Sun, 06 Nov 1994 08:49:37 +0100'],
    ['Sun, 06 Nov 1994 08:49:37 GMT (Paris)'],
    ['at Sun, 06 Nov 1994 08:49:37 GMT'],
    ['Sun, 6 Nov 1994 08:49:37 GMT'],
    ['Sun, 06 November 1994 08:49:37 GMT'],
    ['Sun, 06 nov 1994 08:49:37 GMT'],
    ['sun, 06 Nov 1994 08:49:37 GMT'],
    ['Sun, 06-Nov 1994 08:49:37 GMT'],
    ['Sun, 06 Nov 994 08:49:37 GMT'],
    ['Sun, 06 Nov 1994 8:49:37 GMT'],
    ['Sun, 06 Nov 1994 08:9:37 GMT'],
    ['Sun, 06 Nov 1994 08:49:7 GMT'],
    ['Sun, 06 Foo 1994 08:49:37 GMT'],
    ['Sun, 06 Nov 1994 25:49:37 GMT'],
    ['Sun Nov 6 08:49:37 1994'],
    ['Sun Nov  6 08:49:37 1994 GMT'],
    ['Sun Nov  6 08:49:37 94'],
    ['Sun Nov  6 8:49:37 1994'],
    ['Sun Nov  6 08:9:37 1994'],
    ['Sun Nov  6 08:49:7 1994'],
    ['sun Nov  6 08:49:37 1994'],
    ['Sun nov  6 08:49:37 1994'],
    ['Sunday Nov  6 08:49:37 1994'],
    ['Sun November  6 08:49:37 1994'],
    ['at Sun Nov  6 08:49:37 1994'],
  ])('takes "%s" for no pause that was asked for', (header) => {
    expect(retryAfterMs(header, nowMs)).toBeUndefined();
  });

  it('reads back any whole number of seconds', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (seconds, present) => {
        expect(retryAfterMs(String(seconds), present)).toBe(seconds * 1_000);
      }),
    );
  });

  const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
  const forms: [name: string, write: (date: Date) => string][] = [
    ['IMF-fixdate', (date) => date.toUTCString()],
    [
      'RFC 850',
      (date) => {
        const [, day, month, year, time] = date.toUTCString().split(' ');
        return `${days[date.getUTCDay()]}, ${day}-${month}-${year?.slice(2)} ${time} GMT`;
      },
    ],
    [
      'asctime',
      (date) => {
        const [, day, month, year, time] = date.toUTCString().split(' ');
        return `${days[date.getUTCDay()]?.slice(0, 3)} ${month} ${day?.replace(/^0/, ' ')} ${time} ${year}`;
      },
    ],
  ];

  it.each(forms)('reads back any date of this century in the %s form', (_, write) => {
    const date = fc.date({
      min: new Date('2000-01-01T00:00:00Z'),
      max: new Date('2049-12-31T23:59:59Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(date, fc.integer({ min: -100_000, max: 100_000 }), (at, offsetMs) => {
        const whole = Math.floor(at.getTime() / 1_000) * 1_000;
        expect(retryAfterMs(write(at), whole - offsetMs)).toBe(Math.max(0, offsetMs));
      }),
    );
  });

  it('gives no time, or one that is neither negative nor no number, for any header', () => {
    const header = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'0123456789 :,-GMTSunNov') }));
    fc.assert(
      fc.property(header, fc.integer({ min: 0, max: 4e12 }), (text, present) => {
        const ms = retryAfterMs(text, present);
        expect(ms === undefined || ms >= 0).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
