import { describe, expect, it } from 'vitest';
import { STATUSES } from '../src/endpoint.js';
import { ApiError } from '../src/fault.js';
import { pollPauseMs } from '../src/polling.js';
import { restartEndpoint } from '../src/restart.js';
import { playRace } from './schedule.js';
import { httpFault, type Reply, runScript, type Script, type ScriptedRun, state } from './scripted-client.js';
import { VirtualClock } from './virtual-clock.js';

const failed = state('FAILED', { errorCode: 'WORKLOAD_INIT_GRPC_ERROR' });
const failedAgain = state('FAILED', { errorCode: 'INFERENCE_ENGINE_MEMORY_ERROR', updatedAt: 'later' });
const terminated = state('TERMINATED');
/** Polled every 5 s. */
const starting = state('INITIALIZING', { updatedAt: 'now' });
/** Polled every 20 s. */
const downloading = state('INITIALIZING', { phase: 'DOWNLOADING_MODEL', updatedAt: 'now' });
const engine = state('INITIALIZING', { phase: 'ENGINE_INITIALIZING', updatedAt: 'now' });
/** How closely the last phase is polled stands in polling.ts. */
const CLOSELY = pollPauseMs(engine, { rateLimits: 0 });
const running = state('RUNNING', { updatedAt: 'now' });

const unavailable = httpFault(503);
const tooMany = httpFault(429);
const badRequest = httpFault(400);
const forbidden = httpFault(403);
const lost = new ApiError('the connection was closed', { kind: 'transient', code: 'ECONNRESET' });

const MINUTE = 60_000;

function times(count: number, reply: Reply): Reply[] {
  return Array.from({ length: count }, () => reply);
}

/** What was told: the type of each event, with its moment. */
function told({ events }: ScriptedRun): string[] {
  return events.map(({ type, atMs }) => `${atMs} ${type}`);
}

function requestsOf({ requests }: ScriptedRun, method: 'GET' | 'PUT'): string[] {
  return requests.filter((request) => request.startsWith(method));
}

describe('without wait, a status that is read first', () => {
  const restart = { outcome: 'restarted', reason: undefined, requests: ['GET 0', 'PUT 0'] };
  const notNeeded = { outcome: 'not-needed', reason: undefined, requests: ['GET 0'] };
  const stopping = { outcome: 'error', reason: 'stopping', requests: ['GET 0'] };
  const unknown = { outcome: 'error', reason: 'unknown-status', requests: ['GET 0'] };
  const rows = {
    FAILED: restart,
    TERMINATED: restart,
    RUNNING: notNeeded,
    SLEEPING: notNeeded,
    READY: notNeeded,
    INITIALIZING: notNeeded,
    AWAKING: notNeeded,
    UPDATING: notNeeded,
    STOPPING: stopping,
    TERMINATING: stopping,
    UNKNOWN: unknown,
    PAUSED: unknown,
    running: unknown,
    '': unknown,
  };

  it('is in the table, if the API documents it', () => {
    expect(Object.keys(rows)).toEqual(expect.arrayContaining([...STATUSES]));
  });

  it.each(Object.entries(rows))('%s has its end, without a pause', async (status, row) => {
    const run = await runScript({ wait: false, status: [state(status)], restart: [downloading] });
    const { outcome, reason, restarted, previous } = run.result;
    expect({ outcome, reason, requests: run.requests }).toEqual(row);
    expect(run.pauses).toEqual([]);
    expect(restarted).toBe(row === restart);
    expect(previous).toEqual(state(status));
    expect(run.result.state).toEqual(row === restart ? downloading : state(status));
  });
});

describe('with wait, a status that is read first', () => {
  const rows = {
    RUNNING: 'ends the run',
    SLEEPING: 'ends the run',
    READY: 'ends the run',
    INITIALIZING: 'is waited for',
    AWAKING: 'is waited for',
    UPDATING: 'is waited for',
    STOPPING: 'is waited for',
    TERMINATING: 'is waited for',
    UNKNOWN: 'is waited for',
    PAUSED: 'is waited for',
  };

  it.each(Object.entries(rows))('%s %s', async (status, what) => {
    const run = await runScript({ status: [state(status), running] });
    expect(run.requests).toEqual(what === 'ends the run' ? ['GET 0'] : ['GET 0', 'GET 5000']);
    expect(run.result).toMatchObject({
      outcome: 'not-needed',
      reason: undefined,
      restarted: false,
      previous: state(status),
      state: what === 'ends the run' ? state(status) : running,
    });
  });

  it.each(['STOPPING', 'TERMINATING', 'INITIALIZING', 'AWAKING', 'UPDATING', 'UNKNOWN', 'PAUSED'])(
    '%s that becomes TERMINATED or FAILED gets its one restart',
    async (status) => {
      for (const down of [terminated, failed]) {
        const run = await runScript({
          status: [state(status), down, running],
          restart: [downloading],
        });
        expect(run.requests).toEqual(['GET 0', 'GET 5000', 'PUT 5000', 'GET 25000']);
        expect(run.result).toMatchObject({ outcome: 'restarted', restarted: true, previous: state(status) });
      }
    },
  );

  it.each(['FAILED', 'TERMINATED'])('%s is restarted, and waited for', async (status) => {
    const run = await runScript({ status: [state(status), running], restart: [downloading] });
    expect(run.requests).toEqual(['GET 0', 'PUT 0', 'GET 20000']);
    expect(run.result).toEqual({
      outcome: 'restarted',
      reason: undefined,
      state: running,
      previous: state(status),
      restarted: true,
      restartInDoubt: false,
      fault: undefined,
      unobservedSinceMs: undefined,
      elapsedMs: 20_000,
    });
  });
});

describe('with wait, a status that is read after the restart', () => {
  const rows = {
    RUNNING: 'restarted',
    SLEEPING: 'restarted',
    FAILED: 'failed',
    TERMINATED: 'failed',
    READY: 'goes on',
    INITIALIZING: 'goes on',
    AWAKING: 'goes on',
    UPDATING: 'goes on',
    STOPPING: 'goes on',
    TERMINATING: 'goes on',
    UNKNOWN: 'goes on',
    PAUSED: 'goes on',
  };

  it.each(Object.entries(rows))('%s: %s', async (status, what) => {
    const seen = state(status, { updatedAt: 'later' });
    const run = await runScript({ status: [failed, seen, running], restart: [starting] });
    const goesOn = what === 'goes on';
    expect(run.requests).toEqual(['GET 0', 'PUT 0', 'GET 5000', ...(goesOn ? ['GET 10000'] : [])]);
    expect(run.result).toMatchObject({
      outcome: goesOn ? 'restarted' : what,
      restarted: true,
      state: goesOn ? running : seen,
      previous: failed,
    });
  });

  it('never leads to a second restart, by whatever way the endpoint goes down again', async () => {
    for (const down of [
      state('FAILED', { updatedAt: 'later' }),
      state('TERMINATED', { updatedAt: 'later' }),
    ]) {
      const run = await runScript({
        status: [starting, failed, downloading, state('STOPPING'), down],
        restart: [starting],
      });
      expect(requestsOf(run, 'PUT')).toEqual(['PUT 5000']);
      expect(run.result).toMatchObject({ outcome: 'failed', restarted: true, state: down });
    }
  });
});

