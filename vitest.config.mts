import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // The processes that the tests start need a core of their own.
    maxWorkers: Math.max(1, availableParallelism() - 1),
    // Processes and property tests share the cores; on a loaded machine, 5 s are too short.
    testTimeout: 30_000,
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      // They exist only inside the bundle; `npm run coverage` measures them there.
      exclude: ['src/shims/**'],
    },
  },
});
