import {checkAdapter, type Gpu} from './checkAdapter';

/** What is used of the package `webgpu`. */
interface WebgpuPackage {
  create(options: string[]): Gpu;
  /** The classes and constants of WebGPU, such as `GPUBuffer`. */
  globals: Record<string, unknown>;
}

async function importPackage(): Promise<WebgpuPackage> {
  // In a variable, so that bundlers ignore the import: a browser has a WebGPU of its own.
  const specifier = 'webgpu';
  try {
    return await import(/* @vite-ignore */ /* webpackIgnore: true */ specifier);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`Node has WebGPU from the package webgpu, which does not load: ${reason}`, {
      cause: error,
    });
  }
}

const define = (target: object, name: string, value: unknown) =>
  Object.defineProperty(target, name, {value, configurable: true, writable: true, enumerable: false});

/**
 * Gives Node the `navigator.gpu` of the package `webgpu` (Dawn), and the globals of WebGPU. They hold no handle: the program ends when
 * it has nothing left to do.
 *
 * @param isWanted Whether a GPU in software will do.
 * @throws If the package does not load, or there is no such GPU. All globals are then as they were.
 */
export async function provideGpu(isWanted: boolean): Promise<void> {
  const {create, globals} = await importPackage();
  const gpu = create([]);
  await checkAdapter(gpu, isWanted);
  for (const [name, value] of Object.entries(globals)) {
    if (!(name in globalThis)) define(globalThis, name, value);
  }
  // Node 20 has no navigator; programs that find one expect it to say what it is, as that of Node 21 does.
  if (globalThis.navigator === undefined) {
    define(globalThis, 'navigator', {userAgent: `Node.js/${process.versions.node.split('.')[0]}`});
  }
  define(globalThis.navigator, 'gpu', gpu);
}
