import { describe, expect, it } from 'vitest';
import { http, playPolicy, state, updated } from './play.js';

const FAILED = state('FAILED');
const RUNNING = state('RUNNING');
const STARTING = state('INITIALIZING');

/** The rows of docs/behavior.md section 4 for the first status that is seen. */
describe('the first status seen, without wait', () => {
  it.each([
    ['FAILED', 'restarted', undefined],
    ['TERMINATED', 'restarted', undefined],
    ['RUNNING', 'not-needed', undefined],
    ['SLEEPING', 'not-needed', undefined],
    ['READY', 'not-needed', undefined],
    ['INITIALIZING', 'not-needed', undefined],
    ['AWAKING', 'not-needed', undefined],
    ['UPDATING', 'not-needed', undefined],
    ['STOPPING', 'error', 'stopping'],
    ['TERMINATING', 'error', 'stopping'],
    ['UNKNOWN', 'error', 'unknown-status'],
    ['HIBERNATING', 'error', 'unknown-status'],
    ['FAILED ', 'error', 'unknown-status'],
    ['failed', 'error', 'unknown-status'],
    ['constructor', 'error', 'unknown-status'],
  ])('%j ends the run as %s', (status, outcome, reason) => {
    const { requests, ...result } = playPolicy({ wait: false, reads: [state(status)], restarts: [STARTING] });
    expect(result).toMatchObject({ outcome, reason, restarts: outcome === 'restarted' ? 1 : 0 });
    expect(requests).toEqual(outcome === 'restarted' ? ['read 0', 'restart 0'] : ['read 0']);
  });

  it('ends with the status in the response to the restart', () => {
    expect(playPolicy({ wait: false, reads: [FAILED], restarts: [STARTING] })).toMatchObject({
      first: FAILED,
      last: STARTING,
      elapsedMs: 0,
    });
  });
});

describe('the first status seen, with wait', () => {
  it.each(['RUNNING', 'SLEEPING', 'READY'])('%s needs no restart and no further poll', (status) => {
    const { outcome, requests } = playPolicy({ reads: [state(status)] });
    expect([outcome, requests]).toEqual(['not-needed', ['read 0']]);
  });

  it.each(['INITIALIZING', 'AWAKING', 'UPDATING', 'STOPPING', 'UNKNOWN', 'HIBERNATING', 'FAILED '])(
    '%j is waited out, and needs no restart if the endpoint then runs',
    (status) => {
      const { outcome, requests } = playPolicy({ reads: [state(status), RUNNING] });
      expect([outcome, requests]).toEqual(['not-needed', ['read 0', 'read 5']]);
    },
  );

  it.each(['FAILED', 'TERMINATED'])('%s is restarted and followed to RUNNING', (status) => {
    const played = playPolicy({ reads: [state(status), STARTING, RUNNING], restarts: [STARTING] });
    expect(played).toMatchObject({ outcome: 'restarted', restarts: 1, first: { status }, last: RUNNING });
    expect(played).toMatchObject({ isAmbiguous: false, failure: undefined });
    expect(played.events[1]).toMatchObject({
      type: 'accepted',
      request: 'restart',
      attempt: 1,
      isInferred: false,
    });
    expect(played.requests).toEqual(['read 0', 'restart 0', 'read 5', 'read 10']);
  });

  it('waits through TERMINATING for the restart', () => {
    const reads = [state('TERMINATING'), state('TERMINATED'), state('TERMINATED'), STARTING, RUNNING];
    expect(playPolicy({ reads, restarts: [STARTING] })).toMatchObject({ outcome: 'restarted', restarts: 1 });
  });

  it('restarts an endpoint that fails while it starts by itself', () => {
    const played = playPolicy({ reads: [STARTING, FAILED, FAILED, STARTING, RUNNING], restarts: [STARTING] });
    expect(played).toMatchObject({ outcome: 'restarted', restarts: 1, first: STARTING });
  });

  it('ends after a restart when the endpoint is asleep, which is healthy', () => {
    expect(playPolicy({ reads: [FAILED, state('SLEEPING')], restarts: [STARTING] }).outcome).toBe('restarted');
  });
});

