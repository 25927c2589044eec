import {fileURLToPath} from 'node:url';
import {defineConfig} from 'vite';
import {libraryAlias} from '../libraryAlias';
import {docsFiles} from './docsPages';
import {firstPaint} from './firstPaint';
import {mnistFiles} from './mnistFiles';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** What lets a page share memory between threads, so that the demo trains on all cores. */
const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

export default defineConfig({
  root: path('.'),
  // Relative, so that a build works wherever it is put.
  base: './',
  resolve: {alias: libraryAlias},
  server: {headers},
  preview: {headers},
  plugins: [mnistFiles(), docsFiles(), firstPaint()],
  worker: {format: 'es'},
  build: {outDir: path('../../out/demo'), emptyOutDir: true, target: 'es2022', chunkSizeWarningLimit: 2000},
});
