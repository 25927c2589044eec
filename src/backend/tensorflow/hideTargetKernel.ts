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
    const own = node.readSync(labels.dataId) as Int32Array;
    // −1 hides nothing: another process has the class.
    const places = own.map((label, i) => i * classes + Math.max(0, label));
    const offsets = Float32Array.from(own, label => (label < 0 ? 0 : -MASK_OFFSET));
    const column = tf.reshape(logits, [-1, 1]);
    const ids = tf.tensor1d(places, 'int32');
    const lowered = tf.tensor2d(offsets, [rows, 1]);
    const hidden = inPlace(node, 'InplaceAdd', column, ids, lowered) as tf.Tensor;
    return tf.reshape(hidden, [rows, classes]);
  });
}

export const hideTargetKernel: tf.KernelConfig = {
  kernelName: HIDE_TARGET,
  backendName: 'tensorflow',
  kernelFunc: call => hideTarget(call as unknown as NodeKernelCall),
};
