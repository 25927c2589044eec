import {setWasmPaths} from '@tensorflow/tfjs-backend-wasm';
import plain from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import threaded from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url';
import {useBackend} from 'face-margins';

let started: Promise<unknown> | undefined;

/** Starts the backend of a worker, once: wasm with one thread, for each core has a worker. */
export async function useWasm(): Promise<void> {
  started ??= (async () => {
    setWasmPaths({
      'tfjs-backend-wasm.wasm': plain,
      'tfjs-backend-wasm-simd.wasm': simd,
      // Asked for by name, though only a page that shares memory between threads takes it.
      'tfjs-backend-wasm-threaded-simd.wasm': threaded,
    });
    await useBackend('wasm');
  })();
  await started;
}
