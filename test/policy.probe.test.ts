import { describe, expect, it } from 'vitest';
import { http, lost, playPolicy, state } from './play.js';

const FAILED = state('FAILED');
const STARTING = state('INITIALIZING');
const RUNNING = state('RUNNING');
const READY = state('READY');
const SLEEPING = state('SLEEPING');
const permanent = (httpStatus: number) => http(httpStatus, { kind: 'permanent' });

/** The rules of the input `probe`, docs/behavior.md sections 4 and 5. */
describe('the probe', () => {
  it('is sent when the wait would otherwise end, and its response ends it', () => {
    const played = playPolicy({
      probe: 'chat',
      reads: [FAILED, STARTING, RUNNING],
      restarts: [STARTING],
      probes: ['ok'],
    });
    expect(played).toMatchObject({ outcome: 'restarted', elapsedMs: 10_000, last: RUNNING });
    expect(played.requests.slice(-2)).toEqual(['read 10', 'probe 10']);
    expect(played.events.at(-1)).toEqual({ type: 'responded', probe: 'chat', atMs: 10_000 });
  });

  it('is sent after stable-for', () => {
    const played = playPolicy({ probe: 'chat', stableForMs: 20_000, reads: [RUNNING], probes: ['ok'] });
    expect(played).toMatchObject({ outcome: 'not-needed', elapsedMs: 20_000 });
    expect(played.requests.at(-1)).toBe('probe 20');
  });

  it.each([
    ['found first', [READY], 'probe 120'],
    ['seen after a restart', [FAILED, READY], 'probe 125'],
  ])('is sent to a READY endpoint, %s, after its two minutes', (_, reads, probe) => {
    const played = playPolicy({ probe: 'chat', reads, restarts: [STARTING], probes: ['ok'] });
    expect(played.requests.at(-1)).toBe(probe);
    expect(played.last).toEqual(READY);
  });

  it.each(['SLEEPING', 'FAILED', 'STOPPING', 'INITIALIZING', 'UNKNOWN', 'UPDATING'])(
    'is never sent at %s',
    (status) => {
      const played = playPolicy({
        probe: 'chat',
        timeoutMs: 60_000,
        restartOn: ['TERMINATED'],
        reads: [state(status)],
      });
      expect(played.requests.filter((it) => it.startsWith('probe'))).toEqual([]);
    },
  );

  it('is never sent in a dry run, which says that it would be', () => {
    const played = playPolicy({ probe: 'chat', dryRun: true, reads: [RUNNING] });
    expect(played).toMatchObject({ outcome: 'dry-run', planned: { type: 'probe' }, requests: ['read 0'] });
  });

  it.each([
    ['a lost response', lost],
    ['a 503', http(503)],
    ['a 429', http(429)],
    ['no response in time', 'hang'],
  ] as const)('is sent again after %s, once the status has been read again', (_, reply) => {
    const played = playPolicy({ probe: 'chat', reads: [RUNNING], probes: [reply, reply, 'ok'] });
    expect(played.outcome).toBe('not-needed');
    expect(played.requests.map((it) => it.split(' ')[0])).toEqual(['read', 'probe', 'read', 'probe', 'read', 'probe']);
  });

  it('backs off up to the poll pause', () => {
    const { requests } = playPolicy({
      probe: 'chat',
      reads: [RUNNING],
      probes: [...Array(6).fill(http(503)), 'ok'],
      random: 1,
    });
    expect(requests.filter((it) => it.startsWith('probe'))).toEqual(
      [0, 1, 3, 7, 12, 17, 22].map((second) => `probe ${second}`),
    );
  });

  it('without a response ends the run at the deadline, with the reason', () => {
    const fault = http(503);
    const played = playPolicy({ probe: 'chat', reads: [RUNNING], probes: [fault], timeoutMs: 300_000 });
    expect(played).toMatchObject({ outcome: 'timed-out', last: RUNNING, elapsedMs: 300_000 });
    expect(played.failure).toEqual({ call: 'probe', fault });
  });

  it('has one warning while it fails, and one line when the endpoint responds', () => {
    const { events } = playPolicy({
      probe: 'chat',
      reads: [RUNNING],
      probes: [lost, lost, lost, 'ok'],
      random: 1,
    });
    const lines = events.flatMap((it) =>
      it.type === 'outage' || it.type === 'recovered' ? [`${it.type} ${it.call} ${it.atMs}`] : [],
    );
    expect(lines).toEqual(['outage probe 1000', 'recovered probe 7000']);
  });

  it('follows the table when the endpoint leaves RUNNING', () => {
    const reads = [RUNNING, STARTING, RUNNING];
    const played = playPolicy({ probe: 'chat', reads, probes: [http(503), 'ok'] });
    expect(played).toMatchObject({ outcome: 'not-needed', last: RUNNING });
    const failing = playPolicy({
      probe: 'chat',
      reads: [RUNNING, FAILED, FAILED, RUNNING],
      probes: [lost, 'ok'],
      restarts: [STARTING],
    });
    expect(failing).toMatchObject({ outcome: 'restarted', restarts: 1 });
  });

  it('without a response makes SLEEPING an error: nothing has responded', () => {
    const fault = http(503);
    const played = playPolicy({ probe: 'chat', reads: [RUNNING, SLEEPING], probes: [fault] });
    expect(played).toMatchObject({
      outcome: 'error',
      reason: 'asleep-unresponsive',
      failure: { call: 'probe', fault },
    });
    expect(playPolicy({ probe: 'chat', reads: [SLEEPING] }).outcome).toBe('not-needed');
  });

  it.each([400, 401, 404, 409, 422, 423])(
    'ends the run as an error after three HTTP %d in a row over 30 s',
    (httpStatus) => {
      const fault = permanent(httpStatus);
      const played = playPolicy({ probe: 'chat', reads: [RUNNING], probes: [fault], random: 1 });
      expect(played).toMatchObject({
        outcome: 'error',
        reason: 'permanent-fault',
        failure: { call: 'probe', fault },
      });
      expect(played.elapsedMs).toBeGreaterThanOrEqual(30_000);
      expect(played.elapsedMs).toBeLessThan(40_000);
      expect(playPolicy({ probe: 'chat', reads: [RUNNING], probes: [fault, fault, 'ok'] }).outcome).toBe('not-needed');
    },
  );

  it('has 30 s, but never more than the deadline', () => {
    const { timeoutsMs } = playPolicy({
      probe: 'chat',
      reads: [RUNNING],
      probes: ['hang'],
      timeoutMs: 40_000,
      random: 0,
    });
    expect(timeoutsMs.slice(0, 4)).toEqual([30_000, 30_000, 10_000, 10_000]);
  });
});
