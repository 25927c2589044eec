import * as tf from '@tensorflow/tfjs-core';

/** Whether broadcasting `shape` to `outShape` repeats it along leading axes only, so that its values repeat as one run. */
export function repeatsLeadingAxes(shape: number[], outShape: number[]): boolean {
  const own = shape.slice(
    tf.util.sizeFromShape(shape) === 1 ? shape.length : shape.findIndex(length => length !== 1),
  );
  return own.every((length, i) => length === outShape[outShape.length - own.length + i]);
}
