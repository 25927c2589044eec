import * as tf from '@tensorflow/tfjs-core';
import {
  initializers,
  input,
  layers,
  loadLayersModel,
  model,
  type SymbolicTensor,
} from '@tensorflow/tfjs-layers';
import {expect, it} from 'vitest';
import {type CenterLoss, centerLoss} from '../../src/losses/centerLoss';
import * as reference from '../reference/centerLoss';
import {relativeError} from '../reference/centralDifference';
import {describeOnBackends} from '../support/backends';
import {awkwardBatches, evaluateLoss, inFloat32} from '../support/evaluateLoss';
import {randomLabels, randomMatrix, randomVector, testRandom} from '../support/random';

const TOLERANCE = 1e-4;

/** A built layer with the given centers. */
function withCenters(centers: number[][], alpha?: number): CenterLoss {
  const layer = centerLoss({classes: centers.length, alpha});
  tf.tidy(() => {
    layer.loss(tf.zeros([1, centers[0].length]), tf.tensor1d([0], 'int32'), {training: false});
    layer.setWeights([tf.tensor2d(centers)]);
  });
  return layer;
}

/** Two clusters in each class, far apart, and the means of the classes. */
function clusters() {
  const random = testRandom(71);
  const labels = Array.from({length: 60}, (_, i) => i % 3);
  const embeddings = inFloat32(
    labels.map(label => randomMatrix(random, 1, 4)[0].map(value => value + 5 * label)),
  );
  const means = [0, 1, 2].map(label => {
    const members = embeddings.filter((_, i) => labels[i] === label);
    return members[0].map((_, d) => members.reduce((total, row) => total + row[d], 0) / members.length);
  });
  return {embeddings, labels, means};
}

/** The loss and its gradient; then the centers move, as at the end of a step. */
function trainOn(layer: CenterLoss, embeddings: number[][], labels: number[], upstream: number[]) {
  const evaluated = evaluateLoss((x, y) => layer.loss(x, y), embeddings, labels, upstream);
  tf.tidy(() => layer.afterStep(tf.tensor2d(embeddings), tf.tensor1d(labels, 'int32')));
  return evaluated;
}

