import type * as tf from '@tensorflow/tfjs-core';
import type {NodeBackend} from './nodeBackend';

/**
 * Adds rows into a matrix, or subtracts them from it, in its own memory: `y[ids_i] ± = rows_i`, repeated ids in turn.
 *
 * For tensors nobody else holds; TensorFlow.js takes tensors for unchanging.
 *
 * @returns The same memory as `y`, under a handle of its own.
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
