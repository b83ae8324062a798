import { describe, expect, it } from 'vitest';
import { ApiError } from '../src/api/error.js';
import { http, playPolicy, type Script } from './play.js';

const UNFIXABLE = 'FAILED:WORKLOAD_INIT_SETTINGS_ERROR';

describe('a run with several attempts', () => {
  it('pauses for 30, 60, 120, and 240 s before the second to the fifth restart', () => {
    const starts = [1, 2, 3, 4, 5].map((second) => `INITIALIZING 3*FAILED:NEW@${second}`);
    const reads = `FAILED ${starts.join(' ')}`;
    const { sent, decision, events } = playPolicy({ attempts: 5, reads, restarts: '5*INITIALIZING' });
    expect(decision.outcome).toBe('failed');
    // Each start shows INITIALIZING after 5 s and FAILED after 10 s, which is confirmed 10 s later.
    const pauses = sent.restart.map((second, index) => second - (sent.restart[index - 1] ?? 0));
    expect(pauses).toEqual([0, 20 + 30, 20 + 60, 20 + 120, 20 + 240]);
    expect(events.flatMap((it) => (it.type === 'restart-scheduled' ? [`${it.attempt}: ${it.inMs}`] : []))).toEqual([
      ...['2: 30000', '3: 60000', '4: 120000', '5: 240000'],
    ]);
    expect(events.flatMap((it) => (it.type === 'accepted' ? [it.attempt] : []))).toEqual([1, 2, 3, 4, 5]);
  });

  const reads = 'FAILED INITIALIZING 2*FAILED:NEW';
  it.each<[about: string, script: Script, end: string]>([
    ['does not restart an endpoint that is TERMINATED', { reads: 'FAILED INITIALIZING TERMINATED' }, 'failed 20'],
    ['does not restart what a restart cannot fix', { reads: `TERMINATED INITIALIZING ${UNFIXABLE}` }, 'failed 20'],
    [
      'does not restart what restart-on does not list',
      { restartOn: ['TERMINATED'], reads: 'TERMINATED INITIALIZING FAILED' },
      'failed 20',
    ],
    ['does not restart what the pause made unfixable', { reads: `${reads} ${UNFIXABLE}` }, 'failed 50'],
    ['does not restart what came up in the pause', { reads: `${reads} RUNNING` }, 'restarted 50'],
    ['ends with a cancel in the pause', { reads, cancelAtMs: 25_000 }, 'cancelled 25'],
  ])('%s', (_, script, end) => {
    const { sent, ...played } = playPolicy({ attempts: 5, ...script });
    expect([sent.restart, played.end]).toEqual([[0], end]);
  });

  it.each<[when: string, script: Script, announced: number]>([
    ['once, though the final poll shows the same failure', { reads, timeoutMs: 40_000 }, 1],
    ['again if someone else started the endpoint', { reads: `${reads} AWAKING 3*FAILED@2`, timeoutMs: 80_000 }, 2],
  ])('announces the next restart %s', (_, script, announced) => {
    const { events } = playPolicy({ attempts: 2, ...script });
    expect(events.filter(({ type }) => type === 'restart-scheduled')).toHaveLength(announced);
  });
});

