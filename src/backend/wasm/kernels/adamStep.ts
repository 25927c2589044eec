import * as tf from '@tensorflow/tfjs-core';
import {ADAM_STEP, type AdamInputs, type AdamRates, composedAdamStep} from '../../../ops/adamStep';
import {type Address, advance} from '../address';
import {split} from '../threads/piece';
import type {WasmKernel} from '../wasmKernel';

type Tensors = Record<
  'weight' | 'mean' | 'square' | 'gradient' | 'nextWeight' | 'nextMean' | 'nextSquare',
  Address
>;

/** The update of a weight and its two averages in one pass, on all threads. */
export const adamStep: WasmKernel = {
  kernelName: ADAM_STEP,

  simd(heap, {weight, mean, square, gradient}, attrs) {
    const next = () => heap.output(weight.shape);
    const [nextWeight, nextMean, nextSquare] = [next(), next(), next()];
    const tensors = {weight, mean, square, gradient, nextWeight, nextMean, nextSquare};
    const all = Object.entries(heap.addresses(tensors));
    heap.run(
      'adamStep',
      split(tf.util.sizeFromShape(weight.shape), all.length).map(({first, count}) => ({
        ...(Object.fromEntries(all.map(([name, address]) => [name, advance(address, 4 * first)])) as Tensors),
        ...(attrs as AdamRates),
        count,
      })),
    );
    return [nextWeight, nextMean, nextSquare];
  },

  composed: (inputs, attrs) => composedAdamStep(inputs as AdamInputs, attrs as AdamRates),
};