describeOnBackends('center loss', () => {
  it('agrees with its formula, by the centers before they move', () => {
    const random = testRandom(72);
    for (const [batch, dimension, classes, alpha] of [
      [8, 5, 4, 0.5],
      [33, 16, 3, 0.05],
      [1, 2, 10, 1],
      [5, 3, 1, 0],
    ]) {
      const embeddings = inFloat32(randomMatrix(random, batch, dimension));
      const centers = inFloat32(randomMatrix(random, classes, dimension));
      const labels = randomLabels(random, batch, classes);
      const upstream = randomVector(random, batch);
      const layer = withCenters(centers, alpha);
      const actual = trainOn(layer, embeddings, labels, upstream);
      const expected = reference.centerLoss({embeddings, labels, centers, upstream});
      expect(relativeError([actual.value], [expected.losses])).toBeLessThan(TOLERANCE);
      expect(relativeError(actual.gradient, expected.gradients.embeddings)).toBeLessThan(TOLERANCE);
      const moved = reference.updateCenters({embeddings, labels, centers}, alpha);
      expect(relativeError(layer.centers.arraySync(), moved)).toBeLessThan(TOLERANCE);
      layer.dispose();
    }
  });

  it('leaves centers alone until a step has ended, and those of absent classes always', () => {
    const layer = withCenters([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    const batch: [number[][], number[], number[]] = [
      [
        [0, 0],
        [1, 1],
      ],
      [0, 0],
      [1, 1],
    ];
    evaluateLoss((x, y) => layer.loss(x, y), ...batch);
    expect(layer.centers.arraySync()).toEqual([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    trainOn(layer, ...batch);
    expect(layer.centers.arraySync().slice(1)).toEqual([
      [3, 4],
      [5, 6],
    ]);
    expect(layer.centers.arraySync()[0]).not.toEqual([1, 2]);
    layer.dispose();
  });

  it('follows at a rate of 0.5 by default, from the origin', () => {
    const layer = centerLoss({classes: 2});
    trainOn(
      layer,
      [
        [4, 8],
        [2, 0],
      ],
      [1, 1],
      [1, 1],
    );
    expect(
      relativeError(layer.centers.arraySync(), [
        [0, 0],
        [(0.5 * 6) / 3, (0.5 * 8) / 3],
      ]),
    ).toBeLessThan(1e-6);
    layer.dispose();
  });

  it('brings centers to the class means within 100 steps', () => {
    const {embeddings, labels, means} = clusters();
    const layer = centerLoss({classes: 3});
    for (let step = 0; step < 100; step++) trainOn(layer, embeddings, labels, labels);
    expect(relativeError(layer.centers.arraySync(), means)).toBeLessThan(1e-5);
    layer.dispose();
  });

  it('does not train its centers by gradient, and has none to the labels’ side', () => {
    const layer = withCenters([
      [1, 2],
      [3, 4],
    ]);
    expect(layer.trainableWeights).toEqual([]);
    expect(layer.nonTrainableWeights.map(weight => weight.shape)).toEqual([[2, 2]]);
    layer.dispose();
  });

  it.each(awkwardBatches)('is finite, value, gradient and centers, on $name', ({embeddings, labels}) => {
    const layer = centerLoss({classes: 3});
    for (let step = 0; step < 5; step++) {
      const {value, gradient} = trainOn(layer, embeddings, labels, labels);
      const numbers = [value, gradient.flat(), layer.centers.arraySync().flat()].flat();
      expect(numbers.every(Number.isFinite)).toBe(true);
    }
    layer.dispose();
  });

  it('trains in model.fit as an output of its own, moving centers there and not in predict', async () => {
    const {embeddings, labels} = clusters();
    const layer = centerLoss({classes: 3});
    const features = input({shape: [4]});
    const ids = input({shape: [1], dtype: 'int32'});
    const embedding = layers
      .dense({units: 2, kernelInitializer: initializers.glorotUniform({seed: 7})})
      .apply(features) as SymbolicTensor;
    const network = model({
      inputs: [features, ids],
      outputs: layer.apply([embedding, ids]) as SymbolicTensor,
    });
    const x = [tf.tensor2d(embeddings), tf.tensor2d(labels, [60, 1], 'int32')];
    const each = network.predict(x) as tf.Tensor;
    expect(each.shape).toEqual([60, 1]);
    expect(
      layer.centers
        .arraySync()
        .flat()
        .every(value => value === 0),
    ).toBe(true);
    network.compile({optimizer: tf.train.sgd(0.0005), loss: (_, losses) => tf.mean(losses)});
    const unused = tf.zeros([60, 1]);
    const {history} = await network.fit(x, unused, {epochs: 8, batchSize: 60, verbose: 0});
    expect(
      layer.centers
        .arraySync()
        .flat()
        .every(value => value !== 0),
    ).toBe(true);
    expect(history.loss.at(-1)).toBeLessThan(0.5 * Number(history.loss[0]));
    tf.dispose([...x, each, unused]);
  });

  it('saves its centers with a model, and goes on from them after loading', async () => {
    const {embeddings, labels} = clusters();
    const layer = centerLoss({classes: 3, alpha: 0.25});
    const features = input({shape: [4]});
    const ids = input({shape: [1], dtype: 'int32'});
    const embedding = layers
      .dense({units: 2, kernelInitializer: initializers.glorotUniform({seed: 7})})
      .apply(features) as SymbolicTensor;
    const outputs = [embedding, layer.apply([embedding, ids]) as SymbolicTensor];
    const network = model({inputs: [features, ids], outputs});
    const step = (of: CenterLoss) =>
      evaluateLoss(
        (x, y) => of.loss(x, y),
        embeddings.map(row => row.slice(0, 2)),
        labels,
        labels,
      );
    step(layer);
    let artifacts: tf.io.ModelArtifacts | undefined;
    await network.save(
      tf.io.withSaveHandler(async saved => {
        artifacts = saved;
        return {modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(saved)};
      }),
    );
    const loaded = await loadLayersModel(tf.io.fromMemory(artifacts as tf.io.ModelArtifacts));
    const again = loaded.layers.find(each => each.getClassName() === 'FaceMarginsCenterLoss') as CenterLoss;
    expect(again.centers.arraySync()).toEqual(layer.centers.arraySync());
    step(layer);
    step(again);
    expect(again.centers.arraySync()).toEqual(layer.centers.arraySync());
  });

  it('leaves no tensor behind, not even when a step throws', () => {
    const random = testRandom(73);
    const x = tf.tensor2d(randomMatrix(random, 8, 4));
    const labels = tf.tensor1d(randomLabels(random, 8, 3), 'int32');
    const wrong = tf.fill([8], 3, 'int32') as tf.Tensor1D;
    const layer = centerLoss({classes: 3});
    const step = () => {
      tf.dispose(tf.valueAndGrad(point => tf.mean(layer.loss(point as tf.Tensor2D, labels)))(x));
      tf.dispose(layer.loss(x, labels, {training: false}));
      expect(() => tf.grad(point => layer.loss(point as tf.Tensor2D, wrong))(x)).toThrow(
        'labels[0] must be a class id from 0 to 2, but is 3',
      );
    };
    step();
    const {numTensors} = tf.memory();
    for (let i = 0; i < 5; i++) step();
    expect(tf.memory().numTensors).toBe(numTensors);
    tf.dispose([x, labels, wrong]);
    layer.dispose();
  });

  it('moves centers that no loss was taken of yet', () => {
    const [x, ids] = [tf.tensor2d([[2, 4]]), tf.tensor1d([1], 'int32')];
    const layer = centerLoss({classes: 2, alpha: 0.5});
    layer.afterStep(x, ids);
    // The one member of class 1 draws it by half of α, by the published rule's 1 + n.
    expect(layer.centers.arraySync()).toEqual([
      [0, 0],
      [0.5, 1],
    ]);
  });

  it('says what is wrong with a batch or an option', () => {
    const layer = centerLoss({classes: 3});
    const x = tf.zeros([2, 4]) as tf.Tensor2D;
    const ids = tf.tensor1d([0, 1], 'int32');
    expect(() => layer.centers).toThrow('has no centers before it is built');
    expect(() => layer.apply(x)).toThrow('must be applied to [embeddings, labels]');
    const flat = tf.zeros([2]);
    expect(() => layer.apply([flat, ids])).toThrow('with embeddings [batch, dimension] of a known dimension');
    tf.dispose(layer.loss(x, ids));
    expect(() => layer.loss(tf.zeros([2, 5]) as tf.Tensor2D, ids)).toThrow('must have shape [classes, 5]');
    expect(() => layer.loss(x, tf.tensor1d([0], 'int32'))).toThrow('labels must be class ids of shape [2]');
    expect(() => layer.apply([x, tf.tensor2d([[0], [0.5]])])).toThrow(
      'centerLoss: labels[1] must be a whole number, but is 0.5',
    );
    const none = tf.zeros([0, 4]) as tf.Tensor2D;
    expect(() => layer.loss(none, tf.tensor1d([], 'int32'))).toThrow('skip an empty batch');
    expect(() => layer.afterStep(none, tf.tensor1d([], 'int32'))).toThrow('skip an empty batch');
    expect(() => centerLoss({classes: 0})).toThrow('classes must be a whole number of 1 or more, but is 0');
    expect(() => centerLoss({classes: 2, alpha: 1.5})).toThrow(
      'alpha must be a number from 0 to 1, but is 1.5',
    );
    layer.dispose();
  });
});
