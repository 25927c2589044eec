import * as tf from '@tensorflow/tfjs-core';
import {beforeAll, describe, expect, it} from 'vitest';
import {convolutionGradients} from '../../../src/backend/tensorflow/convolutionGradients';
import type {NodeKernelCall} from '../../../src/backend/tensorflow/nodeBackend';
import {useBackend} from '../../../src/backend/useBackend';
import {backends} from '../../support/backends';
import {expectClose, onBackend, onCpu, randomValues, type Values} from '../../support/kernelCheck';

const [backpropFilter, backpropInput, depthwiseBackpropInput] = convolutionGradients;

describe.runIf(backends.includes('tensorflow'))('gradients of convolutions on tensorflow', () => {
  beforeAll(async () => {
    await useBackend('tensorflow');
  });

  async function check(
    {kernelName, kernelFunc}: (typeof convolutionGradients)[number],
    inputs: Record<string, Values>,
    attrs: object,
    own: boolean,
  ): Promise<void> {
    const [expected] = await onCpu(kernelName, inputs, attrs);
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const tensors = Object.fromEntries(
        Object.entries(inputs).map(([name, values]) => [name, onBackend(values)]),
      );
      const call = {inputs: tensors, attrs, backend: tf.backend()} as NodeKernelCall;
      expect(kernelFunc(call) !== undefined, 'takes it').toBe(own);
      const result = tf.engine().runKernel(kernelName, tensors, attrs as never) as tf.Tensor;
      expectClose(result.dataSync(), expected, kernelName, 1e-5);
    });
    expect(tf.memory().numTensors).toBe(before);
  }

  it.each([
    {side: 1, strides: [1, 1], pad: 'same', own: true},
    {side: 1, strides: [1, 1], pad: 'valid', own: true},
    {side: 1, strides: [2, 2], pad: 'valid', own: false},
    {side: 3, strides: [1, 1], pad: 'same', own: false},
  ])('of the filter: $side×$side, strides $strides, $pad', async ({side, strides, pad, own}) => {
    const filterShape: [number, number, number, number] = [side, side, 5, 7];
    const x = randomValues([3, 6, 4, 5], 1);
    const info = tf.backend_util.computeConv2DInfo(
      [3, 6, 4, 5],
      filterShape,
      strides as [number, number],
      1,
      pad as 'same',
    );
    const dy = randomValues(info.outShape, 2);
    const attrs = {strides, pad, dataFormat: 'NHWC', dimRoundingMode: undefined, filterShape};
    await check(backpropFilter, {x, dy}, attrs, own);
  });

  // TensorFlow's own was found wrong with 512 channels, on a CPU with AVX-512.
  it.each([
    {side: 1, channels: 5, stride: 1, own: true},
    {side: 1, channels: 512, stride: 1, own: true},
    {side: 1, channels: 5, stride: 2, own: false},
    {side: 3, channels: 5, stride: 1, own: false},
  ])(
    'of the input: $side×$side, $channels channels, stride $stride',
    async ({side, channels, stride, own}) => {
      const inputShape: [number, number, number, number] = [2, 2, 3, channels];
      const filterShape: [number, number, number, number] = [side, side, channels, 32];
      const info = tf.backend_util.computeConv2DInfo(inputShape, filterShape, stride, 1, 'same');
      const [dy, filter] = [randomValues(info.outShape, 1), randomValues(filterShape, 2)];
      const attrs = {
        strides: [stride, stride],
        pad: 'same',
        dataFormat: 'NHWC',
        dimRoundingMode: undefined,
        inputShape,
      };
      await check(backpropInput, {dy, filter}, attrs, own);
    },
  );

  it.each([
    {sides: [3, 3], multiplier: 1, strides: [1, 1], pad: 'same', own: true},
    {sides: [5, 3], multiplier: 1, strides: [1, 1], pad: 'same', own: true},
    {sides: [2, 3], multiplier: 1, strides: [1, 1], pad: 'same', own: false},
    {sides: [3, 3], multiplier: 2, strides: [1, 1], pad: 'same', own: false},
    {sides: [3, 3], multiplier: 1, strides: [2, 2], pad: 'same', own: false},
    {sides: [3, 3], multiplier: 1, strides: [1, 1], pad: 'valid', own: false},
  ])(
    'of the input of a depthwise one: $sides, multiplier $multiplier, strides $strides, $pad',
    async ({sides, multiplier, strides, pad, own}) => {
      const inputShape: [number, number, number, number] = [2, 6, 5, 4];
      const filterShape = [...sides, 4, multiplier] as [number, number, number, number];
      const info = tf.backend_util.computeConv2DInfo(
        inputShape,
        filterShape,
        strides as [number, number],
        1,
        pad as 'same',
        'floor',
        true,
      );
      const [dy, filter] = [randomValues(info.outShape, 1), randomValues(filterShape, 2)];
      const attrs = {strides, pad, dilations: [1, 1], dimRoundingMode: undefined, inputShape};
      await check(depthwiseBackpropInput, {dy, filter}, attrs, own);
    },
  );
});
