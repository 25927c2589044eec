import '@tensorflow/tfjs-layers';
import * as tf from '@tensorflow/tfjs-core';
import {describe, expect, it, vi} from 'vitest';
import {batchNorm} from '../../../src/ops/layers/batchNorm';
import {BATCH_NORM_PRELU_GRAD} from '../../../src/ops/layers/batchNormPreluGrad';
import {prelu} from '../../../src/ops/layers/prelu';
import {describeOnBackends} from '../../support/backends';
import {expectClose, onBackend, randomValues} from '../../support/kernelCheck';

const shape = [3, 5, 4, 8];

/** x, scale, offset and alpha, of which the last three are one number a channel. */
const inputs = () =>
  [shape, [8], [8], [1, 1, 8]].map((of, seed) => onBackend(randomValues(of, seed)) as tf.Tensor);

/** The same formula from stock operations, whose gradients are TensorFlow.js' own. */
function stock(x: tf.Tensor, scale: tf.Tensor, offset: tf.Tensor) {
  const {mean, variance} = tf.moments(x, [0, 1, 2]);
  const y = tf.add(tf.mul(tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-3))), scale), offset);
  const bend = (alpha: tf.Tensor) => tf.add(tf.relu(y), tf.mul(alpha, tf.minimum(y, 0)));
  return {y, bend};
}

type Loss = (...args: tf.Tensor[]) => tf.Tensor;

/** Gradients of a loss by all four inputs, as plain numbers. */
const gradients = (loss: Loss) =>
  tf.tidy(() =>
    tf
      .grads(loss)(inputs())
      .map(each => each.dataSync()),
  );

function expectSame(loss: Loss, reference: Loss): void {
  const before = tf.memory();
  const found = gradients(loss);
  expect(tf.memory().numTensors).toBe(before.numTensors);
  expect(tf.memory().numDataBuffers).toBe(before.numDataBuffers);
  for (const [i, expected] of gradients(reference).entries()) {
    expectClose(found[i], expected, ['x', 'scale', 'offset', 'alpha'][i], 1e-4);
  }
}

const weighted = (y: tf.Tensor) => tf.sum(tf.mul(y, tf.cos(y)));

describeOnBackends('prelu after batchNorm', () => {
  it('has the gradients of both', () => {
    expectSame(
      (x, scale, offset, alpha) => weighted(prelu(batchNorm(x, {scale, offset}).y, alpha)),
      (x, scale, offset, alpha) => weighted(stock(x, scale, offset).bend(alpha)),
    );
  });

  it('where something else uses the batch normalization too, before it or after', () => {
    expectSame(
      (x, scale, offset, alpha) => {
        const {y} = batchNorm(x, {scale, offset});
        const squares = tf.sum(tf.square(y));
        return tf.add(tf.add(squares, weighted(prelu(y, alpha))), weighted(tf.sin(y)));
      },
      (x, scale, offset, alpha) => {
        const {y, bend} = stock(x, scale, offset);
        return tf.add(tf.add(tf.sum(tf.square(y)), weighted(bend(alpha))), weighted(tf.sin(y)));
      },
    );
  });

  it('where two of them use it', () => {
    expectSame(
      (x, scale, offset, alpha) => {
        const {y} = batchNorm(x, {scale, offset});
        return tf.add(weighted(prelu(y, alpha)), weighted(prelu(y, tf.mul(alpha, 2))));
      },
      (x, scale, offset, alpha) => {
        const {bend} = stock(x, scale, offset);
        return tf.add(weighted(bend(alpha)), weighted(bend(tf.mul(alpha, 2))));
      },
    );
  });

  it('where a gradient on the way takes one of its own', () => {
    const within = (z: tf.Tensor) =>
      tf.customGrad((...args) => {
        const [input, save] = args as [tf.Tensor, tf.GradSaveFunc];
        save([input]);
        const gradFunc = (dy: tf.Tensor, [saved]: tf.Tensor[]) => {
          const {state} = tf.engine();
          const tape = state.activeTape;
          const gradient = tf.grad((value: tf.Tensor) => tf.square(value))(saved, dy);
          state.activeTape = tape;
          return gradient;
        };
        return {value: tf.square(input), gradFunc};
      })(z);
    expectSame(
      (x, scale, offset, alpha) => {
        const {y} = batchNorm(x, {scale, offset});
        return tf.add(tf.sum(within(prelu(y, alpha))), weighted(tf.sin(y)));
      },
      (x, scale, offset, alpha) => {
        const {y, bend} = stock(x, scale, offset);
        return tf.add(tf.sum(tf.square(bend(alpha))), weighted(tf.sin(y)));
      },
    );
  });

  it('where its result is what a gradient is taken by', () => {
    tf.tidy(() => {
      const [x, scale, offset, alpha] = inputs();
      const slopes = () => {
        const {y} = batchNorm(x, {scale, offset});
        return tf.grad((z: tf.Tensor) => prelu(z, alpha))(y);
      };
      const alone = slopes();
      tf.grad((z: tf.Tensor) => {
        const within = slopes();
        expectClose(within.dataSync(), alone.dataSync(), 'dy', 0);
        return tf.square(z);
      })(tf.scalar(1));
    });
  });
});

describe('one kernel computes the gradient of both', () => {
  it('on the wasm backend', async () => {
    await import('@tensorflow/tfjs-backend-wasm');
    const {useBackend} = await import('../../../src/backend/useBackend');
    await useBackend('wasm', {threads: 1});
    const runKernel = vi.spyOn(tf.engine(), 'runKernel');
    gradients((x, scale, offset, alpha) => weighted(prelu(batchNorm(x, {scale, offset}).y, alpha)));
    const names = runKernel.mock.calls.map(([name]) => name);
    runKernel.mockRestore();
    expect(names).toContain(BATCH_NORM_PRELU_GRAD);
    expect(names).not.toContain('FaceMarginsPreluGrad');
    expect(names).not.toContain('FaceMarginsBatchNormTrainingGrad');
  });
});
