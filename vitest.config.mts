import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // One more than the cores, because many tests wait for a process or a socket.
    maxWorkers: availableParallelism() + 1,
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
