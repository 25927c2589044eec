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

/** As much of WebGPU as is asked here. */
interface Gpu {
  requestAdapter(): Promise<{info?: {architecture?: string; isFallbackAdapter?: boolean}} | null>;
}

/** How drivers that compute on the processor call themselves. */
const software = /swiftshader|llvmpipe|software|basic render/i;

/** Whether there is WebGPU, and whether a GPU is behind it. */
async function webgpu(): Promise<{present: boolean; fast: boolean}> {
  const {gpu} = navigator as {gpu?: Gpu};
  const adapter = await gpu?.requestAdapter().catch(() => null);
  if (!adapter) return {present: false, fast: false};
  const {architecture = '', isFallbackAdapter = false} = adapter.info ?? {};
  return {present: true, fast: !isFallbackAdapter && !software.test(architecture)};
}

/** Whether there is WebGL 2, and whether a GPU is behind it. */
function webgl(): {present: boolean; fast: boolean} {
  const context =
    typeof OffscreenCanvas === 'undefined' ? null : new OffscreenCanvas(1, 1).getContext('webgl2');
  if (!context) return {present: false, fast: false};
  const names = context.getExtension('WEBGL_debug_renderer_info');
  const renderer = names ? String(context.getParameter(names.UNMASKED_RENDERER_WEBGL)) : '';
  return {present: true, fast: !software.test(renderer)};
}

/** Loads a backend, so that a page does not load those that it does not use. */
export async function loadBackend(name: BackendName): Promise<void> {
  if (name === 'webgl') await import('@tensorflow/tfjs-backend-webgl');
  if (name === 'webgpu') await import('@tensorflow/tfjs-backend-webgpu');
}

/** The backends that this browser has, and the one to take: a GPU, unless software plays it, which wasm outruns. */
export async function backendsHere(): Promise<{available: BackendName[]; best: BackendName}> {
  const found = [
    {name: 'webgpu' as const, ...(await webgpu())},
    {name: 'webgl' as const, ...webgl()},
    {name: 'wasm' as const, present: true, fast: true},
  ].filter(({present}) => present);
  return {available: found.map(({name}) => name), best: found.find(({fast}) => fast)?.name ?? 'wasm'};
}
