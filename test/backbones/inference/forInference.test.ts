import * as tf from '@tensorflow/tfjs-core';
import {
  input,
  type LayersModel,
  layers,
  loadLayersModel,
  model,
  type SymbolicTensor,
  sequential,
} from '@tensorflow/tfjs-layers';
import {beforeAll, describe, expect, it} from 'vitest';
import {compact} from '../../../src/backbones/compact';
import {faceNetNN1} from '../../../src/backbones/faceNetNN1';
import {faceNetNN2} from '../../../src/backbones/faceNetNN2';
import {faceResNet} from '../../../src/backbones/faceResNet';
import {inceptionResNetV1} from '../../../src/backbones/inceptionResNetV1';
import {forInference} from '../../../src/backbones/inference/forInference';
import {irResNet} from '../../../src/backbones/irResNet';
import {batchNormLayer} from '../../../src/backbones/layers/batchNormLayer';
import {preluLayer} from '../../../src/backbones/layers/preluLayer';
import {leNetPlusPlus} from '../../../src/backbones/leNetPlusPlus';
import {mobileFaceNet} from '../../../src/backbones/mobileFaceNet';
import {mobileNet} from '../../../src/backbones/mobileNet';
import {mobileNetV2} from '../../../src/backbones/mobileNetV2';
import {mobileNetV3} from '../../../src/backbones/mobileNetV3';
import {useBackend} from '../../../src/backend/useBackend';
import type {Layer} from '../../../src/base/layer';
import {arcFace} from '../../../src/losses/heads/arcFace';
import {backends} from '../../support/backends';
import {expectClose, onBackend, randomValues} from '../../support/kernelCheck';
import {withoutInitialValues} from '../../support/withoutInitialValues';

type Apply = (x: SymbolicTensor) => SymbolicTensor;

const inputShape: [number, number, number] = [32, 16, 3];
const networks: [string, number, () => LayersModel][] = [
  ['irResNet', 8, () => irResNet({depth: 18, dropout: 0.4, inputShape, embeddingSize: 8, seed: 1})],
  ['irResNet with se', 8, () => irResNet({depth: 18, se: true, inputShape, embeddingSize: 8, seed: 1})],
  ['mobileFaceNet', 0, () => mobileFaceNet({inputShape, embeddingSize: 8, seed: 1})],
  ['mbf', 1, () => mobileFaceNet({variant: 'insightface', inputShape, embeddingSize: 8, seed: 1})],
  ['mobileNet', 0, () => mobileNet({width: 0.25, inputShape, embeddingSize: 8, seed: 1})],
  [
    'inceptionResNetV1',
    0,
    () => inceptionResNetV1({blocks: [1, 1, 1], inputShape: [75, 75, 3], embeddingSize: 8, seed: 1}),
  ],
  ['mobileNetV2', 0, () => mobileNetV2({width: 0.25, inputShape, embeddingSize: 8, seed: 1})],
  ['mobileNetV3', 0, () => mobileNetV3({width: 0.25, inputShape, embeddingSize: 8, seed: 1})],
  ['faceNetNN1', 0, () => faceNetNN1({hidden: 16, inputShape: [32, 32, 3], embeddingSize: 8, seed: 1})],
  ['faceNetNN2', 0, () => faceNetNN2({inputShape: [32, 32, 3], embeddingSize: 8, seed: 1})],
  ['leNetPlusPlus', 0, () => leNetPlusPlus({seed: 1})],
  ['compact', 0, () => compact({seed: 1})],
];

/** Gives γ, β, the slopes and biases values that no identity hides behind, and has the running statistics follow. */
function unsettle(network: LayersModel): void {
  for (const [seed, weight] of network.weights.entries()) {
    const {originalName} = weight;
    if (/kernel|moving/.test(originalName)) continue;
    const low = /gamma/.test(originalName) ? 0.5 : -0.25;
    tf.tidy(() => {
      weight.write(tf.randomUniform(weight.shape as number[], low, low + 1, 'float32', seed));
    });
  }
  const images = network.inputs.map(({shape}, i) =>
    onBackend(randomValues([4, ...shape.slice(1)] as number[], 20 + i)),
  );
  for (let step = 0; step < 5; step++) {
    tf.tidy(() => {
      network.apply(images, {training: true});
    });
  }
  tf.dispose(images);
}

