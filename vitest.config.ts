import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      // Stand-ins that exist only inside the bundle; the process tests run them there.
      exclude: ['src/bundle/**'],
    },
  },
});
