import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { races, schedules } from './arbitraries.js';
import { transcript, violations } from './invariants.js';
import { playRace, runSchedule } from './schedule.js';

/** SCHEDULES=1000000 for a night. A failure prints its seed and path. */
const SCHEDULES = Number(process.env['SCHEDULES'] ?? 10_000);

describe(`the loop under ${SCHEDULES} random schedules`, { timeout: 300_000 + SCHEDULES * 20 }, () => {
  it('keeps every guarantee, and runs the same way whenever the schedule is the same', async () => {
    const property = fc.asyncProperty(schedules, fc.nat(49), async (schedule, dice) => {
      const run = await runSchedule(schedule);
      const found = violations(run);
      if (found.length > 0) throw new Error(transcript(run, found));
      if (dice === 0) expect(await runSchedule(schedule)).toEqual(run);
    });
    await fc.assert(property, { numRuns: SCHEDULES });
  });

  it('lets two runs race for one endpoint, with one accepted restart between them', async () => {
    const property = fc.asyncProperty(races, async (race) => {
      const { results, acceptedRestarts } = await playRace(race);
      expect(acceptedRestarts).toBe(1);
      expect(results.map(({ decision }) => decision.outcome).sort()).toEqual(['not-needed', 'restarted']);
      expect(results.map(({ run }) => run.last?.status)).toEqual(['RUNNING', 'RUNNING']);
    });
    await fc.assert(property, { numRuns: Math.ceil(SCHEDULES / 20) });
  });
});
