import * as tf from '@tensorflow/tfjs-core';

/**
 * `max(x, floor)` whose gradient passes below the floor too, so that a learned scalar that fell under it can come back.
 *
 * @param x A scalar.
 * @param floor The smallest value to give.
 *
 * @example
 * ```ts
 * tf.grad(s => floorScalar(s as tf.Scalar, 0.01))(tf.scalar(-1)).print();   // 1
 * ```
 */
export function floorScalar(x: tf.Scalar, floor: number): tf.Scalar {
  return tf.customGrad<tf.Scalar>(s => ({
    value: tf.maximum(s as tf.Tensor, floor) as tf.Scalar,
    gradFunc: dy => dy,
  }))(x);
}
