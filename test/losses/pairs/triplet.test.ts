import * as tf from '@tensorflow/tfjs-core';
import {describe, expect, it} from 'vitest';
import {type TripletLossConfig, tripletLoss} from '../../../src/losses/pairs/tripletLoss';
import {relativeError} from '../../reference/centralDifference';
import {type DistanceName, distanceMatrix} from '../../reference/distances';
import {batchAll, batchHard, semiHard} from '../../reference/mining';
import {meanOver} from '../../reference/termsLoss';
import {triplet} from '../../reference/triplet';
import {type Matrix, normalized, type Vector} from '../../reference/vectors';
import {describeOnBackends} from '../../support/backends';
import {awkwardBatches, evaluateLoss, inFloat32} from '../../support/evaluateLoss';
import {type GoldenCase, goldenCases} from '../../support/fixtures';
import {randomLabels, randomMatrix, testRandom} from '../../support/random';

const TOLERANCE = 1e-4;
const UPSTREAM = -1.7;

type MiningByRule = 'batch-all' | 'batch-hard' | 'semi-hard';
type Options = Required<Omit<TripletLossConfig, 'cutoff' | 'nonzeroCutoff' | 'seed'>> & {
  mining: MiningByRule;
};

function expected(embeddings: Matrix, labels: Vector, {mining, meanOver: over, ...options}: Options) {
  const points = options.normalize ? embeddings.map(normalized) : embeddings;
  const distances = distanceMatrix(points, options.distance);
  const triplets = {
    'batch-all': () => batchAll(labels),
    'batch-hard': () => batchHard(distances, labels),
    'semi-hard': () => semiHard(distances, labels),
  }[mining]();
  const mean = meanOver(triplet({embeddings, triplets}, options).losses, over);
  const upstream = mean.upstream.map(weight => weight * UPSTREAM);
  return {...mean, gradient: triplet({embeddings, triplets, upstream}, options).gradients.embeddings};
}

function expectAgreement(given: Matrix, labels: Vector, options: Options) {
  const embeddings = inFloat32(given);
  const loss = tripletLoss(options);
  const actual = evaluateLoss((x, y) => loss.loss(x, y), embeddings, labels, [UPSTREAM]);
  const {loss: value, count, gradient} = expected(embeddings, labels, options);
  expect(relativeError([actual.value], [[value]])).toBeLessThan(TOLERANCE);
  expect(relativeError(actual.gradient, gradient)).toBeLessThan(TOLERANCE);
  const counted = tf.tidy(() =>
    loss.lossAndCount(tf.tensor2d(embeddings), tf.tensor1d(labels as number[], 'int32')).count.arraySync(),
  );
  expect(counted).toBe(count);
}

const minings: MiningByRule[] = ['batch-all', 'batch-hard', 'semi-hard'];
const distances: DistanceName[] = ['squared', 'euclidean', 'cosine'];

