import type * as tf from '@tensorflow/tfjs-core';
import type {Collective} from '../../base/collective';
import {gatherRows} from './gatherRows';

/** The labels of all ranks, in their order; each may have another number of them. */
export function gatherLabels(labels: tf.Tensor1D, collective: Collective | undefined): Int32Array {
  const own = labels.dataSync() as Int32Array;
  if (collective === undefined || collective.size === 1) return own;
  const counts = collective.allGather(Int32Array.of(own.length), new Int32Array(collective.size));
  return gatherRows(own, [...counts], 1, collective);
}
