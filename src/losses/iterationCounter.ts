import * as tf from '@tensorflow/tfjs-core';
import type {LayerVariable} from '@tensorflow/tfjs-layers';

/**
 * A count of training steps that is saved with a layer's weights and never read back from the device in between.
 *
 * The count is kept here and written to the variable at each step. Only where somebody else has written to the variable
 * (loading saved weights replaces its data) is it read.
 */
export class IterationCounter {
  private known = 0;
  private written: object | undefined;

  /** @param variable A scalar weight that is not trained. */
  constructor(private readonly variable: LayerVariable) {}

  /** How many steps have been taken. */
  get value(): number {
    const current = this.variable.read();
    if (current.dataId !== this.written) {
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
