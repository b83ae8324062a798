import { describe, expect, it } from 'vitest';
import { http, lost, type Played, play, state, timeout } from './play.js';

const FAILED = state('FAILED');
const STARTING = state('INITIALIZING');
const RUNNING = state('RUNNING');
const repeat = <T>(count: number, value: T): T[] => Array<T>(count).fill(value);
const seconds = (played: Played, call: string): number[] =>
  played.requests.filter((it) => it.startsWith(call)).map((it) => Number(it.slice(call.length)));
const reported = ({ events }: Played): string[] =>
  events.flatMap((it) =>
    it.type === 'outage' || it.type === 'recovered' ? [`${it.type} ${it.call} ${it.atMs}`] : [],
  );

describe('transient faults', () => {
  it('are followed by pauses that double from 1 s to 30 s, here with the least jitter and the most', () => {
    const reads = [...repeat(8, lost), RUNNING];
    expect(seconds(play({ reads, random: 0 }), 'read')).toEqual(repeat(9, 0));
    expect(seconds(play({ reads, random: 1 }), 'read')).toEqual([0, 1, 3, 7, 15, 31, 61, 91, 118]);
  });

  it('are tolerated until the deadline once the API has answered', () => {
    const played = play({ reads: [STARTING, lost] });
    expect(played).toMatchObject({
      outcome: 'timed-out',
      elapsedMs: 3_600_000,
      unobservedSinceMs: 5_000,
      fault: lost,
    });
  });

  it.each([
    ['of reads that were never answered', { reads: [lost] }],
    ['of reads without wait', { wait: false, reads: [lost] }],
    ['of restarts without wait', { wait: false, reads: [FAILED], restarts: repeat(99, http(503)) }],
  ])('%s are tolerated for two minutes', (_, script) => {
    const played = play(script);
    const reason = 'restarts' in script ? 'not-accepted' : 'unreachable';
    expect(played).toMatchObject({ outcome: 'error', reason, elapsedMs: 120_000 });
  });

  it('of a restart are tolerated until the deadline with wait, and the last one is the reason', () => {
    const fault = http(503);
    const played = play({ reads: [FAILED], restarts: repeat(500, fault), timeoutMs: 1_800_000 });
    expect(played).toMatchObject({
      outcome: 'timed-out',
      elapsedMs: 1_800_000,
      fault,
      faultCall: 'restart',
      ambiguous: 'restart',
    });
    expect(seconds(played, 'restart').at(-1)).toBeLessThan(1_795);
  });

  it('of a restart are followed by a read each, and by another restart only while that is due', () => {
    const played = play({ reads: [FAILED, FAILED, STARTING, RUNNING], restarts: [http(503), http(500)] });
    expect(played.requests.slice(0, 5)).toEqual([
      'read 0',
      'restart 0',
      'read 0.5',
      'restart 0.5',
      'read 1.5',
    ]);
    expect(played).toMatchObject({ outcome: 'restarted', restarts: 1 });
  });

  it.each([
    ['restart', { reads: [FAILED, FAILED, { afterMs: 0, answer: lost }] }],
    ['wake', { wake: true, reads: [state('SLEEPING')] }],
  ] as const)('of a %s are the reason of a run that could not carry it out', (faultCall, script) => {
    const faults = repeat(99, http(503));
    const played = play({
      ...script,
      reads: script.reads.slice(0, 1),
      restarts: faults,
      wakes: faults,
      timeoutMs: 60_000,
    });
    expect(played).toMatchObject({
      outcome: 'timed-out',
      faultCall,
      fault: http(503),
      restarts: 0,
      woken: false,
    });
    expect(
      play({ ...script, reads: [script.reads[0], lost], restarts: faults, wakes: faults, wait: false }),
    ).toMatchObject({
      reason: 'unreachable',
      faultCall: 'read',
    });
  });

  it('honor Retry-After up to ten minutes, and up to the final poll', () => {
    const busy = http(503, { retryAfterMs: 36_000_000 });
    expect(seconds(play({ reads: [STARTING, busy, RUNNING] }), 'read')).toEqual([0, 5, 605]);
    expect(seconds(play({ reads: [STARTING, busy, RUNNING], timeoutMs: 300_000 }), 'read')).toEqual([
      0, 5, 298,
    ]);
  });

  it('give a request 30 s, but never more than the deadline', () => {
    const played = play({ reads: [STARTING, 'hang'], timeoutMs: 60_000, random: 0 });
    expect(played.timeoutsMs).toEqual([30_000, 30_000, 25_000]);
    expect(played).toMatchObject({ outcome: 'timed-out', elapsedMs: 60_000 });
  });
});

