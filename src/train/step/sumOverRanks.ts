import * as tf from '@tensorflow/tfjs-core';
import type {Collective} from '../../base/collective';

/**
 * Adds up tensors over all ranks, in one message.
 *
 * @returns The sums, in the order of the tensors.
 */
export function sumOverRanks(tensors: tf.Tensor[], collective: Collective): tf.Tensor[] {
  const all = new Float32Array(tensors.reduce((sum, {size}) => sum + size, 0));
  let end = 0;
  for (const tensor of tensors) {
    all.set(tensor.dataSync(), end);
    end += tensor.size;
  }
  collective.allReduce(all, 'sum');
  let start = 0;
  return tensors.map(({size, shape}) => {
    start += size;
    return tf.tensor(all.slice(start - size, start), shape);
  });
}
