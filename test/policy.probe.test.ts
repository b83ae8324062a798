import { describe, expect, it } from 'vitest';
import { http, playPolicy, type Script } from './play.js';

/** The rules of the input `probe`, docs/behavior.md sections 4 and 5. */
describe('the probe', () => {
  it.each<[is: string, script: Script, story: string]>([
    [
      'is sent when the wait would otherwise end, and its response ends it',
      { reads: 'FAILED AWAKING RUNNING' },
      'read 0, restart 0, read 5, read 10, probe 10, restarted 10',
    ],
    [
      'is sent after stable-for',
      { stableForMs: 10_000, reads: 'RUNNING' },
      'read 0, read 5, read 10, probe 10, not-needed 10',
    ],
    [
      'is resent once the status has been read again, and backs off up to the poll pause',
      { reads: 'RUNNING', probes: 'lost 503 429 503 503 ok', pollIntervalMs: 4_000 },
      'read 0, probe 0, read 1, probe 1, read 3, probe 3, read 7, probe 7, read 11, probe 11, read 15, probe 15, not-needed 15',
    ],
    [
      'waits while the endpoint is not RUNNING, and is then resent',
      { reads: 'RUNNING AWAKING RUNNING', probes: '503 ok' },
      'read 0, probe 0, read 1, read 6, probe 6, not-needed 6',
    ],
    [
      'is resent after a restart of an endpoint that fails',
      { reads: 'RUNNING 2*FAILED RUNNING', probes: 'lost ok' },
      'read 0, probe 0, read 1, read 11, restart 11, read 16, probe 16, restarted 16',
    ],
    [
      'without a response makes SLEEPING an error: nothing has responded',
      { reads: 'RUNNING SLEEPING', probes: '503' },
      'read 0, probe 0, read 1, error 1 (asleep-unresponsive)',
    ],
    [
      'without a response makes SLEEPING an error even with wake',
      { wake: true, reads: 'RUNNING SLEEPING RUNNING', probes: '503 ok' },
      'read 0, probe 0, read 1, error 1 (asleep-unresponsive)',
    ],
    ['is never sent to a sleeping endpoint', { reads: 'SLEEPING' }, 'read 0, not-needed 0'],
  ])('%s', (_, script, story) => {
    expect(playPolicy({ probe: 'chat', probes: 'ok', random: 1, ...script }).story).toBe(story);
  });

  it.each<[what: string, reads: string, probe: number]>([
    ['found first', 'READY', 120],
    ['seen after a restart', 'FAILED READY', 125],
  ])('is sent to a READY endpoint, %s, after its two minutes', (_, reads, second) => {
    const { sent, end } = playPolicy({ probe: 'chat', reads, probes: 'ok' });
    expect([sent.probe, end.split(' ')[1]]).toEqual([[second], `${second}`]);
  });

  it.each(['FAILED', 'STOPPING', 'INITIALIZING', 'UNKNOWN', 'UPDATING'])('is never sent at %s', (status) => {
    const script = { timeoutMs: 60_000, restartOn: ['TERMINATED'], reads: status } as const;
    expect(playPolicy({ ...script, probe: 'chat' }).story).toBe(playPolicy(script).story);
  });

  it('without a response ends the run at the deadline, with the reason', () => {
    const { failure, end } = playPolicy({ probe: 'chat', reads: 'RUNNING', probes: '503', timeoutMs: 300_000 });
    expect([failure, end]).toEqual([{ call: 'probe', fault: http(503) }, 'timed-out 300']);
  });

  it('has one warning while it fails, one line when that is over, and one for the response', () => {
    const { events } = playPolicy({ probe: 'chat', reads: 'RUNNING', probes: '3*lost ok', random: 1 });
    const lines = events.filter((it) =>
      it.type === 'fault' ? it.isWarning : !['observed', 'paused'].includes(it.type),
    );
    expect(lines).toMatchObject([
      { type: 'fault', call: 'probe', atMs: 1_000 },
      { type: 'recovered', call: 'probe', outageMs: 7_000, atMs: 7_000 },
      { type: 'responded', probe: 'chat', atMs: 7_000 },
    ]);
  });

  it.each([400, 401, 404, 409, 422, 423])('ends the run as an error after three HTTP %d over 30 s', (status) => {
    const fault = http(status, { kind: 'permanent' });
    const script = { probe: 'chat', reads: 'RUNNING', random: 1 } as const;
    const { failure, end } = playPolicy({ ...script, probes: [fault] });
    // At 0, 1, 3, 7, 12, and so on.
    expect([failure, end]).toEqual([{ call: 'probe', fault }, 'error 32 (permanent-fault)']);
    expect(playPolicy({ ...script, probes: [fault, fault, 'ok'] }).end).toBe('not-needed 3');
  });

  it('has 30 s, but never more than the deadline', () => {
    const { timeoutsMs } = playPolicy({
      probe: 'chat',
      reads: 'RUNNING',
      probes: 'hang',
      timeoutMs: 40_000,
      random: 0,
    });
    expect(timeoutsMs).toEqual([30_000, 30_000, 10_000, 10_000]);
  });
});
