import * as tf from '@tensorflow/tfjs-core';
import {described} from '../base/described';
import {registerKernels} from './registerKernels';
import {withoutWarnings} from './withoutWarnings';

/** The backends `useBackend` knows, fastest first, and the package each comes in. */
const packages = {
  tensorflow: '@tensorflow/tfjs-node',
  webgpu: '@tensorflow/tfjs-backend-webgpu',
  webgl: '@tensorflow/tfjs-backend-webgl',
  wasm: '@tensorflow/tfjs-backend-wasm',
  cpu: '@tensorflow/tfjs-backend-cpu',
};

/** The backends that {@link useBackend} knows, by the names that TensorFlow.js gives them. */
export type BackendName = keyof typeof packages;

const order = Object.keys(packages) as BackendName[];

/** Whether this platform can run the backend at all; importing a package in vain takes time and may print. */
function suitsPlatform(name: BackendName): boolean {
  const node = tf.env().getBool('IS_NODE');
  if (name === 'tensorflow') return node;
  if (name === 'webgpu' || name === 'webgl') return !node;
  return true;
}

async function load(name: BackendName): Promise<void> {
  if (tf.findBackendFactory(name) !== null) return;
  // libtensorflow reads this when it is loaded; at level 2 it prints errors only.
  if (name === 'tensorflow') process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  // In a variable, so that bundlers leave the import alone: a package that is not installed is not an error.
  const specifier = packages[name];
  await import(/* @vite-ignore */ /* webpackIgnore: true */ specifier);
}

/** Loads and starts a backend. Resolves to undefined, or to the reason why it cannot be used. */
async function start(name: BackendName): Promise<Error | undefined> {
  try {
    await load(name);
    await registerKernels(name);
    if (!(await tf.setBackend(name))) return new Error(`The ${name} backend did not start.`);
    await tf.ready();
    // The cpu backend advertises faster ones at its first tensor.
    tf.dispose(tf.scalar(0));
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/**
 * Selects the backend that computes, gives it the kernels training needs, and waits until it is ready.
 *
 * Without a name it takes the fastest present, in the order tensorflow, webgpu, webgl, wasm, cpu. Present means
 * imported by your program, or installed where this library can import it itself: in Node always, in a browser
 * only through an import map. So **a bundled program imports its backends**, for example
 * `import '@tensorflow/tfjs-backend-webgl'`. A backend that is present but does not start is skipped.
 *
 * @param name Insists on one backend. Default: the fastest present.
 * @returns The name of the backend now in use.
 * @throws If the backend insisted on, or every backend, is absent or does not start; the message says what to install.
 *
 * @example
 * ```js
 * const backend = await useBackend();   // in Node 'wasm', unless @tensorflow/tfjs-node is installed
 * await useBackend('cpu');              // that one or an error
 * ```
 */
export async function useBackend(name?: BackendName): Promise<BackendName> {
  if (name !== undefined && !order.includes(name)) {
    throw new Error(
      `useBackend: name must be one of ${order.join(', ')}, or left out for the fastest present, but is ${described(name)}.`,
    );
  }
  const before = tf.getBackend();
  const candidates =
    name === undefined
      ? order.filter(each => tf.findBackendFactory(each) !== null || suitsPlatform(each))
      : [name];
  const reasons = new Map<BackendName, Error>();
  for (const candidate of candidates) {
    const reason = await withoutWarnings(() => start(candidate));
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
  throw new Error(
    `${what}: ${why.join('; ')}. Install ${name === undefined ? 'one' : 'it'} with: npm i ${packages[name ?? 'wasm']} (and import it, in a program that is bundled).`,
    {cause: [...reasons.values()].at(-1)},
  );
}