describe('restart-on', () => {
  const MEMORY = 'INFERENCE_ENGINE_MEMORY_ERROR';
  const GRPC = 'WORKLOAD_INIT_GRPC_ERROR';
  it.each([
    [['FAILED'], 'TERMINATED', '', 'not-needed'],
    [['TERMINATED'], 'FAILED', MEMORY, 'not-needed'],
    [['RECOVERABLE'], 'TERMINATED', '', 'not-needed'],
    [['RECOVERABLE'], 'FAILED', MEMORY, 'not-recoverable'],
    [['RECOVERABLE', 'TERMINATED'], 'FAILED', MEMORY, 'not-recoverable'],
    [['RECOVERABLE', 'TERMINATED'], 'TERMINATED', '', 'restarted'],
    [['RECOVERABLE', 'FAILED'], 'FAILED', MEMORY, 'restarted'],
    [['RECOVERABLE'], 'FAILED', GRPC, 'restarted'],
    [['RECOVERABLE'], 'FAILED', '', 'restarted'],
    [['RECOVERABLE'], 'FAILED', 'BRAND_NEW_ERROR', 'restarted'],
    [['FAILED'], 'FAILED', MEMORY, 'restarted'],
  ] as const)('with restart-on %j, %s %s ends as %s', (restartOn, status, errorCode, outcome) => {
    for (const wait of [false, true]) {
      const reads = [state(status, { errorCode }), RUNNING];
      const played = playPolicy({ wait, restartOn, reads, restarts: [STARTING] });
      expect(played.outcome).toBe(outcome);
      expect(played.restarts).toBe(outcome === 'restarted' ? 1 : 0);
    }
  });
});

describe('wake', () => {
  const ASLEEP = state('SLEEPING');
  const AWAKING = state('AWAKING');

  it('wakes a sleeping endpoint and ends without wait', () => {
    const { outcome, woken, last, requests, events } = playPolicy({
      wait: false,
      wake: true,
      reads: [ASLEEP],
      wakes: [AWAKING],
    });
    expect([outcome, woken, last, requests]).toEqual(['woken', true, AWAKING, ['read 0', 'wake 0']]);
    expect(events[1]).toMatchObject({ type: 'accepted', request: 'wake', attempt: 1, isInferred: false });
  });

  it('follows a woken endpoint to RUNNING', () => {
    expect(playPolicy({ wake: true, reads: [ASLEEP, AWAKING, RUNNING], wakes: [AWAKING] })).toMatchObject({
      outcome: 'woken',
      restarts: 0,
      woken: true,
    });
  });

  it('wakes once in a run: an endpoint that falls asleep again is healthy', () => {
    const played = playPolicy({ wake: true, reads: [ASLEEP, AWAKING, ASLEEP], wakes: [AWAKING] });
    expect(played.outcome).toBe('woken');
  });

  it.each([
    ['as before', state('SLEEPING')],
    ['updated', updated(5, 'SLEEPING')],
  ])('does not succeed while the endpoint stays asleep, %s', (_, asleep) => {
    const before = asleep.updatedAt === '' ? ASLEEP : updated(0, 'SLEEPING');
    const played = playPolicy({
      wake: true,
      reads: [before, asleep],
      wakes: [AWAKING],
      timeoutMs: 1_200_000,
    });
    expect(played).toMatchObject({ outcome: 'timed-out', woken: true, hasProgressed: false });
    const late = playPolicy({
      wake: true,
      reads: [before, ...Array(150).fill(asleep), RUNNING],
      wakes: [AWAKING],
    });
    expect(late).toMatchObject({ outcome: 'woken', last: RUNNING });
  });

  it('is no success while the endpoint stays asleep, whatever it did before', () => {
    const reads = [STARTING, ASLEEP, updated(9, 'SLEEPING'), RUNNING];
    const played = playPolicy({ wake: true, reads, wakes: [AWAKING] });
    expect(played).toMatchObject({ outcome: 'woken', last: RUNNING });
  });

  it('is a success if the endpoint ran and fell asleep again', () => {
    const played = playPolicy({
      wake: true,
      stableForMs: 60_000,
      reads: [ASLEEP, RUNNING, updated(9, 'SLEEPING')],
      wakes: [AWAKING],
    });
    expect(played).toMatchObject({ outcome: 'woken', last: { status: 'SLEEPING' } });
  });

  it('restarts a woken endpoint that fails, and is a restart then', () => {
    const reads = [ASLEEP, AWAKING, FAILED, FAILED, STARTING, RUNNING];
    const played = playPolicy({ wake: true, reads, wakes: [AWAKING], restarts: [STARTING] });
    expect(played).toMatchObject({ outcome: 'restarted', restarts: 1, woken: true });
  });

  it('wakes an endpoint that falls asleep after its restart', () => {
    const reads = [FAILED, ASLEEP, AWAKING, RUNNING];
    const played = playPolicy({ wake: true, reads, wakes: [AWAKING], restarts: [STARTING] });
    expect(played).toMatchObject({ outcome: 'restarted', restarts: 1, woken: true });
    expect(played.requests).toContain('wake 5');
  });

  it.each([
    [['FAILED'], 'TERMINATED', ''],
    [['TERMINATED'], 'FAILED', ''],
    [['RECOVERABLE'], 'FAILED', 'INFERENCE_ENGINE_MEMORY_ERROR'],
  ] as const)('with restart-on %j, a woken endpoint that is then %s %s has failed', (restartOn, status, errorCode) => {
    const down = state(status, { errorCode });
    const played = playPolicy({ wake: true, restartOn, reads: [ASLEEP, AWAKING, down], wakes: [AWAKING] });
    expect(played).toMatchObject({ outcome: 'failed', restarts: 0, last: down });
  });

  it('leaves a sleeping endpoint alone without it', () => {
    expect(playPolicy({ reads: [ASLEEP] })).toMatchObject({ outcome: 'not-needed', woken: false });
  });
});

