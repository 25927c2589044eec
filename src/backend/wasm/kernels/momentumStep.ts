import * as tf from '@tensorflow/tfjs-core';
import {
  composedMomentumStep,
  MOMENTUM_STEP,
  type MomentumInputs,
  type MomentumRates,
} from '../../../ops/momentumStep';
import {type Address, advance} from '../address';
import {split} from '../threads/piece';
import type {WasmKernel} from '../wasmKernel';

type Tensors = Record<'weight' | 'velocity' | 'gradient' | 'nextWeight' | 'nextVelocity', Address>;

/** The update of a weight and its velocity in one pass, on all threads. */
export const momentumStep: WasmKernel = {
  kernelName: MOMENTUM_STEP,

  simd(heap, {weight, velocity, gradient}, attrs) {
    const {nesterov, ...rates} = attrs as MomentumRates;
    const [nextWeight, nextVelocity] = [heap.output(weight.shape), heap.output(weight.shape)];
    const all = Object.entries(heap.addresses({weight, velocity, gradient, nextWeight, nextVelocity}));
    heap.run(
      'momentumStep',
      split(tf.util.sizeFromShape(weight.shape), all.length).map(({first, count}) => ({
        ...(Object.fromEntries(all.map(([name, address]) => [name, advance(address, 4 * first)])) as Tensors),
        ...rates,
        nesterov: Number(nesterov),
        count,
      })),
    );
    return [nextWeight, nextVelocity];
  },

  composed: (inputs, attrs) => composedMomentumStep(inputs as MomentumInputs, attrs as MomentumRates),
};
