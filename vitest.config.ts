import {fileURLToPath} from 'node:url';
import {defineConfig} from 'vitest/config';

const source = (file: string) => fileURLToPath(new URL(`src/${file}`, import.meta.url));

export default defineConfig({
  resolve: {
    alias: [
      {find: /^face-margins$/, replacement: source('index.ts')},
      {find: /^face-margins\/(clean|cluster|data|evaluate|formats|node|plot)$/, replacement: source('$1.ts')},
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/support/setup.ts'],
    // Against tests that hang; a busy machine takes five times as long as a quiet one.
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});
