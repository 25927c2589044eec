import {described} from '../../base/described';

/** The files of `@tensorflow/tfjs-backend-wasm`: plain, with SIMD, with SIMD and threads. A platform takes the last that it can run. */
export const wasmFiles = [
  'tfjs-backend-wasm.wasm',
  'tfjs-backend-wasm-simd.wasm',
  'tfjs-backend-wasm-threaded-simd.wasm',
] as const;

/** Where the `.wasm` files are: what comes before each file's name, such as `'/wasm/'`, or the address of each. */
export type WasmPaths =
  | string
  | Record<
      'tfjs-backend-wasm.wasm' | 'tfjs-backend-wasm-simd.wasm' | 'tfjs-backend-wasm-threaded-simd.wasm',
      string
    >;

/** Checks paths, and gives them back. */
export function checkWasmPaths(where: string, paths: WasmPaths): WasmPaths {
  if (typeof paths === 'string' && paths !== '') return paths;
  const right = `a folder such as '/wasm/', or an object with the address of each of ${wasmFiles.join(', ')}`;
  if (typeof paths !== 'object' || paths === null) {
    throw new Error(`${where}: wasmPaths must be ${right}, but is ${described(paths)}.`);
  }
  const names = Object.keys(paths);
  const unknown = names.find(name => !(wasmFiles as readonly string[]).includes(name));
  const missing = wasmFiles.find(name => typeof paths[name] !== 'string' || paths[name] === '');
  if (unknown === undefined && missing === undefined) return paths;
  const fault = unknown === undefined ? `has none for ${missing}` : `has one for '${unknown}'`;
  throw new Error(`${where}: wasmPaths must be ${right}, but ${fault}.`);
}
