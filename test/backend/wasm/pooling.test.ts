import * as tf from '@tensorflow/tfjs-core';
import {beforeAll, describe, it} from 'vitest';
import type {Heap} from '../../../src/backend/wasm/heap';
import {avgPool} from '../../../src/backend/wasm/kernels/avgPool';
import {avgPoolGrad} from '../../../src/backend/wasm/kernels/avgPoolGrad';
import {maxPool} from '../../../src/backend/wasm/kernels/maxPool';
import {maxPoolGrad} from '../../../src/backend/wasm/kernels/maxPoolGrad';
import {checkKernel, onCpu, randomValues, type Values, wasmHeap} from '../../support/kernelCheck';

let heap: Heap;
beforeAll(async () => {
  heap = await wasmHeap();
});

interface Window {
  filterSize: [number, number];
  strides: [number, number];
  pad: 'same' | 'valid' | number;
}

const windows: Window[] = [1, 2, 3, 5].flatMap(size =>
  [1, 2, 3].flatMap(stride =>
    (['same', 'valid'] as const).map(pad => ({
      filterSize: [size, size] as [number, number],
      strides: [stride, stride] as [number, number],
      pad,
    })),
  ),
);
windows.push(
  {filterSize: [2, 3], strides: [2, 1], pad: 'valid'},
  {filterSize: [3, 3], strides: [2, 2], pad: 1},
);

const shapes: [number, number, number, number][] = [
  [1, 8, 9, 1],
  [17, 7, 6, 5],
  [2, 7, 7, 16],
];

const cases = windows.flatMap(window => shapes.map(shape => ({window, shape})));

function geometry(shape: [number, number, number, number], {filterSize, strides, pad}: Window) {
  return tf.backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, 'floor');
}

/** Average pooling backwards, as the forward pass defines it: each window divides by the inputs it truly covers. */
function averageGradient(dy: Values, info: tf.backend_util.Conv2DInfo): Float64Array {
  const {batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, filterHeight, filterWidth, padInfo} =
    info;
  const dx = new Float64Array(batchSize * inHeight * inWidth * inChannels);
  for (let n = 0; n < batchSize; n++) {
    for (let oy = 0; oy < outHeight; oy++) {
      for (let ox = 0; ox < outWidth; ox++) {
        const covered: number[] = [];
        for (let ky = 0; ky < filterHeight; ky++) {
          for (let kx = 0; kx < filterWidth; kx++) {
            const iy = oy * info.strideHeight + ky - padInfo.top;
            const ix = ox * info.strideWidth + kx - padInfo.left;
            if (iy >= 0 && iy < inHeight && ix >= 0 && ix < inWidth)
              covered.push((n * inHeight + iy) * inWidth + ix);
          }
        }
        for (let c = 0; c < inChannels; c++) {
          const share = dy.values[((n * outHeight + oy) * outWidth + ox) * inChannels + c] / covered.length;
          for (const pixel of covered) dx[pixel * inChannels + c] += share;
        }
      }
    }
  }
  return dx;
}

describe('pooling agrees with the cpu backend', () => {
  it.each([
    ['max', maxPool],
    ['average', avgPool],
  ])('of the %s', async (_, kernel) => {
    // The last is cut into more pieces than there are threads, between rows of an image.
    const large = {window: windows[8], shape: [2, 60, 60, 17] as [number, number, number, number]};
    for (const {window, shape} of [...cases, large]) {
      const attrs = {...window, dimRoundingMode: 'floor'};
      const label = `${JSON.stringify(window)} ${shape}`;
      await checkKernel(heap, kernel, {x: randomValues(shape, 1)}, attrs, {label, covered: ['simd']});
    }
  });

  it('of whole numbers is left to the backend', async () => {
    const x = {shape: [1, 2, 2, 1], values: Int32Array.of(3, -1, 4, 1)};
    const attrs = {...windows[6], dimRoundingMode: 'floor'};
    await checkKernel(heap, maxPool, {x}, attrs, {covered: []});
  });
});

describe('the gradient of max pooling agrees with the cpu backend', () => {
  it.each([
    ['distinct numbers', (x: Values) => x],
    [
      'ties',
      ({shape, values}: Values) => ({
        shape,
        values: Float32Array.from(values, value => Math.round(value * 1.4)),
      }),
    ],
  ])('on %s', async (_, input) => {
    for (const {window, shape} of cases) {
      const x = input(randomValues(shape, 1));
      const dy = randomValues(geometry(shape, window).outShape, 2);
      const attrs = {...window, dimRoundingMode: 'floor'};
      const [y] = await onCpu(tf.MaxPool, {x}, attrs);
      const output: Values = {shape: dy.shape, values: y as Float32Array};
      const label = `${JSON.stringify(window)} ${shape}`;
      await checkKernel(heap, maxPoolGrad, {dy, input: x, output}, attrs, {label});
    }
  });
});

describe('the gradient of average pooling', () => {
  it('gives every input of a window its equal share', async () => {
    for (const {window, shape} of cases) {
      const info = geometry(shape, window);
      const dy = randomValues(info.outShape, 2);
      const expected = [averageGradient(dy, info)];
      const attrs = {...window, dimRoundingMode: 'floor'};
      const label = `${JSON.stringify(window)} ${shape}`;
      await checkKernel(heap, avgPoolGrad, {dy, input: randomValues(shape, 1)}, attrs, {
        expected,
        label,
      });
    }
  });

  it('agrees with the cpu backend where no window reaches the padding', async () => {
    for (const {window, shape} of cases.filter(({window: {pad}}) => pad === 'valid')) {
      const dy = randomValues(geometry(shape, window).outShape, 2);
      const attrs = {...window, dimRoundingMode: 'floor'};
      await checkKernel(heap, avgPoolGrad, {dy, input: randomValues(shape, 1)}, attrs);
    }
  });
});
