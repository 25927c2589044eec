import * as tf from '@tensorflow/tfjs-core';

let running = 0;
let production = false;

/** Runs `work` with the warnings of TensorFlow.js switched off: duplicate registrations and advertisements, mostly. */
export async function withoutWarnings<T>(work: () => Promise<T>): Promise<T> {
  // Calls may overlap: the first remembers the setting, the last restores it.
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
