import {defineConfig, mergeConfig} from 'vitest/config';
import unit from './vitest.config';

/** The tests that `npm run mutate` runs against every mutant, by the globs that it gives. */
export default mergeConfig(
  {...unit, test: {...unit.test, include: []}},
  defineConfig({
    test: {
      include: JSON.parse(process.env.FACE_MARGINS_MUTATION_TESTS ?? '[]'),
      // One thread loads TensorFlow.js once for all files.
      isolate: false,
      env: {FACE_MARGINS_BACKENDS: 'cpu'},
    },
  }),
);
