import { describe, expect, it } from 'vitest';
import { http, lost, type PlayedRun, playPolicy, type Script, state, timeout } from './play.js';

const FAILED = state('FAILED');
const STARTING = state('INITIALIZING');
const RUNNING = state('RUNNING');
const repeat = <T>(count: number, value: T): T[] => Array<T>(count).fill(value);
const seconds = (played: PlayedRun, call: string): number[] =>
  played.requests.filter((it) => it.startsWith(call)).map((it) => Number(it.slice(call.length)));
const reported = ({ events }: PlayedRun): string[] =>
  events.flatMap((it) => (it.type === 'outage' || it.type === 'recovered' ? [`${it.type} ${it.call} ${it.atMs}`] : []));

describe('transient faults', () => {
  it('are followed by pauses that double from 1 s to 30 s, here with the least jitter and the most', () => {
    const reads = [...repeat(8, lost), RUNNING];
    expect(seconds(playPolicy({ reads, random: 0 }), 'read')).toEqual(repeat(9, 0));
    expect(seconds(playPolicy({ reads, random: 1 }), 'read')).toEqual([0, 1, 3, 7, 15, 31, 61, 91, 118]);
  });

  it('are tolerated until the deadline once the API has answered', () => {
    const played = playPolicy({ reads: [STARTING, lost] });
    expect(played).toMatchObject({
      outcome: 'timed-out',
      elapsedMs: 3_600_000,
      failure: { call: 'read', fault: lost },
    });
  });

  it.each([
    ['of reads that were never answered', { reads: [lost] }],
    ['of reads without wait', { wait: false, reads: [lost] }],
    ['of restarts without wait', { wait: false, reads: [FAILED], restarts: repeat(99, http(503)) }],
  ])('%s are tolerated for two minutes', (_, script) => {
    const played = playPolicy(script);
    const reason = 'restarts' in script ? 'not-accepted' : 'unreadable';
    expect(played).toMatchObject({ outcome: 'error', reason, elapsedMs: 120_000 });
  });

  it('of a restart are tolerated until the deadline with wait, and the last one is the reason', () => {
    const fault = http(503);
    const played = playPolicy({ reads: [FAILED], restarts: repeat(500, fault), timeoutMs: 1_800_000 });
    expect(played).toMatchObject({
      outcome: 'timed-out',
      elapsedMs: 1_800_000,
      failure: { call: 'restart', fault },
      isAmbiguous: true,
    });
    expect(seconds(played, 'restart').at(-1)).toBeLessThan(1_795);
  });

  it('of a restart are followed by a read each, and by another restart only while that is due', () => {
    const played = playPolicy({
      reads: [FAILED, FAILED, STARTING, RUNNING],
      restarts: [http(503), http(500)],
    });
    expect(played.requests.slice(0, 5)).toEqual(['read 0', 'restart 0', 'read 0.5', 'restart 0.5', 'read 1.5']);
    expect(played).toMatchObject({ outcome: 'restarted', restarts: 1 });
  });

  it.each([
    ['restart', { reads: [FAILED, FAILED, { afterMs: 0, reply: lost }] }],
    ['wake', { wake: true, reads: [state('SLEEPING')] }],
  ] as const)('of a %s are reported if the run could not complete it', (call, script) => {
    const faults = repeat(99, http(503));
    const played = playPolicy({
      ...script,
      reads: script.reads.slice(0, 1),
      restarts: faults,
      wakes: faults,
      timeoutMs: 60_000,
    });
    expect(played).toMatchObject({
      outcome: 'timed-out',
      failure: { call, fault: http(503) },
      restarts: 0,
      woken: false,
    });
    expect(
      playPolicy({ ...script, reads: [script.reads[0], lost], restarts: faults, wakes: faults, wait: false }),
    ).toMatchObject({
      reason: 'unreadable',
      failure: { call: 'read' },
    });
  });

  it('honor Retry-After up to ten minutes, and up to the final poll', () => {
    const busy = http(503, { retryAfterMs: 36_000_000 });
    expect(seconds(playPolicy({ reads: [STARTING, busy, RUNNING] }), 'read')).toEqual([0, 5, 605]);
    expect(seconds(playPolicy({ reads: [STARTING, busy, RUNNING], timeoutMs: 300_000 }), 'read')).toEqual([0, 5, 298]);
  });

  it('give a request 30 s, but never more than the deadline', () => {
    const played = playPolicy({ reads: [STARTING, 'hang'], timeoutMs: 60_000, random: 0 });
    expect(played.timeoutsMs).toEqual([30_000, 30_000, 25_000]);
    expect(played).toMatchObject({ outcome: 'timed-out', elapsedMs: 60_000 });
  });
});

