import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // One more than the cores, because many tests wait for a process or a socket.
    maxWorkers: availableParallelism() + 1,
    // Only for what hangs: on a loaded machine, processes and property tests take ten times as long.
    testTimeout: 300_000,
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      // They exist only inside the bundle; `npm run coverage` measures them there.
      exclude: ['src/shims/**'],
    },
  },
});
