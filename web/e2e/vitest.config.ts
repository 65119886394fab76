import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    testTimeout: 240_000,
    hookTimeout: 120_000,
    maxWorkers: 3,
    retry: 0,
    // What a page does next is waited for on a busy machine too; what is there already costs nothing.
    expect: { poll: { timeout: 10_000 } },
  },
});