describe('the fault of a run that timed out', () => {
  it('is the one that lasted, not the last request that the deadline cut short', () => {
    const played = playPolicy({
      reads: [STARTING, lost, lost, lost, lost, lost, 'hang'],
      timeoutMs: 30_000,
      random: 1,
    });
    expect(played).toMatchObject({ outcome: 'timed-out', failure: { fault: lost } });
  });

  it('is none if only the final poll was cut short', () => {
    const played = playPolicy({ reads: [STARTING, 'hang'], timeoutMs: 7_000 });
    expect(played).toMatchObject({ outcome: 'timed-out', failure: undefined });
  });

  it('is the cut request if that lasted', () => {
    const played = playPolicy({ reads: [STARTING, 'hang'], timeoutMs: 25_000 });
    expect(played).toMatchObject({ outcome: 'timed-out', failure: { fault: timeout } });
  });

  it('is the cut request if nothing was ever answered', () => {
    expect(playPolicy({ reads: ['hang'], timeoutMs: 3_000 })).toMatchObject({
      outcome: 'timed-out',
      failure: { fault: timeout },
    });
  });
});

describe('permanent faults', () => {
  it.each([301, 401, 403, 404, 422])('of HTTP %d end the run at once before the first good answer', (status) => {
    const fault = http(status);
    const played = playPolicy({ reads: [fault] });
    expect(played).toMatchObject({
      outcome: 'error',
      reason: 'permanent-fault',
      failure: { call: 'read', fault },
      elapsedMs: 0,
    });
  });

  it.each(['read', 'restart'] as const)('of a %s end the run after three in a row over 30 s', (call) => {
    const reads = call === 'read' ? [FAILED, http(403)] : [FAILED];
    const played = playPolicy({
      reads,
      restarts: call === 'read' ? [STARTING] : repeat(99, http(403)),
      random: 1,
    });
    expect(played).toMatchObject({ outcome: 'error', reason: 'permanent-fault', failure: { call } });
    // At 0, 1, 3, 7, 15 and 31 s after the first one.
    expect(played.events.filter(({ type }) => type === 'fault')).toHaveLength(6);
  });

  it('end the run with the third if that comes just 30 s after the first', () => {
    const fault = http(404, { retryAfterMs: 15_000 });
    const { requests, reason } = playPolicy({ reads: [STARTING, fault], random: 0 });
    expect([reason, requests]).toEqual(['permanent-fault', ['read 0', 'read 5', 'read 20', 'read 35']]);
  });

  it('need three in a row, however long that takes', () => {
    const reads = [STARTING, ...repeat(4, [http(404, { retryAfterMs: 40_000 }), http(404), STARTING]).flat(), RUNNING];
    expect(playPolicy({ reads })).toMatchObject({ outcome: 'not-needed' });
    const interrupted = [STARTING, http(404), lost, http(404), lost, http(404), RUNNING];
    expect(playPolicy({ reads: interrupted, random: 1 }).outcome).toBe('not-needed');
  });
});