describe('restart-on', () => {
  it.each([
    { status: 'FAILED', restartOn: ['FAILED', 'TERMINATED'], restarts: 1 },
    { status: 'FAILED', restartOn: ['FAILED'], restarts: 1 },
    { status: 'FAILED', restartOn: ['TERMINATED'], restarts: 0 },
    { status: 'TERMINATED', restartOn: ['FAILED', 'TERMINATED'], restarts: 1 },
    { status: 'TERMINATED', restartOn: ['TERMINATED'], restarts: 1 },
    { status: 'TERMINATED', restartOn: ['FAILED'], restarts: 0 },
  ] as const)('$restartOn sends $restarts restarts to an endpoint that is $status', async (row) => {
    for (const wait of [false, true]) {
      const run = await runScript({
        wait,
        restartOn: row.restartOn,
        status: [state(row.status), running],
        restart: [starting],
      });
      expect(requestsOf(run, 'PUT')).toHaveLength(row.restarts);
      expect(run.result.outcome).toBe(row.restarts === 1 ? 'restarted' : 'not-needed');
      if (row.restarts === 0) expect(run.requests).toEqual(['GET 0']);
    }
  });

  it('leaves an endpoint alone that is terminated while the run waits', async () => {
    const run = await runScript({ restartOn: ['FAILED'], status: [state('STOPPING'), terminated] });
    expect(run.requests).toEqual(['GET 0', 'GET 5000']);
    expect(run.result).toMatchObject({ outcome: 'not-needed', restarted: false, state: terminated });
  });
});

describe('without wait', () => {
  it('two requests and no pause make a restart, one after the other', async () => {
    const run = await runScript({
      wait: false,
      status: [{ afterMs: 250, answer: failed }],
      restart: [{ afterMs: 350, answer: starting }],
    });
    expect(run.requests).toEqual(['GET 0', 'PUT 250']);
    expect(run.pauses).toEqual([]);
    expect(told(run)).toEqual(['250 seen', '600 restart-accepted', '600 seen']);
    expect(run.result).toMatchObject({ outcome: 'restarted', state: starting, elapsedMs: 600 });
  });

  it('a restart whose 200 cannot be read ends with the status from before it', async () => {
    const run = await runScript({ wait: false, status: [failed], restart: ['unreadable'] });
    expect(run.requests).toEqual(['GET 0', 'PUT 0']);
    expect(run.result).toMatchObject({ outcome: 'restarted', restarted: true, state: failed });
    expect(run.result.restartInDoubt).toBe(false);
  });

  it.each([
    { status: 'INITIALIZING', outcome: 'restarted' },
    { status: 'AWAKING', outcome: 'restarted' },
    { status: 'UPDATING', outcome: 'restarted' },
    { status: 'RUNNING', outcome: 'restarted' },
    { status: 'SLEEPING', outcome: 'restarted' },
    { status: 'READY', outcome: 'restarted' },
    { status: 'STOPPING', outcome: 'restarted' },
    { status: 'UNKNOWN', outcome: 'restarted' },
    { status: 'PAUSED', outcome: 'restarted' },
    { status: 'FAILED', outcome: 'failed' },
    { status: 'TERMINATED', outcome: 'failed' },
  ])('$status after a restart whose answer got lost ends the run as $outcome', async (row) => {
    const after = state(row.status, { updatedAt: 'later' });
    const run = await runScript({ wait: false, status: [failed, after], restart: [lost] });
    expect(run.requests).toEqual(['GET 0', 'PUT 0', 'GET 500']);
    expect(run.result).toMatchObject({ outcome: row.outcome, restarted: true, state: after });
  });
});

describe('a stale read', () => {
  it.each([
    { pollIntervalMs: 59_999, requests: ['GET 0', 'PUT 0', 'GET 59999', 'GET 119998'] },
    { pollIntervalMs: 60_000, requests: ['GET 0', 'PUT 0', 'GET 60000'] },
  ])('is ignored for a minute and then believed, polled every $pollIntervalMs ms', async (row) => {
    const { pollIntervalMs } = row;
    const run = await runScript({ pollIntervalMs, status: [failed], restart: [starting] });
    expect(run.requests).toEqual(row.requests);
    expect(run.result).toMatchObject({ outcome: 'failed', restarted: true, state: failed });
  });

  it('has its minute from the moment at which the restart was accepted', async () => {
    const restart = [{ afterMs: 10_000, answer: starting }];
    const run = await runScript({ pollIntervalMs: 59_999, status: [failed], restart });
    expect(run.requests).toEqual(['GET 0', 'PUT 0', 'GET 69999', 'GET 129998']);
  });

  it('is as old as the moment at which it was asked for, however slow its answer', async () => {
    const run = await runScript({
      pollIntervalMs: 59_999,
      status: [failed, { afterMs: 29_000, answer: failed }, running],
      restart: [starting],
    });
    expect(run.requests).toEqual(['GET 0', 'PUT 0', 'GET 59999', 'GET 148998']);
    expect(run.result.outcome).toBe('restarted');
  });

  it.each([
    { differs: 'status', read: { ...failed, status: 'TERMINATED' } },
    { differs: 'errorCode', read: { ...failed, errorCode: '' } },
    { differs: 'updatedAt', read: { ...failed, updatedAt: 'later' } },
  ])('is none if its $differs differs: it is believed at once', async ({ read }) => {
    const run = await runScript({ status: [failed, read], restart: [starting] });
    expect(run.requests).toEqual(['GET 0', 'PUT 0', 'GET 5000']);
    expect(run.result).toMatchObject({ outcome: 'failed', state: read });
  });

  it('is one even if its phase differs', async () => {
    const read = { ...failed, phase: 'ENGINE_INITIALIZING' };
    const run = await runScript({ status: [failed, read, running], restart: [starting] });
    expect(run.requests).toEqual(['GET 0', 'PUT 0', 'GET 5000', 'GET 10000']);
    expect(run.result.outcome).toBe('restarted');
  });

  it('is compared with the read before the restart, not with the first one', async () => {
    const run = await runScript({
      status: [failed, failedAgain, failedAgain, running],
      restart: [badRequest, starting],
    });
    expect(run.requests).toEqual(['GET 0', 'PUT 0', 'GET 1000', 'PUT 1000', 'GET 6000', 'GET 11000']);
    expect(run.result).toMatchObject({ outcome: 'restarted', previous: failed });
  });

  it('changes neither the result nor the pause, and nobody is told of it', async () => {
    const run = await runScript({
      status: [failed, failed, failed, running],
      restart: [engine],
      cancelAtMs: 2.5 * CLOSELY,
    });
    expect(run.requests).toEqual(['GET 0', 'PUT 0', `GET ${CLOSELY}`, `GET ${2 * CLOSELY}`]);
    expect(told(run)).toEqual(['0 seen', '0 restart-accepted', '0 seen']);
    expect(run.pauses.map(({ why }) => why)).toEqual(['poll', 'stale', 'stale']);
    expect(run.result).toMatchObject({ outcome: 'cancelled', state: engine, previous: failed });
  });

  it('is possible only after a restart: before it the same read comes back as it is', async () => {
    const run = await runScript({ status: [starting, starting, running] });
    expect(run.pauses.map(({ why }) => why)).toEqual(['poll', 'poll']);
  });
});

