import * as tf from '@tensorflow/tfjs-core';

/** Runs `work` with the warnings of TensorFlow.js switched off: duplicate registrations and advertisements, mostly. */
export async function quietly<T>(work: () => Promise<T>): Promise<T> {
  const production = tf.env().getBool('PROD');
  tf.env().set('PROD', true);
  try {
    return await work();
  } finally {
    tf.env().set('PROD', production);
  }
}
