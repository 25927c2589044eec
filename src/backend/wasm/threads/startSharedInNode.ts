import * as tf from '@tensorflow/tfjs-core';
import {nodeModule} from '../../nodeModule';

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

/** What is used of Node's module of files. */
interface FileModule {
  writeSync(file: number, text: unknown, ...others: unknown[]): number;
}

/** The descriptor of the standard error. */
const STDERR = 2;

/** Runs `work`; what is written straight to the standard error meanwhile, as this build does, goes to the console like any warning. */
async function withWarnings<T>(work: () => Promise<T>): Promise<T> {
  const fs = await nodeModule<FileModule>('node:fs');
  const {writeSync} = fs;
  fs.writeSync = (file, text, ...others) => {
    if (file !== STDERR || typeof text !== 'string') return writeSync(file, text, ...others);
    console.warn(text.replace(/\n$/, ''));
    return text.length;
  };
  try {
    return await work();
  } finally {
    fs.writeSync = writeSync;
  }
}

/** Lets the package start its threaded build. It takes the flag for the platform, and would start it again for a program that selects it. */
async function withThreadsFlag<T>(work: () => Promise<T>): Promise<T> {
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', true);
  try {
    return await work();
  } finally {
    tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  }
}

/**
 * Starts TensorFlow.js' threaded build in Node, for its shared memory alone: told to use one thread it never gives its eight workers
 * anything to do, so it gets none. It refuses Node because it makes its workers from blobs
 * ([tfjs#3830](https://github.com/tensorflow/tfjs/issues/3830)).
 *
 * @returns Nothing, or why it did not start.
 */
export async function startSharedInNode(
  start: () => Promise<string | undefined>,
): Promise<string | undefined> {
  // In a variable, so that bundlers ignore the import.
  const specifier = '@tensorflow/tfjs-backend-wasm';
  const backend = (await import(/* @vite-ignore */ /* webpackIgnore: true */ specifier)) as {
    setThreadsCount(threads: number): void;
  };
  backend.setThreadsCount(1);
  return withThreadsFlag(() => withWarnings(() => withWorker(NoWorker, start)));
}
