import { describe, expect, it } from 'vitest';
import { ApiError } from '../src/api/error.js';
import { http, lost, type PlayedRun, playPolicy, state, updated } from './play.js';

const STARTING = state('INITIALIZING');
const RUNNING = state('RUNNING');
const FAILED = state('FAILED');
const FIXABLE = state('FAILED', { errorCode: 'WORKLOAD_INIT_GRPC_ERROR' });
const UNFIXABLE = state('FAILED', { errorCode: 'WORKLOAD_INIT_SETTINGS_ERROR' });
const lostToProxy = new ApiError('HTTP 503', { kind: 'transient', source: 'proxy' });
const repeat = <T>(count: number, value: T): T[] => Array<T>(count).fill(value);

describe('a read that repeats what was before an accepted request', () => {
  it('is ignored for ten minutes, and counts from then on once confirmed', () => {
    for (const before of [FAILED, updated(0, 'TERMINATED')]) {
      const played = playPolicy({ reads: [before], restarts: [STARTING] });
      expect(played).toMatchObject({ outcome: 'failed', restarts: 1, elapsedMs: 610_000 });
      expect(played.requests.slice(-2)).toEqual(['read 600', 'read 610']);
    }
  });

  it('is ignored for two minutes once another state has been read', () => {
    const played = playPolicy({ reads: [FAILED, STARTING, FAILED], restarts: [STARTING] });
    expect(played).toMatchObject({ outcome: 'failed', last: FAILED, restarts: 1 });
    expect(played.requests.slice(-3)).toEqual(['read 115', 'read 120', 'read 130']);
  });

  it('can also repeat the FAILED, TERMINATED, or SLEEPING in the response to the request', () => {
    const response = updated(1, 'FAILED');
    const reads = [updated(0, 'FAILED'), ...repeat(40, response), updated(2, 'RUNNING')];
    expect(playPolicy({ reads, restarts: [response] })).toMatchObject({ outcome: 'restarted', restarts: 1 });
    const asleep = updated(1, 'SLEEPING');
    const sleeping = [updated(0, 'SLEEPING'), ...repeat(5, asleep), updated(2, 'RUNNING')];
    expect(playPolicy({ wake: true, reads: sleeping, wakes: [asleep] })).toMatchObject({
      outcome: 'woken',
      elapsedMs: 30_000,
    });
  });

  it('counts by when it was sent, not by when its response came', () => {
    const slow = { afterMs: 25_000, reply: FAILED };
    const played = playPolicy({ reads: [FAILED, STARTING, slow], restarts: [STARTING], timeoutMs: 160_000 });
    // The read of second 100 gets its response at second 125, and that of second 130 is the first to count.
    expect(played.requests.slice(-4)).toEqual(['read 70', 'read 100', 'read 130', 'read 155']);
    expect(played.outcome).toBe('timed-out');
  });

  it('of a sleeping endpoint does not end the wait for its wake-up', () => {
    const reads = [state('SLEEPING'), state('AWAKING'), ...repeat(10, state('SLEEPING')), RUNNING];
    expect(playPolicy({ wake: true, reads, wakes: [state('AWAKING')] })).toMatchObject({
      outcome: 'woken',
      last: RUNNING,
    });
  });
});

