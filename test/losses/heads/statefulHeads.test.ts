import * as tf from '@tensorflow/tfjs-core';
import {input, layers, model, type SymbolicTensor} from '@tensorflow/tfjs-layers';
import {expect, it} from 'vitest';
import {adaCos} from '../../../src/losses/heads/adaCos';
import {adaFace} from '../../../src/losses/heads/adaFace';
import {arcFace} from '../../../src/losses/heads/arcFace';
import {curricularFace} from '../../../src/losses/heads/curricularFace';
import {elasticFace} from '../../../src/losses/heads/elasticFace';
import {magFace} from '../../../src/losses/heads/magFace';
import type {MarginHead} from '../../../src/losses/heads/marginHead';
import {sphereFace2 as makeSphereFace2} from '../../../src/losses/heads/sphereFace2';
import {uniFace} from '../../../src/losses/heads/uniFace';
import {linearRamp} from '../../../src/schedules/linearRamp';
import {relativeError} from '../../reference/centralDifference';
import {
  adaCosScale,
  adaFaceStatistics,
  curricularT,
  sphereFace2,
  sphereFace2Threshold,
  uniFace as uniFaceReference,
} from '../../reference/recentHeads';
import type {HeadInputs} from '../../reference/softmaxLoss';
import {scaled} from '../../reference/vectors';
import {describeOnBackends} from '../../support/backends';
import {randomLabels, randomMatrix, randomVector, testRandom} from '../../support/random';
import {evaluate} from './headCases';

const CLASSES = 6;

function inputsOf(seed: number, batch = 9): HeadInputs {
  const random = testRandom(seed);
  return {
    embeddings: randomMatrix(random, batch, 5).map(row => scaled(row, random.uniform(1, 20))),
    weights: randomMatrix(random, CLASSES, 5),
    labels: randomLabels(random, batch, CLASSES),
    upstream: randomVector(random, batch),
  };
}

/** A head built with the weights of `inputs`, and its embeddings and labels as tensors. */
function given<T extends MarginHead>(head: T, {embeddings, weights, labels}: HeadInputs) {
  const x = tf.tensor2d(embeddings as number[][]);
  tf.dispose(head.apply(x) as tf.Tensor);
  (head.classWeights as tf.Tensor2D & tf.Variable<tf.Rank.R2>).assign(tf.tensor2d(weights as number[][]));
  return {head, x, y: tf.tensor1d(labels as number[], 'int32')};
}

/** What a head keeps beside what it learns. */
const stateOf = (head: MarginHead) =>
  Object.fromEntries(
    head.nonTrainableWeights.map(weight => [
      weight.originalName.split('/').at(-1),
      weight.read().arraySync() as number,
    ]),
  );

const stateful: Record<string, {head(): MarginHead; after(inputs: HeadInputs): Record<string, number>}> = {
  AdaFace: {
    head: () => adaFace({classes: CLASSES, momentum: 0.2}),
    after: ({embeddings}) => {
      const {mean, deviation} = adaFaceStatistics(embeddings, {momentum: 0.2});
      return {normMean: mean, normDeviation: deviation};
    },
  },
  CurricularFace: {
    head: () => curricularFace({classes: CLASSES, momentum: 0.2}),
    after: inputs => ({t: curricularT(inputs, 0.2)}),
  },
  AdaCos: {
    head: () => adaCos({classes: CLASSES}),
    after: inputs => ({scale: adaCosScale(inputs, Math.SQRT2 * Math.log(CLASSES - 1))}),
  },
};

