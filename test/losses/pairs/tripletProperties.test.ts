import * as tf from '@tensorflow/tfjs-core';
import {describe, expect, it} from 'vitest';
import {useBackend} from '../../../src/backend/useBackend';
import {centerLoss} from '../../../src/losses/centerLoss';
import type {EmbeddingLoss} from '../../../src/losses/embeddingLoss';
import {featureIncay} from '../../../src/losses/featureIncay';
import {classContrastive} from '../../../src/losses/heads/classContrastive';
import {classTriplet} from '../../../src/losses/heads/classTriplet';
import {softmax} from '../../../src/losses/heads/softmax';
import {contrastiveLoss} from '../../../src/losses/pairs/contrastiveLoss';
import {tripletLoss} from '../../../src/losses/pairs/tripletLoss';
import {awkwardMatrix} from '../../support/awkwardMatrix';
import {evaluateLoss} from '../../support/evaluateLoss';
import {type TestRandom, testRandom} from '../../support/random';

const BATCH = 48;
const DIMENSION = 6;
const CLASSES = 7;
const BATCHES = 25;

const pairKinds = (['squared', 'euclidean', 'cosine'] as const).flatMap(distance => [
  {distance, normalize: true},
  {distance, normalize: false},
]);
const losses: {name: string; loss: EmbeddingLoss}[] = [
  ...pairKinds
    .flatMap(kind => [
      ...([1, 2] as const).map(power => ({name: 'contrastive', options: {...kind, power}})),
      ...(['batch-all', 'batch-hard', 'semi-hard', 'distance-weighted'] as const)
        .filter(mining => mining !== 'distance-weighted' || kind.normalize)
        .flatMap(mining =>
          [false, true].map(soft => ({name: 'triplet', options: {...kind, mining, soft, seed: 1}})),
        ),
    ])
    .map(({name, options}) => ({
      name: `${name} ${JSON.stringify(options)}`,
      loss: name === 'triplet' ? tripletLoss(options) : contrastiveLoss(options),
    })),
  {name: 'center', loss: centerLoss({classes: CLASSES})},
  {name: 'class contrastive', loss: classContrastive({classes: CLASSES})},
  {name: 'class triplet', loss: classTriplet({classes: CLASSES})},
  {name: 'incay', loss: featureIncay({head: softmax({classes: CLASSES})})},
];

/** How many numbers of value and gradient are not finite. */
function notFinite(loss: EmbeddingLoss, random: TestRandom): number {
  const embeddings = awkwardMatrix(random, BATCH, DIMENSION);
  const labels = embeddings.map(() => random.integer(CLASSES));
  // A scalar takes each upstream number in turn, and the gradient is that of their sum.
  const upstream = labels.map(() => random.uniform(-1, 1));
  const weighted = (x: tf.Tensor2D, y: tf.Tensor1D) => tf.mul(loss.loss(x, y), tf.tensor1d(upstream));
  const {value, gradient} = evaluateLoss(weighted, embeddings, labels, upstream);
  return [...value, ...gradient.flat()].filter(number => !Number.isFinite(number)).length;
}

describe('embedding losses for any finite input', () => {
  it.each(losses)('$name gives no NaN and no Infinity', async ({loss}) => {
    await useBackend('wasm');
    const random = testRandom(101);
    for (let batch = 0; batch < BATCHES; batch++) expect(notFinite(loss, random)).toBe(0);
  });
});
