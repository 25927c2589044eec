import {defineConfig, mergeConfig} from 'vitest/config';
import {shared} from './vitest.config';

/** The tests that `npm run mutate` runs against every change of the source: globs that it gives. */
export default mergeConfig(
  shared,
  defineConfig({
    test: {
      ...JSON.parse(process.env.FACE_MARGINS_MUTATION_TESTS ?? '{}'),
      // One thread loads TensorFlow.js once for all files.
      isolate: false,
      // Stryker has time limits of its own; what counts how often each line runs is slow.
      testTimeout: 1_200_000,
      hookTimeout: 1_200_000,
      // A few damaged files in place of hundreds.
      env: {FACE_MARGINS_FUZZ: '20'},
    },
  }),
);