describeOnBackends('triplet loss', () => {
  describe.each(minings)('%s', mining => {
    it.each(distances)('agrees with its formula on random batches, %s distance', distance => {
      const random = testRandom(41);
      const kinds = [true, false].flatMap(normalize =>
        [true, false].flatMap(soft =>
          (['all', 'active'] as const).map(over => ({
            normalize,
            soft,
            margin: soft ? 0 : 0.3,
            meanOver: over,
          })),
        ),
      );
      for (const [batch, dimension, classes, deviation] of [
        [9, 5, 3, 1],
        [17, 2, 9, 1],
        // Squared distances of hundreds: the soft margin of most triplets is below what float32 can hold.
        [16, 96, 5, 1.5],
      ]) {
        const embeddings = randomMatrix(random, batch, dimension, deviation);
        const labels = randomLabels(random, batch, classes);
        for (const kind of kinds) expectAgreement(embeddings, labels, {mining, distance, ...kind});
      }
    });

    it.each(distances)('agrees when some embeddings are equal, %s distance', distance => {
      const random = testRandom(42);
      const [a, b, c, d] = randomMatrix(random, 4, 6);
      // A positive pair of equals, one across classes, and a distinct neighbor for each.
      const embeddings = [a, a, b, c, c, d];
      const labels = [0, 0, 0, 1, 1, 1];
      const options = {distance, normalize: true, soft: false, margin: 0.2, meanOver: 'all'} as const;
      expectAgreement(embeddings, labels, {mining: 'batch-all', ...options});
      expectAgreement([a, b, b, a, c, d], labels, {mining: 'batch-all', ...options});
    });

    it.each([1e-3, 1e3])('agrees for embeddings of norm %f', size => {
      const random = testRandom(43);
      const embeddings = randomMatrix(random, 12, 8, size);
      const labels = randomLabels(random, 12, 4);
      for (const normalize of [true, false]) {
        const margin = normalize ? 0.2 : 0.2 * size;
        expectAgreement(embeddings, labels, {
          mining,
          normalize,
          margin,
          distance: 'euclidean',
          soft: false,
          meanOver: 'all',
        });
      }
    });
  });

  const {inputs, cases} = goldenCases<GoldenCase<TripletLossConfig>>('terms');
  it.each(
    cases
      .filter(({loss}) => loss === 'triplet' || loss === 'semiHardTriplet')
      .map(golden => [golden.peer ?? `semi-hard ${JSON.stringify(golden.options)}`, golden] as const),
  )('gives the mean and gradient of %s', (_, {loss: kind, options, inputs: name, reduced}) => {
    const mining = kind === 'triplet' ? 'batch-all' : 'semi-hard';
    const loss = tripletLoss({mining, normalize: false, ...options});
    const {embeddings, labels} = inputs[name];
    const actual = evaluateLoss((x, y) => loss.loss(x, y), embeddings, labels, [1]);
    expect(relativeError([actual.value], [[reduced?.loss ?? Number.NaN]])).toBeLessThan(TOLERANCE);
    expect(relativeError(actual.gradient, reduced?.gradients.embeddings ?? [])).toBeLessThan(TOLERANCE);
  });

  const configs: TripletLossConfig[] = [...minings, 'distance-weighted' as const].flatMap(mining =>
    [false, true].flatMap(soft =>
      distances.flatMap(distance => [
        {mining, soft, distance, seed: 1},
        ...(mining === 'distance-weighted' ? [] : [{mining, soft, distance, normalize: false}]),
      ]),
    ),
  );

  it.each(awkwardBatches)('is finite, value and gradient, on $name', ({embeddings, labels}) => {
    for (const config of configs) {
      const loss = tripletLoss(config);
      const {value, gradient} = evaluateLoss((x, y) => loss.loss(x, y), embeddings, labels, [UPSTREAM]);
      expect(value.every(Number.isFinite), JSON.stringify(config)).toBe(true);
      expect(gradient.flat().every(Number.isFinite), JSON.stringify(config)).toBe(true);
    }
  });

  it.each(awkwardBatches.slice(0, 3))(
    'is zero with zero gradient and count 0 on $name',
    ({embeddings, labels}) => {
      for (const config of configs) {
        const loss = tripletLoss(config);
        const {value, gradient} = evaluateLoss((x, y) => loss.loss(x, y), embeddings, labels, [UPSTREAM]);
        expect(value).toEqual([0]);
        expect(gradient.flat().every(number => number === 0)).toBe(true);
        const x = tf.tensor2d(embeddings);
        const {count} = tf.tidy(() => loss.lossAndCount(x, tf.tensor1d(labels, 'int32')));
        expect(count.arraySync()).toBe(0);
        tf.dispose([x, count]);
      }
    },
  );

  it.each(['batch-all', 'batch-hard', 'semi-hard'] as const)(
    '%s of a collapsed batch is the margin, or ln 2 when soft',
    mining => {
      const collapsed = [
        [1, 2],
        [1, 2],
        [1, 2],
        [1, 2],
      ];
      const labels = [0, 0, 1, 1];
      const of = (config: TripletLossConfig) => {
        const loss = tripletLoss({mining, ...config});
        return evaluateLoss((x, y) => loss.loss(x, y), collapsed, labels, [1]);
      };
      expect(of({margin: 0.3}).value[0]).toBeCloseTo(0.3, 6);
      expect(of({soft: true}).value[0]).toBeCloseTo(Math.LN2, 6);
      expect(
        of({soft: true})
          .gradient.flat()
          .every(number => number === 0),
      ).toBe(true);
    },
  );

  it('gives duplicates among many embeddings no gradient between each other', () => {
    const random = testRandom(44);
    for (const dimension of [2, 37, 512]) {
      const [a, b] = randomMatrix(random, 2, dimension);
      const rows = Array.from({length: 17}, () => a);
      const labels = rows.map((_, i) => i % 2);
      const loss = tripletLoss({mining: 'batch-all', distance: 'euclidean', margin: 0.5, normalize: false});
      const alone = evaluateLoss((x, y) => loss.loss(x, y), rows, labels, [1]);
      expect(alone.value[0]).toBeCloseTo(0.5, 5);
      expect(alone.gradient.flat().every(number => number === 0)).toBe(true);
      // One that is different spreads the batch, so that its rounding noise shows.
      const withOther = evaluateLoss((x, y) => loss.loss(x, y), [...rows, b], [...labels, 0], [1]);
      const exact = expected(
        [...rows, b].map(row => row.map(Math.fround)),
        [...labels, 0],
        {
          ...{mining: 'batch-all', distance: 'euclidean', margin: 0.5, normalize: false},
          ...{soft: false, meanOver: 'active'},
        },
      );
      expect(
        relativeError(
          withOther.gradient,
          exact.gradient.map(row => row.map(g => g / UPSTREAM)),
        ),
      ).toBeLessThan(TOLERANCE);
    }
  });

  it('leaves no tensor behind, not even when a step throws', () => {
    const random = testRandom(46);
    const x = tf.tensor2d(randomMatrix(random, 8, 4));
    const labels = tf.tensor1d(randomLabels(random, 8, 3), 'int32');
    const wrong = tf.tensor1d([0, 1], 'int32');
    for (const config of configs) {
      const loss = tripletLoss(config);
      const step = () => {
        const {value, grad} = tf.valueAndGrad(point => loss.loss(point as tf.Tensor2D, labels))(x);
        tf.dispose([value, grad]);
        tf.dispose(loss.lossAndCount(x, labels));
        expect(() => tf.grad(point => loss.loss(point as tf.Tensor2D, wrong))(x)).toThrow(
          'labels must be class ids of shape [8]',
        );
      };
      step();
      const {numTensors} = tf.memory();
      for (let i = 0; i < 3; i++) step();
      expect(tf.memory().numTensors, JSON.stringify(config)).toBe(numTensors);
    }
    tf.dispose([x, labels, wrong]);
  });
});