describe('dry-run', () => {
  const end = (outcome: string) => ({ type: 'end', outcome });
  it.each([
    [{}, 'FAILED', { type: 'restart' }],
    [{ wait: false }, 'TERMINATED', { type: 'restart' }],
    [{ restartOn: ['FAILED'] }, 'TERMINATED', end('not-needed')],
    [{}, 'RUNNING', end('not-needed')],
    [{ stableForMs: 60_000 }, 'RUNNING', { type: 'wait' }],
    [{}, 'SLEEPING', end('not-needed')],
    [{ wake: true }, 'SLEEPING', { type: 'wake' }],
    [{}, 'INITIALIZING', { type: 'wait' }],
    [{ wait: false }, 'INITIALIZING', end('not-needed')],
    [{}, 'STOPPING', { type: 'wait' }],
    [{ wait: false }, 'STOPPING', end('error')],
    [{ wait: false }, 'UNKNOWN', end('error')],
  ] as const)('with %j and %s reads once and says %j', (policy, status, planned) => {
    const played = playPolicy({ ...policy, dryRun: true, reads: [state(status)] });
    expect(played).toMatchObject({ outcome: 'dry-run', planned, restarts: 0, woken: false });
    expect(played.requests).toEqual(['read 0']);
  });

  it('reports that a failure that a restart can’t fix would be left alone', () => {
    const reads = [state('FAILED', { errorCode: 'WORKLOAD_INIT_SETTINGS_ERROR' })];
    expect(playPolicy({ dryRun: true, restartOn: ['RECOVERABLE'], reads }).planned).toMatchObject(
      end('not-recoverable'),
    );
  });

  it('tolerates faults as a run without wait does', () => {
    const { outcome, reason, elapsedMs } = playPolicy({ dryRun: true, reads: ['hang'] });
    expect([outcome, reason, elapsedMs]).toEqual(['error', 'unreadable', 120_000]);
  });
});

