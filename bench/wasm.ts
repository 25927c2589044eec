import * as tf from '@tensorflow/tfjs-core';
import {compact} from '../src/backbones/compact';
import {leNetPlusPlus} from '../src/backbones/leNetPlusPlus';
import type {BackendName} from '../src/backend/useBackend';
import {conv2DBackpropFilter} from '../src/backend/wasm/kernels/conv2DBackpropFilter';
import {conv2DBackpropInput} from '../src/backend/wasm/kernels/conv2DBackpropInput';
import {installed} from '../test/support/installed';
import {type Bench, benchCase, type Case} from './harness';
import {forwardCase, stepCase} from './support/trainingStep';

export const description = 'training steps on the WebAssembly backend, over their forward pass';

const BATCH = 128;

/**
 * One convolution of LeNet++, 5×5 over 14×14 pixels and 64 channels: forward, and both gradients as registered and as
 * composed from stock operations, which is what runs where the heap of the backend is out of reach.
 */
function convolutionCases(): Case[] {
  const shape: [number, number, number, number] = [BATCH, 14, 14, 64];
  const flops = 2 * BATCH * 14 * 14 * 5 * 5 * 64 * 64;
  const attrs = {strides: [1, 1], pad: 'same', dataFormat: 'NHWC', dimRoundingMode: 'floor'};
  const kernel = (name: string, run: (x: tf.Tensor4D, filter: tf.Tensor4D, dy: tf.Tensor4D) => tf.Tensor) =>
    benchCase({
      name: `wasm convolution ${name}`,
      backend: 'wasm',
      work: {amount: flops / 1e9, unit: 'GFLOP'},
      setup: () =>
        [tf.randomNormal(shape), tf.randomNormal([5, 5, 64, 64]), tf.randomNormal(shape)] as tf.Tensor4D[],
      run: ([x, filter, dy]) => tf.dispose(run(x, filter, dy)),
      dispose: tensors => tf.dispose(tensors),
    });
  const gradients = {
    filter: (x: tf.Tensor4D, _: tf.Tensor4D, dy: tf.Tensor4D) =>
      [conv2DBackpropFilter, {x, dy}, {...attrs, filterShape: [5, 5, 64, 64]}] as const,
    input: (_: tf.Tensor4D, filter: tf.Tensor4D, dy: tf.Tensor4D) =>
      [conv2DBackpropInput, {dy, filter}, {...attrs, inputShape: shape}] as const,
  };
  return [
    kernel('forward', (x, filter) => tf.conv2d(x, filter, 1, 'same')),
    ...Object.entries(gradients).flatMap(([name, gradient]) => [
      kernel(`${name} gradient`, (...tensors) => {
        const [{kernelName}, inputs, attributes] = gradient(...tensors);
        return tf.engine().runKernel(kernelName, inputs, attributes) as tf.Tensor;
      }),
      kernel(`${name} gradient composed`, (...tensors) => {
        const [{composed}, inputs, attributes] = gradient(...tensors);
        return composed?.(inputs, attributes) as tf.Tensor;
      }),
    ]),
  ];
}

export function bench(): Bench {
  const networks = {compact: () => compact({seed: 1}), 'lenet++': () => leNetPlusPlus({seed: 1})};
  const backends: BackendName[] = installed('@tensorflow/tfjs-node') ? ['wasm', 'tensorflow'] : ['wasm'];
  const cases: Case[] = [];
  const ratios: Bench['ratios'] = {};
  for (const [name, network] of Object.entries(networks)) {
    for (const backend of backends) {
      const options = {name, backend, network, batch: BATCH};
      cases.push(forwardCase(options), stepCase(options));
      ratios[`${backend} ${name} step / forward`] = [`${backend} ${name} step`, `${backend} ${name} forward`];
    }
    ratios[`${name} step, wasm / tensorflow`] = [`wasm ${name} step`, `tensorflow ${name} step`];
  }
  for (const gradient of ['filter', 'input']) {
    ratios[`wasm convolution ${gradient} gradient / forward`] = [
      `wasm convolution ${gradient} gradient`,
      'wasm convolution forward',
    ];
  }
  return {cases: [...cases, ...convolutionCases()], ratios};
}
