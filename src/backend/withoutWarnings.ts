import * as tf from '@tensorflow/tfjs-core';

let running = 0;
let production = false;

/** Runs `work` without TensorFlow.js' warnings, which are mostly duplicate registrations and advertisements. */
export async function withoutWarnings<T>(work: () => Promise<T>): Promise<T> {
  // Calls may overlap: the first stores the setting, the last restores it.
  if (running++ === 0) {
    production = tf.env().getBool('PROD');
    tf.env().set('PROD', true);
  }
  try {
    return await work();
  } finally {
    if (--running === 0) tf.env().set('PROD', production);
  }
}
