import { describe, expect, it } from 'vitest';
import { ApiError } from '../src/api/error.js';
import { http, lost, play, state, updated } from './play.js';

const STARTING = state('INITIALIZING');
const RUNNING = state('RUNNING');
const FAILED = state('FAILED');
const CURABLE = state('FAILED', { errorCode: 'WORKLOAD_INIT_GRPC_ERROR' });
const INCURABLE = state('FAILED', { errorCode: 'WORKLOAD_INIT_SETTINGS_ERROR' });
const repeat = <T>(count: number, value: T): T[] => Array<T>(count).fill(value);

describe('a stale read after an accepted restart', () => {
  it('is ignored for two minutes where the API does not say when the state was updated', () => {
    const played = play({ reads: [FAILED], restarts: [STARTING] });
    expect(played).toMatchObject({ outcome: 'failed', last: FAILED, restarts: 1 });
    expect(played.requests.slice(-3)).toEqual(['read 115', 'read 120', 'read 130']);
  });

  it('is ignored for ten minutes while the API says that nothing was updated', () => {
    const played = play({ reads: [updated(0, 'TERMINATED')], restarts: [STARTING] });
    expect(played).toMatchObject({ outcome: 'failed', elapsedMs: 610_000 });
    expect(played.events.filter(({ type }) => type === 'stale-read')).toHaveLength(119);
  });

  it('is ignored for two minutes only once another state was read', () => {
    const reads = [updated(0, 'FAILED'), updated(0, 'INITIALIZING'), updated(0, 'FAILED')];
    expect(play({ reads, restarts: [STARTING] })).toMatchObject({ outcome: 'failed', elapsedMs: 130_000 });
  });

  it('can also repeat the state that the accepted call itself answered', () => {
    const answer = updated(1, 'FAILED');
    const reads = [updated(0, 'FAILED'), ...repeat(40, answer), updated(2, 'RUNNING')];
    expect(play({ reads, restarts: [answer] })).toMatchObject({ outcome: 'restarted', restarts: 1 });
  });

  it.each(['RUNNING', 'SLEEPING', 'TERMINATED', 'FAILED', 'INITIALIZING'])(
    'is a %s that was updated before the state that led to the restart',
    (status) => {
      const reads = [
        updated(60, 'FAILED'),
        updated(59, status),
        updated(70, 'UPDATING'),
        updated(80, 'RUNNING'),
      ];
      const { events, outcome, elapsedMs } = play({ reads, restarts: [updated(61, 'INITIALIZING')] });
      expect(events.filter(({ type }) => type === 'stale-read')).toHaveLength(1);
      expect([outcome, elapsedMs]).toEqual(['restarted', 15_000]);
    },
  );

  it('depends on when the read was sent, not by when it was answered', () => {
    const slow = { afterMs: 25_000, answer: FAILED };
    const played = play({ reads: [FAILED, slow], restarts: [STARTING], timeoutMs: 160_000 });
    // The read of second 95 is answered at second 120.
    expect(played.requests).toEqual([
      'read 0',
      'restart 0',
      'read 5',
      'read 35',
      'read 65',
      'read 95',
      'read 125',
      'read 158',
    ]);
    expect(played.outcome).toBe('timed-out');
  });

  it('can repeat what an accepted wake-up answered', () => {
    const answer = updated(1, 'SLEEPING');
    const reads = [updated(0, 'SLEEPING'), ...repeat(5, answer), updated(2, 'RUNNING')];
    expect(play({ wake: true, reads, wakes: [answer] })).toMatchObject({
      outcome: 'woken',
      elapsedMs: 30_000,
    });
  });

  it('of a sleeping endpoint does not end the wait for its wake-up', () => {
    const reads = [state('SLEEPING'), ...repeat(10, state('SLEEPING')), RUNNING];
    expect(play({ wake: true, reads, wakes: [state('AWAKING')] })).toMatchObject({
      outcome: 'woken',
      last: RUNNING,
    });
  });

  it('says nothing about stability', () => {
    const reads = [updated(0, 'FAILED'), updated(9, 'RUNNING'), updated(0, 'FAILED'), updated(9, 'RUNNING')];
    const { elapsedMs } = play({ reads, restarts: [STARTING], stableForMs: 10_000 });
    expect(elapsedMs).toBe(25_000);
  });
});

