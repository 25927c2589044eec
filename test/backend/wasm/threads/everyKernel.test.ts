import '@tensorflow/tfjs-layers';
import * as tf from '@tensorflow/tfjs-core';
import {beforeAll, describe, expect, it} from 'vitest';
import type {Heap} from '../../../../src/backend/wasm/heap';
import {trainingKernels} from '../../../../src/backend/wasm/kernels/trainingKernels';
import {
  checkKernel,
  onBackend,
  onCpu,
  randomValues,
  type Values,
  wasmHeap,
} from '../../../support/kernelCheck';

let heap: Heap;
beforeAll(async () => {
  heap = await wasmHeap();
});

interface Case {
  inputs: Record<string, Values>;
  attrs?: object;
  /** Whether the composed implementation is the reference: the cpu backend has no such kernel, or takes long. */
  byComposed?: boolean;
}

const squared = ({shape, values}: Values): Values => ({
  shape,
  values: values.map(value => value * value + 0.1) as Float32Array,
});

const images = randomValues([3, 24, 24, 20], 1);
const [rows, others] = [randomValues([12000, 20], 2), randomValues([12000, 20], 3)];
const vector = (seed: number, count = 20) => randomValues([count], seed);
const statistics = {mean: vector(4), variance: squared(vector(5))};
const affine = {scale: vector(6), offset: vector(7)};
const window = {
  strides: [1, 1],
  pad: 'same',
  dataFormat: 'NHWC',
  dilations: [1, 1],
  dimRoundingMode: 'floor',
};
const filter = randomValues([3, 3, 20, 12], 8);
const depthwise = randomValues([3, 3, 20, 1], 9);
const dy = randomValues([3, 24, 24, 12], 10);
const pooling = {filterSize: [2, 2], strides: [2, 2], pad: 'valid', dimRoundingMode: 'floor'};
const epsilon = {varianceEpsilon: 1e-3};
const product = {a: randomValues([1, 60, 200], 12), b: randomValues([1, 200, 300], 13)};
const plain = {transposeA: false, transposeB: false};
const rates = {scale: 0.5, decay: 0.01, kept: 0.9, rate: 0.1, nesterov: true};

