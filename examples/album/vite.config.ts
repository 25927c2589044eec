import {fileURLToPath} from 'node:url';
import {defineConfig} from 'vite';
import {libraryAlias} from '../libraryAlias';
import {modelFiles} from './served/modelFiles';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** One TensorFlow.js for the library and the detector, whose own bundle would be a second one. */
const oneTensorFlow = [
  {find: '@tensorflow/tfjs/dist/index.js', replacement: path('./served/tensorFlow.ts')},
  {find: '@tensorflow/tfjs-backend-webgl/dist/index.js', replacement: path('./served/noBackend.ts')},
  {find: '@tensorflow/tfjs-backend-wasm/dist/index.js', replacement: path('./served/noBackend.ts')},
];

export default defineConfig({
  root: path('.'),
  // Relative, so that a build works wherever it is put.
  base: './',
  resolve: {
    alias: [...libraryAlias, ...oneTensorFlow],
  },
  // Workers are found late: what they import is named, or the server would bundle it anew, and a second TensorFlow.js with it.
  optimizeDeps: {
    include: [
      '@tensorflow/tfjs-backend-wasm',
      '@tensorflow/tfjs-core',
      '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops',
      '@tensorflow/tfjs-layers',
      '@vladmandic/face-api/dist/face-api.esm-nobundle.js',
      '@bufbuild/protobuf',
      '@bufbuild/protobuf/wire',
      'facesjs',
      'fflate',
    ],
  },
  plugins: [modelFiles()],
  worker: {format: 'es'},
  build: {outDir: path('../../out/album'), emptyOutDir: true, target: 'es2022', chunkSizeWarningLimit: 2000},
});
