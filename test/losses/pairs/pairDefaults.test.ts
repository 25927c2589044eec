import '@tensorflow/tfjs-layers';
import * as tf from '@tensorflow/tfjs-core';
import {beforeAll, describe, expect, it} from 'vitest';
import {useBackend} from '../../../src/backend/useBackend';
import {type ContrastiveLossConfig, contrastiveLoss} from '../../../src/losses/pairs/contrastiveLoss';
import {type TripletLossConfig, tripletLoss} from '../../../src/losses/pairs/tripletLoss';
import {randomMatrix, testRandom} from '../../support/random';

beforeAll(() => useBackend('cpu'));

const random = testRandom(51);
// Lengths that differ, so that it shows whether rows are scaled to length 1.
const rows = randomMatrix(random, 12, 3).map((row, i) => row.map(value => value * (1 + i / 4)));
const ids = rows.map((_, i) => i % 3);

/** Loss and count of a batch, and the gradient. */
const outcome = (loss: {
  lossAndCount(x: tf.Tensor, labels: tf.Tensor): {loss: tf.Tensor; count: tf.Tensor};
}) =>
  tf.tidy(() => {
    const [x, labels] = [tf.tensor2d(rows), tf.tensor1d(ids, 'int32')];
    const {loss: value, count} = loss.lossAndCount(x, labels);
    const gradient = tf.grad(rows => loss.lossAndCount(rows, labels).loss)(x);
    return [...value.dataSync(), ...count.dataSync(), ...gradient.dataSync()];
  });

describe('contrastiveLoss', () => {
  const full: Required<ContrastiveLossConfig> = {
    margin: 1,
    positiveMargin: 0,
    power: 2,
    distance: 'euclidean',
    normalize: true,
    meanOver: 'all',
  };

  it('has the options of Hadsell’s paper on unit embeddings where they are left out', () => {
    expect(outcome(contrastiveLoss())).toEqual(outcome(contrastiveLoss(full)));
  });

  it.each<[keyof ContrastiveLossConfig, unknown]>([
    ['margin', 0.6],
    ['positiveMargin', 0.3],
    ['power', 1],
    ['distance', 'squared'],
    ['normalize', false],
    ['meanOver', 'active'],
  ])('is another with another %s', (name, value) => {
    expect(outcome(contrastiveLoss({...full, [name]: value}))).not.toEqual(outcome(contrastiveLoss(full)));
  });

  it.each<[string, object]>([
    ['margin must be a finite number of 0 or more', {margin: -1}],
    ['positiveMargin must be a finite number of 0 or more', {positiveMargin: -1}],
    ['power must be one of 1, 2, but is 3', {power: 3}],
    ['distance must be one of squared, euclidean, cosine', {distance: 'far'}],
    ['meanOver must be one of all, active', {meanOver: 'some'}],
  ])('refuses an option: %s', (message, options) => {
    expect(() => contrastiveLoss(options)).toThrow(`contrastiveLoss: ${message}`);
  });
});

describe('tripletLoss', () => {
  const full: TripletLossConfig = {
    mining: 'semi-hard',
    margin: 0.2,
    soft: false,
    distance: 'squared',
    normalize: true,
    meanOver: 'all',
  };

  it('has the options of FaceNet where they are left out', () => {
    expect(outcome(tripletLoss())).toEqual(outcome(tripletLoss(full)));
  });

  it('takes the mean over active triplets where all are mined', () => {
    const all = outcome(tripletLoss({mining: 'batch-all'}));
    expect(all).toEqual(outcome(tripletLoss({...full, mining: 'batch-all', meanOver: 'active'})));
    expect(all).not.toEqual(outcome(tripletLoss({...full, mining: 'batch-all', meanOver: 'all'})));
  });

  it('has no margin where it is soft, and counts every triplet', () => {
    for (const mining of ['batch-all', 'batch-hard', 'semi-hard'] as const) {
      const soft = outcome(tripletLoss({mining, soft: true}));
      expect(soft).toEqual(outcome(tripletLoss({mining, soft: true, margin: 0, meanOver: 'all'})));
      expect(soft).toEqual(outcome(tripletLoss({mining, soft: true, meanOver: 'active'})));
      expect(soft).not.toEqual(outcome(tripletLoss({mining, soft: true, margin: 0.2})));
    }
  });

  it.each<[keyof TripletLossConfig, unknown]>([
    ['mining', 'batch-hard'],
    ['margin', 0.4],
    ['soft', true],
    ['distance', 'euclidean'],
    ['normalize', false],
  ])('is another with another %s', (name, value) => {
    expect(outcome(tripletLoss({...full, [name]: value}))).not.toEqual(outcome(tripletLoss(full)));
  });

  it('draws by distance with the cutoffs of Wu’s paper, alike for one seed', () => {
    const drawn = (options: TripletLossConfig) =>
      outcome(tripletLoss({mining: 'distance-weighted', seed: 3, ...options}));
    expect(drawn({})).toEqual(drawn({cutoff: 0.5, nonzeroCutoff: 1.4}));
    expect(drawn({})).not.toEqual(drawn({seed: 4}));
    expect(drawn({})).not.toEqual(drawn({nonzeroCutoff: 0.7}));
  });

  it('draws anew at every call, and alike for one key', () => {
    const loss = tripletLoss({mining: 'distance-weighted', seed: 3});
    const [x, labels] = [tf.tensor2d(rows), tf.tensor1d(ids, 'int32')];
    const value = (randomKey?: string) => loss.loss(x, labels, {randomKey}).dataSync()[0];
    expect(new Set([value(), value(), value(), value()]).size).toBeGreaterThan(1);
    expect(value('1 2')).toBe(value('1 2'));
    expect(new Set(['1 2', '1 3', '1 4', '1 5'].map(value)).size).toBeGreaterThan(1);
    const unseeded = tripletLoss({mining: 'distance-weighted'})
      .loss(x, labels, {randomKey: '1 2'})
      .dataSync()[0];
    expect(unseeded).toBe(
      tripletLoss({mining: 'distance-weighted', seed: 0}).loss(x, labels, {randomKey: '1 2'}).dataSync()[0],
    );
  });

  it.each<[string, object]>([
    ['mining must be one of batch-all, batch-hard, semi-hard, distance-weighted', {mining: 'hard'}],
    ['margin must be a finite number of 0 or more', {margin: -1}],
    ['cutoff must be a number from 0.01 to 2', {mining: 'distance-weighted', cutoff: 0}],
    ['nonzeroCutoff must be a number from 0.5 to 2', {mining: 'distance-weighted', nonzeroCutoff: 0.4}],
    ['nonzeroCutoff must be a number from 0.5 to 2', {mining: 'distance-weighted', nonzeroCutoff: 2.1}],
    [
      "normalize must be true for mining 'distance-weighted'",
      {mining: 'distance-weighted', normalize: false},
    ],
    ['seed must be a finite number', {mining: 'distance-weighted', seed: Number.NaN}],
  ])('refuses an option: %s', (message, options) => {
    expect(() => tripletLoss(options)).toThrow(`tripletLoss: ${message}`);
  });

  it('allows rows of any length for the cosine, which has none', () => {
    expect(() =>
      tripletLoss({mining: 'distance-weighted', normalize: false, distance: 'cosine'}),
    ).not.toThrow();
  });
});
