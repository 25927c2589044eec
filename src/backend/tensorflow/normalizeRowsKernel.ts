import * as tf from '@tensorflow/tfjs-core';
import {composedNormalizeRows, NORMALIZE_ROWS, SHORTEST} from '../../ops/margin/normalizeRows';
import type {NodeBackend, NodeKernelCall} from './nodeBackend';

/** Lengths in float64 on the host, where no square overflows: one pass in place of eight operations. */
function normalizeRows({inputs, backend}: NodeKernelCall): tf.TensorInfo[] {
  const node = backend as NodeBackend;
  if (node.isUsingGpuDevice) {
    const {norm, inverseNorm, unit} = composedNormalizeRows(inputs.x as tf.Tensor2D);
    return [norm, inverseNorm, unit];
  }
  const x = node.readSync(inputs.x.dataId) as Float32Array;
  const [rows, dimension] = inputs.x.shape;
  const [norms, inverseNorms] = [new Float32Array(rows), new Float32Array(rows)];
  const unit = new Float32Array(x.length);
  for (let i = 0; i < rows; i++) {
    const end = (i + 1) * dimension;
    let squares = 0;
    for (let at = i * dimension; at < end; at++) squares += x[at] * x[at];
    const norm = Math.sqrt(squares);
    const inverse = 1 / Math.max(norm, SHORTEST);
    for (let at = i * dimension; at < end; at++) unit[at] = inverse * x[at];
    norms[i] = norm;
    inverseNorms[i] = inverse;
  }
  return [
    tf.tensor2d(norms, [rows, 1]),
    tf.tensor2d(inverseNorms, [rows, 1]),
    tf.tensor2d(unit, [rows, dimension]),
  ];
}

export const normalizeRowsKernel: tf.KernelConfig = {
  kernelName: NORMALIZE_ROWS,
  backendName: 'tensorflow',
  kernelFunc: call => normalizeRows(call as unknown as NodeKernelCall),
};
