import {defineConfig, mergeConfig} from 'vitest/config';
import {shared} from './vitest.config';

/** What runs on the GPU that Node has from the package `webgpu`; `npm run test:gpu` says where there is none. */
export default mergeConfig(
  shared,
  defineConfig({
    test: {
      include: ['test/gpu/*.gpu.ts', 'test/browser/*.browser.ts'],
      // Node has no IndexedDB.
      exclude: ['test/browser/exactIndex.browser.ts'],
      // What a browser also tests. A GPU in software takes seconds for each new shader.
      testNamePattern: /^(?!.*one class only)/,
      fileParallelism: false,
    },
  }),
);