describe('rate limits', () => {
  it('back off like other faults, but never for less than the poll pause', () => {
    const reads = [STARTING, ...repeat(5, http(429)), STARTING, STARTING, RUNNING];
    expect(seconds(playPolicy({ reads, random: 0 }), 'read')).toEqual([0, 5, 10, 15, 20, 25, 30, 35, 40]);
    expect(seconds(playPolicy({ reads, random: 1 }), 'read')).toEqual([0, 5, 10, 15, 20, 28, 44, 49, 54]);
  });

  it('honor Retry-After, and leave the pause after the next good read as usual', () => {
    const reads = [STARTING, http(429, { retryAfterMs: 90_000 }), STARTING, RUNNING];
    expect(seconds(playPolicy({ reads }), 'read')).toEqual([0, 5, 95, 100]);
  });

  it('never shorten a fixed pause', () => {
    const played = playPolicy({ reads: [STARTING, http(429), RUNNING], pollIntervalMs: 300_000, random: 0 });
    expect(seconds(played, 'read')).toEqual([0, 300, 600]);
  });

  it('never count against the restart', () => {
    const played = playPolicy({
      reads: [...repeat(21, FAILED), STARTING, RUNNING],
      restarts: [...repeat(20, http(429)), STARTING],
    });
    expect(played).toMatchObject({ outcome: 'restarted', restarts: 1 });
    expect(seconds(played, 'restart').slice(0, 4)).toEqual([0, 5, 10, 15]);
  });
});

describe('the warning', () => {
  it('is not given for one fault that is over at once', () => {
    expect(reported(playPolicy({ reads: [STARTING, http(503), RUNNING] }))).toEqual([]);
    expect(reported(playPolicy({ reads: [STARTING, http(503, { retryAfterMs: 5_000 }), RUNNING] }))).toEqual([]);
    expect(reported(playPolicy({ reads: [FAILED, FAILED, RUNNING], restarts: [http(503), STARTING] }))).toEqual([]);
  });

  it('is given once at the second fault in a row, and once more for the end', () => {
    const played = playPolicy({ reads: [STARTING, ...repeat(9, lost), RUNNING], random: 1 });
    expect(reported(played)).toEqual(['outage read 6000', `recovered read ${played.elapsedMs}`]);
  });

  it.each([
    ['takes longer than 5 s', { afterMs: 6_000, reply: http(503) }],
    ['is followed by a longer pause', http(503, { retryAfterMs: 6_000 })],
  ])('is given at the first fault if that %s', (_, fault) => {
    expect(reported(playPolicy({ reads: [STARTING, fault, RUNNING] }))).toHaveLength(2);
  });

  it('is given for a restart that keeps failing between good reads', () => {
    const played = playPolicy({
      reads: [FAILED, FAILED, FAILED, STARTING, RUNNING],
      restarts: repeat(3, http(503)),
      random: 1,
    });
    expect(reported(played)).toEqual(['outage restart 1000', 'recovered restart 7000']);
  });

  it.each([
    ['restart', { reads: [FAILED, FAILED, RUNNING], restarts: repeat(2, http(429)) }],
    ['wake', { wake: true, reads: [state('SLEEPING'), state('SLEEPING'), RUNNING], wakes: repeat(2, http(429)) }],
  ] as const)('for a %s ends when someone else starts the endpoint', (call, script) => {
    const { events, outcome } = playPolicy(script);
    expect(outcome).toBe('not-needed');
    expect(events.filter(({ type }) => type === 'recovered')).toEqual([
      { type: 'recovered', call, outageMs: 10_000, atMs: 10_000 },
    ]);
  });

  it('for a restart continues when a read fails in between', () => {
    const reads = [FAILED, lost, FAILED, STARTING, RUNNING];
    const played = playPolicy({ reads, restarts: [http(503), http(503)], random: 1 });
    expect(reported(played)).toEqual(['outage restart 2000', 'recovered restart 4000']);
  });

  it('is not given for a fault that ends the run', () => {
    expect(reported(playPolicy({ reads: [STARTING, lost, 'hang'], timeoutMs: 8_000, random: 1 }))).toEqual([]);
    expect(reported(playPolicy({ reads: [http(401)] }))).toEqual([]);
  });
});

