import { describe, expect, it } from 'vitest';
import { playPolicy, type Script, state } from './play.js';

const MEMORY = 'INFERENCE_ENGINE_MEMORY_ERROR';

/** The rows of docs/behavior.md section 4 for the first status that is seen. */
it.each([
  ['FAILED', 'restart 0, restarted 0', 'restart 0, read 5, restarted 5'],
  ['TERMINATED', 'restart 0, restarted 0', 'restart 0, read 5, restarted 5'],
  ['RUNNING', 'not-needed 0', 'not-needed 0'],
  ['SLEEPING', 'not-needed 0', 'not-needed 0'],
  ['READY', 'not-needed 0', 'not-needed 0'],
  ['INITIALIZING', 'not-needed 0', 'read 5, not-needed 5'],
  ['AWAKING', 'not-needed 0', 'read 5, not-needed 5'],
  ['UPDATING', 'not-needed 0', 'read 5, not-needed 5'],
  ['STOPPING', 'error 0 (stopping)', 'read 5, not-needed 5'],
  ['TERMINATING', 'error 0 (stopping)', 'read 5, not-needed 5'],
  ['UNKNOWN', 'error 0 (unknown-status)', 'read 5, not-needed 5'],
  ['HIBERNATING', 'error 0 (unknown-status)', 'read 5, not-needed 5'],
  ['FAILED ', 'error 0 (unknown-status)', 'read 5, not-needed 5'],
  ['failed', 'error 0 (unknown-status)', 'read 5, not-needed 5'],
  ['constructor', 'error 0 (unknown-status)', 'read 5, not-needed 5'],
])(
  'after %j, a run without wait goes on with "%s", and one with wait until RUNNING with "%s"',
  (status, ...stories) => {
    const reads = [state(status), 'RUNNING'];
    const played = [playPolicy({ wait: false, reads }), playPolicy({ reads })];
    expect(played.map(({ story }) => story)).toEqual(stories.map((story) => `read 0, ${story}`));
  },
);

it.each([
  ['restart', 'FAILED', 'INITIALIZING', 'restarted'],
  ['wake', 'SLEEPING', 'AWAKING', 'woken'],
])(
  'reports an accepted %s, and ends without wait with the status in its response',
  (request, before, after, outcome) => {
    const { story, run, events } = playPolicy({ wait: false, wake: true, reads: before });
    expect(story).toBe(`read 0, ${request} 0, ${outcome} 0`);
    expect(run).toMatchObject({ first: { state: state(before) }, last: state(after) });
    expect(events).toEqual([
      { type: 'observed', state: state(before), atMs: 0 },
      { type: 'accepted', request, attempt: 1, isInferred: false, atMs: 0 },
      { type: 'observed', state: state(after), atMs: 0 },
    ]);
  },
);

it.each([
  [['FAILED'], 'TERMINATED', 'not-needed'],
  [['TERMINATED'], `FAILED:${MEMORY}`, 'not-needed'],
  [['RECOVERABLE'], 'TERMINATED', 'not-needed'],
  [['RECOVERABLE'], `FAILED:${MEMORY}`, 'not-recoverable'],
  [['RECOVERABLE', 'TERMINATED'], `FAILED:${MEMORY}`, 'not-recoverable'],
  [['RECOVERABLE', 'TERMINATED'], 'TERMINATED', 'restarted'],
  [['RECOVERABLE', 'FAILED'], `FAILED:${MEMORY}`, 'restarted'],
  [['RECOVERABLE'], 'FAILED:WORKLOAD_INIT_GRPC_ERROR', 'restarted'],
  [['RECOVERABLE'], 'FAILED', 'restarted'],
  [['RECOVERABLE'], 'FAILED:BRAND_NEW_ERROR', 'restarted'],
  [['RECOVERABLE'], 'FAILED:toString', 'restarted'],
  [['FAILED'], `FAILED:${MEMORY}`, 'restarted'],
] as const)('with restart-on %j, %s ends as %s', (restartOn, down, outcome) => {
  for (const wait of [false, true]) {
    expect(playPolicy({ wait, restartOn, reads: `${down} RUNNING` }).decision.outcome).toBe(outcome);
  }
});

