import {defineConfig} from 'vitest/config';

/** Checks of what `npm pack` makes of `dist`; `npm run test:package` builds it first. */
export default defineConfig({
  test: {
    include: ['test/package/*.check.ts'],
    globalSetup: 'test/package/installPacked.ts',
    testTimeout: 180_000,
    hookTimeout: 120_000,
    fileParallelism: false,
  },
});