describe('stable-for', () => {
  const stableForMs = 20_000;

  it('ends once every poll has shown RUNNING for this long', () => {
    const { outcome, requests, events } = playPolicy({
      stableForMs,
      reads: [FAILED, RUNNING],
      restarts: [STARTING],
    });
    expect(outcome).toBe('restarted');
    expect(requests).toEqual(['read 0', 'restart 0', 'read 5', 'read 10', 'read 15', 'read 20', 'read 25']);
    expect(events.filter(({ type }) => type === 'stabilizing')).toEqual([
      { type: 'stabilizing', forMs: stableForMs, atMs: 5_000 },
    ]);
  });

  it('counts for an endpoint that was found RUNNING as well', () => {
    expect(playPolicy({ stableForMs, reads: [RUNNING] })).toMatchObject({
      outcome: 'not-needed',
      elapsedMs: 20_000,
    });
  });

  it('counts from the first of the reads in a row that showed RUNNING', () => {
    const { elapsedMs, outcome } = playPolicy({
      stableForMs,
      reads: [RUNNING, RUNNING, state('UPDATING'), RUNNING],
    });
    expect([outcome, elapsedMs]).toEqual(['not-needed', 15_000 + stableForMs]);
  });

  it('goes on through failed and stale reads, and ends on one that shows RUNNING', () => {
    const third = [RUNNING, RUNNING, http(503)];
    const played = playPolicy({ stableForMs: 60_000, reads: Array(50).fill(third).flat(), random: 1 });
    expect(played).toMatchObject({ outcome: 'not-needed', last: RUNNING });
    expect(played.elapsedMs).toBeLessThan(70_000);
    const old = updated(0, 'UPDATING');
    const reads = [updated(9, 'RUNNING'), updated(9, 'RUNNING'), old, old, old, updated(9, 'RUNNING')];
    expect(playPolicy({ stableForMs, reads }).elapsedMs).toBe(25_000);
  });

  it.each([
    [undefined, 60_000, 60_000],
    [undefined, 60_001, 120_001],
    [40_000, 100_000, 100_000],
    [40_000, 100_001, 180_001],
  ])('of 60 s with poll-interval %s ms and a gap of %d ms takes %d ms', (pollIntervalMs, gapMs, elapsedMs) => {
    const outage = http(503, { retryAfterMs: gapMs - (pollIntervalMs ?? 5_000) });
    const reads = [RUNNING, outage, RUNNING];
    const played = playPolicy({ stableForMs: 60_000, pollIntervalMs, reads, random: 0 });
    expect(played).toMatchObject({ outcome: 'not-needed', elapsedMs });
  });

  it('ends at the deadline without enough RUNNING', () => {
    const played = playPolicy({ stableForMs: 600_000, timeoutMs: 60_000, reads: [RUNNING] });
    expect(played).toMatchObject({ outcome: 'timed-out', elapsedMs: 60_000, last: RUNNING });
  });

  it('does not delay the end for a sleeping endpoint', () => {
    expect(playPolicy({ stableForMs, reads: [state('SLEEPING')] })).toMatchObject({
      outcome: 'not-needed',
      elapsedMs: 0,
    });
  });
});

describe('READY', () => {
  const READY = state('READY');

  it('is healthy before a restart', () => {
    expect(playPolicy({ stableForMs: 20_000, reads: [READY] })).toMatchObject({
      outcome: 'not-needed',
      elapsedMs: 0,
    });
  });

  it('is given two minutes to become RUNNING after a restart, and then counts as up', () => {
    const played = playPolicy({ reads: [FAILED, READY], restarts: [STARTING] });
    expect(played).toMatchObject({ outcome: 'restarted', last: READY, elapsedMs: 125_000 });
  });

  it('then also has to be stable', () => {
    const played = playPolicy({ stableForMs: 30_000, reads: [FAILED, READY], restarts: [STARTING] });
    expect(played).toMatchObject({ outcome: 'restarted', elapsedMs: 155_000 });
  });

  it('gets another two minutes after another status', () => {
    const reads = [FAILED, ...Array(20).fill(READY), STARTING, READY];
    expect(playPolicy({ reads, restarts: [STARTING] }).elapsedMs).toBe(110_000 + 120_000);
  });
});
