import {fileURLToPath} from 'node:url';
import {defineConfig, type ViteUserConfig} from 'vitest/config';

const source = (file: string) => fileURLToPath(new URL(`src/${file}`, import.meta.url));

/** What every run of tests has, whichever tests it has. */
export const shared = {
  resolve: {
    alias: [
      {find: /^face-margins$/, replacement: source('index.ts')},
      {
        find: /^face-margins\/(clean|cluster|data|distributed|evaluate|formats|node|plot|search)$/,
        replacement: source('$1.ts'),
      },
    ],
  },
  test: {
    setupFiles: ['test/support/setup.ts'],
    // Against tests that hang; a busy machine takes five times as long as a quiet one.
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
} satisfies ViteUserConfig;

/** Tests that change nothing that lasts: they remove no backend, start no process, and bear that others ran before them. */
const pure = [
  'test/{evaluate,formats,ops,plot,reference,schedules}/**/*.test.ts',
  'test/losses/**/!(everyHead).test.ts',
];

/** Whole programs and processes that are killed: `npm run test:programs`. */
const programs = [
  'test/cli/{align,command}.test.ts',
  'test/examples/**/*.test.ts',
  'test/heap/*.test.ts',
  'test/search/killed.test.ts',
  'test/train/loop/killed.test.ts',
];

export default defineConfig({
  resolve: shared.resolve,
  test: {
    // By default one core is left for a terminal that watches.
    maxWorkers: '100%',
    projects: [
      // One process loads TensorFlow.js once for all of its files.
      {extends: true, test: {...shared.test, name: 'pure', include: pure, isolate: false}},
      {extends: true, test: {...shared.test, name: 'programs', include: programs}},
      {
        extends: true,
        test: {
          ...shared.test,
          name: 'apart',
          include: ['test/**/*.test.ts'],
          exclude: [...pure, ...programs],
        },
      },
    ],
  },
});
