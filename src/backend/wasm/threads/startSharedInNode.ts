import * as tf from '@tensorflow/tfjs-core';

/** Says that it is loaded and does nothing else. */
class NoWorker {
  onmessage?: (event: {data: {cmd: string}}) => void;
  on(): void {}
  unref(): void {}
  terminate(): void {}
  postMessage({cmd}: {cmd: string}): void {
    if (cmd === 'load') queueMicrotask(() => this.onmessage?.({data: {cmd: 'loaded'}}));
  }
}

/** Runs `work`, with another class in the place of `Worker` until it first waits for more than promises. */
async function withWorker<T>(replacement: unknown, work: () => Promise<T>): Promise<T> {
  const before = Object.getOwnPropertyDescriptor(globalThis, 'Worker');
  // In Node the backend sets it too, for the rest of the program.
  Object.defineProperty(globalThis, 'Worker', {configurable: true, get: () => replacement, set: () => {}});
  const result = work();
  await new Promise(resolve => setTimeout(resolve, 0));
  if (before === undefined) delete (globalThis as {Worker?: unknown}).Worker;
  else Object.defineProperty(globalThis, 'Worker', before);
  return result;
}

/**
 * Starts TensorFlow.js' threaded build in Node, for its shared memory alone: told to use one thread it never gives its eight workers
 * anything to do, so it gets none. It refuses Node because it makes its workers from blobs
 * ([tfjs#3830](https://github.com/tensorflow/tfjs/issues/3830)).
 *
 * @returns Whether it has started.
 */
export async function startSharedInNode(): Promise<boolean> {
  // In a variable, so that bundlers ignore the import.
  const specifier = '@tensorflow/tfjs-backend-wasm';
  const backend = (await import(/* @vite-ignore */ /* webpackIgnore: true */ specifier)) as {
    setThreadsCount(threads: number): void;
  };
  backend.setThreadsCount(1);
  return withWorker(NoWorker, () => tf.setBackend('wasm'));
}
