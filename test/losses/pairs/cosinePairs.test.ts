import * as tf from '@tensorflow/tfjs-core';
import {expect, it} from 'vitest';
import {normFace} from '../../../src/losses/heads/normFace';
import {proxyAnchorLoss} from '../../../src/losses/heads/proxyAnchorLoss';
import {proxyNcaLoss} from '../../../src/losses/heads/proxyNcaLoss';
import {softTripleLoss} from '../../../src/losses/heads/softTripleLoss';
import {circleLoss} from '../../../src/losses/pairs/circleLoss';
import type {CosinePairLoss} from '../../../src/losses/pairs/cosinePairLoss';
import {crossBatchMemory} from '../../../src/losses/pairs/crossBatchMemory';
import {liftedStructureLoss} from '../../../src/losses/pairs/liftedStructureLoss';
import {multiSimilarityLoss} from '../../../src/losses/pairs/multiSimilarityLoss';
import {ntXentLoss} from '../../../src/losses/pairs/ntXentLoss';
import {supConLoss} from '../../../src/losses/pairs/supConLoss';
import {tripletLoss} from '../../../src/losses/pairs/tripletLoss';
import {centralDifference, relativeError} from '../../reference/centralDifference';
import * as reference from '../../reference/cosinePairs';
import type {Matrix} from '../../reference/vectors';
import {awkwardMatrix} from '../../support/awkwardMatrix';
import {describeOnBackends} from '../../support/backends';
import {randomLabels, randomMatrix, testRandom} from '../../support/random';
import {evaluate} from '../heads/headCases';

interface PairCase {
  name: string;
  loss(): {loss(embeddings: tf.Tensor, labels: tf.Tensor): tf.Scalar};
  value(batch: reference.Batch): number;
}

const mined = {alpha: 2, beta: 50, base: 0.5, mining: 0.1};
const cosineCases: (Omit<PairCase, 'loss'> & {loss(): CosinePairLoss})[] = [
  {
    name: 'multi-similarity',
    loss: () => multiSimilarityLoss(),
    value: batch => reference.multiSimilarity(batch, mined),
  },
  {
    name: 'multi-similarity of all pairs',
    loss: () => multiSimilarityLoss({alpha: 3, beta: 20, base: 0.3, mining: false}),
    value: batch => reference.multiSimilarity(batch, {alpha: 3, beta: 20, base: 0.3, mining: false}),
  },
  {name: 'SupCon', loss: () => supConLoss(), value: batch => reference.supCon(batch, 0.1)},
  {name: 'NT-Xent', loss: () => ntXentLoss(), value: batch => reference.ntXent(batch, 0.07)},
  {name: 'Circle', loss: () => circleLoss(), value: batch => reference.circle(batch, 0.4, 80)},
];
const pairCases: PairCase[] = [
  ...cosineCases,
  ...[true, false].map(normalize => ({
    name: `lifted structure, ${normalize ? '' : 'not '}normalized`,
    loss: () => liftedStructureLoss({normalize}),
    value: (batch: reference.Batch) => reference.liftedStructure(batch, 1, normalize),
  })),
];

const tensors = ({embeddings, labels}: reference.Batch) => ({
  x: tf.tensor2d(embeddings as number[][]),
  y: tf.tensor1d(labels as number[], 'int32'),
});

function expectAgreement(
  batch: reference.Batch,
  actual: (x: tf.Tensor2D) => tf.Scalar,
  value: (x: Matrix) => number,
) {
  const {x} = tensors(batch);
  const {value: loss, grad} = tf.valueAndGrad(actual as (x: tf.Tensor) => tf.Tensor)(x);
  const expected = value(batch.embeddings);
  expect(Math.abs((loss.arraySync() as number) - expected)).toBeLessThan(
    1e-4 * Math.max(1, Math.abs(expected)),
  );
  expect(
    relativeError(grad.arraySync() as number[][], centralDifference(value, batch.embeddings)),
  ).toBeLessThan(2e-4);
}

const float32 = (rows: number[][]) => rows.map(row => row.map(Math.fround));

