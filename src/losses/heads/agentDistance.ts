import * as tf from '@tensorflow/tfjs-core';
import type {Angle, Margin} from '../../ops/margin/margin';

/**
 * The squared distance of two unit vectors as a function of their angle, `2 − 2 cos θ`, with `2 sin θ` as its derivative.
 *
 * For acute angles it is computed as `2 sin² θ / (1 + cos θ)`, which keeps its digits at small angles.
 */
export const agentDistance: Margin = {
  value: ({cos, sin}: Angle) => {
    const acute = tf.relu(cos);
    const near = tf.div(tf.mul(tf.square(sin), 2), tf.add(acute, 1));
    return tf.where(tf.greater(cos, 0), near, tf.sub(2, tf.mul(cos, 2)));
  },
  derivative: ({sin}) => tf.mul(sin, 2),
};
