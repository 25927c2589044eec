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
import {arcFace} from '../../../src/losses/heads/arcFace';
import {CustomHead, customHead} from '../../../src/losses/heads/customHead';
import {l2Softmax} from '../../../src/losses/heads/l2Softmax';
import {normFace} from '../../../src/losses/heads/normFace';
import {Softmax, softmax} from '../../../src/losses/heads/softmax';
import type {Angle, Margin} from '../../../src/ops/margin/margin';
import type {TargetLoss} from '../../../src/ops/margin/targetLoss';
import {trainableVariables} from '../../../src/train/step/trainableVariables';
import {describeOnBackends} from '../../support/backends';
import {headCases} from './headCases';

/** A margin that is code is not saved; its own test says so. */
const savedCases = headCases.filter(({name}) => name !== 'a custom head');
const crossEntropyCases = headCases.filter(({name}) => !/focal|Mag|UniFace|SphereFace2/.test(name));

const CLASSES = 4;
const DIMENSION = 6;

/** Clusters around as many directions as there are classes, easy to tell apart. */
function clusters(perClass: number) {
  const labels = Array.from({length: CLASSES * perClass}, (_, i) => i % CLASSES);
  const noise = tf.randomNormal([labels.length, DIMENSION], 0, 0.3, 'float32', 5);
  const ids = tf.tensor1d(labels, 'int32');
  return {x: tf.add(noise, tf.mul(tf.oneHot(ids, DIMENSION), 2)) as tf.Tensor2D, labels: ids};
}

/** A small classifier whose second input is the label; its output is a probability for each class. */
function classifier(head: layers.Layer) {
  const features = input({shape: [DIMENSION]});
  const labels = input({shape: [1], dtype: 'int32'});
  const kernelInitializer = initializers.glorotUniform({seed: 3});
  const embedding = layers.dense({units: 3, kernelInitializer}).apply(features) as SymbolicTensor;
  const logits = head.apply([embedding, labels]) as SymbolicTensor;
  return model({inputs: [features, labels], outputs: layers.softmax().apply(logits) as SymbolicTensor});
}

