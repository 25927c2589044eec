import '@tensorflow/tfjs-layers';
import * as tf from '@tensorflow/tfjs-core';
import {expect, it} from 'vitest';
import {runMemorySavingKernel} from '../../../src/ops/layers/runMemorySavingKernel';
import {describeOnBackends} from '../../support/backends';
import {expectClose, onBackend, randomValues} from '../../support/kernelCheck';

const attrs = {strides: [1, 1], pad: 'same', dataFormat: 'NHWC', dilations: [1, 1]};
const paddings = [
  [0, 0],
  [1, 0],
  [2, 1],
  [0, 0],
];

type Operation = (...inputs: tf.Tensor[]) => tf.Tensor;

const operations: {name: string; shapes: number[][]; ours: Operation; stock: Operation}[] = [
  {
    name: 'Conv2D',
    shapes: [
      [2, 5, 4, 3],
      [3, 3, 3, 2],
    ],
    ours: (x, filter) => runMemorySavingKernel('Conv2D', {x, filter}, attrs),
    stock: (x, filter) => tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, 'same'),
  },
  {
    name: 'DepthwiseConv2dNative',
    shapes: [
      [2, 5, 4, 3],
      [3, 3, 3, 1],
    ],
    ours: (x, filter) => runMemorySavingKernel('DepthwiseConv2dNative', {x, filter}, attrs),
    stock: (x, filter) => tf.depthwiseConv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, 'same'),
  },
  {
    name: 'PadV2',
    shapes: [[2, 3, 4, 2]],
    ours: x => runMemorySavingKernel('PadV2', {x}, {paddings, constantValue: 0}),
    stock: x => tf.pad(x, paddings as [number, number][]),
  },
  {
    name: 'Add',
    shapes: [[2, 3, 4], [4]],
    ours: (a, b) => runMemorySavingKernel('Add', {a, b}),
    stock: (a, b) => tf.add(a, b),
  },
];

/** Passes its input on, and tells on the way back how many bytes there are. */
function onTheWayBack(x: tf.Tensor, tell: (bytes: number) => void): tf.Tensor {
  const passOn = tf.customGrad(input => ({
    value: tf.clone(input as tf.Tensor),
    gradFunc: (dy: tf.Tensor) => {
      tell(tf.memory().numBytes);
      return tf.clone(dy);
    },
  }));
  return passOn(x);
}

describeOnBackends('runMemorySavingKernel', () => {
  it.each(operations)('$name has the value and gradients of the stock operation', ({shapes, ours, stock}) => {
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const inputs = shapes.map((shape, i) => onBackend(randomValues(shape, i)));
      const expected = stock(...inputs);
      expectClose(ours(...inputs).dataSync(), expected.dataSync(), 'value', 1e-6);
      const dy = onBackend(randomValues(expected.shape, 9));
      const [actualGradients, gradients] = [ours, stock].map(f => tf.grads(f)(inputs, dy));
      for (const i of shapes.keys()) {
        expectClose(actualGradients[i].dataSync(), gradients[i].dataSync(), `gradient ${i}`, 1e-5);
      }
      expect(dy.isDisposed).toBe(false);
      expect(inputs.some(({isDisposed}) => isDisposed)).toBe(false);
    });
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each(operations.slice(2))('$name can be differentiated twice', ({shapes, ours, stock}) => {
    tf.tidy(() => {
      const [x, ...others] = shapes.map((shape, i) => onBackend(randomValues(shape, i)));
      const [actual, expected] = [ours, stock].map(f => {
        const cubes = (input: tf.Tensor) => tf.sum(tf.pow(f(input, ...others), 3)) as tf.Scalar;
        return tf
          .grad(input => tf.sum(tf.square(tf.grad(cubes)(input))))(x)
          .dataSync();
      });
      expectClose(actual, expected, 'second gradient', 1e-4);
    });
  });

  it('uses an input twice, and a gradient for one input only', () => {
    tf.tidy(() => {
      const x = onBackend(randomValues([2, 5, 4, 3], 1));
      const filter = onBackend(randomValues([3, 3, 3, 3], 2));
      const [ours, stock] = [operations[0].ours, operations[0].stock].map(f =>
        tf
          .grad(input => f(tf.add(f(input, filter), input), filter))(x)
          .dataSync(),
      );
      expectClose(ours, stock, 'gradient', 1e-4);
    });
  });

  it('frees on the way back what the stock operation keeps', () => {
    const x = onBackend(randomValues([4, 8, 8, 4], 1));
    const filters = Array.from({length: 12}, (_, i) => onBackend(randomValues([3, 3, 4, 4], i)));
    const bytesAtTheEnd = ({ours, stock}: (typeof operations)[number], memorySaving: boolean) => {
      let bytes = 0;
      const chain = (input: tf.Tensor) => {
        const start = onTheWayBack(input, now => {
          bytes = now;
        });
        return filters.reduce((y, filter) => (memorySaving ? ours : stock)(y, filter), start);
      };
      const before = tf.memory().numBytes;
      tf.dispose(tf.grads((input, ..._) => chain(input))([x, ...filters]));
      return bytes - before;
    };
    // One pass of the chain is 12 activations; the stock backward pass ends with 12 more.
    expect(bytesAtTheEnd(operations[0], false)).toBeGreaterThan(20 * x.size * 4);
    expect(bytesAtTheEnd(operations[0], true)).toBeLessThan(4 * x.size * 4);
    tf.dispose([x, filters]);
  });
});
