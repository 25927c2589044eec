import * as tf from '@tensorflow/tfjs-core';
import {describe, expect, it} from 'vitest';
import {type ContrastiveLossConfig, contrastiveLoss} from '../../../src/losses/pairs/contrastiveLoss';
import {relativeError} from '../../reference/centralDifference';
import {allPairs, contrastive} from '../../reference/contrastive';
import type {DistanceName} from '../../reference/distances';
import {meanOver} from '../../reference/termsLoss';
import {dot, type Matrix, plus, type Vector} from '../../reference/vectors';
import {describeOnBackends} from '../../support/backends';
import {awkwardBatches, evaluateLoss, inFloat32} from '../../support/evaluateLoss';
import {type GoldenCase, goldenCases} from '../../support/fixtures';
import {randomLabels, randomMatrix, randomVector, testRandom} from '../../support/random';

const TOLERANCE = 1e-4;
const UPSTREAM = 2.3;

const distances: DistanceName[] = ['squared', 'euclidean', 'cosine'];
/** Every kind of it, with margins that leave some pairs without loss. */
const kinds: ContrastiveLossConfig[] = [true, false].flatMap(normalize =>
  ([1, 2] as const).flatMap(power =>
    (['all', 'active'] as const).flatMap(meanOver => [
      {normalize, power, meanOver, margin: 1, positiveMargin: 0},
      {normalize, power, meanOver, margin: 1.3, positiveMargin: 0.4},
    ]),
  ),
);

function expectAgreement(given: Matrix, labels: Vector, config: ContrastiveLossConfig) {
  const embeddings = inFloat32(given);
  const {meanOver: over = 'all', ...options} = config;
  const pairs = allPairs(labels);
  const {loss, count, upstream} = meanOver(contrastive({embeddings, pairs}, options).losses, over);
  const expected = contrastive({embeddings, pairs, upstream: upstream.map(w => w * UPSTREAM)}, options);
  const library = contrastiveLoss(config);
  const actual = evaluateLoss((x, y) => library.loss(x, y), embeddings, labels, [UPSTREAM]);
  expect(relativeError([actual.value], [[loss]]), JSON.stringify(config)).toBeLessThan(TOLERANCE);
  expect(relativeError(actual.gradient, expected.gradients.embeddings)).toBeLessThan(TOLERANCE);
  const counted = tf.tidy(() => {
    const ids = tf.tensor1d(labels as number[], 'int32');
    return library.lossAndCount(tf.tensor2d(embeddings), ids).count.arraySync();
  });
  expect(counted).toBe(count);
}

/** The loss of given pairs and both gradients under an upstream gradient. */
function evaluatePairs(
  config: ContrastiveLossConfig,
  first: Matrix,
  second: Matrix,
  same: boolean[],
  upstream: Vector,
) {
  return tf.tidy(() => {
    const loss = contrastiveLoss(config);
    const flags = tf.tensor1d(same, 'bool');
    const inputs = [first, second].map(half => tf.tensor2d(half as number[][]));
    const of = (a: tf.Tensor, b: tf.Tensor) => loss.pairLoss(a as tf.Tensor2D, b as tf.Tensor2D, flags);
    const total = (a: tf.Tensor, b: tf.Tensor) => tf.sum(tf.mul(of(a, b), tf.tensor1d(upstream as number[])));
    return {
      losses: of(inputs[0], inputs[1]).arraySync(),
      gradients: tf
        .grads(total)(inputs)
        .map(grad => grad.arraySync() as number[][]),
    };
  });
}

