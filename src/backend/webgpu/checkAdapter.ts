/** What is used of an adapter. `isFallbackAdapter` was the adapter's own before it was its info's. */
interface Adapter {
  info?: {description?: string; device?: string; vendor?: string; isFallbackAdapter?: boolean};
  isFallbackAdapter?: boolean;
}

/** What is used of `navigator.gpu`. */
export interface Gpu {
  requestAdapter(options: {powerPreference: 'high-performance'}): Promise<Adapter | null>;
}

/** The name of the errors that {@link checkAdapter} throws: what is missing is no package. */
const name = 'AdapterError';

/**
 * Checks that there is a GPU to compute on.
 *
 * @param isWanted Whether a GPU in software will do: it is slower than `wasm`.
 * @throws If there is no adapter, or one in software that is not wanted.
 */
export async function checkAdapter(gpu: Gpu, isWanted: boolean): Promise<void> {
  const adapter = await gpu.requestAdapter({powerPreference: 'high-performance'});
  if (adapter === null) {
    const message =
      'WebGPU finds no GPU: it needs a driver for Vulkan (on Linux, with libvulkan.so.1), Metal (macOS) or Direct3D 12 (Windows).';
    throw Object.assign(new Error(message), {name});
  }
  const {info} = adapter;
  if (isWanted || !(info?.isFallbackAdapter ?? adapter.isFallbackAdapter)) return;
  const which = info?.description || info?.device || info?.vendor || 'without a name';
  const message = `WebGPU finds a GPU in software only (${which}), slower than wasm; useBackend('webgpu') takes it.`;
  throw Object.assign(new Error(message), {name});
}