describe('a failure after an accepted restart', () => {
  it('is confirmed by a second read ten seconds later', () => {
    const { outcome, requests } = play({ reads: [FAILED, STARTING, CURABLE], restarts: [STARTING] });
    expect([outcome, requests.slice(-2)]).toEqual(['failed', ['read 10', 'read 20']]);
  });

  it('is confirmed after poll-interval where that is set', () => {
    const played = play({ reads: [FAILED, STARTING, CURABLE], restarts: [STARTING], pollIntervalMs: 45_000 });
    expect(played.requests.slice(-2)).toEqual(['read 90', 'read 135']);
  });

  it.each([
    ['the endpoint continues', RUNNING, 'restarted'],
    ['another status follows', state('TERMINATED'), 'failed'],
  ])('is not believed when %s', (_, next, outcome) => {
    const played = play({ reads: [FAILED, STARTING, CURABLE, next], restarts: [STARTING] });
    expect(played).toMatchObject({ outcome, last: next });
    expect(played.requests.at(-1)).toBe(outcome === 'failed' ? 'read 30' : 'read 20');
  });

  it('does not end the run as failed at the deadline if there was no time to confirm it', () => {
    const reads = [FAILED, ...repeat(5, STARTING), CURABLE];
    const played = play({ reads, restarts: [STARTING], timeoutMs: 35_000 });
    expect(played).toMatchObject({ outcome: 'timed-out', last: CURABLE, elapsedMs: 35_000 });
  });
});

describe('attempts', () => {
  it('pauses for 30, 60, 120 and 240 s before the second to the fifth restart', () => {
    const start = (index: number) => [STARTING, ...repeat(3, updated(index, 'FAILED', CURABLE.errorCode))];
    const reads = [FAILED, ...[1, 2, 3, 4, 5].flatMap(start)];
    const played = play({ attempts: 5, reads, restarts: repeat(5, STARTING) });
    expect(played).toMatchObject({ outcome: 'failed', restarts: 5 });
    const restarts = played.requests
      .filter((it) => it.startsWith('restart'))
      .map((it) => Number(it.slice(8)));
    // Each start shows INITIALIZING after 5 s and FAILED after 10 s, which is confirmed 10 s later.
    const starts = [0, 30, 60, 120, 240].map((pause, index) => pause + (index === 0 ? 0 : 20));
    expect(restarts).toEqual(
      starts.map((_, index) => starts.slice(0, index + 1).reduce((sum, it) => sum + it)),
    );
    expect(
      played.events.flatMap((it) => (it.type === 'retry-scheduled' ? [[it.attempt, it.inMs]] : [])),
    ).toEqual([
      [2, 30_000],
      [3, 60_000],
      [4, 120_000],
      [5, 240_000],
    ]);
    expect(played.events.flatMap((it) => (it.type === 'accepted' ? [it.attempt] : []))).toEqual([
      1, 2, 3, 4, 5,
    ]);
  });

  it.each([
    ['a terminated endpoint', updated(9, 'TERMINATED'), ['FAILED', 'TERMINATED']],
    ['a code that no restart can cure', INCURABLE, ['FAILED', 'TERMINATED']],
    ['a failure outside restart-on', CURABLE, ['TERMINATED']],
  ] as const)('never restarts %s again', (_, second, restartOn) => {
    const reads = [state('TERMINATED'), STARTING, second];
    const played = play({ attempts: 5, restartOn: [...restartOn], reads, restarts: [STARTING] });
    expect(played).toMatchObject({ outcome: 'failed', restarts: 1, elapsedMs: 20_000 });
  });

  it('reads again after the pause, and does not restart an endpoint that has changed', () => {
    const reads = [FAILED, STARTING, CURABLE, CURABLE, INCURABLE];
    expect(play({ attempts: 2, reads, restarts: [STARTING] })).toMatchObject({
      outcome: 'failed',
      restarts: 1,
    });
    const recovered = [FAILED, STARTING, CURABLE, CURABLE, RUNNING];
    expect(play({ attempts: 2, reads: recovered, restarts: [STARTING] })).toMatchObject({
      outcome: 'restarted',
      restarts: 1,
    });
  });

  it('ends at the deadline and names the attempt that it was waiting for', () => {
    const played = play({
      attempts: 3,
      reads: [FAILED, STARTING, CURABLE],
      restarts: [STARTING],
      timeoutMs: 40_000,
    });
    expect(played).toMatchObject({
      outcome: 'timed-out',
      nextAttempt: 2,
      stableMs: undefined,
      elapsedMs: 40_000,
    });
    // The final poll shows the same failure, which is no news.
    expect(played.events.filter(({ type }) => type === 'retry-scheduled')).toHaveLength(1);
  });

  it('pauses anew if the endpoint was started by somebody else and fails again', () => {
    const fails = (seconds: number) => repeat(2, updated(seconds, 'FAILED'));
    const reads = [FAILED, STARTING, ...fails(1), STARTING, ...fails(2), updated(2, 'FAILED'), RUNNING];
    const { events } = play({ attempts: 2, reads, restarts: [STARTING, STARTING] });
    expect(events.filter(({ type }) => type === 'retry-scheduled')).toHaveLength(2);
  });

  it('reacts to a cancel in the pause at once', () => {
    const reads = [FAILED, STARTING, CURABLE];
    const played = play({ attempts: 2, reads, restarts: [STARTING], cancelAtMs: 25_000 });
    expect(played).toMatchObject({ outcome: 'cancelled', elapsedMs: 25_000, restarts: 1 });
  });
});