describeOnBackends('contrastive loss', () => {
  describe.each(distances)('%s distance', distance => {
    it('agrees with its formula over all pairs of random batches', () => {
      const random = testRandom(61);
      for (const [batch, dimension, classes] of [
        [8, 5, 3],
        [30, 2, 10],
        [24, 64, 4],
      ]) {
        const embeddings = randomMatrix(random, batch, dimension, 1 / Math.sqrt(dimension));
        const labels = randomLabels(random, batch, classes);
        for (const kind of kinds) expectAgreement(embeddings, labels, {distance, ...kind});
      }
    });

    it('agrees when some embeddings are equal, and for near ones', () => {
      const random = testRandom(62);
      const [a, b, c, step] = randomMatrix(random, 4, 6);
      const embeddings = [a, a, b, plus(b, step, 1e-2), c, c, plus(a, step, 3e-3)];
      for (const kind of kinds) expectAgreement(embeddings, [0, 0, 0, 1, 1, 2, 1], {distance, ...kind});
    });

    it('agrees with its formula for given pairs, one value and one upstream gradient a pair', () => {
      const random = testRandom(63);
      const half = () => inFloat32(randomMatrix(random, 9, 4, 0.5));
      const [first, second] = [half(), half()];
      // Equal, nearly equal, and equal across classes.
      second[0] = first[0];
      second[1] = inFloat32([plus(first[1], randomVector(random, 4), 1e-3)])[0];
      second[2] = first[2];
      const same = [true, true, false, true, false, true, false, false, true];
      const upstream = randomVector(random, 9);
      const pairs = same.map((flag, i) => ({first: i, second: 9 + i, same: flag}));
      for (const kind of kinds) {
        const expected = contrastive(
          {embeddings: [...first, ...second], pairs, upstream},
          {distance, ...kind},
        );
        const actual = evaluatePairs({distance, ...kind}, first, second, same, upstream);
        expect(relativeError([actual.losses], [expected.losses])).toBeLessThan(TOLERANCE);
        expect(relativeError(actual.gradients.flat(), expected.gradients.embeddings)).toBeLessThan(TOLERANCE);
      }
    });

    it('over all pairs is the mean of the same pairs given', () => {
      const random = testRandom(64);
      const embeddings = inFloat32(randomMatrix(random, 7, 3));
      const labels = [0, 1, 0, 2, 1, 0, 2];
      const pairs = allPairs(labels);
      const ones = pairs.map(() => 1 / pairs.length);
      const [first, second] = [
        pairs.map(pair => embeddings[pair.first]),
        pairs.map(pair => embeddings[pair.second]),
      ];
      const given = evaluatePairs(
        {distance},
        first,
        second,
        pairs.map(pair => pair.same),
        ones,
      );
      const loss = contrastiveLoss({distance});
      const batch = evaluateLoss((x, y) => loss.loss(x, y), embeddings, labels, [1]);
      expect(batch.value[0]).toBeCloseTo(dot(given.losses, ones), 5);
      const gathered = embeddings.map(row => row.map(() => 0));
      pairs.forEach((pair, t) => {
        gathered[pair.first] = plus(gathered[pair.first], given.gradients[0][t]);
        gathered[pair.second] = plus(gathered[pair.second], given.gradients[1][t]);
      });
      expect(relativeError(batch.gradient, gathered)).toBeLessThan(TOLERANCE);
    });
  });

  const {inputs, cases} = goldenCases<GoldenCase<ContrastiveLossConfig>>('terms');
  const golden = cases.filter(({loss}) => loss === 'contrastive');
  it.each(golden.map(one => [one.peer ?? JSON.stringify(one.options), one] as const))(
    'agrees pair by pair with %s',
    (_, one) => {
      const {embeddings} = inputs[one.inputs];
      const terms = one.terms ?? [];
      const at = (place: number) => terms.map(term => embeddings[Number(term[place])]);
      const same = terms.map(term => term[2] === true);
      const {losses} = evaluatePairs(
        {normalize: false, ...one.options},
        at(0),
        at(1),
        same,
        same.map(Number),
      );
      expect(relativeError([losses], [one.losses])).toBeLessThan(TOLERANCE);
    },
  );

  it.each(awkwardBatches)('is finite, value and gradient, on $name', ({embeddings, labels}) => {
    for (const distance of distances) {
      for (const kind of kinds) {
        const loss = contrastiveLoss({distance, ...kind});
        const {value, gradient} = evaluateLoss((x, y) => loss.loss(x, y), embeddings, labels, [UPSTREAM]);
        const same = labels.map(label => label === labels[0]);
        const given = evaluatePairs({distance, ...kind}, embeddings, [...embeddings].reverse(), same, labels);
        const numbers = [value, gradient.flat(), given.losses, given.gradients.flat(2)].flat();
        expect(numbers.every(Number.isFinite), JSON.stringify({distance, ...kind})).toBe(true);
      }
    }
  });

  it('is zero with zero gradient and count 0 for a single example', () => {
    const loss = contrastiveLoss();
    const {value, gradient} = evaluateLoss((x, y) => loss.loss(x, y), [[1, 2, 3]], [0], [UPSTREAM]);
    expect([...value, ...gradient[0]].every(number => number === 0)).toBe(true);
    const [x, labels] = [tf.tensor2d([[1, 2, 3]]), tf.tensor1d([0], 'int32')];
    const both = loss.lossAndCount(x, labels);
    expect(both.count.arraySync()).toBe(0);
    tf.dispose([x, labels, both]);
  });

  it('has no gradient between embeddings of one direction, whatever their lengths', () => {
    const first = inFloat32(randomMatrix(testRandom(65), 20, 7));
    const second = first.map((row, i) => row.map(value => Math.fround(value * (1 + i / 3))));
    const same = first.map((_, i) => i % 2 === 0);
    for (const power of [1, 2] as const) {
      const {gradients} = evaluatePairs(
        {power},
        first,
        second,
        same,
        same.map(() => 1),
      );
      expect(gradients.flat(2).every(number => number === 0)).toBe(true);
    }
  });

  it('agrees for embeddings far from the origin', () => {
    const random = testRandom(67);
    const embeddings = randomMatrix(random, 12, 4, 0.5).map(row => row.map(value => value + 1000));
    const labels = randomLabels(random, 12, 3);
    expectAgreement(embeddings, labels, {normalize: false, distance: 'euclidean'});
    expectAgreement(embeddings, labels, {normalize: false, distance: 'squared', power: 1, margin: 3});
  });

  it('leaves no tensor behind, not even when a step throws', () => {
    const random = testRandom(66);
    const [x, z] = [8, 8].map(rows => tf.tensor2d(randomMatrix(random, rows, 4)));
    const labels = tf.tensor1d(randomLabels(random, 8, 3), 'int32');
    const same = tf.tensor1d(randomLabels(random, 8, 2), 'int32');
    const wrong = tf.tensor1d([0, 1], 'int32');
    for (const kind of kinds) {
      const loss = contrastiveLoss(kind);
      const step = () => {
        tf.dispose(tf.valueAndGrad(point => loss.loss(point as tf.Tensor2D, labels))(x));
        tf.dispose(loss.lossAndCount(x, labels));
        tf.dispose(loss.pairLoss(x, z, same));
        expect(() => tf.grad(point => loss.loss(point as tf.Tensor2D, wrong))(x)).toThrow(
          'labels must be class ids of shape [8]',
        );
        expect(() => loss.pairLoss(x, z, wrong)).toThrow(
          'same must have shape [8], one for each pair, but has [2]',
        );
      };
      step();
      const {numTensors} = tf.memory();
      for (let i = 0; i < 3; i++) step();
      expect(tf.memory().numTensors).toBe(numTensors);
    }
    tf.dispose([x, z, labels, same, wrong]);
  });

  it('says what is wrong with pairs', () => {
    const loss = contrastiveLoss();
    const [x, short, flags] = [tf.zeros([3, 2]), tf.zeros([2, 2]), tf.zeros([3])] as [
      tf.Tensor2D,
      tf.Tensor2D,
      tf.Tensor1D,
    ];
    expect(() => loss.pairLoss(x, short, flags)).toThrow(
      'one shape [pairs, dimension], but have [3,2] and [2,2]',
    );
    expect(() => loss.loss(flags as unknown as tf.Tensor2D, flags)).toThrow(
      'embeddings must have shape [batch, dimension]',
    );
    expect(() => loss.loss(x, flags)).toThrow('labels must be int32, but are float32');
    for (const wrong of [0.5, Number.NaN, -1]) {
      expect(() => loss.pairLoss(x, x, tf.tensor1d([0, wrong, 1]))).toThrow(
        `contrastiveLoss: same[1] must be 0 or 1, but is ${wrong}`,
      );
    }
    const none = tf.zeros([0, 2]) as tf.Tensor2D;
    expect(() => loss.pairLoss(none, none, tf.tensor1d([]))).toThrow(
      'there must be at least one pair, but embeddings have shape [0,2]; skip an empty batch',
    );
    expect(() => loss.loss(none, tf.tensor1d([], 'int32'))).toThrow('skip an empty batch');
    tf.dispose([x, short, flags]);
  });
});

it('is DeepID2’s between unit embeddings by default, with a margin of 1', () => {
  const [first, second] = [[[2, 0]], [[0.5 * Math.cos(0.9), 0.5 * Math.sin(0.9)]]];
  const d = 2 * Math.sin(0.45);
  expect(evaluatePairs({}, first, second, [true], [1]).losses[0]).toBeCloseTo(d ** 2 / 2, 5);
  expect(evaluatePairs({}, first, second, [false], [1]).losses[0]).toBeCloseTo((1 - d) ** 2 / 2, 5);
});

it('says what is wrong with an option', () => {
  expect(() => contrastiveLoss({margin: -1})).toThrow(
    'contrastiveLoss: margin must be a finite number of 0 or more, but is -1',
  );
  expect(() => contrastiveLoss({positiveMargin: Number.POSITIVE_INFINITY})).toThrow('positiveMargin');
  expect(() => contrastiveLoss({power: 3 as 2})).toThrow('power must be one of 1, 2, but is 3');
  expect(() => contrastiveLoss({distance: 'angle' as 'cosine'})).toThrow(
    'distance must be one of squared, euclidean, cosine',
  );
});