it('is FaceNet’s by default: semi-hard, squared, normalized, a margin of 0.2', () => {
  const random = testRandom(47);
  const x = tf.tensor2d(randomMatrix(random, 12, 4));
  const labels = tf.tensor1d(randomLabels(random, 12, 4), 'int32');
  const of = (config?: TripletLossConfig) => tf.tidy(() => tripletLoss(config).loss(x, labels).arraySync());
  const written = {
    mining: 'semi-hard',
    distance: 'squared',
    normalize: true,
    soft: false,
    meanOver: 'all',
  } as const;
  expect(of()).toBe(of({...written, margin: 0.2}));
  for (const other of [
    {mining: 'batch-all'},
    {distance: 'euclidean'},
    {normalize: false},
    {margin: 0.25},
    {soft: true},
    {meanOver: 'active'},
  ] as TripletLossConfig[]) {
    expect(of({...written, margin: 0.2, ...other})).not.toBe(of());
  }
  tf.dispose([x, labels]);
});

it('says what is wrong with an option', () => {
  expect(() => tripletLoss({margin: -0.1})).toThrow(
    'tripletLoss: margin must be a finite number of 0 or more, but is -0.1',
  );
  expect(() => tripletLoss({margin: Number.NaN})).toThrow('NaN');
  expect(() => tripletLoss({mining: 'hard' as 'batch-hard'})).toThrow(
    'mining must be one of batch-all, batch-hard, semi-hard, distance-weighted, but is hard',
  );
  expect(() => tripletLoss({distance: 'l2' as 'squared'})).toThrow(
    'distance must be one of squared, euclidean, cosine, but is l2',
  );
  expect(() => tripletLoss({meanOver: 'some' as 'all'})).toThrow('meanOver must be one of all, active');
  expect(() => tripletLoss({mining: 'distance-weighted', normalize: false})).toThrow(
    'normalize must be true',
  );
  expect(() => tripletLoss({mining: 'distance-weighted', cutoff: 0.5, nonzeroCutoff: 0.4})).toThrow(
    'nonzeroCutoff',
  );
});
