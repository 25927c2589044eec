import type * as tf from '@tensorflow/tfjs-core';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import {BatchError} from '../../base/batchError';

/** Checks that a batch has images, and that they are as a network takes them. */
export function checkTrainingImages({shape, rank}: tf.Tensor, {inputs}: LayersModel): void {
  const [, ...wanted] = inputs[0].shape;
  const fits =
    rank === wanted.length + 1 && wanted.every((length, i) => length === null || length === shape[i + 1]);
  if (!fits) {
    const right = ['batch', ...wanted.map(length => length ?? 'any')].join(', ');
    throw new BatchError(
      `Trainer: images must have shape [${right}], as the backbone takes them, but have [${shape.join(', ')}].`,
    );
  }
  if (shape[0] === 0) throw new BatchError('Trainer: a batch must have 1 image or more, but has 0.');
}
