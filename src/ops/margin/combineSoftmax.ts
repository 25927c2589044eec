import * as tf from '@tensorflow/tfjs-core';
import type {ClassShard} from './classShard';

/** The softmax' denominator over some classes, `[B, 1]` each: the largest logit, and `Σ e^{z − largest}`. */
export interface SoftmaxPart {
  largest: tf.Tensor;
  sum: tf.Tensor;
}

/** The denominator over all classes. */
export interface CombinedSoftmax extends SoftmaxPart {
  /** What exponentials relative to this process' largest logit are multiplied with to be relative to the largest of all; nothing for 1. */
  share?: tf.Tensor;
}

/** Combines the denominators of all processes of a head; that of one is the whole. */
export function combineSoftmax(part: SoftmaxPart, shard: ClassShard | undefined): CombinedSoftmax {
  if (shard === undefined || shard.collective.size === 1) return part;
  const {collective} = shard;
  const own = tf.concat([part.largest, part.sum], 1);
  const all = collective.allGather(
    own.dataSync() as Float32Array,
    new Float32Array(own.size * collective.size),
  );
  const [largests, sums] = tf.unstack(tf.tensor3d(all, [collective.size, own.shape[0], 2]), 2);
  const largest = tf.max(largests, 0);
  const sum = tf.sum(tf.mul(sums, tf.exp(tf.sub(largests, largest))), 0);
  const column = tf.reshape(largest, [-1, 1]);
  return {
    largest: column,
    sum: tf.reshape(sum, [-1, 1]),
    share: tf.exp(tf.sub(part.largest, column)),
  };
}
