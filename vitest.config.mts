import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Processes and property tests share two cores with each other; on a loaded machine 5 s are soon over.
    testTimeout: 30_000,
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      // Stand-ins that exist only inside the bundle; the process tests run them there.
      exclude: ['src/bundle/**'],
    },
  },
});