describe('a read that is older than the newest one', () => {
  it.each(['RUNNING', 'SLEEPING', 'TERMINATED', 'FAILED', 'INITIALIZING'])('is ignored, here a %s', (status) => {
    const reads = [updated(60, 'FAILED'), updated(59, status), updated(70, 'UPDATING'), updated(80, 'RUNNING')];
    const played = playPolicy({ reads, restarts: [updated(61, 'INITIALIZING')] });
    expect(played).toMatchObject({ outcome: 'restarted', elapsedMs: 15_000 });
    expect(played.events.filter((it) => it.type === 'paused' && it.why === 'stale')).toHaveLength(1);
  });

  it('does not make a waking endpoint woken, nor a terminated one restarted', () => {
    const asleep = [updated(0, 'SLEEPING'), updated(5, 'AWAKING'), updated(0, 'SLEEPING'), updated(9, 'RUNNING')];
    expect(playPolicy({ wake: true, reads: asleep, wakes: [updated(1, 'AWAKING')] })).toMatchObject({
      outcome: 'woken',
      last: { status: 'RUNNING' },
    });
    const terminated = [
      updated(0, 'FAILED'),
      updated(5, 'INITIALIZING'),
      updated(9, 'TERMINATED'),
      updated(7, 'FAILED'),
    ];
    const played = playPolicy({
      attempts: 2,
      reads: [...terminated, updated(9, 'TERMINATED')],
      restarts: [updated(1, 'INITIALIZING')],
    });
    expect(played).toMatchObject({ outcome: 'failed', restarts: 1, last: { status: 'TERMINATED' } });
  });

  it('counts two minutes after the newest one was last read, and so does a still older one', () => {
    const newest = updated(60, 'INITIALIZING');
    // The newest one was last read at second 5.
    expect(playPolicy({ reads: [newest, newest, updated(0, 'RUNNING')] }).elapsedMs).toBe(125_000);
    const reads = [newest, newest, ...repeat(24, updated(30, 'UPDATING')), updated(0, 'RUNNING')];
    expect(playPolicy({ reads }).elapsedMs).toBe(130_000);
  });

  it('is not what the response to a request says', () => {
    const reads = [updated(60, 'FAILED'), updated(62, 'INITIALIZING'), updated(63, 'RUNNING')];
    const played = playPolicy({ reads, restarts: [updated(900, 'INITIALIZING')] });
    expect(played).toMatchObject({ outcome: 'restarted', elapsedMs: 10_000 });
  });
});

describe('a FAILED or TERMINATED', () => {
  it('is acted on at once if the run finds it first', () => {
    expect(playPolicy({ reads: [FAILED, RUNNING], restarts: [STARTING] }).requests[1]).toBe('restart 0');
    expect(playPolicy({ restartOn: ['FAILED'], reads: [state('TERMINATED')] })).toMatchObject({
      outcome: 'not-needed',
      elapsedMs: 0,
    });
  });

  it.each([
    [undefined, 10],
    [2_000, 2],
    [45_000, 10],
  ])('after an accepted restart, with poll-interval %s ms, is confirmed %d s later', (pollIntervalMs, pause) => {
    const played = playPolicy({ reads: [FAILED, STARTING, FIXABLE], restarts: [STARTING], pollIntervalMs });
    const [first = 0, second = 0] = played.requests.slice(-2).map((it) => Number(it.slice(5)));
    expect([played.outcome, second - first]).toEqual(['failed', pause]);
  });

  it.each([
    ['restarts a waking endpoint', { wake: true }, ['SLEEPING', 'AWAKING', 'FAILED', 'AWAKING', 'RUNNING'], 'woken'],
    ['ends an update', { restartOn: ['RECOVERABLE'] }, ['UPDATING', 'FAILED', 'UPDATING', 'RUNNING'], 'not-needed'],
    [
      'ends a start',
      { restartOn: ['FAILED'] },
      ['INITIALIZING', 'TERMINATED', 'INITIALIZING', 'RUNNING'],
      'not-needed',
    ],
    ['ends a stop', {}, ['STOPPING', 'FAILED', 'RUNNING'], 'not-needed'],
  ] as const)('read once, after another status, never %s', (_, policy, statuses, outcome) => {
    const reads = statuses.map((status) =>
      state(status, { errorCode: status === 'FAILED' ? UNFIXABLE.errorCode : '' }),
    );
    const played = playPolicy({ ...policy, reads, wakes: [state('AWAKING')] });
    expect(played).toMatchObject({ outcome, restarts: 0 });
  });

  it('is confirmed by either, and a TERMINATED after a restart is never restarted', () => {
    const terminated = state('TERMINATED');
    for (const down of [
      [FIXABLE, terminated],
      [terminated, FIXABLE],
    ]) {
      const played = playPolicy({ attempts: 3, reads: [FAILED, STARTING, ...down], restarts: [STARTING] });
      expect(played).toMatchObject({ outcome: 'failed', last: down[1], elapsedMs: 20_000, restarts: 1 });
    }
  });

  it('counts by when its read was sent', () => {
    const slow = { afterMs: 9_000, reply: FIXABLE };
    const { requests } = playPolicy({ reads: [FAILED, STARTING, slow, FIXABLE], restarts: [STARTING] });
    expect(requests.slice(-2)).toEqual(['read 10', 'read 20']);
  });

  it('is confirmed by the last read before the deadline, however soon, but not by itself', () => {
    const reads = [FAILED, ...repeat(5, STARTING), FIXABLE];
    const confirmed = playPolicy({ reads, restarts: [STARTING], timeoutMs: 35_000 });
    expect(confirmed).toMatchObject({ outcome: 'failed', last: FIXABLE, elapsedMs: 33_000 });
    const alone = playPolicy({ reads, restarts: [STARTING], timeoutMs: 31_000 });
    expect(alone).toMatchObject({ outcome: 'timed-out', last: FIXABLE, elapsedMs: 31_000 });
  });
});

