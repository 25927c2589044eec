import * as tf from '@tensorflow/tfjs-core';
import type {BackendName} from '../../src/backend/useBackend';
import type {Case} from '../harness';

const stockName = (backend: BackendName) => `stock ${backend}`;

/** Keeps a backend's kernels as they come, to be called before this library's are registered over them. */
export function keepStockKernels(backend: BackendName): void {
  tf.copyRegisteredKernels(backend, stockName(backend));
}

/** The same case on the kernels that {@link keepStockKernels} kept: the same backend under a name of its own. */
export function onStockKernels(each: Case): Case {
  const {backend} = each;
  if (backend === undefined) throw new Error(`'${each.name}' has no backend whose kernels could be meant.`);
  const name = stockName(backend);
  return {
    ...each,
    run: async state => {
      const instance = tf.backend();
      if (tf.findBackend(name) === null) tf.registerBackend(name, () => instance);
      await tf.setBackend(name);
      try {
        await each.run(state);
      } finally {
        await tf.setBackend(backend);
      }
    },
  };
}