describe('the fault of a run that timed out', () => {
  it('is the one that lasted, not the last request that the deadline cut short', () => {
    const played = play({
      reads: [STARTING, lost, lost, lost, lost, lost, 'hang'],
      timeoutMs: 30_000,
      random: 1,
    });
    expect(played).toMatchObject({ outcome: 'timed-out', fault: lost, unobservedSinceMs: 5_000 });
  });

  it('is none if only the final poll was cut short', () => {
    const played = play({ reads: [STARTING, 'hang'], timeoutMs: 7_000 });
    expect(played).toMatchObject({ outcome: 'timed-out', fault: undefined, unobservedSinceMs: undefined });
  });

  it('is the cut request if that lasted', () => {
    const played = play({ reads: [STARTING, 'hang'], timeoutMs: 25_000 });
    expect(played).toMatchObject({ outcome: 'timed-out', fault: timeout, unobservedSinceMs: 5_000 });
  });

  it('is the cut request if nothing was ever answered', () => {
    expect(play({ reads: ['hang'], timeoutMs: 3_000 })).toMatchObject({
      outcome: 'timed-out',
      fault: timeout,
    });
  });
});

describe('permanent faults', () => {
  it.each([301, 401, 403, 404, 422])(
    'of HTTP %d end the run at once before the first good answer',
    (status) => {
      const fault = http(status);
      const played = play({ reads: [fault] });
      expect(played).toMatchObject({
        outcome: 'error',
        reason: 'refused',
        fault,
        faultCall: 'read',
        elapsedMs: 0,
      });
    },
  );

  it.each(['read', 'restart'] as const)('of a %s end the run after three in a row over 30 s', (call) => {
    const reads = call === 'read' ? [FAILED, http(403)] : [FAILED];
    const played = play({ reads, restarts: call === 'read' ? [STARTING] : repeat(99, http(403)), random: 1 });
    expect(played).toMatchObject({ outcome: 'error', reason: 'refused', faultCall: call });
    // At 0, 1, 3, 7, 15 and 31 s after the first one.
    expect(played.events.filter(({ type }) => type === 'fault')).toHaveLength(6);
  });

  it('end the run with the third if that comes just 30 s after the first', () => {
    const fault = http(404, { retryAfterMs: 15_000 });
    const { requests, reason } = play({ reads: [STARTING, fault], random: 0 });
    expect([reason, requests]).toEqual(['refused', ['read 0', 'read 5', 'read 20', 'read 35']]);
  });

  it('need three in a row, however long that takes', () => {
    const reads = [
      STARTING,
      ...repeat(4, [http(404, { retryAfterMs: 40_000 }), http(404), STARTING]).flat(),
      RUNNING,
    ];
    expect(play({ reads })).toMatchObject({ outcome: 'not-needed' });
    const interrupted = [STARTING, http(404), lost, http(404), lost, http(404), RUNNING];
    expect(play({ reads: interrupted, random: 1 }).outcome).toBe('not-needed');
  });
});

describe('rate limits', () => {
  it('double the poll pause once for each spell, up to a minute', () => {
    const spell = [http(429), http(429), STARTING];
    const played = play({ reads: [STARTING, ...repeat(5, spell).flat(), RUNNING], random: 0 });
    const pauses = played.events.flatMap((it) => (it.type === 'paused' ? [it.forMs / 1_000] : []));
    expect(pauses).toEqual([5, 10, 10, 10, 20, 20, 20, 40, 40, 40, 60, 60, 60, 60, 60, 60]);
  });

  it('are undone one by one, each after five good polls', () => {
    const played = play({
      reads: [STARTING, http(429), STARTING, http(429), ...repeat(12, STARTING), RUNNING],
      random: 0,
    });
    const pauses = played.events.flatMap((it) => (it.type === 'paused' ? [it.forMs / 1_000] : []));
    expect(pauses).toEqual([5, 10, 10, 20, 20, 20, 20, 20, 10, 10, 10, 10, 10, 5, 5, 5]);
  });

  it('are one spell with another fault in between, and count from the usual pause', () => {
    const spell = [http(429), http(503), http(429)];
    const played = play({ reads: [...repeat(8, STARTING), ...spell, RUNNING], random: 0 });
    expect(seconds(played, 'read').slice(7)).toEqual([35, 40, 50, 50, 60]);
  });

  it('never shorten a fixed pause', () => {
    const played = play({ reads: [STARTING, http(429), RUNNING], pollIntervalMs: 300_000, random: 0 });
    expect(seconds(played, 'read')).toEqual([0, 300, 600]);
  });

  it('never count against the restart', () => {
    const played = play({
      reads: [...repeat(21, FAILED), STARTING, RUNNING],
      restarts: [...repeat(20, http(429)), STARTING],
    });
    expect(played).toMatchObject({ outcome: 'restarted', restarts: 1 });
    expect(seconds(played, 'restart').slice(0, 4)).toEqual([0, 10, 20, 30]);
  });
});