describe('an ambiguous restart', () => {
  it.each(['lost', '500', '503', 'unreadable', 'hang'])(
    '(%s) counts as accepted once the endpoint starts, and is resent while it is down',
    (reply) => {
      for (const wait of [false, true]) {
        for (const status of ['INITIALIZING', 'AWAKING', 'RUNNING', 'READY']) {
          const { sent, events, ...played } = playPolicy({ wait, reads: `FAILED ${status} RUNNING`, restarts: reply });
          expect([played.decision.outcome, sent.restart.length]).toEqual(['restarted', 1]);
          const atMs = (sent.read[1] ?? 0) * 1_000;
          expect(events).toContainEqual({ type: 'accepted', request: 'restart', attempt: 1, isInferred: true, atMs });
        }
        for (const down of ['FAILED@0', 'FAILED@5', 'FAILED:CODE@0', 'TERMINATED@5']) {
          const script = { wait, reads: `FAILED@0 ${down} RUNNING`, restarts: `${reply} INITIALIZING` };
          const { sent, events, ...played } = playPolicy(script);
          expect([played.decision.outcome, sent.restart.length]).toEqual(['restarted', 2]);
          expect(events).toContainEqual(expect.objectContaining({ type: 'accepted', attempt: 1, isInferred: false }));
        }
      }
    },
  );

  it.each([
    ...[408, 425, 429, 400, 403].map((status) => http(status)),
    new ApiError('a 503 of the proxy, which never sent it', { kind: 'transient', source: 'proxy' }),
    new ApiError('an untrusted certificate', { kind: 'permanent', source: 'certificate' }),
  ])('is none after "$message": an endpoint that then starts was restarted by someone else', (reply) => {
    const { end } = playPolicy({ wait: false, reads: 'FAILED INITIALIZING', restarts: [reply], random: 0 });
    expect(end).toMatch(/^not-needed \d$/);
  });

  it.each(['TERMINATING', 'STOPPING', 'UNKNOWN', 'SLEEPING', 'UPDATING', 'NEW'])(
    'stays open at %s: without wait, an error after two minutes, never success',
    (status) => {
      const { sent, end } = playPolicy({ wait: false, wake: true, reads: `FAILED ${status}`, restarts: '503' });
      expect([sent.wake, end]).toEqual([[], 'error 120 (ambiguous, open)']);
    },
  );

  const fallsAsleep = { wake: true, reads: 'FAILED SLEEPING AWAKING RUNNING', restarts: 'lost' } as const;
  it.each<[what: string, script: Script, end: string]>([
    [
      'stays open at SLEEPING, with wait as well',
      { reads: 'FAILED SLEEPING', restarts: '503' },
      'not-needed 0.5 (open)',
    ],
    ['is accepted if RUNNING follows UPDATING', { reads: 'FAILED UPDATING RUNNING', restarts: '503' }, 'restarted 5.5'],
    [
      'is not accepted if the state that says so is stale',
      { reads: 'FAILED@60 RUNNING@0 FAILED@60 RUNNING@90', restarts: 'lost INITIALIZING' },
      'restarted 10.5',
    ],
    [
      'stays open at TERMINATED, which is left alone',
      { restartOn: ['FAILED'], reads: 'FAILED TERMINATED', restarts: '500' },
      'not-needed 0.5 (open)',
    ],
    [
      'stays open at a failure that a restart cannot fix',
      { restartOn: ['RECOVERABLE'], reads: `FAILED ${UNFIXABLE}`, restarts: 'unreadable' },
      'not-recoverable 0.5 (open)',
    ],
    ['is closed by a wake-up that is accepted later', fallsAsleep, 'woken 10.5'],
    ['no longer counts after an ambiguous wake-up', { ...fallsAsleep, wakes: 'lost' }, 'woken 6'],
    [
      'late in a run without wait has its own two minutes',
      { wait: false, reads: '4*lost~25 FAILED UNKNOWN', restarts: '503', random: 0 },
      'error 220 (ambiguous, open)',
    ],
  ])('%s', (_, script, end) => {
    expect(playPolicy(script).end).toBe(end);
  });
});

it.each([
  ['is accepted if the endpoint is AWAKING', 'SLEEPING AWAKING', 'lost', 'woken 0.5'],
  ['is resent if the endpoint is SLEEPING', 'SLEEPING', 'lost AWAKING', 'woken 0.5'],
  ['stays open at any other status', 'SLEEPING NEW', 'lost', 'error 120 (ambiguous, open)'],
])('an ambiguous wake-up %s', (_, reads, wakes, end) => {
  expect(playPolicy({ wait: false, wake: true, reads, wakes }).end).toBe(end);
});

/** The seconds of all restarts, and the end: `0, 0.5, failed 16.5`. */
function restartsOf(script: Script): string {
  const { sent, end } = playPolicy(script);
  return [...sent.restart, end].join(', ');
}

describe('an ambiguous restart and then a 400', () => {
  const script = { restarts: 'lost 400 INITIALIZING', timeoutMs: 600_000 };

  it('says once that it is held back', () => {
    const { events } = playPolicy({ ...script, reads: 'FAILED' });
    expect(events.filter(({ type }) => type === 'held-back')).toEqual([
      { type: 'held-back', request: 'restart', forMs: 120_000, atMs: 500 },
    ]);
  });

  it.each<[what: string, script: Script, story: string]>([
    ['was accepted if FAILED has another error code', { reads: '3*FAILED@0 FAILED:CODE@0' }, '0, 0.5, failed 16.5'],
    ['was accepted if FAILED has another updatedAt', { reads: '3*FAILED@0 FAILED@90' }, '0, 0.5, failed 16.5'],
    ['was not accepted if only the status changes', { reads: '2*TERMINATED FAILED' }, '0, 0.5, 121.5, timed-out 600'],
    [
      'was not accepted if a person terminates the endpoint',
      { restartOn: ['FAILED'], reads: '3*FAILED@0 TERMINATED@9', restarts: '503 400' },
      '0, 0.5, not-needed 6.5 (open)',
    ],
    [
      'is held back again in a new series',
      { reads: '10*TERMINATED TERMINATING TERMINATED', restarts: 'lost 2*400 INITIALIZING' },
      '0, 0.5, 121.5, 242, timed-out 600',
    ],
    [
      'is held back as well if the rejections began before it',
      { reads: 'FAILED', restarts: '400 lost 400 INITIALIZING' },
      '0, 0.5, 1.5, 123.5, timed-out 600',
    ],
    [
      'is held back once in a series of 503 and 400',
      { reads: 'FAILED', restarts: 'lost 400 503+90 400 503+90 400' },
      '0, 0.5, 121.5, 211.5, 215.5, 305.5, error 305.5 (not-accepted, open)',
    ],
    [
      'ends the run with a rejection two minutes after it was held back',
      { reads: 'FAILED', restarts: 'lost 400 400+60 400+59 400+1 400', random: 0 },
      '0, 0, 120, 180, 239, 240, error 240 (not-accepted, open)',
    ],
  ])('%s', (_, rest, story) => {
    expect(restartsOf({ ...script, ...rest })).toBe(story);
  });
});

