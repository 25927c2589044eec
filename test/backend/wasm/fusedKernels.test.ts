import {beforeAll, describe, it} from 'vitest';
import type {Heap} from '../../../src/backend/wasm/heap';
import {clipByValue} from '../../../src/backend/wasm/kernels/clipByValue';
import {fusedConv2D} from '../../../src/backend/wasm/kernels/fusedConv2D';
import {fusedDepthwiseConv2D} from '../../../src/backend/wasm/kernels/fusedDepthwiseConv2D';
import {fusedMatMul} from '../../../src/backend/wasm/kernels/fusedMatMul';
import {leakyRelu} from '../../../src/backend/wasm/kernels/leakyRelu';
import {relu} from '../../../src/backend/wasm/kernels/relu';
import {relu6} from '../../../src/backend/wasm/kernels/relu6';
import {checkKernel, randomValues, type Values, wasmHeap} from '../../support/kernelCheck';

let heap: Heap;
beforeAll(async () => {
  heap = await wasmHeap();
});

/** Numbers of which some are above 6. */
const wide = (shape: number[], seed: number): Values => {
  const {values} = randomValues(shape, seed);
  return {shape, values: values.map(value => 9 * value) as Float32Array};
};

const bent = ['linear', 'relu', 'relu6', 'leakyrelu', 'prelu'];
const others = ['elu', 'sigmoid'];

interface Window {
  shape: [number, number, number, number];
  filter: [number, number];
  strides: [number, number];
  pad: 'same' | 'valid';
}

/** Products over pixels, windows that pass the edges and that do not, strides, one to a few images, and one cut into more pieces than threads. */
const windows: Window[] = [
  {shape: [2, 5, 6, 7], filter: [1, 1], strides: [1, 1], pad: 'valid'},
  {shape: [3, 9, 8, 16], filter: [3, 3], strides: [1, 1], pad: 'same'},
  {shape: [1, 9, 8, 5], filter: [3, 3], strides: [2, 2], pad: 'same'},
  {shape: [1, 7, 7, 33], filter: [7, 7], strides: [1, 1], pad: 'valid'},
  {shape: [2, 6, 6, 3], filter: [2, 5], strides: [1, 3], pad: 'valid'},
  {shape: [2, 24, 24, 16], filter: [3, 3], strides: [1, 1], pad: 'same'},
];

const attributes = (window: Window, activation: string) => ({
  ...window,
  activation,
  leakyreluAlpha: 0.3,
  dataFormat: 'NHWC',
  dilations: [1, 1],
  dimRoundingMode: 'floor',
});

