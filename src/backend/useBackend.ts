import * as tf from '@tensorflow/tfjs-core';
import {check} from '../base/check';
import {checkOptions} from '../base/checkOptions';
import {described} from '../base/described';
import {environment} from '../base/environment';
import {launcher} from '../base/launcher';
import {coresOfRank} from './coresOfRank';
import {ranksOnMachine} from './ranksOnMachine';
import {registerKernels} from './registerKernels';
import {startBackend} from './startBackend';
import {provideUtil} from './tensorflow/provideUtil';
import {checkWasmPaths, type WasmPaths} from './wasm/wasmPaths';
import {withoutWarnings} from './withoutWarnings';

/** The backends of `useBackend`, fastest first, with their packages. */
const packages = {
  tensorflow: '@tensorflow/tfjs-node',
  webgpu: '@tensorflow/tfjs-backend-webgpu',
  webgl: '@tensorflow/tfjs-backend-webgl',
  wasm: '@tensorflow/tfjs-backend-wasm',
  cpu: '@tensorflow/tfjs-backend-cpu',
};

/** The backends of {@link useBackend}, by TensorFlow.js' names. */
export type BackendName = keyof typeof packages;

const order = Object.keys(packages) as BackendName[];

/** Options of {@link useBackend}. */
export interface UseBackendOptions {
  /**
   * Where the three `.wasm` files of `@tensorflow/tfjs-backend-wasm` are: what comes before each file's name, such as `'/wasm/'`, or an
   * object with the address of each, as its `setWasmPaths` takes them. In Node they are paths of files. They count for the first start
   * of `wasm`. A bundled program calls `setWasmPaths` itself. Default: beside the package in Node, beside the program in a browser.
   */
  wasmPaths?: WasmPaths;
  /**
   * How many cores the `wasm` backend computes on, at most 64; results do not depend on it. Default: all that there are, at most 16, in
   * Node and in a page that is [cross-origin isolated](https://web.dev/articles/coop-coep), and one in other pages. Ranks that a launcher of
   * MPI started on one machine share its cores.
   */
  threads?: number;
}

/** Threads that can be asked for. */
const MOST_THREADS = 64;

/** @throws If options of the wasm backend are wrong, or given with the name of another. */
function checkWasmOptions(name: BackendName | undefined, options: UseBackendOptions): void {
  const {wasmPaths, threads} = checkOptions('useBackend', options, {wasmPaths: true, threads: true});
  if (wasmPaths !== undefined) checkWasmPaths('useBackend', wasmPaths);
  if (threads !== undefined) {
    check.count('useBackend', 'threads', threads);
    check.between('useBackend', 'threads', threads, 1, MOST_THREADS);
  }
  if (name === undefined || name === 'wasm') return;
  for (const [option, value] of Object.entries({wasmPaths, threads})) {
    if (value === undefined) continue;
    throw new Error(
      `useBackend: name must be 'wasm' or left out where ${option} are given, but is '${name}'.`,
    );
  }
}

/** Whether this platform can run the backend; a useless import takes time and may print. */
function suitsPlatform(name: BackendName): boolean {
  const node = tf.env().getBool('IS_NODE');
  if (name === 'tensorflow') return node;
  if (name === 'webgl') return !node;
  return true;
}

/** Whether ranks can train on the backend: they exchange values at once, and webgpu lets nobody wait for them so. */
function suitsRanks(name: BackendName): boolean {
  const started = launcher(environment());
  return name !== 'webgpu' || started === undefined || started.size === 1;
}

/** What installs a backend. */
const packagesOf = (name: BackendName) =>
  name === 'webgpu' && tf.env().getBool('IS_NODE') ? `webgpu ${packages.webgpu}` : packages[name];

async function load(name: BackendName, isNamed: boolean): Promise<void> {
  if (name === 'webgpu') return (await import('./webgpu/loadWebgpu')).loadWebgpu(isNamed);
  if (name === 'tensorflow' && tf.env().getBool('IS_NODE')) await provideUtil();
  if (tf.findBackendFactory(name) !== null) return;
  // libtensorflow reads these when it is loaded; at level 2 it prints errors only.
  if (name === 'tensorflow') {
    process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
    if (ranksOnMachine().count > 1) process.env.TF_NUM_INTRAOP_THREADS ??= String(await coresOfRank());
  }
  // In a variable, so that bundlers ignore the import: a missing package is not an error.
  const specifier = packages[name];
  await import(/* @vite-ignore */ /* webpackIgnore: true */ specifier);
}

