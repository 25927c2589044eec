import * as tf from '@tensorflow/tfjs-core';
import {beforeAll, describe, expect, it} from 'vitest';
import type {NodeBackend} from '../../../src/backend/tensorflow/nodeBackend';
import {useBackend} from '../../../src/backend/useBackend';
import {angularMargin} from '../../../src/losses/margins/angularMargin';
import {marginSoftmax} from '../../../src/ops/margin/marginSoftmax';
import {installed} from '../../support/installed';

/** The operations that TensorFlow runs. */
function operationsOf(run: () => void): string[] {
  const node = tf.backend() as unknown as NodeBackend;
  const names: string[] = [];
  const {executeSingleOutput, executeMultipleOutputs} = node;
  node.executeSingleOutput = (name, ...rest) => {
    names.push(name);
    return executeSingleOutput.call(node, name, ...rest);
  };
  node.executeMultipleOutputs = (name, ...rest) => {
    names.push(name);
    return executeMultipleOutputs.call(node, name, ...rest);
  };
  try {
    run();
  } finally {
    Object.assign(node, {executeSingleOutput, executeMultipleOutputs});
  }
  return names;
}

const awkward = [0, -0, 1, -1, 0.3, -2.5, 88, 1e-20, 3e38, Infinity, -Infinity, Number.NaN];

const unary: [string, (x: tf.Tensor) => tf.Tensor][] = [
  ['abs', tf.abs],
  ['exp', tf.exp],
  ['log', tf.log],
  ['neg', tf.neg],
  ['relu', tf.relu],
  ['rsqrt', tf.rsqrt],
  ['sigmoid', tf.sigmoid],
  ['sign', tf.sign],
  ['sqrt', tf.sqrt],
  ['square', tf.square],
  ['onesLike', tf.onesLike],
  ['zerosLike', tf.zerosLike],
  ['isFinite', x => tf.cast(tf.isFinite(x), 'float32')],
  ['reshape', x => tf.reshape(x, [3, -1])],
  ['mean', x => tf.mean(tf.gather(x, tf.tensor1d([3, 4, 5], 'int32')))],
  ['gather', x => tf.gather(x, tf.tensor1d([3, 0, 3], 'int32'))],
];
const binary: [string, (a: tf.Tensor, b: tf.Tensor) => tf.Tensor][] = [
  ['add', tf.add],
  ['sub', tf.sub],
  ['mul', tf.mul],
  ['div', tf.div],
  ['divNoNan', tf.divNoNan],
  ['maximum', tf.maximum],
  ['minimum', tf.minimum],
  ['equal', (a, b) => tf.cast(tf.equal(a, b), 'float32')],
  ['greater', (a, b) => tf.cast(tf.greater(a, b), 'float32')],
  ['greaterEqual', (a, b) => tf.cast(tf.greaterEqual(a, b), 'float32')],
  ['less', (a, b) => tf.cast(tf.less(a, b), 'float32')],
  ['lessEqual', (a, b) => tf.cast(tf.lessEqual(a, b), 'float32')],
  ['where', (a, b) => tf.where(tf.greater(a, b), a, b)],
];

/** The values on a backend, of a result made of `awkward` and of itself in reverse, at its own shape or beside one number. */
async function valuesOn(backend: string, run: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor): Promise<unknown> {
  await useBackend(backend as 'cpu');
  return tf.tidy(() => run(tf.tensor1d(awkward), tf.tensor1d([...awkward].reverse())).arraySync());
}

describe.skipIf(!installed('@tensorflow/tfjs-node'))('few numbers on the tensorflow backend', () => {
  beforeAll(async () => {
    await useBackend('tensorflow');
  });

  it.each([...unary, ...binary])('are as on cpu, and no operation of TensorFlow: %s', async (name, run) => {
    const expected = await valuesOn('cpu', run);
    const actual = await valuesOn('tensorflow', run);
    expect([actual].flat(2)).toHaveLength([expected].flat(2).length);
    for (const [i, value] of [expected].flat(2).entries()) {
      // TensorFlow.js' cpu backend has the sign of NaN as 0.
      if (name === 'sign' && Number.isNaN(awkward[i])) continue;
      if (Number.isFinite(value)) expect([actual].flat(2)[i]).toBeCloseTo(value as number, 5);
      else expect([actual].flat(2)[i]).toBe(value);
    }
    tf.tidy(() => {
      const [a, b] = [tf.tensor1d(awkward), tf.tensor1d(awkward)];
      expect(operationsOf(() => run(a, b))).toEqual([]);
    });
  });

  it('broadcast as TensorFlow does it, and many numbers are its own', () => {
    tf.tidy(() => {
      const column = tf.tensor2d([1, 2], [2, 1]);
      expect(tf.add(column, tf.tensor2d([[10, 20]])).arraySync()).toEqual([
        [11, 21],
        [12, 22],
      ]);
      expect(tf.mul(column, 3).arraySync()).toEqual([[3], [6]]);
      const many = tf.ones([5000]);
      expect(operationsOf(() => tf.mul(many, 2))).toEqual(['Mul']);
    });
  });

  it('make a step of a head with 1,000 classes less than 40 operations, without a leak', () => {
    const margin = angularMargin({m2: 0.5});
    const labels = tf.tensor1d(
      Array.from({length: 64}, (_, i) => i),
      'int32',
    );
    const x = tf.randomNormal([64, 512], 0, 1, 'float32', 1);
    const w = tf.randomNormal([1000, 512], 0, 0.01, 'float32', 2);
    const loss = (a: tf.Tensor, b: tf.Tensor) =>
      tf.mean(marginSoftmax(a as tf.Tensor2D, b as tf.Tensor2D, labels, {scale: 64, margin}));
    const before = tf.memory().numTensors;
    const operations = operationsOf(() => tf.dispose(tf.grads(loss)([x, w])));
    expect(operations.length).toBeLessThan(40);
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose([labels, x, w]);
  });
});
