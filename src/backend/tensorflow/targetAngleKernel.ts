import * as tf from '@tensorflow/tfjs-core';
import {SHORTEST} from '../../ops/margin/normalizeRows';
import {composedTargetAngle, TARGET_ANGLE, type TargetAngleInputs} from '../../ops/margin/targetAngle';
import type {NodeBackend, NodeKernelCall} from './nodeBackend';

/**
 * Angles in float64 on the host: one pass over a batch in place of some thirty TensorFlow operations, each of which costs more to start
 * than to compute.
 */
function targetAngle({inputs, backend}: NodeKernelCall): tf.TensorInfo[] {
  const node = backend as NodeBackend;
  if (node.isUsingGpuDevice) {
    const {cos, sin, direction} = composedTargetAngle(inputs as TargetAngleInputs);
    return [cos, sin, direction];
  }
  const [x, targetWeight, inverseNorm, inverseTargetNorm] = [
    'x',
    'targetWeight',
    'inverseNorm',
    'inverseTargetNorm',
  ].map(name => node.readSync(inputs[name].dataId) as Float32Array);
  const [rows, dimension] = inputs.x.shape;
  const [cos, sin] = [new Float32Array(rows), new Float32Array(rows)];
  const direction = new Float32Array(rows * dimension);
  for (let i = 0; i < rows; i++) {
    const end = (i + 1) * dimension;
    let [xx, xw] = [0, 0];
    for (let at = i * dimension; at < end; at++) {
      xx += x[at] * x[at];
      xw += x[at] * targetWeight[at];
    }
    const along = xx > 0 ? xw / xx : 0;
    let tt = 0;
    for (let at = i * dimension; at < end; at++) {
      const t = targetWeight[at] - along * x[at];
      tt += t * t;
    }
    const inverse = tt > 0 ? 1 / Math.sqrt(tt) : 0;
    for (let at = i * dimension; at < end; at++) direction[at] = inverse * (targetWeight[at] - along * x[at]);
    const c = Math.min(1, Math.max(-1, xw * inverseNorm[i] * inverseTargetNorm[i]));
    const degenerate = Math.max(inverseNorm[i], inverseTargetNorm[i]) > 0.999 / SHORTEST;
    cos[i] = c;
    sin[i] = degenerate ? Math.sqrt(1 - c * c) : Math.min(1, Math.sqrt(tt) * inverseTargetNorm[i]);
  }
  return [
    tf.tensor2d(cos, [rows, 1]),
    tf.tensor2d(sin, [rows, 1]),
    tf.tensor2d(direction, [rows, dimension]),
  ];
}

export const targetAngleKernel: tf.KernelConfig = {
  kernelName: TARGET_ANGLE,
  backendName: 'tensorflow',
  kernelFunc: call => targetAngle(call as unknown as NodeKernelCall),
};
