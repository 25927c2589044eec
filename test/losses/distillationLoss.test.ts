import * as tf from '@tensorflow/tfjs-core';
import {expect, it} from 'vitest';
import {distillationLoss} from '../../src/losses/distillationLoss';
import {cosineDistances} from '../../src/ops/pairwise/cosineDistances';
import {centralDifference, relativeError} from '../reference/centralDifference';
import {dot, type Matrix, norm, sum} from '../reference/vectors';
import {awkwardMatrix} from '../support/awkwardMatrix';
import {describeOnBackends} from '../support/backends';
import {randomMatrix, testRandom} from '../support/random';
import {tinyNetwork} from '../support/tinyTraining';

const product = (x: Matrix, map: Matrix): number[][] =>
  x.map(row => map[0].map((_, j) => sum(row.map((value, d) => value * map[d][j]))));

/** `1 − cos` of rows. */
const distances = (x: Matrix, t: Matrix): number[] =>
  x.map((row, i) => 1 - dot(row, t[i]) / (norm(row) * norm(t[i])));

const float32 = (rows: number[][]) => rows.map(row => row.map(Math.fround));
const ids = (count: number) => tf.zeros([count], 'int32') as tf.Tensor1D;

describeOnBackends('the distillation loss', () => {
  it('agrees with its formula, gradients to embeddings and map and all', () => {
    const random = testRandom(71);
    const x = float32(randomMatrix(random, 5, 4));
    const map = float32(randomMatrix(random, 4, 6));
    const t = float32(randomMatrix(random, 5, 6));
    const upstream = [1, -0.5, 2, 0.25, -1.5];
    const value = (x: Matrix, map: Matrix) => dot(upstream, distances(product(x, map), t));
    const loss = (x: tf.Tensor, map: tf.Tensor) =>
      tf.sum(
        tf.mul(
          upstream,
          cosineDistances(x as tf.Tensor2D, () => tf.tensor2d(t), map as tf.Tensor2D),
        ),
      );
    const actual = tf.valueAndGrads(loss)([tf.tensor2d(x), tf.tensor2d(map)]);
    const [byX, byMap] = actual.grads.map(gradient => gradient.arraySync() as number[][]);
    expect((actual.value.arraySync() as number) / value(x, map)).toBeCloseTo(1, 4);
    expect(
      relativeError(
        byX,
        centralDifference(x => value(x, map), x),
      ),
    ).toBeLessThan(1e-4);
    expect(
      relativeError(
        byMap,
        centralDifference(map => value(x, map), map),
      ),
    ).toBeLessThan(1e-4);
  });

  it('keeps its digits where student and teacher are nearly the same', () => {
    const t = [3, 4, 12];
    const x = float32([t.map((value, i) => value * (1 + [1e-4, -2e-4, 5e-5][i]))]);
    const actual = cosineDistances(tf.tensor2d(x), () => tf.tensor2d([t])).arraySync()[0];
    expect(actual / distances(x, [t])[0]).toBeCloseTo(1, 2);
  });

  it('is finite for any finite embeddings', () => {
    const random = testRandom(72);
    const t = awkwardMatrix(random, 200, 5);
    const x = tf.tensor2d(awkwardMatrix(random, 200, 5, t));
    const map = tf.tensor2d(randomMatrix(random, 5, 5));
    const loss = (x: tf.Tensor, map: tf.Tensor) =>
      tf.sum(cosineDistances(x as tf.Tensor2D, () => tf.tensor2d(t), map as tf.Tensor2D));
    const {value, grads} = tf.valueAndGrads(loss)([x, map]);
    for (const tensor of [value, ...grads]) expect(tf.all(tf.isFinite(tensor)).arraySync()).toBe(1);
  });

  it('is 0 where the student is the teacher, whichever way the teacher is given', () => {
    const teacher = tinyNetwork({size: 4, seed: 5});
    const images = tf.randomNormal([6, 6, 6, 1], 0, 1, 'float32', 1);
    const embeddings = teacher.predict(images) as tf.Tensor2D;
    const values = embeddings.dataSync();
    const losses = [
      distillationLoss({teacher}).loss(embeddings, ids(6), {images}),
      distillationLoss({teacher: {values, dimension: 4}}).loss(embeddings, ids(6), {
        places: [0, 1, 2, 3, 4, 5],
      }),
    ];
    for (const loss of losses) expect(Math.max(...loss.dataSync())).toBeLessThan(1e-10);
    const turned = distillationLoss({teacher: {values, dimension: 4}}).loss(embeddings, ids(6), {
      places: [5, 4, 3, 2, 1, 0],
    });
    const rows = embeddings.arraySync();
    expect(relativeError([turned.arraySync()], [distances(rows, [...rows].reverse())])).toBeLessThan(1e-5);
  });

  it('gives a teacher what it is prepared, and leaves no tensor behind', () => {
    const teacher = tinyNetwork({size: 4, seed: 5});
    const images = tf.randomNormal([3, 6, 6, 1], 0, 1, 'float32', 1);
    const embeddings = tf.randomNormal([3, 2], 0, 1, 'float32', 2);
    const [plain, prepared] = [
      distillationLoss({teacher, seed: 3}),
      distillationLoss({teacher, seed: 3, prepare: images => tf.mul(images, 2)}),
    ];
    const doubled = plain.loss(embeddings, ids(3), {images: tf.mul(images, 2)});
    expect(prepared.loss(embeddings, ids(3), {images}).arraySync()).toEqual(doubled.arraySync());
    const labels = ids(3);
    const {numTensors} = tf.memory();
    const {value, grads} = tf.variableGrads(
      () => tf.mean(prepared.loss(embeddings, labels, {images})) as tf.Scalar,
    );
    // That of the map, and none of the teacher's.
    expect(Object.keys(grads)).toHaveLength(1);
    tf.dispose([value, grads]);
    expect(tf.memory().numTensors).toBe(numTensors);
  });

  it('maps embeddings where lengths differ, or where it is told to', () => {
    const teacher = {values: new Float32Array(8), dimension: 4};
    const lengthsOf = (project: boolean | undefined, length: number) => {
      const loss = distillationLoss({teacher, ...(project !== undefined && {project})});
      loss.apply(tf.zeros([1, length]));
      return loss.weights.map(weight => weight.shape);
    };
    expect(lengthsOf(undefined, 3)).toEqual([[3, 4]]);
    expect(lengthsOf(undefined, 4)).toEqual([]);
    expect(lengthsOf(true, 4)).toEqual([[4, 4]]);
    expect(() => lengthsOf(false, 3)).toThrow(
      "distillationLoss: project must be true where lengths differ, but is false for embeddings of 3 and a teacher's of 4.",
    );
  });

  it.each([
    [{}, 'distillationLoss: teacher must be a network with one output of a known length'],
    [
      {values: [1, 2, 3], dimension: 2},
      'distillationLoss: teacher must hold rows of dimension 2, but holds 3',
    ],
    [{values: [], dimension: 2}, 'distillationLoss: teacher must hold rows of dimension 2, but holds 0'],
  ])('refuses a teacher of another kind', (teacher, message) => {
    expect(() => distillationLoss({teacher} as never)).toThrow(message);
  });

  it('says what the teacher needs', () => {
    const x = tf.zeros([2, 4]);
    const stored = distillationLoss({teacher: {values: new Float32Array(12), dimension: 4}});
    expect(() => distillationLoss({teacher: tinyNetwork()}).loss(x, ids(2))).toThrow(
      'images must be given where the teacher is a network, loss(embeddings, labels, {images}), but is undefined',
    );
    expect(() => stored.loss(x, ids(2))).toThrow('one for each of 2 images, but are undefined');
    expect(() => stored.loss(x, ids(2), {places: [0]})).toThrow('one for each of 2 images, but are 1');
    expect(() => stored.loss(x, ids(2), {places: [0, 3]})).toThrow(
      'places must be below 3, the number of stored embeddings, but one is 3',
    );
  });
});
