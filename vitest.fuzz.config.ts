import {defineConfig, mergeConfig} from 'vitest/config';
import {shared} from './vitest.config';

/** The tests that damage files at random, or draw embeddings as awkward as can be, with far more of them than `npm test` takes. */
export default mergeConfig(
  shared,
  defineConfig({
    test: {
      include: [
        'test/formats/fuzz.test.ts',
        'test/backbones/weights/hostile.test.ts',
        'test/losses/heads/headProperties.test.ts',
      ],
      env: {FACE_MARGINS_FUZZ: process.env.FACE_MARGINS_FUZZ ?? '10000'},
      testTimeout: 1_200_000,
    },
  }),
);
