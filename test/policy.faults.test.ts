import { describe, expect, it } from 'vitest';
import { http, lost, type PlayedRun, playPolicy, type Script, state, timeout } from './play.js';

describe('the pauses after faults', () => {
  it.each<[are: string, script: Script, reads: number[]]>([
    ['are 0 s with the least jitter', { reads: '3*lost RUNNING', random: 0 }, [0, 0, 0, 0]],
    ['double from 1 s to 30 s', { reads: '8*lost RUNNING', random: 1 }, [0, 1, 3, 7, 15, 31, 61, 91, 118]],
    ['are what Retry-After asks for, up to ten minutes', { reads: 'AWAKING 503+36000 RUNNING' }, [0, 5, 605]],
    [
      'are what Retry-After asks for, up to the final poll',
      { reads: 'AWAKING 503+36000 RUNNING', timeoutMs: 300_000 },
      [0, 5, 298],
    ],
    [
      'after a 429 are never shorter than the poll pause',
      { reads: '2*429 AWAKING RUNNING', random: 0 },
      [0, 5, 10, 15],
    ],
    [
      'after a 429 double as well',
      { reads: 'AWAKING 5*429 AWAKING RUNNING', random: 1 },
      [0, 5, 10, 15, 20, 28, 44, 49],
    ],
    ['after a 429 are its Retry-After for once', { reads: 'AWAKING 429+90 AWAKING RUNNING' }, [0, 5, 95, 100]],
    [
      'after a 429 are never shorter than poll-interval',
      { reads: 'AWAKING 429 RUNNING', pollIntervalMs: 300_000, random: 0 },
      [0, 300, 600],
    ],
    [
      'end at the final poll, two seconds before the deadline',
      { reads: 'AWAKING', timeoutMs: 62_000, pollIntervalMs: 25_000 },
      [0, 25, 50, 60],
    ],
  ])('%s', (_, script, reads) => {
    expect(playPolicy(script).sent.read).toEqual(reads);
  });
});

describe('transient faults', () => {
  it.each<[what: string, script: Script, end: string, call?: string]>([
    ['of reads are tolerated until the deadline', { reads: 'AWAKING lost' }, 'timed-out 3600', 'read'],
    ['of the first reads are tolerated for two minutes', { reads: 'lost' }, 'error 120 (unreadable)', 'read'],
    ['of reads without wait are, too', { wait: false, reads: 'lost' }, 'error 120 (unreadable)', 'read'],
    [
      'of restarts without wait are, too',
      { wait: false, reads: 'FAILED', restarts: '99*503' },
      'error 120 (not-accepted, open)',
      'restart',
    ],
    [
      'of restarts are tolerated until the deadline',
      { reads: 'FAILED', restarts: '99*503', timeoutMs: 100_000 },
      'timed-out 100 (open)',
      'restart',
    ],
    [
      'of wake-ups are, too',
      { wake: true, reads: 'SLEEPING', wakes: '99*503', timeoutMs: 100_000 },
      'timed-out 100 (open)',
      'wake',
    ],
    [
      'of reads after one of a restart are the reason',
      { wait: false, reads: 'FAILED lost', restarts: '503' },
      'error 120 (unreadable, open)',
      'read',
    ],
    ['of a final poll that is cut short are not reported', { reads: 'AWAKING hang', timeoutMs: 7_000 }, 'timed-out 7'],
    [
      'with HTTP 429 never count against the restart',
      { reads: '21*FAILED RUNNING', restarts: '20*429 AWAKING' },
      'restarted 258',
    ],
  ])('%s', (_, script, end, call) => {
    const { failure, ...played } = playPolicy(script);
    expect([played.end, failure?.call]).toEqual([end, call]);
  });

  it('of a restart are followed by a read each, and by another restart only while that is due', () => {
    const { story } = playPolicy({ reads: '2*FAILED AWAKING RUNNING', restarts: '503 500' });
    expect(story).toBe('read 0, restart 0, read 0.5, restart 0.5, read 1.5, read 6.5, restarted 6.5');
  });

  it.each<[are: string, reads: string, timeoutMs: number, fault: unknown]>([
    ['are those that lasted, not a last one that the deadline cut short', 'AWAKING 5*lost hang', 30_000, lost],
    ['are those after them that had their 30 s', 'AWAKING lost hang', 90_000, timeout],
    ['are those that the deadline cut short if they lasted', 'AWAKING hang', 25_000, timeout],
    ['are those that the deadline cut short if the API never responded', 'hang', 3_000, timeout],
  ])('reported at the deadline %s', (_, reads, timeoutMs, fault) => {
    const { failure, end } = playPolicy({ reads, timeoutMs, random: 1 });
    expect([failure, end]).toEqual([{ call: 'read', fault }, `timed-out ${timeoutMs / 1_000}`]);
  });

  it('give a request 30 s, but never more than the deadline', () => {
    const { timeoutsMs, end } = playPolicy({ reads: 'AWAKING hang', timeoutMs: 60_000, random: 0 });
    expect([timeoutsMs, end]).toEqual([[30_000, 30_000, 25_000], 'timed-out 60']);
  });
});

