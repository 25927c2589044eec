import * as tf from '@tensorflow/tfjs-core';

/** What a factory threw or gave as the reason of its rejection; TensorFlow.js' own is an object with a message. */
const messageOf = (reason: unknown) => String((reason as {message?: unknown} | undefined)?.message ?? reason);

/**
 * Selects a backend, which starts it if it does not run yet.
 *
 * @returns Nothing, or why it did not start: TensorFlow.js itself only says so in a warning.
 */
export async function startBackend(name: string): Promise<string | undefined> {
  let reason = '';
  const registered = tf.engine().registryFactory[name];
  const {factory} = registered ?? {};
  const failed = (error: unknown): never => {
    reason = messageOf(error);
    throw error;
  };
  if (registered) {
    registered.factory = () => {
      try {
        const backend = factory();
        return backend instanceof Promise ? backend.catch(failed) : backend;
      } catch (error) {
        return failed(error);
      }
    };
  }
  try {
    if (await tf.setBackend(name)) return undefined;
  } finally {
    if (registered) registered.factory = factory;
  }
  return reason;
}
