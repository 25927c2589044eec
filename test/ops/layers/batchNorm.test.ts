import '@tensorflow/tfjs-layers';
import * as tf from '@tensorflow/tfjs-core';
import {describe, expect, it} from 'vitest';
import {batchNorm} from '../../../src/ops/layers/batchNorm';
import {BATCH_NORM_TRAINING} from '../../../src/ops/layers/batchNormTraining';
import {BATCH_NORM_TRAINING_GRAD} from '../../../src/ops/layers/batchNormTrainingGrad';
import {describeOnBackends} from '../../support/backends';
import {expectClose, onBackend, randomValues} from '../../support/kernelCheck';

type Numbers = ArrayLike<number>;

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** y, mean and variance of the definition, in float64, one channel after the other. */
function reference(x: Numbers, scale: Numbers, offset: Numbers, epsilon: number) {
  const channels = scale.length;
  const y = new Float64Array(x.length);
  const statistics = Array.from({length: channels}, (_, c) => {
    const column = Array.from(x).filter((_, i) => i % channels === c);
    const center = mean(column);
    const variance = mean(column.map(value => (value - center) ** 2));
    for (const [row, value] of column.entries()) {
      y[row * channels + c] = ((value - center) / Math.sqrt(variance + epsilon)) * scale[c] + offset[c];
    }
    return {center, variance};
  });
  return {y, mean: statistics.map(s => s.center), variance: statistics.map(s => s.variance)};
}

/** The gradient of Σ dy f(values) by central differences. */
function differences(values: Numbers, dy: Numbers, f: (values: Float64Array) => Numbers): Float64Array {
  const at = (i: number, step: number) => {
    const moved = Float64Array.from(values);
    moved[i] += step;
    const y = f(moved);
    return Array.from(dy).reduce((sum, d, k) => sum + d * y[k], 0);
  };
  return Float64Array.from(values, (_, i) => (at(i, 1e-4) - at(i, -1e-4)) / 2e-4);
}

const values = (shape: number[], seed: number) => randomValues(shape, seed).values as Float32Array;