async function startWasm(options: UseBackendOptions): Promise<string | undefined> {
  return (await import('./wasm/startWasm')).startWasm(options);
}

/** Loads and starts a backend. Resolves to undefined, or to the reason of a failure. */
async function start(
  name: BackendName,
  isNamed: boolean,
  options: UseBackendOptions,
): Promise<Error | undefined> {
  try {
    await load(name, isNamed);
    await registerKernels(name);
    const failure = await (name === 'wasm' ? startWasm(options) : startBackend(name));
    if (failure !== undefined)
      return new Error(`The ${name} backend did not start${failure && `: ${failure}`}`);
    await tf.ready();
    // The cpu backend advertises faster backends at its first tensor.
    tf.dispose(tf.scalar(0));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** The call before. Of two starts of a backend at once TensorFlow.js takes the first for failed. */
let previous: Promise<unknown> = Promise.resolve();

/**
 * Selects a backend, registers the kernels that training needs, and waits until it is ready.
 *
 * Without a name it selects the fastest available backend, in the order tensorflow, webgpu, webgl, wasm, cpu. A backend is available
 * if your program has imported it, or if this library can import it: always in Node, only through an import map in a browser. So **a
 * bundled program imports its backends**, for example `import '@tensorflow/tfjs-backend-webgl'`. A backend that does not start is
 * skipped. In Node webgpu is available through the package `webgpu`. A GPU in software is skipped unless you name webgpu, and so is any for
 * ranks that a launcher of MPI started, which exchange values at once.
 *
 * @param name The required backend. Default: the fastest available.
 * @param options Where the files of `wasm` are, and how many threads it computes on.
 * @returns The name of the current backend.
 * @throws If the named backend, or every backend, is missing or does not start; the message says why, and what to install.
 *
 * @example
 * ```js
 * const backend = await useBackend();   // in Node 'wasm', unless @tensorflow/tfjs-node or webgpu is installed
 * await useBackend('cpu');              // that one or an error
 * await useBackend('wasm', {threads: 2});
 * ```
 */
export async function useBackend(name?: BackendName, options: UseBackendOptions = {}): Promise<BackendName> {
  if (name !== undefined && !order.includes(name)) {
    throw new Error(
      `useBackend: name must be one of ${order.join(', ')}, or left out for the fastest available, but is ${described(name)}.`,
    );
  }
  checkWasmOptions(name, options);
  const selected = previous.then(() => select(name, options));
  previous = selected.catch(() => undefined);
  return selected;
}

async function select(name: BackendName | undefined, options: UseBackendOptions): Promise<BackendName> {
  const current = tf.getBackend();
  // After a failed start the current backend is one that does not run.
  const before = tf.engine().registry[current] && current;
  const candidates =
    name === undefined
      ? order.filter(
          each => suitsRanks(each) && (tf.findBackendFactory(each) !== null || suitsPlatform(each)),
        )
      : [name];
  const reasons = new Map<BackendName, Error>();
  for (const candidate of candidates) {
    const reason = await withoutWarnings(() => start(candidate, name !== undefined, options));
    if (reason === undefined) return candidate;
    reasons.set(candidate, reason);
  }
  if (before) await tf.setBackend(before);
  const what =
    name === undefined ? 'No TensorFlow.js backend could be used' : `The ${name} backend could not be used`;
  const why = [...reasons].map(([each, {message}]) => {
    const reason = message.replace(/\.$/, '');
    return name === undefined ? `${each}: ${reason}` : reason;
  });
  const install = `Install ${name === undefined ? 'one' : 'it'} with: npm i ${packagesOf(name ?? 'wasm')} (and import it, in a program that is bundled).`;
  const isPresent =
    name !== undefined &&
    (tf.findBackendFactory(name) !== null || reasons.get(name)?.name === 'AdapterError');
  throw new Error(`${what}: ${why.join('; ')}.${isPresent ? '' : ` ${install}`}`, {
    cause: [...reasons.values()].at(-1),
  });
}
