import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { brokenPromises, transcript } from './judge.js';
import { play, playRace, races, schedules } from './schedule.js';

/*
 * What the service is taken to do: updatedAt changes with every change; for at most a minute after an accepted restart,
 * and only then, a read may tell the state from before it; a request takes effect before its client gives up, or never;
 * a restart that is answered with a 4xx takes none. The promises hold for any faults, latencies, cancels and deeds of
 * other people. One is weaker than its name: see "one restart is accepted at the most" in judge.ts.
 */

/** How many schedules are tried: SCHEDULES=1000000 for a night. A failure prints its seed and path. */
const SCHEDULES = Number(process.env['SCHEDULES'] ?? 10_000);

describe(`the loop, under ${SCHEDULES} random schedules`, () => {
  it('keeps every promise', { timeout: SCHEDULES * 20 }, async () => {
    await fc.assert(
      fc.asyncProperty(schedules, async (schedule) => {
        const run = await play(schedule);
        const broken = brokenPromises(run);
        if (broken.length > 0) throw new Error(`${broken.join('\n')}\n${transcript(run)}`);
      }),
      { numRuns: SCHEDULES },
    );
  });

  it('runs the same way whenever the schedule is the same', { timeout: SCHEDULES * 20 }, async () => {
    await fc.assert(
      fc.asyncProperty(schedules, async (schedule) => {
        const [once, again] = [await play(schedule), await play(schedule)];
        expect(again).toEqual(once);
      }),
      { numRuns: Math.ceil(SCHEDULES / 20) },
    );
  });

  it('lets two runs that race for one endpoint both end well, with one accepted restart between them', {
    timeout: SCHEDULES * 20,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(races, async (race) => {
        const [one, other, acceptedRestarts] = await playRace(race);
        expect(acceptedRestarts).toBe(1);
        expect([one.outcome, other.outcome].sort()).toEqual(['not-needed', 'restarted']);
        expect([one.state?.status, other.state?.status]).toEqual(['RUNNING', 'RUNNING']);
      }),
      { numRuns: Math.ceil(SCHEDULES / 10) },
    );
  });
});