describeOnBackends('batchNorm', backend => {
  it.each([
    {shape: [5, 3, 2, 4], epsilon: undefined},
    {shape: [30, 3], epsilon: 1e-5},
    {shape: [2, 3, 4, 5, 3], epsilon: 1e-3},
    {shape: [3, 7, 2], epsilon: 0.1},
    {shape: [1, 4], epsilon: 1e-3},
  ])('has the value and the gradient of the definition: $shape, epsilon $epsilon', ({shape, epsilon}) => {
    const channels = shape[shape.length - 1];
    const [x, dy] = [values(shape, 1).map(value => 2 * value + 0.5), values(shape, 2)];
    const [scale, offset] = [values([channels], 3), values([channels], 4)];
    const used = epsilon ?? 1e-3;
    const expected = reference(x, scale, offset, used);
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const inputs = [tf.tensor(x, shape), tf.tensor1d(scale), tf.tensor1d(offset)];
      const apply = (...[xs, scales, offsets]: tf.Tensor[]) =>
        batchNorm(xs, {scale: scales, offset: offsets, epsilon});
      const result = apply(...inputs);
      expect(result.y.shape).toEqual(shape);
      expectClose(result.y.dataSync(), expected.y, 'value', 1e-5);
      expectClose(result.mean.dataSync(), expected.mean, 'mean', 1e-5);
      expectClose(result.variance.dataSync(), expected.variance, 'variance', 1e-5);
      const [dx, dscale, doffset] = tf.grads((...args: tf.Tensor[]) => apply(...args).y)(
        inputs,
        tf.tensor(dy, shape),
      );
      expect([dx, dscale, doffset].map(gradient => gradient.shape)).toEqual([shape, [channels], [channels]]);
      const byX = differences(x, dy, moved => reference(moved, scale, offset, used).y);
      const byScale = differences(scale, dy, moved => reference(x, moved, offset, used).y);
      const byOffset = differences(offset, dy, moved => reference(x, scale, moved, used).y);
      expectClose(dx.dataSync(), byX, 'dx', 1e-4);
      expectClose(dscale.dataSync(), byScale, 'dscale', 1e-4);
      expectClose(doffset.dataSync(), byOffset, 'doffset', 1e-4);
    });
    expect(tf.memory().numTensors).toBe(before);
  });

  it('keeps the variance of numbers far from zero', () => {
    tf.tidy(() => {
      const far = tf.add(tf.tensor2d([0, 1, 2, 3], [4, 1]), 4096);
      const {mean, variance} = batchNorm(far, {scale: tf.ones([1]), offset: tf.zeros([1])});
      expect([mean.arraySync(), variance.arraySync()]).toEqual([[4097.5], [1.25]]);
    });
  });

  it('gives a channel without variance its offset and no gradient', () => {
    tf.tidy(() => {
      const apply = (x: tf.Tensor) => batchNorm(x, {scale: tf.ones([2]), offset: tf.tensor1d([3, 4])}).y;
      const x = tf.fill([6, 2], 7);
      expectClose(apply(x).dataSync(), [3, 4, 3, 4, 3, 4, 3, 4, 3, 4, 3, 4], 'value', 1e-6);
      expectClose(
        tf
          .grad(apply)(x, tf.ones([6, 2]))
          .dataSync(),
        new Float64Array(12),
        'dx',
        1e-4,
      );
    });
  });

  it('leaves the statistics to the caller while gradients are recorded, and nothing behind', () => {
    const [x, scale, offset] = [[8, 3], [3], [3]].map((shape, i) => onBackend(randomValues(shape, i)));
    const running = tf.variable(tf.zeros([3]));
    const step = () =>
      tf.tidy(() => {
        const f = (input: tf.Tensor) => {
          const {y, mean} = batchNorm(input, {scale, offset});
          running.assign(tf.add(tf.mul(running, 0.9), tf.mul(mean, 0.1)) as tf.Tensor1D);
          return tf.square(y);
        };
        tf.grad(f)(x);
      });
    step();
    const before = tf.memory().numTensors;
    step();
    expect(tf.memory().numTensors).toBe(before);
    const center = reference(x.dataSync(), scale.dataSync(), offset.dataSync(), 1e-3).mean;
    expectClose(
      running.dataSync(),
      center.map(value => 0.19 * value),
      'running mean',
      1e-5,
    );
    tf.dispose([x, scale, offset, running]);
  });

  it.runIf(backend !== 'cpu')('runs kernels of its own', () => {
    for (const name of [BATCH_NORM_TRAINING, BATCH_NORM_TRAINING_GRAD]) {
      expect(tf.getKernel(name, backend), name).toBeDefined();
    }
  });
});

describe('batchNorm refuses', () => {
  const call = (x: tf.Tensor, scale: tf.Tensor, epsilon?: number) => () =>
    tf.tidy(() => batchNorm(x, {scale, offset: tf.zeros([3]), epsilon}));

  it('what it cannot normalize, by name', () => {
    expect(call(tf.zeros([3]), tf.ones([3]))).toThrow(/batchNorm: x must be .* but its shape is \[3\]/);
    expect(call(tf.zeros([0, 3]), tf.ones([3]))).toThrow(/not empty, but its shape is \[0,3\]/);
    expect(call(tf.zeros([2, 3]), tf.ones([1, 3]))).toThrow(/scale must be \[3\].*shape is \[1,3\]/);
    expect(call(tf.zeros([2, 4]), tf.ones([4]))).toThrow(/offset must be \[4\].*shape is \[3\]/);
    expect(call(tf.zeros([2, 3], 'int32'), tf.ones([3]))).toThrow('x must be float32, but is int32');
    expect(call(tf.zeros([2, 3]), tf.ones([3]), -1)).toThrow(/epsilon must be .* but is -1/);
  });
});
