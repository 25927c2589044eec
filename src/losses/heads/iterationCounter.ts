import * as tf from '@tensorflow/tfjs-core';
import type {LayerVariable} from '@tensorflow/tfjs-layers';

/**
 * A count of training steps that is saved with a layer's weights and never read back from the device in between.
 *
 * The count is kept here and written to the variable at each step. The variable is read only if other code has written to it, as
 * loading saved weights does. The read is synchronous, because the count decides the margin of the loss being computed. Loaded
 * weights stay in the host's memory on every backend until an operation uses them.
 */
export class IterationCounter {
  private known = 0;
  private written: object | undefined;

  /** @param variable A scalar weight that is not trained. */
  constructor(private readonly variable: LayerVariable) {}

  /**
   * The number of steps taken.
   *
   * @throws If the count was set to what an operation on webgpu computed, which only a promise can give.
   */
  get value(): number {
    const current = this.variable.read();
    if (current.dataId !== this.written) {
      if (outOfReach(current)) {
        throw new Error(
          `${this.variable.originalName}: the count of training steps must be set from values, but was computed on webgpu, ` +
            'whose results cannot be read at once. Read the weights first: ' +
            'head.setWeights(await Promise.all(weights.map(async w => tf.tensor(await w.data(), w.shape)))).',
        );
      }
      this.known = current.dataSync()[0];
      this.written = current.dataId;
    }
    return this.known;
  }

  /** Takes a step. */
  advance(): void {
    const next = this.value + 1;
    const scalar = tf.scalar(next);
    this.variable.write(scalar);
    scalar.dispose();
    this.known = next;
    this.written = this.variable.read().dataId;
  }
}

/** Whether the value is on webgpu's device, where `dataSync` may give zeros instead of an error. */
function outOfReach(value: tf.Tensor): boolean {
  if (tf.getBackend() !== 'webgpu') return false;
  try {
    value.dataToGPU().tensorRef.dispose();
    return true;
  } catch {
    // It refuses values that are in the host's memory, which are the ones that can be read.
    return false;
  }
}
