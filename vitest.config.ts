import { defineConfig } from 'vitest/config';

// Two projects: unit tests sit beside their source and run in parallel; what is in tests/ starts real
// servers and runs one file after the other, so that a slow machine is never asked for two at once.
export default defineConfig({
  test: {
    coverage: {
      provider: 'v8',
      include: ['functions/**/*.ts', 'emulator/**/*.ts', 'modules/**/*.ts', 'scripts/**/*.ts'],
      exclude: ['**/*.test.ts', '**/testing/**'],
      reporter: ['text-summary', 'json-summary'],
    },
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            'functions/**/*.test.ts',
            'emulator/**/*.test.ts',
            'scripts/**/*.test.ts',
            'modules/**/*.test.ts',
          ],
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'servers',
          include: ['tests/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
