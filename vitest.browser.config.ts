import {playwright} from '@vitest/browser-playwright';
import {defineConfig, mergeConfig} from 'vitest/config';
import {chromiumArgs, findChromium} from './test/browser/findChromium';
import {shared} from './vitest.config';

export default mergeConfig(
  {resolve: shared.resolve},
  defineConfig({
    optimizeDeps: {
      include: [
        '@tensorflow/tfjs-layers',
        '@tensorflow/tfjs-core',
        '@tensorflow/tfjs-backend-cpu',
        '@tensorflow/tfjs-backend-wasm',
        '@tensorflow/tfjs-backend-webgl',
        '@tensorflow/tfjs-backend-webgpu',
      ],
    },
    test: {
      // The kernels of wasm have one suite, for Node and for the browser.
      include: ['test/browser/*.browser.ts', 'test/backend/wasm/*.test.ts'],
      // These start programs of Node, or read its version and its files.
      exclude: ['uncaught', 'wasmPaths', 'fuseMultiplyAdd', 'memoryGuard'].map(
        name => `test/backend/wasm/${name}.test.ts`,
      ),
      setupFiles: ['test/browser/setup.ts'],
      testTimeout: 180_000,
      fileParallelism: false,
      browser: {
        enabled: true,
        headless: true,
        screenshotFailures: false,
        provider: playwright({launchOptions: {executablePath: findChromium(), args: chromiumArgs}}),
        instances: [{browser: 'chromium'}],
      },
    },
  }),
);