describe('a rejected restart', () => {
  it.each([400, 409, 423])(
    'is repeated after a %d with the usual pauses, until one comes two minutes later',
    (status) => {
      const { sent, end, failure } = playPolicy({ reads: 'FAILED', restarts: `20*${status}`, random: 1 });
      expect(sent.restart).toEqual([0, 1, 3, 7, 15, 31, 61, 91, 121]);
      expect([end, failure]).toEqual(['error 121 (not-accepted)', { call: 'restart', fault: http(status) }]);
    },
  );

  const twoMinutes = '400+60 400+60 400';
  it.each<[what: string, script: Script, story: string]>([
    [
      'ends a run without wait after its two minutes, and is not sent in their last five seconds',
      { wait: false, reads: 'FAILED', restarts: '400+114.999 400 INITIALIZING' },
      '0, 114.999, error 120 (not-accepted)',
    ],
    [
      'is no failure if a later one is accepted',
      { reads: '3*FAILED RUNNING', restarts: '400 409 AWAKING' },
      '0, 0.5, 1.5, restarted 6.5',
    ],
    ['is resent after Retry-After', { reads: '2*FAILED RUNNING', restarts: '409+40 AWAKING' }, '0, 40, restarted 45'],
    [
      'is no reason to give up when 429s follow for longer than two minutes',
      { reads: '5*FAILED RUNNING', restarts: '400 2*429+60 429 INITIALIZING' },
      '0, 0.5, 60.5, 120.5, 125.5, restarted 130.5',
    ],
    [
      'is no reason to give up when 503s follow for longer than two minutes',
      { reads: '5*FAILED RUNNING', restarts: '400 2*503+60 503 INITIALIZING' },
      '0, 0.5, 60.5, 120.5, 124.5, restarted 129.5',
    ],
    [
      'begins a new series after a status in which no restart is possible',
      { reads: '2*FAILED TERMINATING FAILED', restarts: `400+60 400 ${twoMinutes}` },
      '0, 60, 76, 136, 196, error 196 (not-accepted)',
    ],
    [
      'begins a new series after two minutes without a rejection',
      { reads: '2*FAILED 30*UNKNOWN FAILED', restarts: `400+60 400 ${twoMinutes}` },
      '0, 60, 221, 281, 341, error 341 (not-accepted)',
    ],
    [
      'continues its series after an UNKNOWN and after other faults',
      { reads: '3*FAILED 2*UNKNOWN FAILED', restarts: '400+60 400 429 400+40 400' },
      '0, 60, 61, 86, 126, error 126 (not-accepted)',
    ],
    [
      'never ends the run in an UNKNOWN in which nothing was requested',
      { reads: 'TERMINATED 30*UNKNOWN 2*TERMINATED RUNNING', restarts: '400 INITIALIZING' },
      '0, 160.5, restarted 165.5',
    ],
  ])('%s', (_, script, story) => {
    expect(restartsOf(script)).toBe(story);
  });
});

it.each([
  [100_000, 94.999, 95],
  [50_000, 44.999, 45],
  [20_000, 17.999, 18],
])('with a timeout of %d ms, sends a restart in second %d, and none from second %d on', (timeoutMs, last, cutoff) => {
  const restartsAt = (second: number) => restartsOf({ timeoutMs, reads: `503+${second} FAILED INITIALIZING` });
  const end = `timed-out ${timeoutMs / 1_000}`;
  expect([restartsAt(last), restartsAt(cutoff)]).toEqual([`${last}, ${end}`, end]);
});