describe('an ambiguous restart', () => {
  const AMBIGUOUS_ANSWERS = [
    ['a lost answer', lost],
    ['a 500', http(500)],
    ['a 503', http(503)],
    ['a 200 without a status object', http(200, { kind: 'transient', source: 'body' })],
    ['no answer in time', 'hang'],
  ] as const;

  it.each(AMBIGUOUS_ANSWERS)('of %s counts as accepted once the endpoint starts', (_, answer) => {
    for (const status of ['INITIALIZING', 'AWAKING', 'RUNNING']) {
      const played = play({ wait: false, reads: [FAILED, state(status)], restarts: [answer] });
      expect(played).toMatchObject({ outcome: 'restarted', restarts: 1, ambiguous: undefined });
      expect(played.events).toContainEqual(expect.objectContaining({ type: 'accepted', inferred: true }));
    }
  });

  it.each(AMBIGUOUS_ANSWERS)(
    'of %s is sent again while the endpoint is down, whatever else has changed',
    (_, answer) => {
      for (const second of [
        updated(0, 'FAILED'),
        updated(5, 'FAILED'),
        updated(0, 'FAILED', 'CODE'),
        updated(5, 'TERMINATED'),
      ]) {
        const reads = [updated(0, 'FAILED'), second];
        const played = play({ wait: false, reads, restarts: [answer, STARTING] });
        expect(played).toMatchObject({ outcome: 'restarted', restarts: 1, last: STARTING });
      }
    },
  );

  it.each([
    ['a 408', http(408)],
    ['a 425', http(425)],
    ['a 429', http(429)],
    ['a 400', http(400)],
    ['a 403', http(403)],
  ])('is none after %s: an endpoint that then starts was restarted by somebody else', (_, answer) => {
    const played = play({ wait: false, reads: [FAILED, STARTING], restarts: [answer] });
    expect(played).toMatchObject({ outcome: 'not-needed', restarts: 0, ambiguous: undefined });
  });

  it.each(['TERMINATING', 'STOPPING', 'UNKNOWN', 'SLEEPING', 'UPDATING', 'READY', 'NEW'])(
    'stays open at %s: without wait an error after two minutes, and never green',
    (status) => {
      const played = play({ wait: false, wake: true, reads: [FAILED, state(status)], restarts: [http(503)] });
      expect(played).toMatchObject({
        outcome: 'error',
        reason: 'ambiguous',
        restarts: 0,
        ambiguous: 'restart',
      });
      expect(played.elapsedMs).toBe(120_000);
    },
  );

  it.each([
    ['SLEEPING', 'not-needed', 'restart'],
    ['UPDATING', 'restarted', undefined],
  ])('at %s leaves the table as it is with wait', (status, outcome, ambiguous) => {
    const played = play({ reads: [FAILED, state(status), RUNNING], restarts: [http(503)] });
    expect(played).toMatchObject({ outcome, ambiguous });
  });

  it('counts as accepted at READY with wait', () => {
    expect(play({ reads: [FAILED, state('READY'), RUNNING], restarts: [lost] })).toMatchObject({
      outcome: 'restarted',
      restarts: 1,
    });
  });

  it('is not resolved by a state that is older than the one before', () => {
    const reads = [
      updated(60, 'FAILED'),
      updated(0, 'RUNNING'),
      updated(60, 'FAILED'),
      updated(90, 'RUNNING'),
    ];
    const played = play({ reads, restarts: [lost, STARTING] });
    expect(played.requests.filter((it) => it.startsWith('restart'))).toHaveLength(2);
    expect(played).toMatchObject({ outcome: 'restarted', restarts: 1 });
  });

  it('is left alone when the endpoint is then terminated on purpose', () => {
    const played = play({
      restartOn: ['FAILED'],
      reads: [FAILED, state('TERMINATED')],
      restarts: [http(500)],
    });
    expect(played).toMatchObject({ outcome: 'not-needed', restarts: 0, ambiguous: 'restart' });
  });

  it('is not settled by what a later wake-up explains, and stays unknown', () => {
    const reads = [FAILED, state('SLEEPING'), state('AWAKING'), RUNNING];
    const played = play({ wake: true, reads, restarts: [lost], wakes: [state('AWAKING')] });
    expect(played).toMatchObject({ outcome: 'woken', restarts: 0, woken: true, ambiguous: 'restart' });
  });

  it('of a permanent fault is none, with or without an answer', () => {
    const untrusted = new ApiError('untrusted', { kind: 'permanent', source: 'certificate' });
    const played = play({ wait: false, reads: [FAILED, STARTING], restarts: [untrusted] });
    expect(played).toMatchObject({ outcome: 'not-needed', restarts: 0, ambiguous: undefined });
  });

  it('late in a run without wait has two minutes of its own', () => {
    const late = { afterMs: 25_000, answer: lost };
    const reads = [late, late, late, late, FAILED, state('UNKNOWN')];
    const { requests, elapsedMs, reason } = play({ wait: false, reads, restarts: [http(503)], random: 0 });
    expect([reason, requests[5]]).toEqual(['ambiguous', 'restart 100']);
    expect(elapsedMs).toBe(220_000);
  });

  it('has the same rules as a wake-up', () => {
    const ASLEEP = state('SLEEPING');
    const AWAKING = state('AWAKING');
    expect(play({ wait: false, wake: true, reads: [ASLEEP, AWAKING], wakes: [lost] })).toMatchObject({
      outcome: 'woken',
    });
    expect(play({ wait: false, wake: true, reads: [ASLEEP, ASLEEP], wakes: [lost, AWAKING] })).toMatchObject({
      outcome: 'woken',
      last: AWAKING,
    });
    expect(play({ wait: false, wake: true, reads: [ASLEEP, state('UNKNOWN')], wakes: [lost] })).toMatchObject(
      { reason: 'ambiguous', ambiguous: 'wake' },
    );
  });
});