describe('transient faults of the reads', () => {
  it('are borne until the deadline with wait', async () => {
    const run = await runScript({ timeoutMs: 600_000, status: [downloading, unavailable] });
    expect(run.result).toEqual({
      outcome: 'timed-out',
      reason: undefined,
      state: downloading,
      previous: downloading,
      restarted: false,
      restartInDoubt: false,
      fault: unavailable,
      unobservedSinceMs: 20_000,
      elapsedMs: 600_000,
    });
    expect(run.events.filter(({ type }) => type === 'trouble')).toEqual([
      { type: 'trouble', call: 'status', fault: unavailable, atMs: 20_000 },
    ]);
  });

  it('are survived if they end before the deadline', async () => {
    const run = await runScript({ status: [downloading, ...times(200, unavailable), running] });
    expect(run.result).toMatchObject({
      outcome: 'not-needed',
      fault: undefined,
      unobservedSinceMs: undefined,
    });
  });

  it.each([
    { timeoutMs: 119_999, outcome: 'timed-out', reason: undefined, elapsedMs: 119_999 },
    { timeoutMs: 120_000, outcome: 'timed-out', reason: undefined, elapsedMs: 120_000 },
    { timeoutMs: 120_001, outcome: 'error', reason: 'unreachable', elapsedMs: 120_000 },
    { timeoutMs: 3_600_000, outcome: 'error', reason: 'unreachable', elapsedMs: 120_000 },
  ])('are borne for 2 minutes at the most while nothing was ever answered ($timeoutMs ms)', async (row) => {
    const { timeoutMs, ...end } = row;
    const run = await runScript({ timeoutMs, status: [unavailable] });
    expect(run.result).toMatchObject({
      ...end,
      state: undefined,
      previous: undefined,
      fault: unavailable,
      unobservedSinceMs: 0,
    });
  });

  it.each([
    { afterMs: 999, requests: ['GET 0', 'GET 119000', 'GET 124999'], outcome: 'not-needed' },
    { afterMs: 1_000, requests: ['GET 0', 'GET 119000'], outcome: 'error' },
  ])('are forgotten if the first answer comes within the 2 minutes ($afterMs ms)', async (row) => {
    const { afterMs, requests, outcome } = row;
    const first = httpFault(503, { retryAfter: '119' });
    const run = await runScript({ status: [first, { afterMs, answer: starting }, running] });
    expect(run.requests).toEqual(requests);
    expect(run.timeoutsMs.slice(0, 2)).toEqual([30_000, 1_000]);
    expect(run.result.outcome).toBe(outcome);
  });

  it('are borne for 2 minutes in all without wait, whatever its timeout', async () => {
    for (const timeoutMs of [1, 3_600_000]) {
      const run = await runScript({ wait: false, timeoutMs, status: [unavailable] });
      expect(run.result).toMatchObject({ outcome: 'error', reason: 'unreachable', fault: unavailable });
      expect(run.result.elapsedMs).toBe(120_000);
    }
    const later = httpFault(503, { retryAfter: '60' });
    const run = await runScript({ wait: false, status: [later, failed, later], restart: [later] });
    expect(run.requests).toEqual(['GET 0', 'GET 60000', 'PUT 60000']);
    expect(run.result).toMatchObject({
      outcome: 'error',
      reason: 'unreachable',
      state: failed,
      restarted: false,
      restartInDoubt: true,
      fault: later,
      unobservedSinceMs: undefined,
      elapsedMs: 120_000,
    });
  });

  it('are followed by pauses from 1 s, doubling to 30 s, with full jitter', async () => {
    const ceilings = [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000];
    for (const part of [0.25, 0.75]) {
      const status = [starting, ...times(7, unavailable), running];
      const run = await runScript({ random: () => part, status });
      const pauses = run.pauses.filter(({ why }) => why === 'fault').map(({ forMs }) => forMs);
      expect(pauses).toEqual(ceilings.map((ceiling) => part * ceiling));
    }
  });

  it('may have a jitter of nothing', async () => {
    const run = await runScript({ random: () => 0, status: [unavailable, running] });
    expect(run.requests).toEqual(['GET 0', 'GET 0']);
  });

  it('start again from 1 s once a read has succeeded', async () => {
    const status = [unavailable, unavailable, starting, unavailable, running];
    expect((await runScript({ status })).requests).toEqual([
      'GET 0',
      'GET 500',
      'GET 1500',
      'GET 6500',
      'GET 7000',
    ]);
  });
});