it.each<[does: string, script: Script, end: string]>([
  ['waits through TERMINATING for the restart', { reads: 'TERMINATING 2*TERMINATED RUNNING' }, 'restarted 20'],
  ['restarts what fails while it starts by itself', { reads: 'INITIALIZING 2*FAILED AWAKING RUNNING' }, 'restarted 25'],
  ['ends after a restart when the endpoint is asleep: it is healthy', { reads: 'FAILED SLEEPING' }, 'restarted 5'],
  ['gives READY two minutes to become RUNNING after a restart', { reads: 'FAILED READY' }, 'restarted 125'],
  ['gives READY two minutes in a row', { reads: 'FAILED 20*READY INITIALIZING READY' }, 'restarted 230'],
  ['follows a woken endpoint to RUNNING', { wake: true, reads: 'SLEEPING AWAKING RUNNING' }, 'woken 10'],
  ['restarts a woken endpoint that fails', { wake: true, reads: 'SLEEPING AWAKING 2*FAILED RUNNING' }, 'restarted 25'],
  ['wakes what is asleep after its restart', { wake: true, reads: 'FAILED SLEEPING AWAKING RUNNING' }, 'restarted 15'],
  ['leaves what starts and falls asleep again', { wake: true, reads: 'SLEEPING AWAKING SLEEPING@9' }, 'woken 10'],
  [
    'leaves what ran and falls asleep again',
    { wake: true, stableForMs: 60_000, reads: 'SLEEPING RUNNING SLEEPING@9' },
    'woken 10',
  ],
  [
    'wakes once, and goes on while the endpoint is still asleep',
    { wake: true, reads: 'SLEEPING@0 150*SLEEPING@0 RUNNING' },
    'woken 755',
  ],
  [
    'goes on while the endpoint is asleep, though updated, until the deadline',
    { wake: true, reads: 'SLEEPING@0 SLEEPING@9', timeoutMs: 1_200_000 },
    'timed-out 1200',
  ],
  [
    'goes on while the endpoint is asleep, whatever it did before the wake-up',
    { wake: true, reads: 'INITIALIZING SLEEPING SLEEPING@9 RUNNING' },
    'woken 15',
  ],
])('with wait, a run %s', (_, script, end) => {
  expect(playPolicy(script).end).toBe(end);
});

it.each([
  [['FAILED'], 'TERMINATED'],
  [['TERMINATED'], 'FAILED'],
  [['RECOVERABLE'], `FAILED:${MEMORY}`],
] as const)('with restart-on %j, a woken endpoint that is then %s has failed', (restartOn, down) => {
  const { story } = playPolicy({ wake: true, restartOn, reads: `SLEEPING AWAKING ${down}` });
  expect(story).toBe('read 0, wake 0, read 5, read 10, read 20, failed 20');
});

describe('a dry run', () => {
  const end = (outcome: string) => ({ type: 'end', outcome });
  it.each<[policy: Partial<Script>, status: string, planned: object]>([
    [{}, 'FAILED', { type: 'restart' }],
    [{ wait: false }, 'TERMINATED', { type: 'restart' }],
    [{ restartOn: ['FAILED'] }, 'TERMINATED', end('not-needed')],
    [{}, 'RUNNING', end('not-needed')],
    [{ stableForMs: 60_000 }, 'RUNNING', { type: 'wait' }],
    [{ probe: 'chat' }, 'RUNNING', { type: 'probe' }],
    [{ wake: true }, 'SLEEPING', { type: 'wake' }],
    [{}, 'INITIALIZING', { type: 'wait' }],
    [{ wait: false }, 'STOPPING', end('error')],
  ])('with %j and %s reads once and says %j', (policy, status, planned) => {
    const { story, decision } = playPolicy({ ...policy, dryRun: true, reads: status });
    expect([story, decision]).toEqual(['read 0, dry-run 0', { outcome: 'dry-run', planned }]);
  });

  it('tolerates faults as a run without wait does', () => {
    expect(playPolicy({ dryRun: true, reads: 'hang' }).end).toBe('error 120 (unreadable)');
  });
});

describe('stable-for', () => {
  const stableForMs = 20_000;

  it('ends once every poll has shown RUNNING for this long, and says when that begins', () => {
    const { story, events } = playPolicy({ stableForMs, reads: 'FAILED RUNNING' });
    expect(story).toBe('read 0, restart 0, read 5, read 10, read 15, read 20, read 25, restarted 25');
    expect(events.filter(({ type }) => type === 'stabilizing')).toEqual([
      { type: 'stabilizing', forMs: stableForMs, atMs: 5_000 },
    ]);
  });

  it.each([
    ['counts for an endpoint that was found RUNNING as well', 'RUNNING', 'not-needed 20'],
    ['counts from the first read in a row of RUNNING', '2*RUNNING UPDATING RUNNING', 'not-needed 35'],
    ['ends on a read of RUNNING if every third fails', 'RUNNING 503+5 2*RUNNING 503+5 RUNNING', 'not-needed 25'],
    ['goes on through stale reads', '2*RUNNING@9 3*UPDATING@0 RUNNING@9', 'not-needed 25'],
    ['does not delay the end for a sleeping endpoint', 'SLEEPING', 'not-needed 0'],
    ['does not delay the end for an endpoint that was found READY', 'READY', 'not-needed 0'],
    ['counts for READY after its two minutes', 'FAILED READY', 'restarted 145'],
  ])('%s', (_, reads, end) => {
    expect(playPolicy({ stableForMs, reads }).end).toBe(end);
  });

  it.each([
    [undefined, 'RUNNING 503+55 RUNNING', 'not-needed 60'],
    [undefined, 'RUNNING 503+55.001 RUNNING', 'not-needed 120.001'],
    [40_000, 'RUNNING 503+60 RUNNING', 'not-needed 100'],
    [40_000, 'RUNNING 503+60.001 RUNNING', 'not-needed 180.001'],
  ])('of 60 s with poll-interval %s ms goes through "%s" until "%s"', (pollIntervalMs, reads, end) => {
    expect(playPolicy({ stableForMs: 60_000, pollIntervalMs, reads, random: 0 }).end).toBe(end);
  });

  it('ends at the deadline without enough RUNNING', () => {
    expect(playPolicy({ stableForMs: 600_000, timeoutMs: 60_000, reads: 'RUNNING' }).end).toBe('timed-out 60');
  });
});