describe('permanent faults', () => {
  it.each([301, 401, 403, 404, 422])('of HTTP %d end the run at once before the first good response', (status) => {
    const fault = http(status);
    const { story, failure } = playPolicy({ reads: [fault] });
    expect([story, failure]).toEqual(['read 0, error 0 (permanent-fault)', { call: 'read', fault }]);
  });

  it.each<[what: string, script: Script, end: string]>([
    // At 0, 1, 3, 7, 15, and 31 s after the first one.
    [
      'of reads end the run after three in a row over 30 s',
      { reads: 'AWAKING 403', random: 1 },
      'error 36 (permanent-fault)',
    ],
    ['of restarts end the run, too', { reads: 'FAILED', restarts: '9*403', random: 1 }, 'error 31 (permanent-fault)'],
    [
      'end the run with the third if that comes 30 s after the first',
      { reads: 'AWAKING 404+15', random: 0 },
      'error 35 (permanent-fault)',
    ],
    ['do not end the run with a second one', { reads: 'AWAKING 404+40 404 RUNNING' }, 'not-needed 46'],
    [
      'do not end the run with a third one after a good response',
      { reads: 'AWAKING 404+40 404 AWAKING 404 RUNNING' },
      'not-needed 51.5',
    ],
    [
      'do not end the run with a third one after a transient one',
      { reads: 'AWAKING 404+20 lost 404+20 lost 404 RUNNING', random: 0 },
      'not-needed 45',
    ],
  ])('%s', (_, script, end) => {
    expect(playPolicy(script).end).toBe(end);
  });
});

/** The warning for faults that last, and the line when they are over: `fault read 1.5, recovered read 4`. */
function linesOf({ events }: PlayedRun): string {
  const lines = events.flatMap((it) => ((it.type === 'fault' && it.isWarning) || it.type === 'recovered' ? [it] : []));
  return lines.map(({ type, call, atMs }) => `${type} ${call} ${atMs / 1_000}`).join(', ');
}

describe('the warning', () => {
  it.each<[what: string, script: Script, lines: string]>([
    ['is not given for one fault', { reads: 'AWAKING 503 RUNNING' }, ''],
    ['is not given for one fault that lasts 5 s', { reads: 'AWAKING 503+5 RUNNING' }, ''],
    ['is not given for one fault of a restart', { reads: '2*FAILED RUNNING', restarts: '503 AWAKING' }, ''],
    ['is not given for a fault that ends the run', { reads: '401' }, ''],
    ['is not given for faults that the deadline ends', { reads: 'AWAKING lost hang', timeoutMs: 8_000 }, ''],
    ['is given at the second fault in a row', { reads: 'AWAKING 9*lost RUNNING' }, 'fault read 6, recovered read 156'],
    [
      'is given for one fault that takes more than 5 s',
      { reads: 'AWAKING 503~6 RUNNING' },
      'fault read 11, recovered read 12',
    ],
    [
      'is given for one fault before a pause of more than 5 s',
      { reads: 'AWAKING 503+6 RUNNING' },
      'fault read 5, recovered read 11',
    ],
    [
      'is given for a restart that fails between good reads',
      { reads: '3*FAILED RUNNING', restarts: '3*503' },
      'fault restart 1, recovered restart 7',
    ],
    [
      'for a restart continues when a read fails in between',
      { reads: 'FAILED lost FAILED RUNNING', restarts: '503 503' },
      'fault restart 2, recovered restart 4',
    ],
    [
      'for a restart ends when someone else starts the endpoint',
      { reads: '2*FAILED RUNNING', restarts: '2*429' },
      'fault restart 5, recovered restart 10',
    ],
    [
      'for a wake-up ends when someone else starts the endpoint',
      { wake: true, reads: '2*SLEEPING RUNNING', wakes: '2*429' },
      'fault wake 5, recovered wake 10',
    ],
  ])('%s', (_, script, lines) => {
    expect(linesOf(playPolicy({ ...script, random: 1 }))).toBe(lines);
  });

  it('is followed by a line that says how long the faults lasted', () => {
    const { events } = playPolicy({ reads: 'AWAKING 2*lost RUNNING', random: 1 });
    expect(events).toContainEqual({ type: 'recovered', call: 'read', outageMs: 3_000, atMs: 8_000 });
  });
});

