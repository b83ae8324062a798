import { defineConfig } from 'vitest/config';

/** The tests that `npm run mutation` runs on the decisions, the pauses, the inputs, and the sanitizer. */
export default defineConfig({
  test: {
    include: ['test/{policy*,loop,backoff,inputs,sanitize}.test.ts', 'test/schedules/schedules.test.ts'],
    testTimeout: 60_000,
    // Few schedules find a mutant as well as many, and a hundred times faster.
    env: { SCHEDULES: '300' },
  },
});