describe('attempts', () => {
  it('pauses for 30, 60, 120, and 240 s before the second to the fifth restart', () => {
    const start = (index: number) => [STARTING, ...repeat(3, updated(index, 'FAILED', FIXABLE.errorCode))];
    const reads = [FAILED, ...[1, 2, 3, 4, 5].flatMap(start)];
    const played = playPolicy({ attempts: 5, reads, restarts: repeat(5, STARTING) });
    expect(played).toMatchObject({ outcome: 'failed', restarts: 5 });
    const restarts = played.requests.filter((it) => it.startsWith('restart')).map((it) => Number(it.slice(8)));
    // Each start shows INITIALIZING after 5 s and FAILED after 10 s, which is confirmed 10 s later.
    const starts = [0, 30, 60, 120, 240].map((pause, index) => pause + (index === 0 ? 0 : 20));
    expect(restarts).toEqual(starts.map((_, index) => starts.slice(0, index + 1).reduce((sum, it) => sum + it)));
    expect(played.events.flatMap((it) => (it.type === 'restart-scheduled' ? [[it.attempt, it.inMs]] : []))).toEqual([
      [2, 30_000],
      [3, 60_000],
      [4, 120_000],
      [5, 240_000],
    ]);
    expect(played.events.flatMap((it) => (it.type === 'accepted' ? [it.attempt] : []))).toEqual([1, 2, 3, 4, 5]);
  });

  it.each([
    ['a terminated endpoint', updated(9, 'TERMINATED'), ['FAILED', 'TERMINATED']],
    ['a code that no restart can fix', UNFIXABLE, ['FAILED', 'TERMINATED']],
    ['a failure outside restart-on', FIXABLE, ['TERMINATED']],
  ] as const)('never restarts %s again', (_, second, restartOn) => {
    const reads = [state('TERMINATED'), STARTING, second];
    const played = playPolicy({ attempts: 5, restartOn: [...restartOn], reads, restarts: [STARTING] });
    expect(played).toMatchObject({ outcome: 'failed', restarts: 1, elapsedMs: 20_000 });
  });

  it('reads again after the pause, and does not restart an endpoint that has changed', () => {
    const reads = [FAILED, STARTING, FIXABLE, FIXABLE, UNFIXABLE];
    expect(playPolicy({ attempts: 2, reads, restarts: [STARTING] })).toMatchObject({
      outcome: 'failed',
      restarts: 1,
    });
    const recovered = [FAILED, STARTING, FIXABLE, FIXABLE, RUNNING];
    expect(playPolicy({ attempts: 2, reads: recovered, restarts: [STARTING] })).toMatchObject({
      outcome: 'restarted',
      restarts: 1,
    });
  });

  it('ends at the deadline and names the attempt that it was waiting for', () => {
    const played = playPolicy({
      attempts: 3,
      reads: [FAILED, STARTING, FIXABLE],
      restarts: [STARTING],
      timeoutMs: 40_000,
    });
    expect(played).toMatchObject({
      outcome: 'timed-out',
      elapsedMs: 40_000,
    });
    // The final poll shows the same failure, which is no news.
    expect(played.events.filter(({ type }) => type === 'restart-scheduled')).toHaveLength(1);
  });

  it('pauses anew if the endpoint was started by someone else and fails again', () => {
    const fails = (seconds: number) => repeat(2, updated(seconds, 'FAILED'));
    const reads = [FAILED, STARTING, ...fails(1), STARTING, ...fails(2), updated(2, 'FAILED'), RUNNING];
    const { events } = playPolicy({ attempts: 2, reads, restarts: [STARTING, STARTING] });
    expect(events.filter(({ type }) => type === 'restart-scheduled')).toHaveLength(2);
  });

  it('reacts to a cancel in the pause at once', () => {
    const reads = [FAILED, STARTING, FIXABLE];
    const played = playPolicy({ attempts: 2, reads, restarts: [STARTING], cancelAtMs: 25_000 });
    expect(played).toMatchObject({ outcome: 'cancelled', elapsedMs: 25_000, restarts: 1 });
  });
});