describe('permanent faults', () => {
  it.each([301, 400, 401, 403, 404, 422])(
    'of HTTP %s end the run at once if nothing was answered before',
    async (status) => {
      for (const wait of [false, true]) {
        const fault = httpFault(status);
        const run = await runScript({ wait, status: [fault] });
        expect(run.requests).toEqual(['GET 0']);
        expect(run.events).toEqual([]);
        expect(run.result).toMatchObject({ outcome: 'error', reason: 'refused', fault, state: undefined });
        expect(run.result.unobservedSinceMs).toBe(0);
      }
    },
  );

  it('end the run at once after transient ones, too, as long as nothing was answered', async () => {
    const run = await runScript({ status: [unavailable, forbidden] });
    expect(run.requests).toEqual(['GET 0', 'GET 500']);
    expect(run.result).toMatchObject({ outcome: 'error', reason: 'refused', fault: forbidden });
  });

  it.each([
    { what: 'two', faults: [forbidden, forbidden], refused: false },
    { what: 'three', faults: [forbidden, forbidden, forbidden], refused: true },
    { what: 'two with a transient one between', faults: [forbidden, unavailable, forbidden], refused: false },
    {
      what: 'two and two with a transient one between',
      faults: [forbidden, forbidden, lost, forbidden, forbidden],
      refused: false,
    },
    {
      what: 'two and two with a 429 between',
      faults: [forbidden, forbidden, tooMany, forbidden, forbidden],
      refused: false,
    },
    {
      what: 'two and two with a good read between',
      faults: [forbidden, forbidden, starting, forbidden, forbidden],
      refused: false,
    },
    { what: 'three of different kinds', faults: [httpFault(404), badRequest, httpFault(302)], refused: true },
  ])('are believed after an answer once there are three in a row: $what', async ({ faults, refused }) => {
    const run = await runScript({ status: [starting, ...faults, running] });
    expect(requestsOf(run, 'GET')).toHaveLength(refused ? 1 + faults.length : 2 + faults.length);
    expect(run.result).toMatchObject(
      refused
        ? {
            outcome: 'error',
            reason: 'refused',
            fault: faults.at(-1),
            state: starting,
            unobservedSinceMs: 5_000,
          }
        : { outcome: 'not-needed', reason: undefined, state: running, unobservedSinceMs: undefined },
    );
  });

  it('have the pauses of any fault', async () => {
    const run = await runScript({ status: [starting, forbidden] });
    expect(run.requests).toEqual(['GET 0', 'GET 5000', 'GET 5500', 'GET 6500']);
    expect(told(run)).toEqual(['0 seen', '5000 trouble']);
  });

  it('of the restart are believed once there are three in a row', async () => {
    for (const wait of [false, true]) {
      const run = await runScript({ wait, status: [failed], restart: times(3, forbidden) });
      expect(run.requests).toEqual(['GET 0', 'PUT 0', 'GET 500', 'PUT 500', 'GET 1500', 'PUT 1500']);
      expect(run.result).toMatchObject({
        outcome: 'error',
        reason: 'refused',
        fault: forbidden,
        restarted: false,
        restartInDoubt: false,
      });
      expect(told(run)).toEqual(['0 seen', '0 trouble']);
    }
  });

  it.each([
    { what: 'a transient fault', between: unavailable },
    { what: 'a 400', between: badRequest },
    { what: 'a 429', between: tooMany },
  ])('of the restart are not in a row with $what between', async ({ between }) => {
    const restart = [forbidden, forbidden, between, forbidden, forbidden];
    const run = await runScript({ status: [failed], restart });
    expect(requestsOf(run, 'PUT')).toHaveLength(5);
    expect(run.result).toMatchObject({ reason: 'restart-not-accepted', fault: forbidden });
  });

  it('of the restart are forgotten once one is accepted', async () => {
    const restart = [forbidden, forbidden, starting];
    const run = await runScript({ status: [failed, failed, failed, running], restart });
    expect(run.requests.slice(-2)).toEqual(['PUT 1500', 'GET 6500']);
    expect(run.result).toMatchObject({ outcome: 'restarted', fault: undefined });
  });
});

describe('Retry-After', () => {
  const inMs = (ms: number): string => new Date(new VirtualClock().date() + ms).toUTCString();

  it.each([
    { retryAfter: '7', nextMs: 7_000 },
    { retryAfter: inMs(9_000), nextMs: 9_000 },
    { retryAfter: '0', nextMs: 500 },
    { retryAfter: inMs(-9_000), nextMs: 500 },
    { retryAfter: 'soon', nextMs: 500 },
  ])('of $retryAfter leads to a pause of $nextMs ms', async ({ retryAfter, nextMs }) => {
    for (const httpStatus of [429, 503]) {
      const run = await runScript({ status: [httpFault(httpStatus, { retryAfter }), running] });
      expect(run.requests).toEqual(['GET 0', `GET ${nextMs}`]);
    }
  });

  it('makes no pause shorter than it would be without', async () => {
    const brief = httpFault(503, { retryAfter: '1' });
    const run = await runScript({ status: [brief, brief, brief, brief, running] });
    expect(run.pauses.map(({ forMs }) => forMs)).toEqual([1_000, 1_000, 2_000, 4_000]);
  });

  it('of a restart is honoured before the status is read again', async () => {
    for (const httpStatus of [400, 403, 429, 503]) {
      const restart = [httpFault(httpStatus, { retryAfter: '100' })];
      const run = await runScript({ status: [failed, running], restart });
      expect(run.requests).toEqual(['GET 0', 'PUT 0', 'GET 100000']);
    }
  });

  it('is not cut short for a last look', async () => {
    const fault = httpFault(503, { retryAfter: '594' });
    const run = await runScript({ timeoutMs: 600_000, status: [starting, fault, running] });
    expect(run.requests).toEqual(['GET 0', 'GET 5000', 'GET 599000']);
    expect(run.timeoutsMs).toEqual([30_000, 30_000, 1_000]);
    expect(run.result.outcome).toBe('not-needed');
  });

  it('of an hour ends with the time that is left', async () => {
    const fault = httpFault(503, { retryAfter: '3600' });
    const known = await runScript({ timeoutMs: 600_000, status: [starting, fault] });
    expect(known.requests).toEqual(['GET 0', 'GET 5000']);
    expect(known.result).toMatchObject({ outcome: 'timed-out', fault, unobservedSinceMs: 5_000 });
    expect(known.result.elapsedMs).toBe(600_000);

    const unknown = await runScript({ timeoutMs: 600_000, status: [fault] });
    expect(unknown.requests).toEqual(['GET 0']);
    expect(unknown.result).toMatchObject({ outcome: 'error', reason: 'unreachable', elapsedMs: 120_000 });
  });
});

describe('a 429', () => {
  it('doubles the pauses between polls for the rest of the run, up to a minute', async () => {
    const status = [1, 2, 3, 4, 5].flatMap(() => [starting, tooMany]);
    const run = await runScript({ status: [...status, starting, starting, running] });
    const polls = run.pauses.filter(({ why }) => why === 'poll').map(({ forMs }) => forMs);
    expect(polls).toEqual([5_000, 10_000, 20_000, 40_000, 60_000, 60_000, 60_000]);
  });

  it('doubles a fixed interval, too, but makes none shorter', async () => {
    const polls = async (pollIntervalMs: number): Promise<number[]> => {
      const run = await runScript({ pollIntervalMs, status: [starting, tooMany, starting, running] });
      return run.pauses.filter(({ why }) => why === 'poll').map(({ forMs }) => forMs);
    };
    expect(await polls(1_000)).toEqual([1_000, 2_000]);
    expect(await polls(40_000)).toEqual([40_000, 60_000]);
    expect(await polls(300_000)).toEqual([300_000, 300_000]);
  });

  it('to the restart doubles them as well, other faults do not', async () => {
    for (const [fault, nextMs] of [
      [tooMany, 10_500],
      [unavailable, 5_500],
    ] as const) {
      const run = await runScript({ status: [failed, starting, running], restart: [fault] });
      expect(run.requests).toEqual(['GET 0', 'PUT 0', 'GET 500', `GET ${nextMs}`]);
    }
  });
});

