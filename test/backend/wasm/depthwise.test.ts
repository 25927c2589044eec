import * as tf from '@tensorflow/tfjs-core';
import {beforeAll, describe, expect, it} from 'vitest';
import type {Heap} from '../../../src/backend/wasm/heap';
import {depthwiseConv2dNative} from '../../../src/backend/wasm/kernels/depthwiseConv2dNative';
import {depthwiseConv2dNativeBackpropFilter} from '../../../src/backend/wasm/kernels/depthwiseConv2dNativeBackpropFilter';
import {depthwiseConv2dNativeBackpropInput} from '../../../src/backend/wasm/kernels/depthwiseConv2dNativeBackpropInput';
import {checkKernel, randomValues, wasmHeap} from '../../support/kernelCheck';
import {describeGeometry, type Geometry, geometries} from './geometries';

let heap: Heap;
beforeAll(async () => {
  heap = await wasmHeap();
});

async function check(geometry: Geometry, channels: number, multiplier: number): Promise<void> {
  const {batch, height, width, filterHeight, filterWidth, strides, pad} = geometry;
  const inputShape: [number, number, number, number] = [batch, height, width, channels];
  const filterShape: [number, number, number, number] = [filterHeight, filterWidth, channels, multiplier];
  const info = tf.backend_util.computeConv2DInfo(inputShape, filterShape, strides, 1, pad, 'floor', true);
  const x = randomValues(inputShape, 1);
  const filter = randomValues(filterShape, 2);
  const dy = randomValues(info.outShape, 3);
  const attrs = {strides, pad, dilations: [1, 1], dimRoundingMode: 'floor'};
  const label = `${describeGeometry(geometry)} ${channels} channels times ${multiplier}`;
  // A multiplier is spread over channels first; what remains goes through the registered kernel, SIMD and all.
  const covered = multiplier === 1 ? ['simd', 'composed'] : ['composed'];
  if (multiplier === 1) {
    await checkKernel(heap, depthwiseConv2dNative, {x, filter}, attrs, {label, covered: ['simd']});
  }
  await checkKernel(
    heap,
    depthwiseConv2dNativeBackpropFilter,
    {x, dy},
    {...attrs, filterShape},
    {label, covered},
  );
  await checkKernel(
    heap,
    depthwiseConv2dNativeBackpropInput,
    {dy, filter},
    {...attrs, inputShape},
    {label, covered},
  );
}

describe('gradients of a depthwise convolution agree with the cpu backend', () => {
  const channels = [
    [1, 1],
    [3, 1],
    [16, 1],
    [19, 1],
    [2, 2],
    [8, 2],
  ];

  // The cpu backend needs as many strides along both axes here, and takes only equal ones.
  const square = geometries().filter(({strides: [vertical, horizontal]}) => vertical === horizontal);

  it.each([1, 2, 3, 4, 5, 6, 7])('with filters of %i rows', async rows => {
    const cases = square.filter(geometry => geometry.filterHeight === rows);
    for (const [i, geometry] of cases.entries()) {
      const [count, multiplier] = channels[(i + rows) % channels.length];
      await check(geometry, count, multiplier);
    }
  });

  it.each(channels)('with %i channels times %i', async (count, multiplier) => {
    const geometry: Geometry = {
      batch: 2,
      height: 5,
      width: 6,
      filterHeight: 3,
      filterWidth: 3,
      strides: [1, 1],
      pad: 'same',
    };
    await check(geometry, count, multiplier);
    await check({...geometry, strides: [2, 2]}, count, multiplier);
  });
});

it('a dilated depthwise convolution has no gradient, and the error says so', () => {
  const inputs = () => ({
    x: tf.zeros([1, 5, 5, 1]),
    dy: tf.zeros([1, 3, 3, 1]),
    filter: tf.zeros([3, 3, 1, 1]),
  });
  const attrs = {
    strides: 1,
    pad: 'valid',
    dilations: [2, 2],
    filterShape: [3, 3, 1, 1],
    inputShape: [1, 5, 5, 1],
  };
  for (const kernel of [depthwiseConv2dNativeBackpropFilter, depthwiseConv2dNativeBackpropInput]) {
    expect(() => kernel.simd?.(heap, inputs(), attrs)).toThrow(/dilated convolution is not supported/);
    expect(() => kernel.composed?.(inputs(), attrs)).toThrow(/dilated convolution is not supported/);
  }
});