it.each<[when: string, script: Script, story: string]>([
  ['before the first request', { reads: 'FAILED', cancelAtMs: 0 }, 'cancelled 0'],
  ['in a pause', { reads: 'AWAKING', cancelAtMs: 4_000 }, 'read 0, cancelled 4'],
  ['in a read', { reads: 'AWAKING hang', cancelAtMs: 6_000 }, 'read 0, read 5, cancelled 6'],
  ['in a restart', { reads: 'FAILED', restarts: 'hang', cancelAtMs: 6_000 }, 'read 0, restart 0, cancelled 6 (open)'],
])('a cancel %s ends the run at once and without a warning', (_, script, story) => {
  const played = playPolicy(script);
  expect([played.story, linesOf(played)]).toEqual([story, '']);
});

it('keeps a restart that was accepted in the moment of a cancel', () => {
  const { run, end } = playPolicy({ wait: false, reads: 'FAILED', restarts: 'AWAKING~3', cancelAtMs: 3_000 });
  expect(end).toBe('cancelled 3');
  expect(run).toMatchObject({ accepted: [{ kind: 'restart' }], last: { status: 'AWAKING' } });
});

it('reports a state once, when status, phase, or error code changes', () => {
  const phase = (name: string, updatedAt = '') => state('AWAKING', { phase: name, updatedAt });
  const { events } = playPolicy({
    reads: [phase('A'), phase('A'), phase('A', 'later'), phase('B'), 'AWAKING:C RUNNING'],
  });
  const seen = events.flatMap((it) => (it.type === 'observed' ? [it.state] : []));
  expect(seen.map(({ status, phase, errorCode }) => `${status} ${phase}${errorCode}`)).toEqual([
    ...['AWAKING A', 'AWAKING B', 'AWAKING C', 'RUNNING '],
  ]);
});

const twoAttempts = { attempts: 2, restarts: 'lost 400' };
it.each<[script: Script, why: string]>([
  [
    { ...twoAttempts, reads: 'AWAKING lost 4*FAILED AWAKING FAILED 2*FAILED:NEW RUNNING' },
    'poll fault confirm fault fault held-back poll stale confirm next-attempt',
  ],
  [{ reads: 'lost FAILED', timeoutMs: 1_000, random: 0.92 }, 'fault deadline'],
])('says why it pauses: %o', (script, why) => {
  const reasons = playPolicy(script).events.flatMap((it) => (it.type === 'paused' ? [it.why] : []));
  expect(reasons.join(' ')).toBe(why);
});

it.each([
  ['begins with another state', 'UPDATING AWAKING', 5],
  ['goes through a single fault', 'AWAKING lost AWAKING', 0],
  ['begins after an outage', 'AWAKING 2*lost AWAKING', 5],
  ['begins after a gap of more than a minute', 'AWAKING 503+61 AWAKING', 66],
])('the time since when the last state has been seen %s', (_, reads, second) => {
  const { run } = playPolicy({ reads, timeoutMs: 200_000, random: 0 });
  expect((run.lastSince - run.startedAt) / 1_000).toBe(second);
});