describe('the warning', () => {
  it('is not given for one fault that is over at once', () => {
    expect(reported(play({ reads: [STARTING, http(503), RUNNING] }))).toEqual([]);
    expect(reported(play({ reads: [STARTING, http(503, { retryAfterMs: 5_000 }), RUNNING] }))).toEqual([]);
    expect(reported(play({ reads: [FAILED, FAILED, RUNNING], restarts: [http(503), STARTING] }))).toEqual([]);
  });

  it('is given once at the second fault in a row, and once more for the end', () => {
    const played = play({ reads: [STARTING, ...repeat(9, lost), RUNNING], random: 1 });
    expect(reported(played)).toEqual(['outage read 6000', `recovered read ${played.elapsedMs}`]);
  });

  it.each([
    ['takes longer than 5 s', { afterMs: 6_000, answer: http(503) }],
    ['is followed by a longer pause', http(503, { retryAfterMs: 6_000 })],
  ])('is given at the first fault if that %s', (_, fault) => {
    expect(reported(play({ reads: [STARTING, fault, RUNNING] }))).toHaveLength(2);
  });

  it('is given for a restart that keeps failing between good reads', () => {
    const played = play({
      reads: [FAILED, FAILED, FAILED, STARTING, RUNNING],
      restarts: repeat(3, http(503)),
      random: 1,
    });
    expect(reported(played)).toEqual(['outage restart 1000', 'recovered restart 7000']);
  });

  it.each([
    ['restart', { reads: [FAILED, FAILED, RUNNING], restarts: repeat(2, http(429)) }],
    [
      'wake',
      { wake: true, reads: [state('SLEEPING'), state('SLEEPING'), RUNNING], wakes: repeat(2, http(429)) },
    ],
  ] as const)('for a %s ends when somebody else starts the endpoint', (call, script) => {
    const { events, outcome } = play(script);
    expect(outcome).toBe('not-needed');
    expect(events.filter(({ type }) => type === 'recovered')).toEqual([
      { type: 'recovered', call, outageMs: 20_000, atMs: 20_000 },
    ]);
  });

  it('for a restart continues when a read fails in between', () => {
    const reads = [FAILED, lost, FAILED, STARTING, RUNNING];
    const played = play({ reads, restarts: [http(503), http(503)], random: 1 });
    expect(reported(played)).toEqual(['outage restart 2000', 'recovered restart 4000']);
  });

  it('is not given for what ends the run', () => {
    expect(reported(play({ reads: [STARTING, lost, 'hang'], timeoutMs: 8_000, random: 1 }))).toEqual([]);
    expect(reported(play({ reads: [http(401)] }))).toEqual([]);
  });
});

describe('a cancel', () => {
  it.each([
    ['in a pause', { reads: [STARTING] }, undefined],
    ['in a read', { reads: [STARTING, 'hang' as const] }, undefined],
    [
      'in a restart, which may have been accepted',
      { reads: [STARTING, FAILED], restarts: ['hang' as const] },
      'restart',
    ],
  ])('%s ends the run at once', (_, script, ambiguous) => {
    const played = play({ ...script, cancelAtMs: 6_000 });
    expect(played).toMatchObject({ outcome: 'cancelled', elapsedMs: 6_000, ambiguous, restarts: 0 });
    expect(reported(played)).toEqual([]);
  });

  it('before the first request requests nothing', () => {
    expect(play({ reads: [FAILED], cancelAtMs: 0 })).toMatchObject({ outcome: 'cancelled', requests: [] });
  });

  it('keeps a restart that was accepted in the same moment', () => {
    const restarts = [{ afterMs: 3_000, answer: STARTING }];
    expect(play({ wait: false, reads: [FAILED], restarts, cancelAtMs: 3_000 })).toMatchObject({
      outcome: 'cancelled',
      restarts: 1,
      last: STARTING,
    });
  });
});

describe('the final poll', () => {
  it('is sent two seconds before the deadline', () => {
    const { requests, outcome } = play({ reads: [STARTING], timeoutMs: 62_000, pollIntervalMs: 25_000 });
    expect([outcome, requests]).toEqual(['timed-out', ['read 0', 'read 25', 'read 50', 'read 60']]);
  });

  it('can still end the run well', () => {
    expect(play({ reads: [STARTING, RUNNING], timeoutMs: 62_000, pollIntervalMs: 300_000 }).outcome).toBe(
      'not-needed',
    );
  });
});

it('reports a state once, when status, phase or error code changes', () => {
  const phase = (name: string) => state('INITIALIZING', { phase: name, updatedAt: name });
  const reads = [phase('A'), phase('A'), { ...phase('A'), updatedAt: 'later' }, phase('B'), RUNNING];
  const seen = play({ reads }).events.flatMap((it) =>
    it.type === 'observed' ? [it.state.phase || it.state.status] : [],
  );
  expect(seen).toEqual(['A', 'B', 'RUNNING']);
});

it('says why it pauses', () => {
  const failure = state('FAILED', { errorCode: 'NEW' });
  const reads = [STARTING, FAILED, FAILED, FAILED, lost, STARTING, failure, failure, failure];
  const restarts = [http(400), STARTING];
  const { events } = play({ reads, restarts, attempts: 2, timeoutMs: 62_000, random: 0.5 });
  expect(events.flatMap((it) => (it.type === 'paused' ? [it.why] : []))).toEqual([
    'poll',
    'fault',
    'poll',
    'stale',
    'fault',
    'poll',
    'confirm',
    'retry',
    'retry',
    'deadline',
  ]);
});