describeOnBackends('a head as a layer', () => {
  it.each(headCases)('$name trains in model.fit', async ({head}) => {
    const {x, labels} = clusters(8);
    const network = classifier(head({classes: CLASSES, scale: 8, seed: 1}));
    network.compile({optimizer: tf.train.adam(0.1), loss: 'sparseCategoricalCrossentropy'});
    const {history} = await network.fit([x, labels], tf.cast(labels, 'float32'), {
      epochs: 5,
      batchSize: 32,
      verbose: 0,
      shuffle: false,
    });
    expect(history.loss.at(-1)).toBeLessThan(0.9 * Number(history.loss[0]));
    tf.dispose([x, labels]);
  });

  it.each(savedCases)('$name gives the same logits after saving and loading', async ({head}) => {
    const {x, labels} = clusters(1);
    const network = classifier(head({classes: CLASSES, scale: 8, seed: 1}));
    const before = network.predict([x, tf.expandDims(labels, 1)]) as tf.Tensor;
    let artifacts: tf.io.ModelArtifacts | undefined;
    const handler = tf.io.withSaveHandler(async saved => {
      artifacts = saved;
      return {modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(saved)};
    });
    await network.save(handler);
    const loaded = await loadLayersModel(tf.io.fromMemory(artifacts as tf.io.ModelArtifacts));
    const after = loaded.predict([x, tf.expandDims(labels, 1)]) as tf.Tensor;
    expect(after.arraySync()).toEqual(before.arraySync());
    expect(loaded.layers.map(layer => layer.getClassName())).toEqual(
      network.layers.map(layer => layer.getClassName()),
    );
  });

  it.each(crossEntropyCases)(
    '$name gives the same loss and gradients fused and as logits under a cross-entropy',
    ({head}) => {
      const {x, labels} = clusters(3);
      const layer = head({classes: CLASSES, scale: 8, seed: 1});
      layer.apply(x);
      const embeddings = tf.variable(x);
      const asTensor = embeddings as unknown as tf.Tensor2D;
      // Statistics of a batch join a head's state in training only.
      const fused = tf.variableGrads(
        () => tf.mean(layer.loss(asTensor, labels, {training: false})) as tf.Scalar,
      );
      const oneHot = tf.oneHot(labels, CLASSES);
      const composed = tf.variableGrads(
        () =>
          tf.losses.softmaxCrossEntropy(oneHot, layer.apply([asTensor, labels]) as tf.Tensor) as tf.Scalar,
      );
      // Class weights are random: a gradient may come out large, and float32 rounds it in proportion.
      const largestDifference = (a: tf.Tensor, b: tf.Tensor) =>
        (tf.max(tf.abs(tf.sub(a, b))).arraySync() as number) /
        Math.max(1, tf.max(tf.abs(b)).arraySync() as number);
      expect(largestDifference(fused.value, composed.value)).toBeLessThan(1e-4);
      for (const {name} of [embeddings, ...trainableVariables(layer)]) {
        expect(largestDifference(fused.grads[name], composed.grads[name])).toBeLessThan(1e-4);
      }
      embeddings.dispose();
    },
  );

  it.each(headCases)('$name leaves no tensor behind, not even when a step throws', ({head}) => {
    const {x, labels} = clusters(2);
    const wrong = tf.fill([labels.shape[0]], CLASSES, 'int32') as tf.Tensor1D;
    const layer = head({classes: CLASSES, scale: 8, seed: 1});
    tf.dispose(layer.apply(x) as tf.Tensor);
    const variables = trainableVariables(layer);
    const optimizer = tf.train.sgd(0.1);
    const step = () => {
      const {value, grads} = tf.variableGrads(() => tf.mean(layer.loss(x, labels)) as tf.Scalar, variables);
      optimizer.applyGradients(grads);
      tf.dispose([value, grads]);
      tf.dispose(layer.apply([x, labels]) as tf.Tensor);
      expect(() => layer.loss(x, wrong)).toThrow('must be a class id from 0 to');
    };
    step();
    const {numTensors} = tf.memory();
    for (let i = 0; i < 2; i++) step();
    expect(tf.memory().numTensors).toBe(numTensors);
    tf.dispose([x, labels, wrong]);
  });

  it('gives plain scaled cosines where no labels are given', () => {
    const layer = arcFace({classes: 2, scale: 10, margin: 0.5});
    const embeddings = tf.tensor2d([
      [3, 4],
      [0, -2],
    ]);
    tf.dispose(layer.apply(embeddings) as tf.Tensor);
    layer.setWeights([
      tf.tensor2d([
        [2, 0],
        [0, 0.5],
      ]),
    ]);
    const [[a, b], [c, d]] = (layer.apply(embeddings) as tf.Tensor2D).arraySync();
    for (const [actual, expected] of [
      [a, 6],
      [b, 8],
      [c, 0],
      [d, -10],
    ])
      expect(actual).toBeCloseTo(expected, 5);
  });

  it('learns a scale, and lets it grow again from below its floor', () => {
    const {x, labels} = clusters(2);
    const layer = normFace({classes: CLASSES, scale: 2, learnScale: true, minScale: 1});
    tf.dispose(layer.apply(x) as tf.Tensor);
    const [weights, scale] = trainableVariables(layer);
    weights.assign(tf.eye(CLASSES, DIMENSION) as tf.Tensor2D);
    scale.assign(tf.scalar(0.2));
    const loss = () => tf.mean(layer.loss(x, labels)) as tf.Scalar;
    const atFloor = loss().arraySync();
    tf.train.sgd(0.05).minimize(loss, false, [scale]);
    expect(scale.arraySync() as number).toBeGreaterThan(0.2);
    expect(loss().arraySync()).toBe(atFloor);
    scale.assign(tf.scalar(1.5));
    expect(loss().arraySync()).toBeLessThan(atFloor);
  });

  it('says that a margin of code is not saved', () => {
    const layer = customHead({classes: 3, margin: {value: ({cos}) => cos}});
    expect(() => CustomHead.fromConfig(CustomHead as never, layer.getConfig())).toThrow(
      'It is code and not saved',
    );
    const own = {value: (l: tf.Tensor) => tf.neg(l), derivative: (l: tf.Tensor) => tf.fill(l.shape, -1)};
    const loaded = new Softmax(softmax({classes: 3, targetLoss: own}).getConfig() as never);
    expect(() => loaded.loss(tf.zeros([1, 2]), tf.tensor1d([0], 'int32'))).toThrow('not saved');
  });

  it('starts from the same weights for the same seed', () => {
    const weightsOf = (seed: number) => {
      const layer = softmax({classes: 3, seed});
      tf.dispose(layer.apply(tf.zeros([1, 5])) as tf.Tensor);
      return layer.classWeights.arraySync();
    };
    expect(weightsOf(4)).toEqual(weightsOf(4));
    expect(weightsOf(4)).not.toEqual(weightsOf(5));
  });

  it('says what is wrong with a batch', () => {
    const layer = softmax({classes: 3});
    const x = tf.zeros([2, 5]) as tf.Tensor2D;
    const ids = (...labels: number[]) => tf.tensor1d(labels, 'int32');
    expect(() => layer.loss(x, ids(0, 3))).toThrow('labels[1] must be a class id from 0 to 2, but is 3');
    expect(() => layer.loss(x, ids(-1, 0))).toThrow('labels[0] must be a class id from 0 to 2, but is -1');
    expect(() => layer.loss(x, ids(0))).toThrow('labels must be class ids of shape [2]');
    expect(() => layer.loss(x, tf.zeros([2, 3]) as unknown as tf.Tensor1D)).toThrow('argMax');
    expect(() => layer.loss(x, tf.tensor1d([0, 1], 'float32'))).toThrow(
      'labels must be int32, but are float32',
    );
    expect(() => layer.loss(tf.zeros([2, 4]) as tf.Tensor2D, ids(0, 1))).toThrow(
      'weights must have shape [classes, 4]',
    );
    expect(() => layer.loss(tf.zeros([2, 5, 1]) as unknown as tf.Tensor2D, ids(0, 1))).toThrow(
      '[batch, dimension]',
    );
  });

  it('refuses labels that are not whole numbers, and batches without an example', () => {
    const layer = softmax({classes: 3});
    const x = tf.zeros([2, 5]) as tf.Tensor2D;
    const before = tf.memory().numTensors;
    for (const wrong of [0.5, Number.NaN]) {
      const labels = tf.tensor2d([[1], [wrong]], [2, 1], 'float32');
      expect(() => layer.apply([x, labels])).toThrow(
        `softmax: labels[1] must be a whole number, but is ${wrong}`,
      );
      labels.dispose();
    }
    const [none, noLabels] = [tf.zeros([0, 5]) as tf.Tensor2D, tf.tensor1d([], 'int32')];
    expect(() => layer.loss(none, noLabels)).toThrow(
      'embeddings must have at least one row and one column, but have shape [0,5]; skip an empty batch',
    );
    expect(() => layer.apply(none)).toThrow('skip an empty batch');
    tf.dispose([none, noLabels]);
    tf.dispose(layer.apply(x));
    expect(tf.memory().numTensors).toBe(before + 1);
    layer.dispose();
    x.dispose();
  });

  it('refuses values of a margin or of a target loss that have another shape', () => {
    const x = tf.ones([2, 5]) as tf.Tensor2D;
    const ids = tf.tensor1d([0, 1], 'int32');
    const flat = (a: tf.Tensor) => tf.reshape(a, [-1]);
    const lossOf = (margin: Margin, targetLoss?: TargetLoss) => () =>
      customHead({classes: 3, seed: 1, margin, targetLoss}).loss(x, ids);
    const angle = ({theta}: Angle) => tf.cos(tf.add(theta, 0.5));
    const must = 'the result must be a tensor of shape [2,1], one value for each example, but is';
    expect(lossOf({value: ({cos}) => flat(cos)})).toThrow(`margin.value: ${must} [2]`);
    expect(lossOf({value: ({theta}) => flat(theta), derivative: angle})).toThrow(`margin.value: ${must} [2]`);
    expect(lossOf({value: () => 0.5 as never})).toThrow(`margin.value: ${must} 0.5`);
    expect(lossOf({value: () => undefined as never})).toThrow(`margin.value: ${must} undefined`);
    expect(lossOf({value: angle, derivative: ({sin}) => flat(sin)})).toThrow(
      `margin.derivative: ${must} [2]`,
    );
    const published = {value: tf.zeros([2, 1]), derivative: tf.zeros([2])};
    expect(lossOf({value: angle, derivative: angle, embeddingGradient: () => published})).toThrow(
      `margin.embeddingGradient.derivative: ${must} [2]`,
    );
    const right: Margin = {value: ({cos}) => cos};
    const derivative = (l: tf.Tensor) => tf.fill(l.shape, -1);
    expect(lossOf(right, {value: flat, derivative})).toThrow(`targetLoss.value: ${must} [2]`);
    expect(() =>
      tf.grads((point: tf.Tensor) =>
        customHead({
          classes: 3,
          margin: right,
          targetLoss: {value: l => tf.neg(l), derivative: flat},
        }).loss(point, ids),
      )([x]),
    ).toThrow(`targetLoss.derivative: ${must} [2]`);
    tf.dispose([x, ids, published]);
  });

  it('says what is wrong with an option', () => {
    expect(() => softmax({classes: 0})).toThrow('classes must be a whole number of 1 or more, but is 0');
    expect(() => l2Softmax({classes: 3, scale: -1})).toThrow(
      'scale must be a finite number above 0, but is -1',
    );
    expect(() => normFace({classes: 3, minScale: 0})).toThrow('minScale');
    expect(() => arcFace({classes: 3, margin: 28.6})).toThrow('margin must be a number from 0 to 3.14');
    expect(() => arcFace({classes: 3, margin: Number.NaN})).toThrow('NaN');
  });
});
