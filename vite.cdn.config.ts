import {defineConfig} from 'vite';

/** Builds `dist/face-margins.min.js`: all that `import 'face-margins'` gives in one file, for a page without a bundler. */
export default defineConfig({
  build: {
    // Keeps TensorFlow.js as an import, which the page's import map answers.
    ssr: true,
    target: 'es2022',
    minify: 'esbuild',
    sourcemap: false,
    emptyOutDir: false,
    rollupOptions: {
      input: 'src/index.ts',
      output: {format: 'es', entryFileNames: 'face-margins.min.js', inlineDynamicImports: true},
    },
  },
});
