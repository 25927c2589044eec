import * as tf from '@tensorflow/tfjs-core';
import {
  composedMomentumStep,
  MOMENTUM_STEP,
  type MomentumInputs,
  type MomentumRates,
} from '../../ops/momentumStep';
import type {NodeBackend, NodeKernelCall} from './nodeBackend';
import {isSmall} from './smallTensors';

/** A short weight in one pass on the host, rounded as stock operations round. */
function momentumStep({inputs, attrs, backend}: NodeKernelCall): tf.Tensor[] {
  const node = backend as NodeBackend;
  const {weight, velocity, gradient} = inputs as MomentumInputs;
  const rates = attrs as MomentumRates;
  if (node.isUsingGpuDevice || !isSmall(weight)) {
    return tf.tidy(() => composedMomentumStep({weight, velocity, gradient}, rates));
  }
  const [w, v, g] = [weight, velocity, gradient].map(each => node.readSync(each.dataId) as Float32Array);
  const {fround} = Math;
  const [scale, decay, kept, rate] = [rates.scale, rates.decay, rates.kept, rates.rate].map(fround);
  const [nextWeight, nextVelocity] = [new Float32Array(w.length), new Float32Array(w.length)];
  for (let i = 0; i < w.length; i++) {
    const pulled = fround(fround(g[i] * scale) + fround(w[i] * decay));
    const next = fround(fround(v[i] * kept) + pulled);
    const ahead = rates.nesterov ? fround(pulled + fround(next * kept)) : next;
    nextVelocity[i] = next;
    nextWeight[i] = w[i] - fround(ahead * rate);
  }
  return [tf.tensor(nextWeight, weight.shape), tf.tensor(nextVelocity, weight.shape)];
}

/** The update of a weight in as few passes as there can be. */
export const momentumStepKernel: tf.KernelConfig = {
  kernelName: MOMENTUM_STEP,
  backendName: 'tensorflow',
  kernelFunc: call => momentumStep(call as unknown as NodeKernelCall),
};
