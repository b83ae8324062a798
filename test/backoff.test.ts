import { expect, it } from 'vitest';
import { pollPauseMs } from '../src/backoff.js';
import { state } from './play.js';

it.each([
  ['INITIALIZING', 'ENGINE_INITIALIZING', 2_500],
  ['INITIALIZING', 'DOWNLOADING_MODEL', 20_000],
  ['INITIALIZING', 'REQUESTING_VIRTUAL_MACHINE', 20_000],
  ['UPDATING', 'DOWNLOADING_MODEL', 20_000],
  ['INITIALIZING', 'NEW_PHASE', 5_000],
  ['TERMINATING', 'DOWNLOADING_MODEL', 5_000],
  ['RUNNING', '', 5_000],
])('the pause between polls at %s %s is %d ms', (status, phase, pauseMs) => {
  expect(pollPauseMs(state(status, { phase }))).toBe(pauseMs);
});