describe('a restart that is not answered well', () => {
  it.each([
    { what: 'no answer', fault: lost, inDoubt: true },
    { what: 'a 503', fault: unavailable, inDoubt: true },
    { what: 'a 429', fault: tooMany, inDoubt: false },
  ])('is sent again after each read that still tells FAILED, five times at the most: $what', async (row) => {
    const { fault, inDoubt } = row;
    for (const wait of [false, true]) {
      const run = await runScript({ wait, status: [failed], restart: times(5, fault) });
      expect(run.requests).toEqual(
        [0, 500, 1_500, 3_500, 7_500].flatMap((ms) => [`GET ${ms}`, `PUT ${ms}`]).concat('GET 15500'),
      );
      expect(run.result).toEqual({
        outcome: 'error',
        reason: 'restart-not-accepted',
        state: failed,
        previous: failed,
        restarted: false,
        restartInDoubt: inDoubt,
        fault,
        unobservedSinceMs: undefined,
        elapsedMs: 15_500,
      });
      expect(told(run)).toEqual(['0 seen', '0 trouble']);
    }
  });

  it('is not sent again before a read has succeeded', async () => {
    const run = await runScript({
      status: [failed, unavailable, unavailable, failed, running],
      restart: [unavailable, starting],
    });
    expect(run.requests).toEqual([
      'GET 0',
      'PUT 0',
      'GET 500',
      'GET 1000',
      'GET 2000',
      'PUT 2000',
      'GET 7000',
    ]);
  });

  it('may be accepted at the fifth time', async () => {
    const restart = [...times(4, unavailable), starting];
    const run = await runScript({ status: [...times(5, failed), running], restart });
    expect(run.requests.slice(-2)).toEqual(['PUT 7500', 'GET 12500']);
    expect(run.result).toMatchObject({ outcome: 'restarted', restarted: true, restartInDoubt: false });
    expect(run.events.filter(({ type }) => type === 'restart-accepted')).toEqual([
      { type: 'restart-accepted', inferred: false, atMs: 7_500 },
    ]);
  });

  it.each([
    { what: 'no answer', fault: lost },
    { what: 'a 503', fault: unavailable },
    { what: 'no answer in time', fault: 'hang' as const },
  ])('counts as accepted if the endpoint has left FAILED since: $what', async ({ fault }) => {
    const run = await runScript({ status: [failed, downloading, running], restart: [fault] });
    const askedMs = fault === 'hang' ? 30_000 : 0;
    expect(run.requests).toEqual(['GET 0', 'PUT 0', `GET ${askedMs + 500}`, `GET ${askedMs + 20_500}`]);
    expect(told(run)).toEqual([
      '0 seen',
      `${askedMs} trouble`,
      `${askedMs + 500} restart-accepted`,
      `${askedMs + 500} seen`,
      `${askedMs + 20_500} seen`,
    ]);
    expect(run.events).toContainEqual({
      type: 'restart-accepted',
      inferred: true,
      atMs: askedMs + 500,
    });
    expect(run.result).toMatchObject({ outcome: 'restarted', restarted: true, restartInDoubt: false });
    expect(run.result.fault).toBeUndefined();
  });

  it('counts as accepted, and is not repeated, if the endpoint has failed anew since', async () => {
    const run = await runScript({ status: [failed, failedAgain], restart: [lost] });
    expect(run.requests).toEqual(['GET 0', 'PUT 0', 'GET 500']);
    expect(run.result).toMatchObject({ outcome: 'failed', restarted: true, state: failedAgain });
  });

  it('still counts as accepted if a later try was answered with a 429 or a 403', async () => {
    for (const fault of [tooMany, forbidden]) {
      const run = await runScript({ status: [failed, failed, starting, running], restart: [lost, fault] });
      expect(run.result).toMatchObject({ outcome: 'restarted', restarted: true });
    }
  });

  it.each([
    { what: 'a 429', fault: tooMany },
    { what: 'a 400', fault: badRequest },
    { what: 'a 403', fault: forbidden },
  ])('never counts as accepted after $what: it is somebody else who restarted', async ({ fault }) => {
    const ended = await runScript({ status: [failed, starting, running], restart: [fault] });
    expect(ended.result).toMatchObject({ outcome: 'not-needed', restarted: false, restartInDoubt: false });
    expect(requestsOf(ended, 'PUT')).toEqual(['PUT 0']);
    expect(ended.events.map(({ type }) => type)).not.toContain('restart-accepted');

    const notWaited = await runScript({ wait: false, status: [failed, starting], restart: [fault] });
    expect(notWaited.result).toMatchObject({ outcome: 'not-needed', restarted: false, state: starting });
  });

  it('leaves the run its own restart if the one of somebody else fails', async () => {
    const run = await runScript({
      status: [failed, starting, failedAgain, running],
      restart: [badRequest, starting],
    });
    expect(run.requests).toEqual(['GET 0', 'PUT 0', 'GET 1000', 'GET 6000', 'PUT 6000', 'GET 11000']);
    expect(run.result).toMatchObject({ outcome: 'restarted', restarted: true });
  });

  it('was accepted if it was answered 200 with a body that cannot be read', async () => {
    const run = await runScript({ status: [failed, failed, running], restart: ['unreadable'] });
    expect(run.requests).toEqual(['GET 0', 'PUT 0', 'GET 5000', 'GET 10000']);
    expect(told(run)).toEqual(['0 seen', '0 restart-accepted', '10000 seen']);
    expect(run.result).toMatchObject({ outcome: 'restarted', restarted: true, restartInDoubt: false });
  });
});