const bytesOf = (network: LayersModel) =>
  Buffer.concat(network.getWeights().map(weight => new Uint8Array(weight.dataSync().slice().buffer)));

async function artifactsOf(network: LayersModel): Promise<tf.io.ModelArtifacts> {
  let artifacts: tf.io.ModelArtifacts = {};
  await network.save(
    tf.io.withSaveHandler(async saved => {
      artifacts = saved;
      return {modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(saved)};
    }),
  );
  return artifacts;
}

const classesOf = (network: LayersModel) => network.layers.map(layer => layer.getClassName());
const normsLeft = (network: LayersModel) =>
  classesOf(network).filter(name => name === 'BatchNormalization').length;

/** Checks that both give the same, and returns the folded one. */
function expectSame(network: LayersModel, tolerance = 1e-4): LayersModel {
  const deployed = forInference(network);
  const images = network.inputs.map(({shape}, i) =>
    onBackend(randomValues([3, ...shape.slice(1)] as number[], i)),
  );
  const [expected, actual] = [network, deployed].map(each =>
    [each.predict(images) as tf.Tensor | tf.Tensor[]].flat(),
  );
  for (const [i, output] of expected.entries()) {
    expectClose(actual[i].dataSync(), output.dataSync(), `output ${i}`, tolerance);
  }
  tf.dispose([images, expected, actual]);
  return deployed;
}

describe.each(backends.filter(backend => backend !== 'cpu'))('forInference on %s', backend => {
  beforeAll(async () => {
    await useBackend(backend);
  });

  it.each(networks)(
    '%s: the same embeddings of stock layers alone, %i batch normalizations left',
    async (_, left, build) => {
      const network = build();
      unsettle(network);
      const weights = bytesOf(network);
      const before = tf.memory().numTensors;
      const deployed = expectSame(network);
      expect(normsLeft(deployed)).toBe(left);
      expect(classesOf(deployed)).not.toContain('Dropout');
      expect(bytesOf(network).equals(weights)).toBe(true);
      const artifacts = await artifactsOf(deployed);
      expect(JSON.stringify(artifacts.modelTopology)).not.toMatch(/FaceMargins/);
      const loaded = await loadLayersModel(tf.io.fromMemory(artifacts));
      tf.tidy(() => {
        const images = onBackend(randomValues([2, ...(network.inputs[0].shape.slice(1) as number[])], 1));
        const [expected, actual] = [network, loaded].map(each =>
          (each.predict(images) as tf.Tensor).dataSync(),
        );
        expectClose(actual, expected, 'loaded', 1e-4);
      });
      expect(deployed.countParams()).toBeLessThanOrEqual(network.countParams());
      loaded.dispose();
      deployed.dispose();
      expect(tf.memory().numTensors).toBe(before);
      network.dispose();
    },
  );
});