/** Work that is cut into more pieces than there are threads. */
const cases: Record<string, Case> = {
  Add: {inputs: {a: rows, b: others}},
  AvgPool: {inputs: {x: images}, attrs: {...pooling, filterSize: [3, 3], strides: [1, 1]}},
  AvgPoolGrad: {
    inputs: {dy: randomValues([17, 10, 10, 40], 1), input: randomValues([17, 20, 20, 40], 2)},
    attrs: pooling,
  },
  BatchMatMul: {inputs: product, attrs: plain},
  ClipByValue: {inputs: {x: rows}, attrs: {clipValueMin: -0.3, clipValueMax: 0.4}},
  Conv2D: {inputs: {x: images, filter}, attrs: window},
  Conv2DBackpropFilter: {inputs: {x: images, dy}, attrs: {...window, filterShape: filter.shape}},
  Conv2DBackpropInput: {inputs: {dy, filter}, attrs: {...window, inputShape: images.shape}},
  DepthwiseConv2dNative: {inputs: {x: images, filter: depthwise}, attrs: window},
  DepthwiseConv2dNativeBackpropFilter: {
    inputs: {x: images, dy: randomValues(images.shape, 3)},
    attrs: {...window, filterShape: depthwise.shape},
  },
  DepthwiseConv2dNativeBackpropInput: {
    inputs: {dy: images, filter: depthwise},
    attrs: {...window, inputShape: images.shape},
  },
  FaceMarginsAdamStep: {
    inputs: {weight: rows, mean: others, square: squared(rows), gradient: randomValues(rows.shape, 16)},
    attrs: {
      ...{scale: 0.5, decay: 0.01, shrink: 0.99, rate: 0.1, floor: 1e-3},
      ...{kept1: 0.9, new1: 0.1, kept2: 0.999, new2: 0.001},
    },
    byComposed: true,
  },
  FaceMarginsBatchNormPreluGrad: {
    inputs: {x: rows, dy: others, ...statistics, ...affine, alpha: vector(14)},
    attrs: epsilon,
    byComposed: true,
  },
  FaceMarginsBatchNormTraining: {inputs: {x: rows, ...affine}, attrs: epsilon, byComposed: true},
  FaceMarginsBatchNormTrainingGrad: {
    inputs: {x: rows, dy: others, ...statistics, scale: affine.scale},
    attrs: epsilon,
    byComposed: true,
  },
  FaceMarginsClassWeightGradient: {
    inputs: {
      ...{pulls: rows, w: others, radial: randomValues([12000, 1], 17)},
      targetRows: randomValues([300, 20], 18),
      ids: {shape: [300], values: Int32Array.from({length: 300}, (_, i) => (i * i * 7) % 12_000)},
    },
    byComposed: true,
  },
  FaceMarginsMomentumStep: {
    inputs: {weight: rows, velocity: others, gradient: randomValues(rows.shape, 15)},
    attrs: rates,
    byComposed: true,
  },
  FaceMarginsPreluGrad: {inputs: {x: rows, dy: others, alpha: vector(14)}, byComposed: true},
  FaceMarginsRowNorms: {inputs: {x: rows}, byComposed: true},
  Exp: {inputs: {x: rows}},
  FusedBatchNorm: {inputs: {x: rows, ...statistics, ...affine}, attrs: epsilon},
  FusedConv2D: {inputs: {x: images, filter, bias: vector(16, 12)}, attrs: {...window, activation: 'relu'}},
  FusedDepthwiseConv2D: {
    inputs: {x: images, filter: depthwise, bias: vector(16)},
    attrs: {...window, activation: 'relu6'},
  },
  _FusedMatMul: {inputs: {...product, bias: vector(16, 300)}, attrs: {...plain, activation: 'relu'}},
  LeakyRelu: {inputs: {x: rows}, attrs: {alpha: 0.1}},
  MaxPool: {inputs: {x: images}, attrs: {...pooling, filterSize: [3, 3], strides: [1, 1]}},
  MaxPoolGrad: {inputs: {}, attrs: pooling},
  Mean: {inputs: {x: rows}, attrs: {axis: [0]}},
  Multiply: {inputs: {a: rows, b: others}},
  PadV2: {
    inputs: {x: randomValues([17, 20, 20, 40], 1)},
    attrs: {
      paddings: [
        [0, 0],
        [1, 2],
        [0, 3],
        [0, 0],
      ],
      constantValue: 0.5,
    },
  },
  Prelu: {inputs: {x: rows, alpha: vector(14)}},
  Relu: {inputs: {x: rows}},
  Relu6: {inputs: {x: rows}},
  Slice: {
    inputs: {x: randomValues([17, 20, 20, 40], 1)},
    attrs: {begin: [0, 2, 1, 0], size: [17, 17, 18, 40]},
  },
  Sum: {inputs: {x: rows}, attrs: {axis: [0, 1]}},
  Tile: {inputs: {x: randomValues([1, 2000], 1)}, attrs: {reps: [200, 1]}},
  UnsortedSegmentSum: {
    inputs: {
      x: randomValues([300, 1000], 1),
      segmentIds: {shape: [300], values: Int32Array.from({length: 300}, (_, i) => (i * 7) % 211)},
    },
    attrs: {numSegments: 200},
    byComposed: true,
  },
};

/** Kernels that share or copy values, or have a few numbers to compute. */
const uncut = ['Cast', 'FaceMarginsHideTarget', 'FaceMarginsMovingStatistics', 'GatherV2', 'Identity'];

describe('cut into more pieces than there are threads', () => {
  it('are all kernels but those that have little to do', () => {
    const names = trainingKernels.map(({kernelName}) => kernelName);
    expect([...Object.keys(cases), ...uncut].sort()).toEqual(names.sort());
  });

  it.each(trainingKernels.filter(({kernelName}) => !uncut.includes(kernelName)))(
    '$kernelName is right on 1, 2, 3 and 5 threads',
    async kernel => {
      const {attrs = {}, byComposed} = cases[kernel.kernelName];
      let {inputs} = cases[kernel.kernelName];
      if (kernel.kernelName === 'MaxPoolGrad') {
        const x = randomValues([17, 20, 20, 40], 1);
        const [y] = await onCpu('MaxPool', {x}, attrs);
        inputs = {
          dy: randomValues([17, 10, 10, 40], 2),
          input: x,
          output: {shape: [17, 10, 10, 40], values: y as Float32Array},
        };
      }
      const composed = () =>
        tf.tidy(() => {
          const tensors = Object.entries(inputs).map(([name, values]) => [name, onBackend(values)]);
          const results = kernel.composed?.(Object.fromEntries(tensors), attrs);
          return [results].flat().map(result => (result as tf.Tensor).dataSync());
        });
      const expected = byComposed ? composed() : undefined;
      const {kernelName, simd} = kernel;
      const pieces = await checkKernel(heap, {kernelName, simd}, inputs, attrs, {
        expected,
        covered: ['simd'],
      });
      expect(pieces).toBeGreaterThan(5);
    },
  );
});