describe('a 400 to the restart', () => {
  it('is asked about five times within half a minute, so that stale reads of a restart by others pass', async () => {
    for (const random of [() => 0, () => 0.9]) {
      const run = await runScript({ random, status: [failed], restart: times(5, badRequest) });
      expect(run.requests).toEqual(
        [0, 1_000, 3_000, 7_000, 15_000].flatMap((ms) => [`GET ${ms}`, `PUT ${ms}`]).concat('GET 31000'),
      );
      expect(run.result).toMatchObject({
        outcome: 'error',
        reason: 'restart-not-accepted',
        fault: badRequest,
        restarted: false,
        restartInDoubt: false,
      });
      expect(run.events.filter(({ type }) => type === 'restart-refused')).toEqual(
        [0, 1_000, 3_000, 7_000, 15_000].map((atMs) => ({
          type: 'restart-refused',
          fault: badRequest,
          atMs,
        })),
      );
      expect(run.events.map(({ type }) => type)).not.toContain('trouble');
    }
  });

  it.each([
    { pollIntervalMs: 57_499, requests: ['GET 2500', 'GET 59999', 'GET 117498', 'PUT 117498'] },
    { pollIntervalMs: 57_500, requests: ['GET 2500', 'GET 60000', 'PUT 60000'] },
  ])(
    'after a lost answer means that the lost one was accepted: for a minute nothing is asked again ($pollIntervalMs ms)',
    async (row) => {
      const { pollIntervalMs } = row;
      const restart = [lost, badRequest, starting];
      const status = [...times(row.requests.length + 1, failed), running];
      const run = await runScript({ pollIntervalMs, status, restart });
      expect(run.requests.slice(0, 4)).toEqual(['GET 0', 'PUT 0', 'GET 500', 'PUT 500']);
      expect(run.requests.slice(4, -1)).toEqual(row.requests);
      expect(run.pauses.map(({ why }) => why).slice(0, 3)).toEqual(['fault', 'fault', 'stale']);
    },
  );

  it('after a lost answer leaves that minute to start when the answer got lost', async () => {
    const restart = [{ afterMs: 20_000, answer: lost }, badRequest, starting];
    const status = [...times(5, failed), running];
    const run = await runScript({ pollIntervalMs: 57_499, status, restart });
    expect(run.requests.slice(0, 4)).toEqual(['GET 0', 'PUT 0', 'GET 20500', 'PUT 20500']);
    expect(run.requests.slice(4, 8)).toEqual(['GET 22500', 'GET 79999', 'GET 137498', 'PUT 137498']);
  });

  it('after a lost answer is followed by reads that are as old as their sending', async () => {
    const slow = { afterMs: 20_000, answer: failed };
    const status = [failed, failed, failed, slow, failed, running];
    const run = await runScript({ pollIntervalMs: 57_499, status, restart: [lost, badRequest, starting] });
    expect(run.requests.slice(4, 7)).toEqual(['GET 2500', 'GET 59999', 'GET 137498']);
  });

  it('counts the minute from the last answer that got lost', async () => {
    const slow = httpFault(503, { retryAfter: '100' });
    const restart = [slow, lost, badRequest];
    const run = await runScript({ status: [...times(6, failed), starting, running], restart });
    expect(requestsOf(run, 'PUT')).toEqual(['PUT 0', 'PUT 100000', 'PUT 101000']);
    expect(run.result).toMatchObject({ outcome: 'restarted', restarted: true });
  });

  it('after a lost answer ends in doubt no longer than until the state moves', async () => {
    const run = await runScript({
      wait: false,
      status: [failed, failed, failed, failed, downloading],
      restart: [lost, badRequest],
    });
    expect(run.requests).toEqual([
      'GET 0',
      'PUT 0',
      'GET 500',
      'PUT 500',
      'GET 2500',
      'GET 7500',
      'GET 12500',
    ]);
    expect(run.result).toMatchObject({ outcome: 'restarted', restarted: true, state: downloading });
    expect(told(run).slice(-2)).toEqual(['12500 restart-accepted', '12500 seen']);
  });

  it('without a lost answer before it makes nobody wait', async () => {
    const run = await runScript({ status: [failed, failed, running], restart: [badRequest, starting] });
    expect(run.requests).toEqual(['GET 0', 'PUT 0', 'GET 1000', 'PUT 1000', 'GET 6000']);
  });
});

describe('what is told on the way', () => {
  it('is every change, once', async () => {
    const run = await runScript({
      status: [failed, downloading, downloading, engine, engine, running],
      restart: [starting],
    });
    expect(run.events).toEqual([
      { type: 'seen', state: failed, atMs: 0 },
      { type: 'restart-accepted', inferred: false, atMs: 0 },
      { type: 'seen', state: starting, atMs: 0 },
      { type: 'seen', state: downloading, atMs: 5_000 },
      { type: 'seen', state: engine, atMs: 45_000 },
      { type: 'seen', state: running, atMs: 45_000 + 2 * CLOSELY },
    ]);
  });

  it.each([
    { field: 'status', seen: 2 },
    { field: 'phase', seen: 2 },
    { field: 'errorCode', seen: 2 },
    { field: 'updatedAt', seen: 1 },
  ])('is $seen states if only the $field changes, and the result has the last', async ({ field, seen }) => {
    const changed = { ...starting, [field]: 'AWAKING' };
    const run = await runScript({ status: [starting, changed], cancelAtMs: 6_000 });
    expect(run.events.filter(({ type }) => type === 'seen')).toHaveLength(seen);
    expect(run.result.state).toEqual(changed);
  });

  it('is each trouble once, and its end, with the time from the first read that failed', async () => {
    const slowly = { afterMs: 1_000, answer: unavailable };
    const run = await runScript({
      status: [starting, slowly, lost, starting, unavailable, { afterMs: 200, answer: running }],
    });
    expect(run.events).toEqual([
      { type: 'seen', state: starting, atMs: 0 },
      { type: 'trouble', call: 'status', fault: unavailable, atMs: 6_000 },
      { type: 'recovered', troubleMs: 2_500, atMs: 7_500 },
      { type: 'trouble', call: 'status', fault: unavailable, atMs: 12_500 },
      { type: 'recovered', troubleMs: 700, atMs: 13_200 },
      { type: 'seen', state: running, atMs: 13_200 },
    ]);
  });

  it('is the trouble of a restart once, and again after a 400 has ended it', async () => {
    const run = await runScript({
      status: [...times(5, failed), starting, running],
      restart: [forbidden, tooMany, badRequest, forbidden, forbidden],
    });
    expect(run.events.filter(({ type }) => type === 'trouble' || type === 'restart-refused')).toEqual([
      { type: 'trouble', call: 'restart', fault: forbidden, atMs: 0 },
      { type: 'restart-refused', fault: badRequest, atMs: 1_500 },
      { type: 'trouble', call: 'restart', fault: forbidden, atMs: 5_500 },
    ]);
  });

  it('is no trouble where the run ends with it', async () => {
    const read = await runScript({ timeoutMs: 30_000, status: [starting, 'hang'] });
    expect(told(read)).toEqual(['0 seen']);
    expect(read.result).toMatchObject({ outcome: 'timed-out', unobservedSinceMs: 5_000, elapsedMs: 30_000 });

    const restart = await runScript({ timeoutMs: 30_000, status: [failed], restart: ['hang'] });
    expect(told(restart)).toEqual(['0 seen']);
    expect(restart.result).toMatchObject({ outcome: 'timed-out', restartInDoubt: true, restarted: false });
    expect(restart.result.fault?.code).toBe('TIMEOUT');
    expect(restart.result.unobservedSinceMs).toBeUndefined();
  });

  it('is trouble a millisecond before the end', async () => {
    const timeoutMs = 30_001;
    const read = await runScript({ timeoutMs, status: ['hang'] });
    expect(told(read)).toEqual(['30000 trouble']);
    const restart = await runScript({ timeoutMs, status: [failed], restart: ['hang'] });
    expect(told(restart)).toEqual(['0 seen', '30000 trouble']);
  });
});