describe('an ambiguous restart', () => {
  const AMBIGUOUS_REPLIES = [
    ['a lost response', lost],
    ['a 500', http(500)],
    ['a 503', http(503)],
    ['a 200 without a status object', http(200, { kind: 'transient', source: 'body' })],
    ['no response in time', 'hang'],
  ] as const;

  it.each(AMBIGUOUS_REPLIES)('of %s counts as accepted once the endpoint starts', (_, reply) => {
    for (const [status, wait] of [
      ['INITIALIZING', false],
      ['AWAKING', false],
      ['RUNNING', true],
      ['READY', false],
      ['READY', true],
    ] as const) {
      const played = playPolicy({ wait, reads: [FAILED, state(status)], restarts: [reply] });
      expect(played).toMatchObject({ outcome: 'restarted', restarts: 1, isAmbiguous: false });
      expect(played.events).toContainEqual(expect.objectContaining({ type: 'accepted', isInferred: true }));
    }
  });

  it.each(AMBIGUOUS_REPLIES)(
    'of %s is sent again while the endpoint is down, whatever else has changed',
    (_, reply) => {
      for (const second of [
        updated(0, 'FAILED'),
        updated(5, 'FAILED'),
        updated(0, 'FAILED', 'CODE'),
        updated(5, 'TERMINATED'),
      ]) {
        const reads = [updated(0, 'FAILED'), second];
        const played = playPolicy({ wait: false, reads, restarts: [reply, STARTING] });
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
    ['a 503 from the proxy, which never sent it', lostToProxy],
  ])('is none after %s: an endpoint that then starts was restarted by someone else', (_, reply) => {
    const played = playPolicy({ wait: false, reads: [FAILED, STARTING], restarts: [reply] });
    expect(played).toMatchObject({ outcome: 'not-needed', restarts: 0, isAmbiguous: false });
  });

  it.each(['TERMINATING', 'STOPPING', 'UNKNOWN', 'SLEEPING', 'UPDATING', 'NEW'])(
    'stays unresolved at %s: without wait, an error after two minutes, never success',
    (status) => {
      const played = playPolicy({
        wait: false,
        wake: true,
        reads: [FAILED, state(status)],
        restarts: [http(503)],
      });
      expect(played).toMatchObject({
        outcome: 'error',
        reason: 'ambiguous',
        restarts: 0,
        isAmbiguous: true,
      });
      expect(played.elapsedMs).toBe(120_000);
    },
  );

  it.each([
    ['SLEEPING', 'not-needed', true],
    ['UPDATING', 'restarted', false],
  ])('at %s leaves the table as it is with wait', (status, outcome, isAmbiguous) => {
    const played = playPolicy({ reads: [FAILED, state(status), RUNNING], restarts: [http(503)] });
    expect(played).toMatchObject({ outcome, isAmbiguous });
  });

  it('is not resolved by a state that is older than the one before', () => {
    const reads = [updated(60, 'FAILED'), updated(0, 'RUNNING'), updated(60, 'FAILED'), updated(90, 'RUNNING')];
    const played = playPolicy({ reads, restarts: [lost, STARTING] });
    expect(played.requests.filter((it) => it.startsWith('restart'))).toHaveLength(2);
    expect(played).toMatchObject({ outcome: 'restarted', restarts: 1 });
  });

  it('is left alone when the endpoint is then terminated on purpose', () => {
    const played = playPolicy({
      restartOn: ['FAILED'],
      reads: [FAILED, state('TERMINATED')],
      restarts: [http(500)],
    });
    expect(played).toMatchObject({ outcome: 'not-needed', restarts: 0, isAmbiguous: true });
  });

  it('is closed by a wake-up that is accepted later', () => {
    const reads = [FAILED, state('SLEEPING'), state('AWAKING'), RUNNING];
    const played = playPolicy({ wake: true, reads, restarts: [lost], wakes: [state('AWAKING')] });
    expect(played).toMatchObject({ outcome: 'woken', restarts: 0, woken: true, isAmbiguous: false });
  });

  it('is never caused by a permanent fault, with or without a response', () => {
    const untrusted = new ApiError('untrusted', { kind: 'permanent', source: 'certificate' });
    const played = playPolicy({ wait: false, reads: [FAILED, STARTING], restarts: [untrusted] });
    expect(played).toMatchObject({ outcome: 'not-needed', restarts: 0, isAmbiguous: false });
  });

  it('late in a run without wait gets its own two minutes', () => {
    const late = { afterMs: 25_000, reply: lost };
    const reads = [late, late, late, late, FAILED, state('UNKNOWN')];
    const { requests, elapsedMs, reason } = playPolicy({
      wait: false,
      reads,
      restarts: [http(503)],
      random: 0,
    });
    expect([reason, requests[5]]).toEqual(['ambiguous', 'restart 100']);
    expect(elapsedMs).toBe(220_000);
  });

  it('has the same rules as a wake-up', () => {
    const ASLEEP = state('SLEEPING');
    const AWAKING = state('AWAKING');
    expect(playPolicy({ wait: false, wake: true, reads: [ASLEEP, AWAKING], wakes: [lost] })).toMatchObject({
      outcome: 'woken',
    });
    expect(playPolicy({ wait: false, wake: true, reads: [ASLEEP, ASLEEP], wakes: [lost, AWAKING] })).toMatchObject({
      outcome: 'woken',
      last: AWAKING,
    });
    expect(playPolicy({ wait: false, wake: true, reads: [ASLEEP, state('UNKNOWN')], wakes: [lost] })).toMatchObject({
      reason: 'ambiguous',
      isAmbiguous: true,
    });
  });
});

const restartTimes = ({ requests }: PlayedRun): number[] =>
  requests.filter((it) => it.startsWith('restart')).map((it) => Number(it.slice(8)));

describe('an ambiguous restart and then a 400', () => {
  it('is held back for two minutes, and says so once', () => {
    const played = playPolicy({ reads: [FAILED], restarts: [lost, http(400), STARTING], timeoutMs: 150_000 });
    const [, second = 0, third = 0] = restartTimes(played);
    expect(third - second).toBeGreaterThanOrEqual(120);
    expect(third - second).toBeLessThanOrEqual(125);
    expect(played.events.filter(({ type }) => type === 'held-back')).toEqual([
      { type: 'held-back', request: 'restart', forMs: 120_000, atMs: 500 },
    ]);
  });

  it.each([
    ['another error code', updated(0, 'FAILED', FIXABLE.errorCode)],
    ['another updatedAt', updated(90, 'FAILED')],
  ])('was accepted if the endpoint is then FAILED with %s', (_, failed) => {
    const before = updated(0, 'FAILED');
    const played = playPolicy({ reads: [before, before, before, failed], restarts: [lost, http(400)] });
    expect(played).toMatchObject({ outcome: 'failed', restarts: 1, last: failed, isAmbiguous: false });
  });

  it('is held back again in a new row, and only once in a row of 503 and 400', () => {
    const [down, stopping] = [state('TERMINATED'), state('TERMINATING')];
    const reads = [...repeat(10, down), stopping, down];
    const played = playPolicy({
      reads,
      restarts: [lost, http(400), http(400), STARTING],
      timeoutMs: 600_000,
    });
    const [, second = 0, third = 0, fourth = 0] = restartTimes(played);
    expect([third - second >= 120, fourth - third >= 120]).toEqual([true, true]);
    const restarts = repeat(99, [http(503), http(400)]).flat();
    const alternating = playPolicy({ reads: [FAILED], restarts });
    expect(alternating).toMatchObject({ outcome: 'error', reason: 'not-accepted' });
    expect(alternating.elapsedMs).toBeLessThan(300_000);
  });

  it('was not accepted if the endpoint is FAILED without any other change', () => {
    const reads = [state('TERMINATED'), state('TERMINATED'), FAILED];
    const played = playPolicy({ reads, restarts: [lost, http(400), STARTING], timeoutMs: 200_000 });
    expect(played.events.flatMap((it) => (it.type === 'accepted' ? [it.isInferred] : []))).toEqual([false]);
  });

  it('was not if a person then terminates the endpoint', () => {
    const reads = [FAILED, FAILED, FAILED, state('TERMINATED')];
    const played = playPolicy({ restartOn: ['FAILED'], reads, restarts: [http(503), http(400)] });
    expect(played).toMatchObject({ outcome: 'not-needed', restarts: 0, isAmbiguous: true });
  });

  it('ends the run with a rejection two minutes after the time that it was held back for', () => {
    const played = playPolicy({ reads: [FAILED], restarts: [lost, ...repeat(20, http(400))], random: 1 });
    expect(played).toMatchObject({
      outcome: 'error',
      reason: 'not-accepted',
      isAmbiguous: true,
      restarts: 0,
    });
    expect(played.elapsedMs).toBeGreaterThanOrEqual(241_000);
    expect(played.elapsedMs).toBeLessThan(280_000);
  });

  it('is held back as well if the rejections began before it', () => {
    const played = playPolicy({
      reads: [FAILED],
      restarts: [http(400), lost, http(400), STARTING],
      timeoutMs: 200_000,
    });
    const [, , third = 0, fourth = 0] = restartTimes(played);
    expect(fourth - third).toBeGreaterThanOrEqual(120);
  });
});

describe('a rejected restart', () => {
  it.each([400, 409, 423])(
    'is repeated after a %d with the usual pauses, until one comes two minutes later',
    (httpStatus) => {
      const fault = http(httpStatus);
      const played = playPolicy({ reads: [FAILED], restarts: repeat(20, fault), random: 1 });
      expect(played).toMatchObject({ outcome: 'error', reason: 'not-accepted', restarts: 0 });
      expect(played.failure).toEqual({ call: 'restart', fault });
      expect(restartTimes(played)).toEqual([0, 1, 3, 7, 15, 31, 61, 91, 121]);
    },
  );

  it('ends a run without wait after its two minutes, and is not sent in their last five seconds', () => {
    const played = playPolicy({ wait: false, reads: [FAILED], restarts: repeat(20, http(400)), random: 1 });
    expect([played.reason, restartTimes(played).at(-1), played.elapsedMs]).toEqual(['not-accepted', 91, 120_000]);
  });

  it('is no failure if a later request is accepted', () => {
    const reads = [FAILED, FAILED, FAILED, RUNNING];
    const played = playPolicy({ reads, restarts: [http(400), http(409), STARTING] });
    expect(played).toMatchObject({ outcome: 'restarted', restarts: 1 });
  });

  it.each([
    ['429s', http(429)],
    ['503s', http(503)],
  ])('is no reason to give up when %s follow for longer than two minutes', (_, fault) => {
    const restarts = [http(400), ...repeat(40, fault), STARTING];
    const played = playPolicy({ reads: [...repeat(42, FAILED), STARTING, RUNNING], restarts });
    expect(played).toMatchObject({ outcome: 'restarted', restarts: 1 });
    expect(played.elapsedMs).toBeGreaterThan(180_000);
  });

  it.each([
    ['a status in which no restart is possible', repeat(4, state('TERMINATING'))],
    ['two minutes without a rejection', repeat(30, state('UNKNOWN'))],
  ])('begins a new row after %s', (_, between) => {
    const rejections = repeat(7, http(400));
    const reads = [...repeat(7, FAILED), ...between, FAILED];
    const played = playPolicy({ reads, restarts: repeat(20, http(400)), random: 1 });
    const times = restartTimes(played);
    expect(played).toMatchObject({ outcome: 'error', reason: 'not-accepted' });
    const since = times[rejections.length] ?? 0;
    expect((times.at(-1) ?? 0) - since).toBeGreaterThanOrEqual(120);
    expect((times.at(-2) ?? 0) - since).toBeLessThan(120);
  });

  it('keeps its row through an UNKNOWN and through other faults', () => {
    const reads = [...repeat(8, FAILED), ...repeat(2, state('UNKNOWN')), FAILED];
    const restarts = [...repeat(7, http(400)), http(429), ...repeat(9, http(400))];
    const times = restartTimes(playPolicy({ reads, restarts, random: 1 }));
    expect(times.at(-1)).toBeGreaterThanOrEqual(120);
    expect(times.at(-2)).toBeLessThan(120);
  });

  it('never ends the run in an UNKNOWN in which nothing was requested', () => {
    const reads = [
      state('TERMINATED'),
      ...repeat(30, state('UNKNOWN')),
      state('TERMINATED'),
      state('TERMINATED'),
      STARTING,
      RUNNING,
    ];
    const played = playPolicy({ reads, restarts: [http(400), STARTING] });
    expect(played).toMatchObject({ outcome: 'restarted', restarts: 1 });
  });

  it('honors Retry-After', () => {
    const restarts = [http(409, { retryAfterMs: 40_000 }), STARTING];
    expect(restartTimes(playPolicy({ reads: [FAILED, FAILED, RUNNING], restarts }))).toEqual([0, 40]);
  });
});

describe('the time before the deadline', () => {
  it.each([
    [100_000, 5_000],
    [50_000, 5_000],
    [20_000, 2_000],
  ])('of a timeout of %d ms has no restart in its last %d ms', (timeoutMs, reserveMs) => {
    for (const [at, sends] of [
      [timeoutMs - reserveMs - 1, 1],
      [timeoutMs - reserveMs, 0],
    ] as const) {
      const reads = [http(503, { retryAfterMs: at }), FAILED, STARTING];
      const played = playPolicy({ timeoutMs, reads, restarts: [STARTING] });
      expect(played.requests.filter((it) => it.startsWith('restart'))).toHaveLength(sends);
    }
  });
});
