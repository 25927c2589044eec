import {registerWasmKernels} from './registerWasmKernels';

/** Registers this library's kernels for a backend. Repeated calls have no effect. */
export async function registerKernels(backend: string): Promise<void> {
  if (backend === 'wasm') await registerWasmKernels();
  if (backend === 'webgpu') (await import('./registerWebgpuKernels')).registerWebgpuKernels();
  if (backend === 'tensorflow') (await import('./registerTensorflowKernels')).registerTensorflowKernels();
}
