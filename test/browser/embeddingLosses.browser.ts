import * as tf from '@tensorflow/tfjs-core';
import {expect, it} from 'vitest';
import {centerLoss} from '../../src/losses/centerLoss';
import {featureIncay} from '../../src/losses/featureIncay';
import {classContrastive} from '../../src/losses/heads/classContrastive';
import {classTriplet} from '../../src/losses/heads/classTriplet';
import {softmax} from '../../src/losses/heads/softmax';
import {contrastiveLoss} from '../../src/losses/pairs/contrastiveLoss';
import {tripletLoss} from '../../src/losses/pairs/tripletLoss';
import {evaluateAsync} from '../losses/heads/headCases';
import * as center from '../reference/centerLoss';
import {relativeError} from '../reference/centralDifference';
import * as agents from '../reference/classAgents';
import {allPairs, contrastive} from '../reference/contrastive';
import type {DistanceName} from '../reference/distances';
import {distanceMatrix} from '../reference/distances';
import * as incay from '../reference/featureIncay';
import {batchAll, batchHard, semiHard} from '../reference/mining';
import {meanOver} from '../reference/termsLoss';
import {triplet} from '../reference/triplet';
import {dot, normalized} from '../reference/vectors';
import {type Evaluated, evaluateLossAsync, inFloat32} from '../support/evaluateLoss';
import {randomMatrix, randomVector, testRandom} from '../support/random';
import {describeOnBackends, tolerance} from './backends';

const random = testRandom(82);
const embeddings = inFloat32(randomMatrix(random, 9, 5));
const weights = inFloat32(randomMatrix(random, 3, 5));
const labels = [0, 1, 2, 0, 1, 2, 0, 0, 1];
const upstream = randomVector(random, 9);
const distances: DistanceName[] = ['squared', 'euclidean', 'cosine'];

describeOnBackends('embedding losses', backend => {
  const limit = tolerance(backend);
  const expectClose = (
    actual: Evaluated,
    value: readonly number[],
    gradient: readonly (readonly number[])[],
  ) => {
    expect(relativeError([actual.value], [value as number[]]), 'value').toBeLessThan(limit);
    expect(relativeError(actual.gradient, gradient as number[][]), 'gradient').toBeLessThan(limit);
  };

  it('center loss agrees with its formula, and moves its centers', async () => {
    const layer = centerLoss({classes: 3, alpha: 0.5});
    tf.tidy(() => {
      layer.loss(tf.zeros([1, 5]), tf.tensor1d([0], 'int32'), {training: false});
      layer.setWeights([tf.tensor2d(weights)]);
    });
    const still = await evaluateLossAsync(
      (x, y) => layer.loss(x, y, {training: false}),
      embeddings,
      labels,
      upstream,
    );
    const expected = center.centerLoss({embeddings, labels, centers: weights, upstream});
    expectClose(still, expected.losses, expected.gradients.embeddings);
    tf.tidy(() => layer.afterStep(tf.tensor2d(embeddings), tf.tensor1d(labels, 'int32')));
    const moved = center.updateCenters({embeddings, labels, centers: weights}, 0.5);
    expect(relativeError((await layer.centers.array()) as number[][], moved), 'centers').toBeLessThan(limit);
    layer.dispose();
  });

  it.each(distances)('contrastive loss agrees with its formula, %s distance', async distance => {
    for (const normalize of [true, false]) {
      const options = {distance, normalize, margin: 1.3, positiveMargin: 0.4, power: 2} as const;
      const pairs = allPairs(labels);
      const mean = meanOver(contrastive({embeddings, pairs}, options).losses, 'active');
      const expected = contrastive({embeddings, pairs, upstream: mean.upstream}, options);
      const loss = contrastiveLoss({...options, meanOver: 'active'});
      const actual = await evaluateLossAsync((x, y) => loss.loss(x, y), embeddings, labels, [1]);
      expectClose(actual, [mean.loss], expected.gradients.embeddings);
    }
  });

  it.each(distances)('triplet loss agrees with its formula, %s distance', async distance => {
    for (const mining of ['batch-all', 'batch-hard', 'semi-hard'] as const) {
      const options = {distance, normalize: true, soft: false, margin: 0.3};
      const between = distanceMatrix(embeddings.map(normalized), distance);
      const triplets = {
        'batch-all': () => batchAll(labels),
        'batch-hard': () => batchHard(between, labels),
        'semi-hard': () => semiHard(between, labels),
      }[mining]();
      const mean = meanOver(triplet({embeddings, triplets}, options).losses, 'active');
      const expected = triplet({embeddings, triplets, upstream: mean.upstream}, options);
      const loss = tripletLoss({...options, mining, meanOver: 'active'});
      const actual = await evaluateLossAsync((x, y) => loss.loss(x, y), embeddings, labels, [1]);
      expectClose(actual, [mean.loss], expected.gradients.embeddings);
    }
  });

  it.each([
    {name: 'C-contrastive', make: () => classContrastive({classes: 3}), formula: agents.classContrastive},
    {name: 'C-triplet', make: () => classTriplet({classes: 3}), formula: agents.classTriplet},
  ])('$name agrees with its formula', async ({make, formula}) => {
    const inputs = {embeddings, weights, labels, upstream};
    const head = make();
    const actual = await evaluateAsync(head, inputs);
    const {losses, gradients} = formula(inputs);
    expectClose({value: actual.losses, gradient: actual.embeddings}, losses, gradients.embeddings);
    expect(relativeError(actual.weights, gradients.weights), 'agents').toBeLessThan(limit);
    head.dispose();
  });

  it('feature incay agrees with its formula on what the head gets right', async () => {
    const head = softmax({classes: 3});
    tf.tidy(() => {
      head.apply(tf.zeros([1, 5]));
      head.setWeights([tf.tensor2d(weights)]);
    });
    const layer = featureIncay({head});
    const actual = await evaluateLossAsync((x, y) => layer.loss(x, y), embeddings, labels, upstream);
    const logits = embeddings.map(x => weights.map(w => dot(x, w)));
    const correct = incay.correctlyClassified(logits, labels);
    const expected = incay.featureIncay({embeddings, correct, upstream}, {epsilon: 1e-4});
    expectClose(actual, expected.losses, expected.gradients.embeddings);
    head.dispose();
  });
});
