import { describe, expect, it } from 'vitest';
import { playPolicy, type Script, state } from './play.js';

type Row = readonly [about: string, script: Script, end: string];

/** Stale reads, docs/behavior.md section 4. */
describe('a read that repeats what was before an accepted request', () => {
  it.each<Row>([
    ['is ignored for ten minutes, and then counts once confirmed', { reads: 'FAILED' }, 'failed 610'],
    ['is ignored whatever its phase', { reads: [state('TERMINATED', { phase: 'A' }), 'TERMINATED'] }, 'failed 610'],
    ['is ignored for two minutes after another state', { reads: 'FAILED INITIALIZING FAILED' }, 'failed 130'],
    [
      // The read of second 100 gets its response at second 125, and that of second 130 is the first to count.
      'counts by when it was sent, not by when its response came',
      { reads: 'FAILED INITIALIZING FAILED~25', timeoutMs: 160_000 },
      'timed-out 160',
    ],
    [
      'can also repeat the FAILED in the response to the restart',
      { reads: 'FAILED@0 40*FAILED@1 RUNNING@2', restarts: 'FAILED@1' },
      'restarted 205',
    ],
    [
      'can also repeat the SLEEPING in the response to the wake-up',
      { wake: true, reads: 'SLEEPING@0 AWAKING 5*SLEEPING@1 RUNNING@2', wakes: 'SLEEPING@1' },
      'woken 35',
    ],
    ['is ignored after AWAKING, too', { wake: true, reads: 'SLEEPING AWAKING 10*SLEEPING RUNNING' }, 'woken 60'],
  ])('%s', (_, script, end) => {
    expect(playPolicy(script).end).toBe(end);
  });
});

describe('a read that is older than the newest one', () => {
  it.each(['RUNNING', 'SLEEPING', 'TERMINATED', 'FAILED', 'INITIALIZING'])('is ignored, here a %s', (status) => {
    const script = { reads: `FAILED@60 ${status}@59 UPDATING@70 RUNNING@80`, restarts: 'INITIALIZING@61' };
    const { story, events } = playPolicy(script);
    expect(story).toBe('read 0, restart 0, read 5, read 10, read 15, restarted 15');
    expect(events.filter((it) => it.type === 'paused' && it.why === 'stale')).toHaveLength(1);
  });

  it.each<Row>([
    [
      'does not make a waking endpoint woken',
      { wake: true, reads: 'SLEEPING@0 AWAKING@5 SLEEPING@0 RUNNING@9' },
      'woken 15',
    ],
    [
      'does not lead to a restart against a person who terminated the endpoint',
      { attempts: 2, reads: 'FAILED@0 INITIALIZING@5 TERMINATED@9 FAILED@7 TERMINATED@9' },
      'failed 25',
    ],
    // The newest one was last read at second 5.
    ['counts two minutes after that was last read', { reads: '2*INITIALIZING@60 RUNNING@0' }, 'not-needed 125'],
    [
      'counts then, though an older one was read since',
      { reads: '2*INITIALIZING@60 24*UPDATING@30 RUNNING@0' },
      'not-needed 130',
    ],
    [
      'is not one that is older than the response to a request',
      { reads: 'FAILED@60 INITIALIZING@62 RUNNING@63', restarts: 'INITIALIZING@900' },
      'restarted 10',
    ],
  ])('%s', (_, script, end) => {
    expect(playPolicy(script).end).toBe(end);
  });
});

/** Confirmation, docs/behavior.md section 4. */
describe('a FAILED or TERMINATED', () => {
  it.each<[what: string, script: Script, end: string]>([
    ['restarts a waking endpoint', { wake: true, reads: 'SLEEPING AWAKING FAILED AWAKING RUNNING' }, 'woken 25'],
    [
      'ends an update',
      { restartOn: ['RECOVERABLE'], reads: 'UPDATING FAILED:INFERENCE_ENGINE_MEMORY_ERROR UPDATING RUNNING' },
      'not-needed 20',
    ],
    ['ends a start', { restartOn: ['FAILED'], reads: 'INITIALIZING TERMINATED INITIALIZING RUNNING' }, 'not-needed 20'],
    ['ends a stop', { reads: 'STOPPING FAILED RUNNING' }, 'not-needed 15'],
  ])('read once, after another status, never %s', (_, script, end) => {
    expect(playPolicy(script).end).toBe(end);
  });

  it.each<Row>([
    ['acted on at once if the run finds it first', { restartOn: ['FAILED'], reads: 'TERMINATED' }, 'not-needed 0'],
    ['confirmed 10 s later', { reads: 'FAILED INITIALIZING FAILED:NEW' }, 'failed 20'],
    [
      'confirmed one poll-interval later if that is shorter',
      { reads: 'FAILED INITIALIZING FAILED:NEW', pollIntervalMs: 2_000 },
      'failed 6',
    ],
    [
      'confirmed 10 s later if poll-interval is longer',
      { reads: 'FAILED INITIALIZING FAILED:NEW', pollIntervalMs: 45_000 },
      'failed 100',
    ],
    [
      'confirmed 10 s after its read was sent, not after the response',
      { reads: 'FAILED INITIALIZING FAILED:NEW~9 FAILED:NEW' },
      'failed 20',
    ],
    [
      'confirmed by the other, and after TERMINATED not restarted',
      { attempts: 3, reads: 'FAILED INITIALIZING TERMINATED FAILED:NEW' },
      'failed 20',
    ],
    [
      'confirmed by a TERMINATED, which is not restarted either',
      { attempts: 3, reads: 'FAILED INITIALIZING FAILED:NEW TERMINATED' },
      'failed 20',
    ],
    [
      'confirmed by the last read before the deadline, however soon',
      { reads: 'FAILED 2*INITIALIZING FAILED:NEW', timeoutMs: 20_000 },
      'failed 18',
    ],
    [
      'not confirmed by itself, even in the last read',
      { reads: 'FAILED 2*INITIALIZING FAILED:NEW', timeoutMs: 16_000 },
      'timed-out 16',
    ],
  ])('is %s', (_, script, end) => {
    expect(playPolicy(script).end).toBe(end);
  });
});
