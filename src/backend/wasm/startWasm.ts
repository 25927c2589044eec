import * as tf from '@tensorflow/tfjs-core';
import {startBackend} from '../startBackend';
import {warnOnMachine} from '../warnOnMachine';
import {guardBackend} from './guardBackend';
import {hearEmscripten} from './hearEmscripten';
import {startOnThreads} from './threads/startOnThreads';
import type {WasmPaths} from './wasmPaths';
import {wasmStartReport} from './wasmStartReport';
import {withoutProcessHandlers} from './withoutProcessHandlers';

/** What takes the paths: the package where `import` finds it, or its part of the global `tf` of a CDN. */
interface WasmPackage {
  setWasmPaths?(paths: WasmPaths): void;
}

/** Tells the package where its files are. */
async function setPaths(paths: WasmPaths): Promise<void> {
  // In a variable, so that bundlers ignore the import: there the program has the package, and this library cannot reach it.
  const specifier = '@tensorflow/tfjs-backend-wasm';
  const imported: Promise<WasmPackage> = import(/* @vite-ignore */ /* webpackIgnore: true */ specifier);
  const loaded = await imported.catch((): WasmPackage => ({}));
  const setWasmPaths =
    loaded.setWasmPaths ?? (globalThis as {tf?: {wasm?: WasmPackage}}).tf?.wasm?.setWasmPaths;
  if (setWasmPaths === undefined) {
    throw new Error(
      "In a program that is bundled wasmPaths cannot reach @tensorflow/tfjs-backend-wasm: import {setWasmPaths} from '@tensorflow/tfjs-backend-wasm', and call it before useBackend.",
    );
  }
  try {
    setWasmPaths(paths);
  } catch {
    throw new Error(
      'wasmPaths come too late, after a start of the wasm backend that failed: give them to the first one, in a new process or page.',
    );
  }
}

/** What of the options of `useBackend` is about this backend. */
export interface WasmOptions {
  wasmPaths?: WasmPaths;
  threads?: number;
}

/**
 * Selects the WebAssembly backend, guards its memory, and leaves Node's handling of uncaught errors as it was.
 *
 * @returns Nothing, or why it did not start.
 */
export async function startWasm({wasmPaths, threads}: WasmOptions): Promise<string | undefined> {
  if (wasmPaths !== undefined) await setPaths(wasmPaths);
  const since = performance.now();
  const {result, lines} = await hearEmscripten(() =>
    withoutProcessHandlers(() => startOnThreads(threads, () => startBackend('wasm'))),
  );
  if (result !== undefined) return (await wasmStartReport({lines, wasmPaths, since})) ?? result;
  guardBackend(tf.backend());
  // The backend runs and something is not right, such as the type that a server gives its file.
  for (const line of lines) warnOnMachine(line);
  return undefined;
}