describe('a heartbeat', () => {
  it.each([
    { pollIntervalMs: 59_999, heartbeats: [] },
    { pollIntervalMs: 60_000, heartbeats: [60_000] },
    { pollIntervalMs: 119_999, heartbeats: [60_000] },
    { pollIntervalMs: 300_000, heartbeats: [1, 2, 3, 4, 5].map((minute) => minute * MINUTE) },
  ])('comes each minute within a pause of $pollIntervalMs ms', async ({ pollIntervalMs, heartbeats }) => {
    const run = await runScript({ pollIntervalMs, status: [starting, running] });
    expect(run.requests).toEqual(['GET 0', `GET ${pollIntervalMs}`]);
    expect(run.events.filter(({ type }) => type === 'heartbeat')).toEqual(
      heartbeats.map((atMs) => ({
        type: 'heartbeat',
        state: starting,
        unchangedMs: atMs,
        inTrouble: false,
        atMs,
      })),
    );
  });

  it('comes each minute over many polls, counted from the last line', async () => {
    const run = await runScript({
      status: [starting, ...times(3, downloading), unavailable, ...times(6, downloading)],
      cancelAtMs: 200_000,
    });
    expect(told(run)).toEqual([
      '0 seen',
      '5000 seen',
      '65000 heartbeat',
      '65000 trouble',
      '65500 recovered',
      '125500 heartbeat',
      '185500 heartbeat',
    ]);
    expect(run.events.at(-1)).toMatchObject({ unchangedMs: 180_500, state: downloading });
  });

  it('comes in trouble as well, and while nothing was ever seen', async () => {
    const slow = httpFault(503, { retryAfter: '100' });
    const inTrouble = await runScript({ status: [starting, slow, running] });
    expect(inTrouble.events).toContainEqual({
      type: 'heartbeat',
      state: starting,
      unchangedMs: 65_000,
      inTrouble: true,
      atMs: 65_000,
    });
    const unseen = await runScript({ status: [slow, running] });
    expect(unseen.events).toContainEqual({
      type: 'heartbeat',
      state: undefined,
      unchangedMs: 60_000,
      inTrouble: true,
      atMs: 60_000,
    });
  });

  it('comes right after a request that was in its way', async () => {
    const status = [starting, { afterMs: 25_000, answer: starting }, running];
    const run = await runScript({ pollIntervalMs: 50_000, status });
    expect(told(run)).toEqual(['0 seen', '75000 heartbeat', '125000 seen']);
  });

  it('is not told by a timer that goes off early', async () => {
    const run = await runScript({ timerErrorMs: -1, pollIntervalMs: 90_000, status: [starting, running] });
    expect(run.requests).toEqual(['GET 0', 'GET 90000']);
    expect(told(run)).toEqual(['0 seen', '60000 heartbeat', '90000 seen']);
  });
});

describe('the pause between polls', () => {
  it.each([
    { seen: starting, pauseMs: 5_000 },
    { seen: downloading, pauseMs: 20_000 },
    { seen: state('INITIALIZING', { phase: 'REQUESTING_VIRTUAL_MACHINE' }), pauseMs: 20_000 },
    { seen: engine, pauseMs: CLOSELY },
    { seen: state('UNKNOWN'), pauseMs: 5_000 },
  ])('after $seen.status $seen.phase is $pauseMs ms, or the fixed interval', async ({ seen, pauseMs }) => {
    const adaptive = await runScript({ status: [seen, running] });
    expect(adaptive.requests).toEqual(['GET 0', `GET ${pauseMs}`]);
    expect(adaptive.pauses).toEqual([{ type: 'paused', forMs: pauseMs, why: 'poll', atMs: 0 }]);
    const fixed = await runScript({ pollIntervalMs: 100, status: [seen, running] });
    expect(fixed.requests).toEqual(['GET 0', 'GET 100']);
  });

  it('after an accepted restart follows what the restart answered', async () => {
    const run = await runScript({ status: [failed, running], restart: [engine] });
    expect(run.requests).toEqual(['GET 0', 'PUT 0', `GET ${CLOSELY}`]);
  });
});

describe('the deadline', () => {
  it('ends the wait, after a last look shortly before it', async () => {
    const run = await runScript({ timeoutMs: MINUTE, status: [failed, downloading], restart: [downloading] });
    expect(run.requests).toEqual(['GET 0', 'PUT 0', 'GET 20000', 'GET 40000', 'GET 58000']);
    expect(run.result).toEqual({
      outcome: 'timed-out',
      reason: undefined,
      state: downloading,
      previous: failed,
      restarted: true,
      restartInDoubt: false,
      fault: undefined,
      unobservedSinceMs: undefined,
      elapsedMs: MINUTE,
    });
  });

  it('is met if the last look finds the endpoint up', async () => {
    const status = [failed, downloading, downloading, running];
    const run = await runScript({ timeoutMs: MINUTE, status, restart: [downloading] });
    expect(run.result).toMatchObject({ outcome: 'restarted', elapsedMs: 58_000 });
  });

  it('takes the pause after a fault for no reason to miss the last look', async () => {
    const run = await runScript({ timeoutMs: 8_000, status: [starting, unavailable, unavailable, running] });
    expect(run.requests).toEqual(['GET 0', 'GET 5000', 'GET 5500', 'GET 6000']);
  });

  it('bounds every request, and 30 s do, too', async () => {
    const status = [{ afterMs: 1_000, answer: starting }, 'hang', 'hang', 'hang'] as const;
    const run = await runScript({ timeoutMs: 70_000, random: () => 0, status, restart: [] });
    expect(run.requests).toEqual(['GET 0', 'GET 6000', 'GET 36000', 'GET 66000']);
    expect(run.timeoutsMs).toEqual([30_000, 30_000, 30_000, 4_000]);
    expect(run.result).toMatchObject({ outcome: 'timed-out', unobservedSinceMs: 6_000, elapsedMs: 70_000 });
    expect(run.result.fault?.code).toBe('TIMEOUT');
  });

  it('bounds the restart as well', async () => {
    const status = [{ afterMs: 40, answer: failed }];
    const run = await runScript({ timeoutMs: 100, status, restart: ['hang'] });
    expect(run.timeoutsMs).toEqual([100, 60]);
    expect(run.result).toMatchObject({ outcome: 'timed-out', restartInDoubt: true, elapsedMs: 100 });
  });

  it.each([
    { afterMs: 96, requests: ['GET 0', 'PUT 99'], elapsedMs: 103 },
    { afterMs: 97, requests: ['GET 0'], elapsedMs: 100 },
    { afterMs: 98, requests: ['GET 0'], elapsedMs: 101 },
  ])('lets no restart be sent after it, if a read comes late ($afterMs ms)', async (row) => {
    const status = [{ afterMs: row.afterMs, answer: failed }];
    const run = await runScript({ timerErrorMs: 3, timeoutMs: 100, status, restart: ['hang'] });
    expect(run.requests).toEqual(row.requests);
    expect(run.result).toMatchObject({
      outcome: 'timed-out',
      restarted: false,
      restartInDoubt: row.requests.length === 2,
      elapsedMs: row.elapsedMs,
    });
  });

  it('tells the fault of a restart that was never accepted, and none where it was', async () => {
    const slow = httpFault(429, { retryAfter: '600' });
    const never = await runScript({ timeoutMs: 100_000, status: [failed], restart: [slow] });
    expect(never.result).toMatchObject({ outcome: 'timed-out', fault: slow, restarted: false });

    const accepted = await runScript({ timeoutMs: 100_000, status: [failed, starting], restart: [lost] });
    expect(accepted.result).toMatchObject({ outcome: 'timed-out', fault: undefined, restarted: true });
  });

  it('forgets a trouble that is over', async () => {
    const run = await runScript({ timeoutMs: 100_000, status: [starting, lost, starting] });
    expect(run.result).toMatchObject({ outcome: 'timed-out', fault: undefined });
    expect(run.result.unobservedSinceMs).toBeUndefined();
  });
});

