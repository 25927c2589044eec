import '@tensorflow/tfjs-layers';
import * as tf from '@tensorflow/tfjs-core';
import {beforeAll, describe, expect, it} from 'vitest';
import type {Heap} from '../../../src/backend/wasm/heap';
import {conv2D} from '../../../src/backend/wasm/kernels/conv2D';
import {conv2DBackpropFilter} from '../../../src/backend/wasm/kernels/conv2DBackpropFilter';
import {conv2DBackpropInput} from '../../../src/backend/wasm/kernels/conv2DBackpropInput';
import {checkKernel, randomValues, wasmHeap} from '../../support/kernelCheck';
import {describeGeometry, type Geometry, geometries} from './geometries';

let heap: Heap;
beforeAll(async () => {
  heap = await wasmHeap();
});

/** Input and output channels: one, few, multiples of the vector length and of the block, and neither. */
const channels = [
  [1, 1],
  [1, 8],
  [2, 5],
  [3, 4],
  [4, 3],
  [4, 12],
  [5, 16],
  [8, 9],
  [12, 2],
];

async function check(geometry: Geometry, inChannels: number, outChannels: number): Promise<void> {
  const {batch, height, width, filterHeight, filterWidth, strides, pad} = geometry;
  const inputShape: [number, number, number, number] = [batch, height, width, inChannels];
  const filterShape: [number, number, number, number] = [filterHeight, filterWidth, inChannels, outChannels];
  const info = tf.backend_util.computeConv2DInfo(inputShape, filterShape, strides, 1, pad, 'floor');
  const x = randomValues(inputShape, 1);
  const filter = randomValues(filterShape, 2);
  const dy = randomValues(info.outShape, 3);
  const attrs = {strides, pad, dataFormat: 'NHWC', dimRoundingMode: 'floor'};
  const label = `${describeGeometry(geometry)} ${inChannels} to ${outChannels} channels`;
  await checkKernel(heap, conv2D, {x, filter}, {...attrs, dilations: 1}, {label, covered: ['simd']});
  await checkKernel(heap, conv2DBackpropFilter, {x, dy}, {...attrs, filterShape}, {label});
  await checkKernel(heap, conv2DBackpropInput, {dy, filter}, {...attrs, inputShape}, {label});
}

describe('gradients of a convolution agree with the cpu backend', () => {
  it.each([1, 2, 3, 4, 5, 6, 7])('with filters of %i rows', async rows => {
    const cases = geometries().filter(geometry => geometry.filterHeight === rows);
    for (const [i, geometry] of cases.entries()) {
      const [inChannels, outChannels] = channels[(i + rows) % channels.length];
      await check(geometry, inChannels, outChannels);
    }
  });

  it.each(channels)('with %i channels in and %i out', async (inChannels, outChannels) => {
    const geometry: Geometry = {
      batch: 2,
      height: 5,
      width: 6,
      filterHeight: 3,
      filterWidth: 3,
      strides: [1, 1],
      pad: 'same',
    };
    await check(geometry, inChannels, outChannels);
    await check({...geometry, strides: [2, 2]}, inChannels, outChannels);
    await check({...geometry, filterHeight: 1, filterWidth: 1}, inChannels, outChannels);
  });

  it('with many channels', async () => {
    const geometry: Geometry = {
      batch: 1,
      height: 4,
      width: 4,
      filterHeight: 3,
      filterWidth: 3,
      strides: [1, 1],
      pad: 'same',
    };
    await check(geometry, 68, 52);
    await check(geometry, 8, 76);
  });
});

describe('through the tape', () => {
  it('gives the gradients of a convolution with bias and leaks nothing', async () => {
    const gradients = tf.grads((x, filter, bias) =>
      tf.fused.conv2d({x: x as tf.Tensor4D, filter: filter as tf.Tensor4D, strides: 2, pad: 'same', bias}),
    );
    const inputs = () => [randomValues([3, 7, 7, 4], 1), randomValues([3, 3, 4, 8], 2), randomValues([8], 3)];
    const compute = () =>
      tf.tidy(() =>
        gradients(inputs().map(({shape, values}) => tf.tensor(values, shape))).map(g => g.dataSync()),
      );
    await tf.setBackend('cpu');
    const expected = compute();
    await tf.setBackend('wasm');
    const before = tf.memory().numTensors;
    compute().forEach((gradient, i) => {
      const error = Math.max(...gradient.map((value, j) => Math.abs(value - expected[i][j])));
      expect(error).toBeLessThan(1e-4);
    });
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('what has no gradient', () => {
  const inputs = () => ({
    x: tf.zeros([1, 5, 5, 1]),
    dy: tf.zeros([1, 3, 3, 1]),
    filter: tf.zeros([3, 3, 1, 1]),
  });
  const attrs = {strides: 1, pad: 'valid', filterShape: [3, 3, 1, 1], inputShape: [1, 5, 5, 1]};

  it('a dilated convolution is refused by name', () => {
    for (const kernel of [conv2DBackpropFilter, conv2DBackpropInput]) {
      const dilated = {...attrs, dilations: [2, 2], dataFormat: 'NHWC'};
      expect(() => kernel.simd?.(heap, inputs(), dilated)).toThrow(
        /dilations 2,2: the gradient of a dilated/,
      );
      expect(() => kernel.composed?.(inputs(), dilated)).toThrow(/dilated convolution is not supported/);
    }
    expect(() =>
      tf.grad(x => tf.conv2d(x as tf.Tensor4D, inputs().filter as tf.Tensor4D, 1, 'same', 'NHWC', 2))(
        inputs().x,
      ),
    ).toThrow(/dilation/);
  });

  it('NCHW is refused by name', () => {
    for (const kernel of [conv2DBackpropFilter, conv2DBackpropInput]) {
      expect(() => kernel.simd?.(heap, inputs(), {...attrs, dataFormat: 'NCHW'})).toThrow(
        /'NCHW': only 'NHWC'/,
      );
    }
  });
});
