import * as tf from '@tensorflow/tfjs-core';
import {composedHideTarget, HIDE_TARGET, MASK_OFFSET} from '../../ops/margin/hideTarget';
import {inPlace} from './inPlace';
import type {NodeBackend, NodeKernelCall} from './nodeBackend';

/** In place: `[B, C]` as one column, in which one value per example changes. */
function hideTarget({inputs, backend}: NodeKernelCall): tf.TensorInfo {
  const node = backend as NodeBackend;
  const {logits, labels} = inputs as {logits: tf.Tensor2D; labels: tf.Tensor1D};
  const [rows, classes] = logits.shape;
  if (node.isUsingGpuDevice || logits.size >= 2 ** 31) return composedHideTarget(logits, labels);
  return tf.tidy(() => {
    const places = (node.readSync(labels.dataId) as Int32Array).map((label, i) => i * classes + label);
    const column = tf.reshape(logits, [-1, 1]);
    const ids = tf.tensor1d(places, 'int32');
    const lowered = tf.tensor2d(new Float32Array(rows).fill(-MASK_OFFSET), [rows, 1]);
    const hidden = inPlace(node, 'InplaceAdd', column, ids, lowered) as tf.Tensor;
    return tf.reshape(hidden, [rows, classes]);
  });
}

export const hideTargetKernel: tf.KernelConfig = {
  kernelName: HIDE_TARGET,
  backendName: 'tensorflow',
  kernelFunc: call => hideTarget(call as unknown as NodeKernelCall),
};
