import { getEventListeners } from 'node:events';
import { expect, it } from 'vitest';
import { systemClock } from '../src/clock.js';

it('sleeps for the given time, and never less', async () => {
  const { signal } = new AbortController();
  const before = systemClock.now();
  await systemClock.sleep(20, signal);
  expect(systemClock.now() - before).toBeGreaterThanOrEqual(20);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

it('wakes without an error as soon as the signal aborts, even if it already has', async () => {
  const controller = new AbortController();
  const sleep = systemClock.sleep(600_000, controller.signal);
  controller.abort(new Error('a reason'));
  await expect(sleep).resolves.toBeUndefined();
  await expect(systemClock.sleep(600_000, controller.signal)).resolves.toBeUndefined();
  expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
});
