import * as tf from '@tensorflow/tfjs-core';
import {
  composedMomentumStep,
  MOMENTUM_STEP,
  type MomentumInputs,
  type MomentumRates,
} from '../../../ops/momentumStep';
import type {WasmKernel} from '../wasmKernel';

/** The update of a weight and its velocity in one pass. */
export const momentumStep: WasmKernel = {
  kernelName: MOMENTUM_STEP,

  simd(heap, {weight, velocity, gradient}, attrs) {
    const {nesterov, ...rates} = attrs as MomentumRates;
    const [nextWeight, nextVelocity] = [heap.output(weight.shape), heap.output(weight.shape)];
    heap.simd.momentumStep({
      ...heap.addresses({weight, velocity, gradient, nextWeight, nextVelocity}),
      ...rates,
      nesterov: Number(nesterov),
      count: tf.util.sizeFromShape(weight.shape),
    });
    return [nextWeight, nextVelocity];
  },

  composed: (inputs, attrs) => composedMomentumStep(inputs as MomentumInputs, attrs as MomentumRates),
};
