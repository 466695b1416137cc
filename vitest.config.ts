import { defineConfig } from 'vitest/config'

const exclude = ['**/node_modules/**', '**/dist/**', '**/.parcela*/**']
const long = { testTimeout: 120_000, hookTimeout: 300_000, fileParallelism: false }

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          // No module here has state of its own, so the files can share them; that saves a third of the time.
          isolate: false,
          include: [
            '{contract,kit,core,state,reconciler,runtimes,edge,catalog,apps}/**/*.test.{ts,tsx}',
            'test/{fakes,run}/**/*.test.ts',
            'test/rules/**/*.test.ts',
          ],
          exclude: [...exclude, '**/*.db.test.ts'],
        },
      },
      {
        test: {
          name: 'db',
          include: ['{state,reconciler,apps}/**/*.db.test.ts'],
          exclude,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      { test: { name: 'conformance', include: ['test/conformance/**/*.test.ts'], exclude, ...long } },
      { test: { name: 'system', include: ['test/system/**/*.test.ts'], exclude, ...long } },
      { test: { name: 'crash', include: ['test/crash/**/*.test.ts'], exclude, ...long, testTimeout: 600_000 } },
      { test: { name: 'browser', include: ['test/browser/**/*.test.ts'], exclude, ...long } },
    ],
  },
})
