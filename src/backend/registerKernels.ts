import {registerWasmKernels} from './registerWasmKernels';

/** Gives a backend the kernels that this library has for it. Doing it again does nothing. */
export async function registerKernels(backend: string): Promise<void> {
  if (backend === 'wasm') await registerWasmKernels();
  if (backend === 'webgpu') (await import('./registerWebgpuKernels')).registerWebgpuKernels();
  if (backend === 'tensorflow') (await import('./registerTensorflowKernels')).registerTensorflowKernels();
}