describeOnBackends('losses over pairs by their cosines', () => {
  it.each(pairCases)('$name agrees with its formula, gradient and all', ({loss, value}) => {
    const random = testRandom(41);
    for (const [count, dimension, classes] of [
      [8, 4, 3],
      [12, 6, 4],
      [5, 3, 5],
    ]) {
      const batch = {
        embeddings: float32(randomMatrix(random, count, dimension)),
        labels: randomLabels(random, count, classes),
      };
      const {y} = tensors(batch);
      expectAgreement(
        batch,
        x => loss().loss(x, y),
        embeddings => value({...batch, embeddings}),
      );
    }
  });

  it.each(cosineCases)('$name compares with past embeddings, and moves only its own', ({loss, value}) => {
    const random = testRandom(42);
    const batch = {embeddings: float32(randomMatrix(random, 6, 4)), labels: randomLabels(random, 6, 3)};
    const past = {embeddings: float32(randomMatrix(random, 5, 4)), labels: [0, 1, -1, 2, 2]};
    const {y} = tensors(batch);
    const {x: old, y: oldIds} = tensors(past);
    expectAgreement(
      batch,
      x => loss().lossWith(x, y, {embeddings: old, labels: oldIds}),
      embeddings => value({...batch, embeddings, past}),
    );
  });

  it.each(pairCases)('$name is 0, with gradient 0, for a batch without pairs', ({name, loss}) => {
    const x = tf.tensor2d([[1, 2, 3]]);
    const y = tf.tensor1d([7], 'int32');
    const {value, grad} = tf.valueAndGrad(x => loss().loss(x, y))(x);
    expect(Math.abs(value.arraySync() as number), name).toBe(0);
    expect(tf.sum(tf.abs(grad)).arraySync()).toBe(0);
  });

  it.each(pairCases)('$name is finite for any finite embeddings', ({loss}) => {
    const random = testRandom(43);
    for (let repeat = 0; repeat < 10; repeat++) {
      const x = tf.tensor2d(awkwardMatrix(random, 40, 5));
      const y = tf.tensor1d(randomLabels(random, 40, 6), 'int32');
      const {value, grad} = tf.valueAndGrad(x => loss().loss(x, y))(x);
      expect(Number.isFinite(value.arraySync())).toBe(true);
      expect(tf.all(tf.isFinite(grad)).arraySync()).toBe(1);
    }
  });

  it('Circle without a gradient through its brackets has the published one', () => {
    const random = testRandom(44);
    const batch = {embeddings: float32(randomMatrix(random, 6, 4)), labels: [0, 0, 1, 1, 2, 2]};
    const {x, y} = tensors(batch);
    const [exact, detached] = (['exact', 'detached'] as const).map(gradient =>
      tf.valueAndGrad(x => circleLoss({gradient, scale: 4}).loss(x, y))(x),
    );
    expect(detached.value.arraySync()).toBe(exact.value.arraySync());
    expect(
      relativeError(detached.grad.arraySync() as number[][], exact.grad.arraySync() as number[][]),
    ).toBeGreaterThan(0.05);
  });

  it('Proxy-Anchor and SoftTriple agree with their formulas, gradients and all', () => {
    const random = testRandom(45);
    const [classes, subCenters] = [4, 3];
    const labels = [0, 0, 1, 3, 3, 3, 1];
    const embeddings = float32(randomMatrix(random, labels.length, 5));
    const softTriple = {subCenters, scale: 10, gamma: 0.2, margin: 0.05, regularization: 0.3};
    const cases = [
      {
        head: proxyAnchorLoss({classes, alpha: 8}),
        weights: float32(randomMatrix(random, classes, 5)),
        value: (x: Matrix, w: Matrix) =>
          labels.length * reference.proxyAnchor({embeddings: x, labels}, w, {alpha: 8, margin: 0.1}),
      },
      {
        head: softTripleLoss({classes, ...softTriple}),
        weights: float32(randomMatrix(random, classes * subCenters, 5)),
        value: (x: Matrix, w: Matrix) =>
          reference.softTriple({embeddings: x, labels}, w, softTriple).reduce((a, b) => a + b, 0),
      },
    ];
    for (const {head, weights, value} of cases) {
      const actual = evaluate(head, {embeddings, weights, labels});
      const expected = value(embeddings, weights);
      expect(actual.losses.reduce((a, b) => a + b, 0) / expected).toBeCloseTo(1, 4);
      const byEmbedding = centralDifference(x => value(x, weights), embeddings);
      const byWeight = centralDifference(w => value(embeddings, w), weights);
      expect(relativeError(actual.embeddings, byEmbedding)).toBeLessThan(2e-4);
      expect(relativeError(actual.weights, byWeight)).toBeLessThan(2e-4);
    }
  });

  it('ProxyNCA++ is NormFace with s = 2/T', () => {
    const random = testRandom(46);
    const inputs = {
      embeddings: randomMatrix(random, 6, 5),
      weights: randomMatrix(random, 4, 5),
      labels: randomLabels(random, 6, 4),
    };
    const one = evaluate(proxyNcaLoss({classes: 4}), inputs);
    const other = evaluate(normFace({classes: 4, scale: 18}), inputs);
    expect(relativeError([one.losses], [other.losses])).toBeLessThan(1e-6);
    expect(relativeError(one.weights, other.weights)).toBeLessThan(1e-6);
  });
});