describe('a cancel', () => {
  const cases: readonly (Script & {
    name: string;
    cancelAtMs: number;
    requests: string[];
    result: object;
  })[] = [
    {
      name: 'while the run sleeps',
      cancelAtMs: 7_000,
      status: [failed, downloading],
      restart: [downloading],
      requests: ['GET 0', 'PUT 0'],
      result: { state: downloading, previous: failed, restarted: true, restartInDoubt: false },
    },
    {
      name: 'in a poll',
      cancelAtMs: 6_000,
      status: [starting, 'hang'],
      requests: ['GET 0', 'GET 5000'],
      result: { state: starting, restarted: false, unobservedSinceMs: undefined, fault: undefined },
    },
    {
      name: 'in the first read',
      cancelAtMs: 1_000,
      status: ['hang'],
      requests: ['GET 0'],
      result: { state: undefined, previous: undefined, restarted: false, restartInDoubt: false },
    },
    {
      name: 'in the restart',
      cancelAtMs: 1_000,
      status: [failed],
      restart: ['hang'],
      requests: ['GET 0', 'PUT 0'],
      result: { state: failed, restarted: false, restartInDoubt: true },
    },
    {
      name: 'in the pause after a restart without an answer',
      cancelAtMs: 200,
      status: [failed],
      restart: [lost],
      requests: ['GET 0', 'PUT 0'],
      result: { state: failed, restarted: false, restartInDoubt: true },
    },
    {
      name: 'in the pause after a refused restart',
      cancelAtMs: 200,
      status: [failed],
      restart: [tooMany],
      requests: ['GET 0', 'PUT 0'],
      result: { state: failed, restarted: false, restartInDoubt: false },
    },
    {
      name: 'in trouble',
      cancelAtMs: 5_200,
      status: [starting, unavailable],
      requests: ['GET 0', 'GET 5000'],
      result: { state: starting, unobservedSinceMs: 5_000 },
    },
    {
      name: 'in a pause of minutes, right after a heartbeat',
      cancelAtMs: 60_001,
      status: [state('UNKNOWN')],
      pollIntervalMs: 300_000,
      requests: ['GET 0'],
      result: { state: state('UNKNOWN') },
    },
  ];

  it.each(cases)('$name ends the run at once', async ({ requests, result, name: _, ...script }) => {
    const run = await runScript(script);
    expect(run.requests).toEqual(requests);
    expect(run.result).toMatchObject({ ...result, outcome: 'cancelled', reason: undefined });
    expect(run.result.elapsedMs).toBe(script.cancelAtMs);
  });

  it('that comes with the time-out counts', async () => {
    const run = await runScript({ timeoutMs: 60_000, cancelAtMs: 60_000, status: [starting] });
    expect(run.result).toMatchObject({ outcome: 'cancelled', elapsedMs: 60_000 });
  });

  it('that comes with a read lets no restart be sent', async () => {
    const cancel = new AbortController();
    const run = await runScript({
      status: [failed],
      listener: ({ type }) => {
        if (type === 'seen') cancel.abort();
      },
      signal: cancel.signal,
    });
    expect(run.requests).toEqual(['GET 0']);
    expect(run.result).toMatchObject({ outcome: 'cancelled', state: failed, restartInDoubt: false });
  });

  it('in a request is told no trouble, and followed by no pause', async () => {
    const inRestart = await runScript({ cancelAtMs: 1_000, status: [failed], restart: ['hang'] });
    expect(told(inRestart)).toEqual(['0 seen']);
    expect(inRestart.pauses).toEqual([]);

    const inRead = await runScript({ cancelAtMs: 1_000, status: ['hang'] });
    expect(inRead.events).toEqual([]);
    expect(inRead.pauses).toEqual([]);
  });
});

describe('two runs that race for one endpoint', () => {
  const way = { status: [], restart: [] };

  it.each([
    { what: 'reads are fresh', staleMs: 0, flapping: false },
    { what: 'reads are stale for half a minute', staleMs: 30_000, flapping: false },
    { what: 'every second read is stale', staleMs: 60_000, flapping: true },
  ])('both end well, with one accepted restart, if $what', async ({ staleMs, flapping }) => {
    const [one, other, acceptedRestarts] = await playRace({
      seed: 1,
      headStartMs: 5,
      pollIntervalMs: undefined,
      behaviour: {
        staleMs,
        afterRestart: [
          { status: 'INITIALIZING', phase: 'DOWNLOADING_MODEL', forMs: 100_000 },
          { status: 'RUNNING' },
        ],
      },
      flapping,
      plans: [way, way],
    });
    expect(acceptedRestarts).toBe(1);
    expect(one).toMatchObject({ outcome: 'restarted', restarted: true, state: { status: 'RUNNING' } });
    expect(other).toMatchObject({ outcome: 'not-needed', restarted: false, state: { status: 'RUNNING' } });
  });
});

describe('a fault of our own', () => {
  it('in the client or the listener breaks the run, and is not taken for one of the API', async () => {
    const broken = new TypeError('broken');
    const run = restartEndpoint({
      client: { getStatus: () => Promise.reject(broken), restart: () => Promise.reject(broken) },
      clock: new VirtualClock(),
      listener: () => undefined,
      signal: new AbortController().signal,
      wait: true,
      timeoutMs: MINUTE,
      restartOn: ['FAILED'],
    });
    await expect(run).rejects.toBe(broken);
    const listener = (): void => {
      throw broken;
    };
    await expect(runScript({ status: [running], listener })).rejects.toBe(broken);
  });
});
