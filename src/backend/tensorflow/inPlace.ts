import type * as tf from '@tensorflow/tfjs-core';
import type {NodeBackend} from './nodeBackend';

/**
 * Adds rows to a matrix, or subtracts them, in place: `y[ids_i] ± = rows_i`, repeated ids in turn.
 *
 * Only for tensors without other references: TensorFlow.js treats tensors as immutable.
 *
 * @returns The memory of `y`, with a new handle.
 */
export function inPlace(
  node: NodeBackend,
  operation: 'InplaceAdd' | 'InplaceSub',
  y: tf.TensorInfo,
  ids: tf.TensorInfo,
  rows: tf.TensorInfo,
): tf.TensorInfo {
  const attributes = [{name: 'T', type: node.binding.TF_ATTR_TYPE, value: node.binding.TF_FLOAT}];
  return node.executeSingleOutput(operation, attributes, [y, ids, rows]);
}
