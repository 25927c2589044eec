import * as tf from '@tensorflow/tfjs-core';
import {layers} from '@tensorflow/tfjs-layers';
import {expect, it} from 'vitest';
import {featureIncay} from '../../src/losses/featureIncay';
import {arcFace} from '../../src/losses/heads/arcFace';
import type {MarginHead} from '../../src/losses/heads/marginHead';
import {softmax} from '../../src/losses/heads/softmax';
import {relativeError} from '../reference/centralDifference';
import * as reference from '../reference/featureIncay';
import {dot, type Matrix, scaled} from '../reference/vectors';
import {describeOnBackends} from '../support/backends';
import {awkwardBatches, evaluateLoss, inFloat32} from '../support/evaluateLoss';
import {type GoldenCase, goldenCases} from '../support/fixtures';
import {randomLabels, randomMatrix, randomVector, testRandom} from '../support/random';

const TOLERANCE = 1e-4;

/** A softmax head with the given class weights. */
function headOf(weights: Matrix): MarginHead {
  const head = softmax({classes: weights.length});
  tf.tidy(() => {
    head.apply(tf.zeros([1, weights[0].length]));
    head.setWeights([tf.tensor2d(weights as number[][])]);
  });
  return head;
}

describeOnBackends('feature incay', () => {
  it('agrees with its formula on what the head gets right', () => {
    const random = testRandom(81);
    for (const [batch, dimension, classes, size] of [
      [16, 5, 3, 1],
      [1, 2, 2, 1],
      [12, 8, 1, 1],
      [12, 8, 4, 1e-3],
      [12, 8, 4, 1e3],
    ]) {
      const embeddings = inFloat32(randomMatrix(random, batch, dimension).map(row => scaled(row, size)));
      const weights = inFloat32(randomMatrix(random, classes, dimension));
      const labels = randomLabels(random, batch, classes);
      const upstream = randomVector(random, batch);
      const head = headOf(weights);
      for (const epsilon of [1e-6, 1e-4, 0.5]) {
        const incay = featureIncay({head, epsilon});
        const actual = evaluateLoss((x, y) => incay.loss(x, y), embeddings, labels, upstream);
        const logits = embeddings.map(x => weights.map(w => dot(x, w)));
        const correct = reference.correctlyClassified(logits, labels);
        const expected = reference.featureIncay({embeddings, correct, upstream}, {epsilon});
        expect(relativeError([actual.value], [expected.losses])).toBeLessThan(TOLERANCE);
        expect(relativeError(actual.gradient, expected.gradients.embeddings)).toBeLessThan(TOLERANCE);
      }
      head.dispose();
    }
  });

  const {inputs, cases} = goldenCases<GoldenCase<{epsilon: number}>>('embedding');
  it.each(cases.filter(({loss}) => loss === 'featureIncay'))('agrees with PyTorch, $options', golden => {
    const {embeddings, labels, weights, upstream} = inputs[golden.inputs];
    const head = headOf(weights);
    const incay = featureIncay({head, epsilon: golden.options.epsilon});
    const actual = evaluateLoss((x, y) => incay.loss(x, y), embeddings, labels, upstream);
    expect(relativeError([actual.value], [golden.losses])).toBeLessThan(TOLERANCE);
    expect(relativeError(actual.gradient, golden.gradients.embeddings)).toBeLessThan(TOLERANCE);
    head.dispose();
  });

  it('asks the head without its margin, and any layer that gives logits', () => {
    // Nearer to its own weight, but not by the margin of 1 rad.
    const [x, labels] = [[[2, 1]], [0]];
    const head = arcFace({classes: 2, margin: 1});
    tf.tidy(() => {
      head.apply(tf.zeros([1, 2]));
      head.setWeights([tf.eye(2)]);
    });
    const dense = layers.dense({units: 2, useBias: false, kernelInitializer: 'identity'});
    for (const layer of [head, dense]) {
      const incay = featureIncay({head: layer});
      expect(evaluateLoss((a, b) => incay.loss(a, b), x, labels, [1]).value[0]).toBeCloseTo(1 / 5.0001, 6);
      expect(evaluateLoss((a, b) => incay.loss(a, b), x, [1], [1]).value).toEqual([0]);
    }
  });

  it('builds a head that has not seen a batch, and gives its weights no gradient', () => {
    const head = softmax({classes: 3});
    const incay = featureIncay({head});
    const x = tf.tensor2d([[1, 2]]);
    const labels = tf.tensor1d([0], 'int32');
    tf.dispose(incay.loss(x, labels));
    const weights = head.classWeights as unknown as tf.Variable;
    expect(() => tf.variableGrads(() => tf.sum(incay.loss(x, labels)) as tf.Scalar, [weights])).toThrow(
      'Cannot find a connection',
    );
    tf.dispose([x, labels]);
    head.dispose();
  });

  it.each(awkwardBatches)('is finite, value and gradient, on $name', ({embeddings, labels}) => {
    const head = softmax({classes: 3, seed: 1});
    for (const epsilon of [1e-12, undefined]) {
      const incay = featureIncay({head, epsilon});
      // Every class in turn is the right one for someone.
      for (const shift of [0, 1, 2]) {
        const shifted = labels.map(label => (label + shift) % 3);
        const {value, gradient} = evaluateLoss(
          (x, y) => incay.loss(x, y),
          embeddings,
          shifted,
          [1, -1, 2, 1].slice(0, labels.length),
        );
        expect([value, gradient.flat()].flat().every(Number.isFinite)).toBe(true);
      }
    }
    head.dispose();
  });

  it('leaves no tensor behind, not even when a step throws', () => {
    const random = testRandom(82);
    const x = tf.tensor2d(randomMatrix(random, 8, 4));
    const labels = tf.tensor1d(randomLabels(random, 8, 3), 'int32');
    const wrong = tf.fill([8], 3, 'int32') as tf.Tensor1D;
    const incay = featureIncay({head: softmax({classes: 3})});
    const step = () => {
      tf.dispose(tf.valueAndGrad(point => tf.mean(incay.loss(point as tf.Tensor2D, labels)))(x));
      expect(() => tf.grad(point => incay.loss(point as tf.Tensor2D, wrong))(x)).toThrow(
        'labels[0] must be a class id from 0 to 2, but is 3',
      );
    };
    step();
    const {numTensors} = tf.memory();
    for (let i = 0; i < 5; i++) step();
    expect(tf.memory().numTensors).toBe(numTensors);
    tf.dispose([x, labels, wrong]);
  });
});

it('says what is wrong with an option', () => {
  const head = softmax({classes: 3});
  expect(() => featureIncay({head, epsilon: 0})).toThrow(
    'featureIncay: epsilon must be a number from 1e-12 to 1, but is 0',
  );
  expect(() => featureIncay({head, epsilon: Number.NaN})).toThrow('NaN');
  const [x, ids] = [tf.zeros([2, 4]), tf.tensor1d([0, 1], 'int32')];
  expect(() => featureIncay({head: layers.reshape({targetShape: [2, 2]})}).loss(x, ids)).toThrow(
    'featureIncay: head must give logits [2, classes] for embeddings [2,4], but gives [2,2,2]',
  );
  tf.dispose([x, ids]);
});
