import { defineConfig } from 'vitest/config';

/** The tests that `npm run mutation` holds to the loop, the pauses, the inputs and the text cleaner. */
export default defineConfig({
  test: {
    include: ['test/{restart,restart.schedules,polling,inputs,text}.test.ts'],
    testTimeout: 30_000,
    // Enough to find a mutant, and a hundred times over.
    env: { SCHEDULES: '300' },
  },
});