describe('forInference', () => {
  beforeAll(async () => {
    await useBackend('cpu');
  });

  const through =
    (...stack: Layer[]): Apply =>
    x =>
      stack.reduce((features, layer) => layer.apply(features) as SymbolicTensor, x);
  const network = (shape: number[], build: Apply) => {
    const images = input({shape});
    const whole = model({inputs: images, outputs: build(images)});
    unsettle(whole);
    return whole;
  };
  const conv = (args: object = {}) => layers.conv2d({filters: 4, kernelSize: 3, ...args});
  const norm = () => batchNormLayer({});

  it.each<[string, number, number[], Apply]>([
    ['two after a convolution with a bias', 0, [6, 5, 3], through(conv(), norm(), norm())],
    [
      'after a depthwise convolution of two',
      0,
      [6, 5, 3],
      through(layers.depthwiseConv2d({kernelSize: 3, depthMultiplier: 2}), norm()),
    ],
    ['before an unpadded convolution', 0, [6, 5, 3], through(norm(), conv({useBias: false}))],
    ['before and after', 0, [6, 5, 3], through(norm(), conv({useBias: false}), norm())],
    ['two before', 0, [6, 5, 3], through(norm(), norm(), conv())],
    ['before a padded convolution', 1, [6, 5, 3], through(norm(), conv({padding: 'same'}))],
    [
      'before a padded convolution of one pixel',
      0,
      [6, 5, 3],
      through(norm(), conv({kernelSize: 1, padding: 'same'})),
    ],
    ['before padding', 1, [6, 5, 3], through(norm(), layers.zeroPadding2d(), conv())],
    [
      'before an unpadded depthwise convolution of two',
      0,
      [6, 5, 3],
      through(norm(), layers.depthwiseConv2d({kernelSize: 3, depthMultiplier: 2})),
    ],
    ['after an activation of the convolution', 1, [6, 5, 3], through(conv({activation: 'relu'}), norm())],
    ['before a convolution with an activation', 0, [6, 5, 3], through(norm(), conv({activation: 'relu'}))],
    [
      'before flattening',
      0,
      [4, 3, 2],
      through(norm(), layers.dropout({rate: 0.5}), layers.flatten(), layers.dense({units: 3})),
    ],
    ['around a fully connected layer', 0, [5], through(norm(), layers.dense({units: 3}), norm())],
    ['before an activation', 1, [5], through(norm(), preluLayer())],
    ['of another axis', 1, [6, 5, 3], through(conv(), batchNormLayer({axis: 1}))],
    ['without γ and β', 0, [6, 5, 3], through(conv(), batchNormLayer({scale: false, center: false}))],
    ['of which γ is frozen', 1, [5], through(batchNormLayer({trainGamma: false}), preluLayer())],
    [
      'at the end, read twice',
      1,
      [6, 5, 3],
      x => {
        const features = through(norm())(x);
        return layers
          .add()
          .apply([features, through(conv({padding: 'same', filters: 3}))(features)]) as SymbolicTensor;
      },
    ],
    [
      'after a convolution read twice',
      1,
      [6, 5, 3],
      x => {
        const features = through(conv())(x);
        return layers.add().apply([features, through(norm())(features)]) as SymbolicTensor;
      },
    ],
  ])('%s: %i left', (_, left, shape, build) => {
    const whole = network(shape, build);
    const before = tf.memory().numTensors;
    const deployed = expectSame(whole, 1e-5);
    expect(normsLeft(deployed)).toBe(left);
    deployed.dispose();
    expect(tf.memory().numTensors).toBe(before);
    whole.dispose();
  });

  it('leaves alone what is around a convolution used twice', () => {
    const shared = conv({padding: 'same'});
    const whole = network([6, 5, 4], through(shared, norm(), preluLayer(), shared, norm()));
    const deployed = expectSame(whole, 1e-5);
    expect(normsLeft(deployed)).toBe(2);
    expect(classesOf(deployed).filter(name => name === 'Conv2D')).toHaveLength(1);
  });

  it('copies a network without batch normalization', () => {
    const whole = withoutInitialValues(() => faceResNet({inputShape: [33, 33, 3], embeddingSize: 2}));
    const deployed = withoutInitialValues(() => forInference(whole));
    expect(classesOf(deployed)).toEqual(classesOf(whole));
    deployed.dispose();
    expect(whole.weights.some(weight => (weight.read() as tf.Variable).isDisposed)).toBe(false);
    whole.dispose();
  });

  it('lays open a model within a model, and keeps several inputs and outputs in their order', () => {
    const inner = sequential({layers: [conv({inputShape: [6, 5, 3]}), norm()], name: 'inner'});
    const [a, b] = [input({shape: [6, 5, 3]}), input({shape: [4, 3, 4]})];
    const features = inner.apply(a) as SymbolicTensor;
    const sum = layers.add().apply([b, features]) as SymbolicTensor;
    const whole = model({inputs: [b, a], outputs: [sum, layers.flatten().apply(features) as SymbolicTensor]});
    unsettle(whole);
    const deployed = expectSame(whole, 1e-5);
    expect(classesOf(deployed).sort()).toEqual(['Add', 'Conv2D', 'Flatten', 'InputLayer', 'InputLayer']);
    expect(deployed.layers.map(({name}) => name)).toContain(`inner/${inner.layers[0].name}`);
  });

  it('makes weights 0 that are too small to count, and no other', () => {
    const dense = layers.dense({units: 3, inputShape: [4], biasInitializer: 'ones'});
    const network = sequential({layers: [dense]});
    // Next to 0.5, 1e-21 adds nothing in float32, nor does what float32 can only just hold.
    const kernel = [0.5, 1e-21, -1e-40, -0.25, 1e-19, 1e-30, 2, -3, 1e-7, 4, 5, 6];
    dense.setWeights([tf.tensor2d(kernel, [4, 3]), tf.tensor1d([1e-45, 1, -1e-25])]);
    const deployed = forInference(network);
    const [weights, bias] = deployed.getWeights().map(each => [...each.dataSync()]);
    const expected = [0.5, 0, 0, -0.25, 1e-19, 0, 2, -3, 1e-7, 4, 5, 6];
    expect(weights).toEqual([...Float32Array.from(expected)]);
    expect(bias).toEqual([0, 1, 0]);
    tf.tidy(() => {
      const x = tf.tensor2d([1, -2, 3, 0.5], [1, 4]);
      const [one, other] = [network, deployed].map(each => (each.predict(x) as tf.Tensor).dataSync());
      expect(other).toEqual(one);
    });
    for (const each of [network, deployed]) each.dispose();
  });

  it.each([
    ['all of a layer are tiny', [1e-25, -2e-25, 3e-26]],
    ['one is infinite', [Number.POSITIVE_INFINITY, 1, -2]],
    ['one is no number', [Number.NaN, 1, -2]],
    ['all are 0', [0, 0, 0]],
  ])('keeps weights as they are where %s', (_, kernel) => {
    const dense = layers.dense({units: 3, inputShape: [1], useBias: false});
    const network = sequential({layers: [dense]});
    dense.setWeights([tf.tensor2d(kernel, [1, 3])]);
    const deployed = forInference(network);
    expect([...deployed.getWeights()[0].dataSync()]).toEqual([...Float32Array.from(kernel)]);
    for (const each of [network, deployed]) each.dispose();
  });

  it('refuses a head, which is a class of this library', () => {
    const [features, ids] = [input({shape: [4]}), input({shape: [1], dtype: 'int32'})];
    const logits = arcFace({classes: 3}).apply([features, ids]) as SymbolicTensor;
    expect(() => forInference(model({inputs: [features, ids], outputs: logits}))).toThrow(
      /forInference: network must go from images to embeddings alone, but layer .* is a FaceMarginsArcFace/,
    );
  });

  it('keeps a layer of the user’s own, and says so if it is not registered', () => {
    class Doubled extends layers.Layer {
      static className = 'DoubledForTest';
      override call(inputs: tf.Tensor | tf.Tensor[]) {
        return tf.mul([inputs].flat()[0], 2);
      }
    }
    const whole = network([5], through(layers.dense({units: 3}), norm(), new Doubled({})));
    expect(() => forInference(whole)).toThrow(/must be of a registered class, but is a DoubledForTest/);
    tf.serialization.registerClass(Doubled);
    expect(classesOf(expectSame(whole, 1e-5))).toEqual(['InputLayer', 'Dense', 'DoubledForTest']);
  });
});