describeOnBackends('a memory of past embeddings', () => {
  const losses = {
    'multi-similarity': () => multiSimilarityLoss(),
    triplets: () => tripletLoss({mining: 'batch-hard'}),
  };

  it.each(Object.entries(losses))('of size 0 is the loss without it: %s', (_, loss) => {
    const random = testRandom(47);
    const x = tf.tensor2d(randomMatrix(random, 6, 4));
    const y = tf.tensor1d([0, 0, 1, 1, 2, 2], 'int32');
    const memory = crossBatchMemory({loss: loss(), size: 0});
    memory.afterStep(x, y);
    expect(memory.loss(x, y).arraySync()).toBe(loss().loss(x, y).arraySync());
  });

  it.each(Object.entries(losses))('compares with the last batches, and forgets older ones: %s', (_, loss) => {
    const random = testRandom(48);
    const batches = Array.from({length: 4}, () => ({
      x: tf.tensor2d(randomMatrix(random, 3, 4)),
      y: tf.tensor1d(randomLabels(random, 3, 3), 'int32'),
    }));
    const memory = crossBatchMemory({loss: loss(), size: 6});
    const last = batches[3];
    for (const {x, y} of batches.slice(0, 3)) memory.afterStep(x, y);
    const past = {
      embeddings: tf.concat([batches[2].x, batches[1].x]),
      labels: tf.concat([batches[2].y, batches[1].y]),
    };
    const actual = memory.loss(last.x, last.y).arraySync();
    expect(actual).toBeCloseTo(loss().lossWith(last.x, last.y, past).arraySync(), 5);
    expect(actual).not.toBeCloseTo(loss().loss(last.x, last.y).arraySync(), 3);
    expect(memory.loss(last.x, last.y, {training: false}).arraySync()).toBe(
      loss().loss(last.x, last.y).arraySync(),
    );
  });

  it.each(Object.entries(losses))('has no examples where it is not full yet: %s', (_, loss) => {
    const random = testRandom(49);
    const [x, y] = [tf.tensor2d(randomMatrix(random, 6, 4)), tf.tensor1d([0, 0, 1, 1, 2, 2], 'int32')];
    const memory = crossBatchMemory({loss: loss(), size: 10});
    expect(memory.loss(x, y).arraySync()).toBeCloseTo(loss().loss(x, y).arraySync(), 6);
  });

  it('leaves no tensor behind, and is saved with its weights', () => {
    const random = testRandom(50);
    const [x, y] = [tf.tensor2d(randomMatrix(random, 6, 4)), tf.tensor1d([0, 0, 1, 1, 2, 2], 'int32')];
    const memory = crossBatchMemory({loss: supConLoss(), size: 10});
    memory.afterStep(x, y);
    const {numTensors} = tf.memory();
    tf.dispose(memory.loss(x, y));
    memory.afterStep(x, y);
    expect(tf.memory().numTensors).toBe(numTensors);
    const other = crossBatchMemory({loss: supConLoss(), size: 10});
    tf.dispose(other.loss(x, y));
    other.setWeights(memory.getWeights());
    expect(other.loss(x, y).arraySync()).toBe(memory.loss(x, y).arraySync());
  });
});
