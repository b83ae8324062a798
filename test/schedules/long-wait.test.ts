import { getEventListeners } from 'node:events';
import { devNull } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it, vi } from 'vitest';
import { runLoop } from '../../src/loop.js';
import { Report } from '../../src/report/report.js';
import { createSanitizer } from '../../src/sanitize.js';
import { state, waiting } from '../play.js';
import { VirtualClock } from '../virtual-clock.js';

const POLLS = 10_000;
/** In bytes of heap a poll, after garbage collection: half of the smallest object and its place in a list. */
const NOTHING_KEPT = 16;

it(`keeps its memory and its listeners over ${POLLS} polls`, async () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage: () => void = runInNewContext('gc');
  vi.stubEnv('GITHUB_OUTPUT', devNull);
  vi.stubEnv('GITHUB_STEP_SUMMARY', devNull);
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
    client: { read, restart: read, wake: read },
    clock,
    signal,
    policy: { ...waiting, timeoutMs: 7_200 * 60_000, pollIntervalMs: 1_000 },
    listener: report.onEvent,
  });
  await report.finish({ type: 'completed', result });
  const lines = log.mock.calls.length;
  log.mockRestore();

  expect({ outcome: result.outcome, polls }).toEqual({ outcome: 'not-needed', polls: POLLS });
  expect(listeners).toBe(0);
  // What is made once has been made in the first half.
  const [middle = 0, end = 0] = [heap[9], heap[19]];
  expect((end - middle) / (POLLS / 2)).toBeLessThan(NOTHING_KEPT);
  expect(lines).toBeLessThanOrEqual(result.elapsedMs / 60_000 + 5);
});