describe('in one pass', () => {
  it.each([...bent, ...others])(
    'a convolution with bias and %s agrees with the cpu backend',
    async activation => {
      for (const window of windows) {
        for (const outputs of [1, 8, 21]) {
          const inputs = {
            x: wide(window.shape, 1),
            filter: randomValues([...window.filter, window.shape[3], outputs], 2),
            bias: wide([outputs], 3),
            ...(activation === 'prelu' && {preluActivationWeights: randomValues([outputs], 4)}),
          };
          const covered = [bent.includes(activation) ? 'simd' : 'composed'];
          const label = `${JSON.stringify(window)} to ${outputs} channels`;
          await checkKernel(heap, fusedConv2D, inputs, attributes(window, activation), {covered, label});
          const {bias, ...unbiased} = inputs;
          await checkKernel(heap, fusedConv2D, unbiased, attributes(window, activation), {covered, label});
        }
      }
    },
  );

  it.each([...bent, ...others])('a depthwise convolution with bias and %s does too', async activation => {
    for (const window of windows) {
      const channels = window.shape[3];
      const inputs = {
        x: wide(window.shape, 1),
        filter: randomValues([...window.filter, channels, 1], 2),
        bias: wide([channels], 3),
        ...(activation === 'prelu' && {preluActivationWeights: randomValues([channels], 4)}),
      };
      // The cpu backend needs equal strides.
      const attrs = {...attributes(window, activation), strides: Array(2).fill(window.strides[0])};
      const covered = [bent.includes(activation) ? 'simd' : 'composed'];
      await checkKernel(heap, fusedDepthwiseConv2D, inputs, attrs, {covered, label: JSON.stringify(window)});
    }
  });

  it.each([...bent, ...others])('a product with bias and %s does too', async activation => {
    for (const [rows, columns, depth] of [
      [1, 1, 1],
      [9, 200, 300],
      [17, 5, 9],
    ]) {
      for (const [transposeA, transposeB] of [
        [false, false],
        [false, true],
        [true, false],
      ]) {
        const inputs = {
          a: wide([1, ...(transposeA ? [depth, rows] : [rows, depth])], 1),
          b: randomValues([1, ...(transposeB ? [columns, depth] : [depth, columns])], 2),
          bias: wide([columns], 3),
          ...(activation === 'prelu' && {preluActivationWeights: randomValues([columns], 4)}),
        };
        const covered = [bent.includes(activation) && !transposeA ? 'simd' : 'composed'];
        const attrs = {transposeA, transposeB, activation, leakyreluAlpha: 0.3};
        const label = `${rows} ${columns} ${depth} ${transposeA} ${transposeB}`;
        await checkKernel(heap, fusedMatMul, inputs, attrs, {covered, label});
      }
    }
  });

  it('an activation by itself does too', async () => {
    const only = {covered: ['simd']};
    for (const shape of [[1], [7], [3, 5, 2], [2, 50, 50, 40]]) {
      const x = wide(shape, 1);
      await checkKernel(heap, relu, {x}, {}, only);
      await checkKernel(heap, relu6, {x}, {}, only);
      await checkKernel(heap, leakyRelu, {x}, {alpha: 0.1}, only);
      await checkKernel(heap, clipByValue, {x}, {clipValueMin: -2, clipValueMax: 3.5}, only);
    }
  });
});

describe('what is not one number a channel', () => {
  const window = windows[1];
  const inputs = {
    x: randomValues(window.shape, 1),
    filter: randomValues([3, 3, 16, 5], 2),
  };
  const composed = {covered: ['composed']};

  it.each([[[]], [[1]], [[8, 5]], [[9, 1, 5]]])(
    'a bias of shape %j agrees with the cpu backend',
    async shape => {
      const bias = randomValues(shape, 3);
      await checkKernel(heap, fusedConv2D, {...inputs, bias}, attributes(window, 'relu'), composed);
    },
  );

  it.each([[[1]], [[9, 1, 1]], [[9, 8, 5]]])('slopes of shape %j do too', async shape => {
    const preluActivationWeights = randomValues(shape, 3);
    const given = {...inputs, bias: randomValues([5], 4), preluActivationWeights};
    await checkKernel(heap, fusedConv2D, given, attributes(window, 'prelu'), composed);
  });

  it('a bias of a product does too', async () => {
    const [a, b] = [randomValues([1, 4, 6], 1), randomValues([1, 6, 5], 2)];
    const attrs = {transposeA: false, transposeB: false, activation: 'relu'};
    for (const shape of [[], [1], [4, 1]]) {
      await checkKernel(heap, fusedMatMul, {a, b, bias: randomValues(shape, 3)}, attrs, composed);
    }
  });

  it('dilation and several outputs a channel are left to the backend', async () => {
    const none = {covered: []};
    const bias = randomValues([5], 3);
    const dilated = {...attributes(window, 'relu'), dilations: [2, 2]};
    await checkKernel(heap, fusedConv2D, {...inputs, bias}, dilated, none);
    const two = {x: inputs.x, filter: randomValues([3, 3, 16, 2], 2), bias: randomValues([32], 3)};
    await checkKernel(heap, fusedDepthwiseConv2D, two, attributes(window, 'relu'), none);
  });
});
