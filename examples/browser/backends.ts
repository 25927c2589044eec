import '@tensorflow/tfjs-backend-webgl';
import '@tensorflow/tfjs-backend-webgpu';
import {setWasmPaths} from '@tensorflow/tfjs-backend-wasm';
import plain from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import threaded from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url';
import type {BackendName} from 'face-margins';

setWasmPaths({
  'tfjs-backend-wasm.wasm': plain,
  'tfjs-backend-wasm-simd.wasm': simd,
  'tfjs-backend-wasm-threaded-simd.wasm': threaded,
});

/** The backends that this browser has, fastest first. */
export async function availableBackends(): Promise<BackendName[]> {
  const {gpu} = navigator as {gpu?: {requestAdapter(): Promise<object | null>}};
  const webgpu = (await gpu?.requestAdapter().catch(() => null)) != null;
  const webgl =
    typeof OffscreenCanvas !== 'undefined' && new OffscreenCanvas(1, 1).getContext('webgl2') !== null;
  return [...(webgpu ? (['webgpu'] as const) : []), ...(webgl ? (['webgl'] as const) : []), 'wasm'];
}