describe('an ambiguous restart and then a 400', () => {
  it('counts as accepted as soon as the state changes, and nothing is sent again', () => {
    const reads = [FAILED, FAILED, FAILED, CURABLE];
    const played = play({ reads, restarts: [lost, http(400)] });
    expect(played).toMatchObject({ outcome: 'failed', restarts: 1, last: CURABLE });
  });

  it('is sent again after two minutes without a change', () => {
    const { requests } = play({ reads: [FAILED], restarts: [lost, http(400), STARTING], timeoutMs: 150_000 });
    const [, second = 0, third = 0] = requests
      .filter((it) => it.startsWith('restart'))
      .map((it) => Number(it.slice(8)));
    expect(third - second).toBeGreaterThanOrEqual(120);
    expect(third - second).toBeLessThanOrEqual(125);
  });

  it('ends the run if the API then rejects it once more', () => {
    const played = play({ reads: [FAILED], restarts: [lost, http(400), http(400)] });
    expect(played).toMatchObject({ outcome: 'error', reason: 'not-accepted', ambiguous: 'restart' });
  });
});

describe('a rejected restart', () => {
  const restartTimes = (requests: readonly string[]): number[] =>
    requests.filter((it) => it.startsWith('restart')).map((it) => Number(it.slice(8)));

  it.each([400, 409, 423])('is repeated for two minutes after a %d, without jitter', (httpStatus) => {
    const played = play({ reads: [FAILED], restarts: repeat(20, http(httpStatus)) });
    expect(played).toMatchObject({
      outcome: 'error',
      reason: 'not-accepted',
      faultCall: 'restart',
      restarts: 0,
    });
    expect(restartTimes(played.requests)).toEqual([0, 1, 3, 7, 15, 31, 61, 91, 118]);
    const fault = http(httpStatus);
    const rejected = played.events.filter(({ type }) => type === 'rejected');
    expect(rejected[0]).toEqual({ type: 'rejected', request: 'restart', fault, atMs: 0 });
    expect(rejected).toHaveLength(9);
  });

  it('is repeated without wait too, but not in the last five seconds', () => {
    const { requests, reason, elapsedMs } = play({
      wait: false,
      reads: [FAILED],
      restarts: repeat(20, http(400)),
    });
    expect([reason, restartTimes(requests).at(-1), elapsedMs]).toEqual(['not-accepted', 113, 120_000]);
  });

  it('is no failure if a later request is accepted', () => {
    const played = play({
      reads: [FAILED, FAILED, FAILED, RUNNING],
      restarts: [http(400), http(409), STARTING],
    });
    expect(played).toMatchObject({ outcome: 'restarted', restarts: 1 });
  });

  it('is read once more at the end of its two minutes', () => {
    const reads = [...repeat(9, FAILED), STARTING, RUNNING];
    expect(play({ reads, restarts: repeat(9, http(400)) })).toMatchObject({
      outcome: 'not-needed',
      restarts: 0,
    });
  });

  it.each([
    ['429s', http(429)],
    ['503s', http(503)],
  ])('is no reason to give up when %s follow for longer than two minutes', (_, fault) => {
    const restarts = [http(400), ...repeat(40, fault), STARTING];
    const played = play({ reads: [...repeat(42, FAILED), STARTING, RUNNING], restarts, random: 0.5 });
    expect(played).toMatchObject({ outcome: 'restarted', restarts: 1 });
    expect(played.elapsedMs).toBeGreaterThan(300_000);
  });

  it('is forgotten when the endpoint has left the state that it was for', () => {
    const reads = [FAILED, ...repeat(40, state('TERMINATING')), state('TERMINATED'), STARTING, RUNNING];
    const played = play({ reads, restarts: [http(409), STARTING] });
    expect(played).toMatchObject({ outcome: 'restarted', restarts: 1 });
    const asleep = [...repeat(8, FAILED), state('UNKNOWN'), state('SLEEPING'), RUNNING];
    const woken = play({
      wake: true,
      reads: asleep,
      restarts: repeat(8, http(400)),
      wakes: [state('AWAKING')],
    });
    expect(woken).toMatchObject({ outcome: 'woken', woken: true });
  });

  it('honors Retry-After', () => {
    const { requests } = play({
      reads: [FAILED, FAILED, RUNNING],
      restarts: [http(409, { retryAfterMs: 40_000 }), STARTING],
    });
    expect(restartTimes(requests)).toEqual([0, 40]);
  });

  it('gets another two minutes after the endpoint was started by somebody else', () => {
    const reads = [...repeat(7, FAILED), STARTING, FAILED];
    const { requests } = play({ reads, restarts: repeat(20, http(400)) });
    const times = restartTimes(requests);
    expect((times.at(-1) ?? 0) - (times[7] ?? 0)).toBe(118);
  });
});

describe('the time before the deadline', () => {
  it.each([
    [3_600_000, 5_000],
    [50_000, 5_000],
    [20_000, 2_000],
  ])('of a timeout of %d ms has no restart in its last %d ms', (timeoutMs, reserveMs) => {
    for (const [at, sends] of [
      [timeoutMs - reserveMs - 1, 1],
      [timeoutMs - reserveMs, 0],
    ] as const) {
      const reads = [{ afterMs: 0, answer: STARTING }, FAILED];
      const played = play({ timeoutMs, pollIntervalMs: at, reads, restarts: [STARTING, STARTING] });
      expect(played.requests.filter((it) => it.startsWith('restart'))).toHaveLength(sends);
    }
  });
});