describeOnBackends('heads with a state', () => {
  it.each(Object.entries(stateful))(
    '%s keeps what a batch tells at the end of a step only',
    (_, {head, after}) => {
      const inputs = inputsOf(1);
      const {head: layer, x, y} = given(head(), inputs);
      const before = stateOf(layer);
      tf.dispose(layer.loss(x, y));
      tf.dispose(layer.loss(x, y, {training: false}));
      expect(stateOf(layer)).toEqual(before);
      layer.afterStep?.(x, y);
      const [actual, expected] = [stateOf(layer), after(inputs)];
      expect(Object.keys(actual)).toEqual(Object.keys(expected));
      for (const [name, value] of Object.entries(expected)) expect(actual[name] / value).toBeCloseTo(1, 4);
    },
  );

  it.each(Object.entries(stateful))('%s does not look at the batch in validation', (_, {head}) => {
    const inputs = inputsOf(2);
    const {head: layer, x, y} = given(head(), inputs);
    const whole = layer.loss(x, y, {training: false}).arraySync();
    const first = layer.loss(tf.slice(x, [0, 0], [3, -1]), tf.slice(y, 0, 3), {training: false});
    expect(relativeError([first.arraySync()], [whole.slice(0, 3)])).toBeLessThan(1e-4);
  });

  it.each(Object.entries(stateful))('%s moves its state in model.fit and saves it', async (_, {head}) => {
    const inputs = inputsOf(3, 8);
    const {head: layer, x, y} = given(head(), inputs);
    const before = stateOf(layer);
    const [images, labels] = [input({shape: [5]}), input({shape: [1], dtype: 'int32'})];
    const embeddings = layers.dense({units: 5, useBias: false}).apply(images) as SymbolicTensor;
    const network = model({inputs: [images, labels], outputs: layer.apply([embeddings, labels])});
    network.compile({optimizer: 'sgd', loss: 'categoricalCrossentropy'});
    await network.fit([x, tf.expandDims(y, 1)], tf.oneHot(y, CLASSES), {epochs: 1, batchSize: 4, verbose: 0});
    const moved = stateOf(layer);
    for (const name of Object.keys(before)) expect(moved[name]).not.toBe(before[name]);
    const other = given(head(), inputs).head;
    other.setWeights(layer.getWeights());
    expect(stateOf(other)).toEqual(moved);
  });

  it.each(Object.entries(stateful))('%s leaves no tensor behind at the end of a step', (_, {head}) => {
    const {head: layer, x, y} = given(head(), inputsOf(4));
    layer.afterStep?.(x, y);
    const {numTensors} = tf.memory();
    for (let step = 0; step < 3; step++) {
      tf.dispose(layer.loss(x, y));
      layer.afterStep?.(x, y);
    }
    expect(tf.memory().numTensors).toBe(numTensors);
  });

  it('AdaFace is finite for a batch of one, whose deviation stays as it is', () => {
    const inputs = inputsOf(5, 1);
    const {head, x, y} = given(adaFace({classes: CLASSES, momentum: 1}), inputs);
    expect(head.loss(x, y).arraySync().every(Number.isFinite)).toBe(true);
    head.afterStep(x);
    expect(stateOf(head).normDeviation).toBe(100);
    expect(Object.values(stateOf(head)).every(Number.isFinite)).toBe(true);
  });

  it("AdaCos keeps the scale of a step's loss, and finds it anew for a step of several batches", () => {
    const inputs = inputsOf(12);
    const {head, x, y} = given(adaCos({classes: CLASSES}), inputs);
    const first = adaCosScale(inputs, Math.SQRT2 * Math.log(CLASSES - 1));
    tf.dispose(head.loss(x, y));
    const others = {...inputs, weights: randomMatrix(testRandom(13), CLASSES, 5)};
    given(head, others);
    head.afterStep(tf.concat([x]), y);
    expect(stateOf(head).scale / first).toBeCloseTo(1, 4);
    head.afterStep(tf.concat([x, x]), tf.concat([y, y]));
    expect(stateOf(head).scale / adaCosScale(others, first)).toBeCloseTo(1, 4);
    const {numTensors} = tf.memory();
    head.dispose();
    expect(tf.memory().numTensors).toBe(numTensors - 3);
  });

  it('CurricularFace without a hard negative is ArcFace', () => {
    const random = testRandom(6);
    const weights = randomMatrix(random, CLASSES, 30);
    // Next to their own weights, where no other is.
    const inputs = {
      embeddings: weights.map(row => row.map(value => value + random.uniform(-0.05, 0.05))),
      weights,
      labels: weights.map((_, i) => i),
      upstream: randomVector(random, CLASSES),
    };
    const [one, other] = [curricularFace, arcFace].map(head => evaluate(head({classes: CLASSES}), inputs));
    expect(relativeError([one.losses], [other.losses])).toBeLessThan(1e-5);
    expect(relativeError(one.embeddings, other.embeddings)).toBeLessThan(1e-5);
    expect(relativeError(one.weights, other.weights)).toBeLessThan(1e-5);
  });

  it('MagFace has no radial part where margins are equal, beyond that of its regularizer', () => {
    const inputs = inputsOf(7);
    const head = (regularization: number) =>
      magFace({classes: CLASSES, margins: [0.5, 0.5], norms: [0.1, 1000], regularization});
    const {embeddings} = evaluate(head(0), inputs);
    embeddings.forEach((gradient, i) => {
      const x = inputs.embeddings[i];
      const along = gradient.reduce((total, value, d) => total + value * x[d], 0);
      expect(Math.abs(along) / Math.hypot(...x) / Math.hypot(...gradient)).toBeLessThan(1e-3);
    });
  });

  it('MagFace refuses a regularization below the bound of its paper', () => {
    expect(() => magFace({classes: 3, regularization: 22.5})).toThrow(
      'magFace: regularization must be at least 22.59 for this scale, these norms and these margins, ' +
        'so that the loss has one best norm, but is 22.5.',
    );
    expect(() => magFace({classes: 3, regularization: 22.6})).not.toThrow();
  });

  it.each([[[10, 10]], [[110, 10]], [[10, Infinity]]])('MagFace refuses the norms %j', norms => {
    expect(() => magFace({classes: 3, norms: norms as [number, number]})).toThrow(
      `magFace: norms must be [lowest, highest] with lowest below highest, but are [${norms}].`,
    );
  });

  it('UniFace and SphereFace2 learn their threshold', () => {
    const inputs = inputsOf(8);
    const cases = [
      [uniFace({classes: CLASSES, scale: 16}), uniFaceReference(inputs, {scale: 16, margin: 0.4})],
      [
        makeSphereFace2({classes: CLASSES}),
        sphereFace2(inputs, {scale: 40, margin: 0.4, t: 3, alpha: 0.7, weight: 50}),
      ],
    ] as const;
    for (const [layer, expected] of cases) {
      const {head, x, y} = given(layer, inputs);
      const u = tf.tensor1d(inputs.upstream as number[]);
      const threshold = head.threshold as unknown as tf.Variable;
      const {grads} = tf.variableGrads(() => tf.sum(tf.mul(head.loss(x, y), u)) as tf.Scalar, [threshold]);
      const actual = grads[threshold.name].arraySync() as number;
      expect(actual / expected.threshold).toBeCloseTo(1, 4);
    }
  });

  it('SphereFace2 refuses a scale that is a schedule, which moves in no paper', () => {
    const scale = linearRamp({from: 1, to: 40, steps: 10}) as never;
    expect(() => makeSphereFace2({classes: 3, scale})).toThrow(
      'sphereFace2: scale must be a finite number above 0, but is',
    );
  });

  it("SphereFace2's threshold starts at the published closed form", () => {
    const head = makeSphereFace2({classes: 10_572});
    tf.dispose(head.apply(tf.zeros([1, 2])) as tf.Tensor);
    const reference = {scale: 40, margin: 0.4, t: 3, alpha: 0.7, weight: 50};
    expect(sphereFace2Threshold(10_572, reference)).toBeCloseTo(-5.58, 2);
    expect(head.threshold.arraySync()).toBeCloseTo(sphereFace2Threshold(10_572, reference), 4);
  });

  it('ElasticFace draws a margin for each example, by seed and key', () => {
    const inputs = inputsOf(9);
    const of = (options: object, randomKey?: string) => {
      const {head, x, y} = given(elasticFace({classes: CLASSES, scale: 8, ...options}), inputs);
      return head.loss(x, y, randomKey === undefined ? {} : {randomKey}).arraySync();
    };
    expect(of({seed: 1}, 'a')).toEqual(of({seed: 1}, 'a'));
    expect(of({seed: 1}, 'a')).not.toEqual(of({seed: 1}, 'b'));
    expect(of({seed: 1})).toEqual(of({seed: 1}));
    expect(of({seed: 1})).not.toEqual(of({seed: 2}));
    expect(of({seed: 1, deviation: 0})).not.toEqual(of({seed: 1}));
  });

  it('ElasticFace+ gives the largest margin to the example that is furthest from its class', () => {
    const count = 40;
    const random = testRandom(10);
    const cosines = Array.from({length: count}, () => random.uniform(-0.9, 0.9));
    const inputs = {
      embeddings: cosines.map(c => [c, Math.sqrt(1 - c * c)]),
      weights: [[1, 0]],
      labels: cosines.map(() => 0),
    };
    const {head, x, y} = given(
      elasticFace({classes: 1, scale: 1, form: 'cos', plus: true, deviation: 0.1, seed: 3}),
      inputs,
    );
    const logits = head.apply([x, y], {training: true}).arraySync();
    const margins = cosines.map((c, i) => c - logits[i][0]);
    const byCosine = cosines.map((c, i) => [c, margins[i]]).sort(([a], [b]) => a - b);
    const inOrder = byCosine.map(([, margin]) => margin);
    expect(inOrder).toEqual([...inOrder].sort((a, b) => b - a));
    const mean = margins.reduce((sum, m) => sum + m, 0) / count;
    expect(mean).toBeGreaterThan(0.3);
    expect(mean).toBeLessThan(0.4);
    expect(Math.max(...margins) - Math.min(...margins)).toBeGreaterThan(0.2);
  });

  it('a filter that leaves every other class out leaves no loss', () => {
    const {losses, embeddings, weights} = evaluate(
      arcFace({classes: CLASSES, interClassFilter: -1, learnScale: true}),
      inputsOf(11),
    );
    expect([losses, embeddings, weights].flat(2).every(value => value === 0 || Object.is(value, -0))).toBe(
      true,
    );
  });
});
