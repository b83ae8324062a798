import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { runLoop } from '../../src/loop.js';
import type { RunEvent } from '../../src/run.js';
import { restartCount } from '../../src/state.js';
import { waiting } from '../play.js';
import { VirtualClock } from '../virtual-clock.js';
import { races, type Schedule, schedules } from './arbitraries.js';
import { type SeenRun, TOLERANCE_MS, transcript, violations } from './invariants.js';
import { createService } from './service.js';

/** SCHEDULES=1000000 for a night. A failure prints its seed and path. */
const SCHEDULES = Number(process.env['SCHEDULES'] ?? 10_000);
vi.setConfig({ testTimeout: 300_000 + SCHEDULES * 20 });

it(`keeps every guarantee in ${SCHEDULES} random schedules, and runs the same way if one is repeated`, async () => {
  const property = fc.asyncProperty(schedules, fc.nat(49), async (schedule, dice) => {
    const played = await runSchedule(schedule);
    if (played.found.length > 0) throw new Error(transcript(played.seen, played.found));
    if (dice === 0) expect(await runSchedule(schedule)).toEqual(played);
  });
  await fc.assert(property, { numRuns: SCHEDULES });
});

it('lets two runs race for one endpoint, with one accepted restart between them', async () => {
  const property = fc.asyncProperty(races, async ({ seed, headStartMs, pollIntervalMs, behavior, delays }) => {
    const clock = new VirtualClock({ seed, actors: 2 });
    const { endpoint, connect } = createService(clock, { behavior, actions: [] });
    const { signal } = new AbortController();
    const runs = delays.map(async (plans, index) => {
      await clock.sleep(index * headStartMs, signal);
      const { client } = connect({ read: plans, change: plans, probe: [], outages: [] });
      const policy = { ...waiting, pollIntervalMs };
      const { decision, run } = await runLoop({ policy, client, clock, signal, listener: () => {} });
      clock.retire();
      return `${decision.outcome}, ${run.last?.status}`;
    });
    expect((await Promise.all(runs)).sort()).toEqual(['not-needed, RUNNING', 'restarted, RUNNING']);
    expect(endpoint.accepted.restart).toBe(1);
  });
  await fc.assert(property, { numRuns: Math.ceil(SCHEDULES / 20) });
});

/** Plays a schedule in virtual time, and finds what is wrong. The same schedule gives the same run. */
async function runSchedule({ policy, behavior, actions, plans, cancelAtMs, cancelAtEvent, ...time }: Schedule) {
  const clock = new VirtualClock(time);
  const controller = new AbortController();
  const { signal } = controller;
  let canceledAtMs = Number.POSITIVE_INFINITY;
  signal.addEventListener('abort', () => {
    canceledAtMs = clock.elapsedMs();
  });
  if (cancelAtMs !== undefined) clock.at(cancelAtMs, () => controller.abort());
  const events: RunEvent[] = [];
  const listener = (event: RunEvent) => events.push(event) === cancelAtEvent && controller.abort();
  const { client, requests } = createService(clock, { behavior, actions }).connect(plans);
  const result = await runLoop({ policy, client, clock, listener, signal });
  const { run, decision, elapsedMs } = result;
  const seen: SeenRun = {
    policy,
    requests,
    outcome: decision.outcome,
    status: run.last?.status ?? '',
    isRestarted: restartCount(run) > 0,
    isChanged: run.accepted.length > 0 || run.ambiguous !== undefined,
    isMoving: actions.length > 0 || (behavior.before ?? []).length > 1,
    hasExactTimes: true,
  };
  const lines = events.flatMap((it) => (it.type === 'observed' ? JSON.stringify({ ...it.state, updatedAt: '' }) : []));
  const count = (isCounted: (event: RunEvent) => boolean): number => events.filter(isCounted).length;
  const faults = (inARow: number) => count((event) => event.type === 'fault' && event.count === inARow);
  const warnings = count((event) => event.type === 'fault' && event.isWarning);
  const sentAt = requests.map((request) => run.startedAt + request.sentAt);
  const found = violations(seen, {
    'A run ends in time.': elapsedMs <= (policy.wait && !policy.dryRun ? policy.timeoutMs : 270_000) + TOLERANCE_MS,
    'A cancel ends the run at once.':
      elapsedMs <= canceledAtMs && (decision.outcome !== 'cancelled' || elapsedMs === canceledAtMs),
    'An outage has one warning, before its third fault, and at most one line when it is over.':
      faults(3) <= warnings && warnings <= faults(1) && count(({ type }) => type === 'recovered') <= warnings,
    'The time of a read is when it was sent.': run.lastRead === undefined || sentAt.includes(run.lastRead.sentAt),
    'A line is printed for a change only.': lines.every((line, index) => line !== lines[index - 1]),
    'No pause is negative.': events.every((event) => event.type !== 'paused' || event.forMs >= 0),
    'What a run knows does not grow with its polls.': JSON.stringify(run).length < 5_000 + 1_000 * run.accepted.length,
  });
  return { seen, result, events, found };
}
