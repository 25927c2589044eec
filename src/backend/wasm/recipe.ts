import type * as tf from '@tensorflow/tfjs-core';

/** A batch normalization of x, by four numbers a channel. */
export interface Normalization {
  kind: 'normalization';
  tensors: Record<'x' | 'mean' | 'variance' | 'scale' | 'offset', tf.TensorInfo>;
  epsilon: number;
}

/** A convolution of x, with one bias a channel or none. */
export interface Convolution {
  kind: 'convolution';
  tensors: {x: tf.TensorInfo; filter: tf.TensorInfo; bias?: tf.TensorInfo};
  info: tf.backend_util.Conv2DInfo;
  depthwise: boolean;
}

/** What the values of a tensor are made of. */
export type Recipe = Normalization | Convolution;
