import {fileURLToPath} from 'node:url';
import {defineConfig} from 'vitest/config';

const source = (file: string) => fileURLToPath(new URL(`src/${file}`, import.meta.url));

export default defineConfig({
  resolve: {
    alias: [
      {find: /^face-margins$/, replacement: source('index.ts')},
      {find: /^face-margins\/(evaluate|formats|node|plot)$/, replacement: source('$1.ts')},
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