describe('a cancel', () => {
  it.each([
    ['in a pause', { reads: [STARTING] }, false],
    ['in a read', { reads: [STARTING, 'hang' as const] }, false],
    ['in a restart, which may have been accepted', { reads: [FAILED], restarts: ['hang' as const] }, true],
  ])('%s ends the run at once', (_, script, isAmbiguous) => {
    const played = playPolicy({ ...script, cancelAtMs: 6_000 });
    expect(played).toMatchObject({ outcome: 'cancelled', elapsedMs: 6_000, isAmbiguous, restarts: 0 });
    expect(reported(played)).toEqual([]);
  });

  it('before the first request sends nothing', () => {
    expect(playPolicy({ reads: [FAILED], cancelAtMs: 0 })).toMatchObject({
      outcome: 'cancelled',
      requests: [],
    });
  });

  it('keeps a restart that was accepted in the same moment', () => {
    const restarts = [{ afterMs: 3_000, reply: STARTING }];
    expect(playPolicy({ wait: false, reads: [FAILED], restarts, cancelAtMs: 3_000 })).toMatchObject({
      outcome: 'cancelled',
      restarts: 1,
      last: STARTING,
    });
  });
});

describe('the final poll', () => {
  it('is sent two seconds before the deadline', () => {
    const { requests, outcome } = playPolicy({
      reads: [STARTING],
      timeoutMs: 62_000,
      pollIntervalMs: 25_000,
    });
    expect([outcome, requests]).toEqual(['timed-out', ['read 0', 'read 25', 'read 50', 'read 60']]);
  });

  it('can still end the run successfully', () => {
    expect(playPolicy({ reads: [STARTING, RUNNING], timeoutMs: 62_000, pollIntervalMs: 300_000 }).outcome).toBe(
      'not-needed',
    );
  });
});

it('reports a state once, when status, phase, or error code changes', () => {
  const phase = (name: string) => state('INITIALIZING', { phase: name, updatedAt: name });
  const reads = [phase('A'), phase('A'), { ...phase('A'), updatedAt: 'later' }, phase('B'), RUNNING];
  const seen = playPolicy({ reads }).events.flatMap((it) =>
    it.type === 'observed' ? [it.state.phase || it.state.status] : [],
  );
  expect(seen).toEqual(['A', 'B', 'RUNNING']);
});

it('says why it pauses', () => {
  const why = (script: Script) => playPolicy(script).events.flatMap((it) => (it.type === 'paused' ? [it.why] : []));
  const failure = state('FAILED', { errorCode: 'NEW' });
  const reads = [STARTING, lost, FAILED, FAILED, FAILED, FAILED, STARTING, FAILED, failure, failure, RUNNING];
  expect(why({ reads, restarts: [lost, http(400)], attempts: 2 })).toEqual([
    ...['poll', 'fault', 'confirm', 'fault', 'fault', 'held-back', 'poll', 'stale', 'confirm', 'next-attempt'],
  ]);
  expect(why({ reads: [lost, FAILED], timeoutMs: 1_000, random: 0.92 })).toEqual(['fault', 'deadline']);
});

describe('the time since when the last state has been seen', () => {
  const since = (reads: Script['reads']) => {
    const { run } = playPolicy({ reads, timeoutMs: 200_000, random: 0 });
    return (run.lastSince - run.startedAt) / 1_000;
  };
  it('goes through reads of the same state, and not through an outage or a gap of more than a minute', () => {
    expect(since([state('UPDATING'), STARTING])).toBe(5);
    expect(since([STARTING, lost, STARTING])).toBe(0);
    expect(since([STARTING, lost, lost, STARTING])).toBe(5);
    expect(since([STARTING, http(503, { retryAfterMs: 61_000 }), STARTING])).toBe(66);
  });
});
