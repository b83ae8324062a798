import { getEventListeners } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it, vi } from 'vitest';
import { runLoop } from '../../src/loop.js';
import { Report } from '../../src/report/report.js';
import { createSanitizer } from '../../src/sanitize.js';
import { state, waiting } from '../play.js';
import { VirtualClock } from '../virtual-clock.js';

const POLLS = 10_000;
/** In bytes of heap per poll, after garbage collection: less than one state or one event, more than the noise. */
const NOTHING_KEPT = 64;

it(`keeps its memory and its listeners over ${POLLS} polls`, async () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage: () => void = runInNewContext('gc');
  const file = join(mkdtempSync(join(tmpdir(), 'long-wait-')), 'written');
  writeFileSync(file, '');
  vi.stubEnv('GITHUB_OUTPUT', file);
  vi.stubEnv('GITHUB_STEP_SUMMARY', file);
  const log = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const clock = new VirtualClock();
  const report = new Report({ clock, sanitize: createSanitizer('flp_secret') });
  const { signal } = new AbortController();
  const heap: number[] = [];
  let polls = 0;
  let listeners = 0;
  const read = async () => {
    polls += 1;
    listeners = Math.max(listeners, getEventListeners(signal, 'abort').length);
    if (polls % (POLLS / 20) === 0) {
      collectGarbage();
      heap.push(process.memoryUsage().heapUsed);
    }
    return state(polls < POLLS ? 'INITIALIZING' : 'RUNNING');
  };
  const result = await runLoop({
    client: { read, restart: read, wake: read, probe: async () => {} },
    clock,
    signal,
    policy: { ...waiting, timeoutMs: 7_200 * 60_000, pollIntervalMs: 1_000 },
    listener: report.onEvent,
  });
  report.finish({ type: 'completed', result });
  const lines = log.mock.calls.length;
  log.mockRestore();

  expect({ outcome: result.decision.outcome, polls }).toEqual({ outcome: 'not-needed', polls: POLLS });
  expect(listeners).toBe(0);
  // What is made once has been made in the first half. The least of some measurements has the least noise.
  const [middle, end] = [Math.min(...heap.slice(7, 10)), Math.min(...heap.slice(17))];
  expect((end - middle) / (POLLS / 2)).toBeLessThan(NOTHING_KEPT);
  expect(lines).toBeLessThanOrEqual(result.elapsedMs / 60_000 + 5);
});
