import * as tf from '@tensorflow/tfjs-core';
import {
  arcFace,
  centerLoss,
  contrastiveLoss,
  type EmbeddingLoss,
  linearRamp,
  softmax,
  tripletLoss,
} from 'face-margins';
import {beforeAll, describe, expect, it} from 'vitest';
import {useBackend} from '../../src/backend/useBackend';
import {buildTerms, classifierOf, type Objective, termsOf, weightsOfTerms} from '../../src/train/objective';

beforeAll(() => useBackend('cpu'));

const told = (objective: unknown) =>
  termsOf(objective as Objective).map(({name, weight, learningRate}) => [name, weight, learningRate]);

describe('termsOf', () => {
  it('fills in weights, names and learning rates', () => {
    expect(told(arcFace({classes: 3}))).toEqual([['arcFace', 1, 1]]);
    expect(
      told([
        softmax({classes: 3}),
        [0.5, contrastiveLoss()],
        [2, contrastiveLoss(), {learningRate: 3}],
        [-1, tripletLoss(), {name: 'mine'}],
        [0, centerLoss({classes: 3, alpha: 0.25}), {learningRate: 4}],
      ]),
    ).toEqual([
      ['softmax', 1, 1],
      ['contrastiveLoss', 0.5, 1],
      ['contrastiveLoss_2', 2, 3],
      ['mine', -1, 1],
      ['centerLoss', 0, 4],
    ]);
  });

  it('calls a loss of one’s own after its class', () => {
    class OwnLoss implements EmbeddingLoss {
      loss = (x: tf.Tensor) => tf.sum(x, 1);
    }
    class Named extends OwnLoss {
      static readonly className = 'FaceMarginsOther';
    }
    expect(told([new OwnLoss(), new Named()]).map(([name]) => name)).toEqual(['ownLoss', 'other']);
  });

  it.each<[string, unknown]>([
    ['objective must have at least one head or loss, but is empty', []],
    ['objective[1] must be a head, a loss or [weight, loss], but is', [tripletLoss(), 3]],
    ['objective[0] must be a head, a loss or [weight, loss], but is', [null]],
    ["objective[0]'s weight must be a finite number, but is NaN", [[Number.NaN, tripletLoss()]]],
    ["objective[0]'s learningRate must be a finite number of 0", [[1, tripletLoss(), {learningRate: -1}]]],
    [
      "objective[0]'s learningRate must be at most 2, the largest",
      [[1, centerLoss({classes: 3}), {learningRate: 2.1}]],
    ],
    ['objective[0][2]', [[1, tripletLoss(), {rate: 1}]]],
  ])('refuses: %s', (message, objective) => {
    expect(() => termsOf(objective as Objective)).toThrow(message);
  });
});

describe('the terms of an objective', () => {
  it('are built for embeddings of a length, once, with no tensor left and no step counted', () => {
    const [head, centers] = [softmax({classes: 3, seed: 1}), centerLoss({classes: 3})];
    const counted = arcFace({classes: 3, margin: linearRamp({to: 0.5, steps: 9})});
    buildTerms(termsOf(counted), [5]);
    expect([counted.built, counted.iteration]).toEqual([true, 0]);
    const terms = termsOf([head, centers, tripletLoss()]);
    const before = tf.memory().numTensors;
    buildTerms(terms, [5, 5, 5]);
    expect([head.classWeights.shape, centers.centers.shape]).toEqual([
      [3, 5],
      [3, 5],
    ]);
    expect(tf.memory().numTensors).toBe(before + 2);
    const weights = head.classWeights.dataSync().slice();
    buildTerms(terms, [5, 5, 5]);
    expect(head.classWeights.dataSync()).toEqual(weights);
    expect(centers.centers.dataSync().every(value => value === 0)).toBe(true);
    expect(weightsOfTerms(terms).map(weights => weights.map(({name}) => name))).toEqual([
      ['objective/softmax/classWeights'],
      ['objective/centerLoss/centers'],
      [],
    ]);
  });

  it('have the first head for a classifier, if there is one', () => {
    const [first, second] = [softmax({classes: 3}), softmax({classes: 3})];
    expect(classifierOf(termsOf([tripletLoss(), first, second]))).toBe(1);
    const early = [1, first, {layer: 'conv'}] as const;
    expect(classifierOf(termsOf([tripletLoss(), [...early], second]))).toBe(2);
    expect(classifierOf(termsOf([tripletLoss(), [...early]]))).toBe(1);
    expect(classifierOf(termsOf([tripletLoss(), centerLoss({classes: 3})]))).toBeUndefined();
  });
});
