import * as tf from '@tensorflow/tfjs-core';
import {
  initializers,
  input,
  type LayersModel,
  layers,
  model,
  type SymbolicTensor,
} from '@tensorflow/tfjs-layers';
import {describe, expect, it} from 'vitest';
import {type BatchNormLayerArgs, batchNormLayer} from '../../../src/backbones/layers/batchNormLayer';
import {describeOnBackends} from '../../support/backends';
import {expectClose, onBackend, randomValues} from '../../support/kernelCheck';
import {saveAndLoad} from '../../support/saveAndLoad';

type Layer = ReturnType<typeof batchNormLayer>;

const random = (seed: number) => initializers.randomUniform({minval: 0.5, maxval: 2, seed});
const args = {
  momentum: 0.8,
  epsilon: 1e-4,
  gammaInitializer: random(1),
  betaInitializer: random(2),
  movingMeanInitializer: random(3),
  movingVarianceInitializer: random(4),
};

function network(layer: Layer, shape = [4, 5, 3]): LayersModel {
  const images = input({shape});
  return model({inputs: images, outputs: layer.apply(images) as SymbolicTensor});
}

/** The weights of a layer by their names without the layer's. */
function weights(layer: Layer): Record<string, Float32Array> {
  return Object.fromEntries(
    layer.weights.map(({originalName}, i) => [
      originalName.split('/').at(-1) as string,
      layer.getWeights()[i].dataSync() as Float32Array,
    ]),
  );
}

/** Gradients of Σ dy y by the trained weights, of one training step. */
function gradients(layer: Layer, x: tf.Tensor, dy: tf.Tensor): Float32Array[] {
  return tf.tidy(() => {
    const {grads} = tf.variableGrads(
      () => tf.sum(tf.mul(layer.apply(x, {training: true}) as tf.Tensor, dy)) as tf.Scalar,
      layer.trainableWeights.map(weight => weight.read() as tf.Variable),
    );
    return layer.trainableWeights.map(
      weight => grads[(weight.read() as tf.Variable).name].dataSync() as Float32Array,
    );
  });
}

const trained = (layer: Layer) =>
  layer.trainableWeights.map(({originalName}) => originalName.split('/').at(-1));

describeOnBackends('batchNormLayer', () => {
  it('saves exactly as the stock layer', () => {
    const named = {...args, name: 'norm'};
    const [ours, stock] = [
      batchNormLayer({...named, trainGamma: false, besselCorrection: true}),
      layers.batchNormalization(named),
    ];
    expect(ours.getClassName()).toBe('BatchNormalization');
    expect(ours.getConfig()).toEqual(stock.getConfig());
  });

  it.each([{}, {trainGamma: false}])(
    'loads as the stock layer, weights and running statistics and all: %o',
    async options => {
      const ours = network(batchNormLayer({...args, ...options}));
      const images = onBackend(randomValues([6, 4, 5, 3], 1));
      tf.dispose(ours.apply(images, {training: true}) as tf.Tensor);
      const loaded = await saveAndLoad(ours);
      expect(loaded.layers[1].constructor).toBe(layers.batchNormalization().constructor);
      expect(weights(loaded.layers[1])).toEqual(weights(ours.layers[1]));
      tf.tidy(() => {
        const [expected, actual] = [ours, loaded].map(each => (each.predict(images) as tf.Tensor).dataSync());
        expectClose(actual, expected, 'prediction', 1e-6);
      });
      images.dispose();
      ours.dispose();
      loaded.dispose();
    },
  );

  it.each([[[8, 4, 5, 3]], [[16, 3]]])(
    'trains as the stock layer: output, gradients and running statistics on %j',
    shape => {
      tf.tidy(() => {
        const [x, dy] = [1, 2].map(seed => onBackend(randomValues(shape, seed)));
        const [ours, stock] = [batchNormLayer(args), layers.batchNormalization(args)];
        for (let step = 0; step < 3; step++) {
          const [actual, expected] = [ours, stock].map(layer =>
            (layer.apply(x, {training: true}) as tf.Tensor).dataSync(),
          );
          expectClose(actual, expected, 'output', 1e-5);
        }
        const [actual, expected] = [ours, stock].map(layer => gradients(layer, x, dy));
        expect(trained(ours)).toEqual(['gamma', 'beta']);
        for (const i of [0, 1]) expectClose(actual[i], expected[i], trained(stock)[i] ?? '', 1e-4);
        for (const [name, values] of Object.entries(weights(stock))) {
          expectClose(weights(ours)[name], values, name, 1e-5);
        }
        for (const layer of [ours, stock]) layer.dispose();
      });
    },
  );

  it('keeps the running statistics of the population when asked to', () => {
    tf.tidy(() => {
      const x = tf.tensor2d([1, 2, 4, 9], [4, 1]);
      const layer = batchNormLayer({momentum: 0.9, besselCorrection: true});
      layer.apply(x, {training: true});
      // Mean 4; squares of the differences 9 + 4 + 0 + 25 = 38, divided by 3.
      const {moving_mean, moving_variance} = weights(layer);
      expectClose(moving_mean, [0.1 * 4], 'mean', 1e-6);
      expectClose(moving_variance, [0.9 + (0.1 * 38) / 3], 'variance', 1e-6);
      layer.dispose();
    });
  });

  it('normalizes by the running statistics outside training, and leaves them alone', () => {
    tf.tidy(() => {
      const x = onBackend(randomValues([6, 3], 1));
      const [ours, stock] = [batchNormLayer(args), layers.batchNormalization(args)];
      const [actual, expected] = [ours, stock].map(layer => (layer.apply(x) as tf.Tensor).dataSync());
      expectClose(actual, expected, 'output', 1e-6);
      expect(weights(ours)).toEqual(weights(stock));
    });
  });

  it.each([
    {options: {trainGamma: false}, left: ['beta'], all: ['beta', 'gamma', 'moving_mean', 'moving_variance']},
    {options: {trainBeta: false}, left: ['gamma'], all: ['gamma', 'beta', 'moving_mean', 'moving_variance']},
    {
      options: {trainGamma: false, trainBeta: false},
      left: [],
      all: ['gamma', 'beta', 'moving_mean', 'moving_variance'],
    },
    {options: {scale: false}, left: ['beta'], all: ['beta', 'moving_mean', 'moving_variance']},
    {options: {center: false}, left: ['gamma'], all: ['gamma', 'moving_mean', 'moving_variance']},
  ])(
    'trains what it is to train: $options',
    ({options, left, all}: {options: BatchNormLayerArgs; left: string[]; all: string[]}) => {
      tf.tidy(() => {
        const x = onBackend(randomValues([6, 3], 1));
        const dy = onBackend(randomValues([6, 3], 2));
        const layer = batchNormLayer({...options, momentum: 0.9, epsilon: 1e-5});
        const output = layer.apply(x, {training: true}) as tf.Tensor;
        const whole = batchNormLayer({momentum: 0.9, epsilon: 1e-5}).apply(x, {training: true}) as tf.Tensor;
        expectClose(output.dataSync(), whole.dataSync(), 'output', 1e-6);
        expect(trained(layer)).toEqual(left);
        expect(Object.keys(weights(layer))).toEqual(all);
        layer.trainable = false;
        layer.trainable = true;
        expect(trained(layer)).toEqual(left);
        if (left.length > 0) expect(gradients(layer, x, dy)).toHaveLength(left.length);
      });
    },
  );

  it('learns in fit, frozen parts excepted, and leaks nothing', async () => {
    const images = input({shape: [4, 4, 2]});
    const norm = batchNormLayer({...args, trainGamma: false});
    const features = layers.flatten().apply(norm.apply(images));
    const classifier = model({
      inputs: images,
      outputs: layers.dense({units: 1}).apply(features) as SymbolicTensor,
    });
    classifier.compile({optimizer: tf.train.sgd(0.01), loss: 'meanSquaredError'});
    const x = onBackend(randomValues([16, 4, 4, 2], 1));
    const y = onBackend(randomValues([16, 1], 2));
    const before = weights(norm);
    const trainAgain = async () =>
      (await classifier.fit(x, y, {batchSize: 8, epochs: 2, verbose: 0})).history.loss;
    const first = await trainAgain();
    const tensors = tf.memory().numTensors;
    const later = await trainAgain();
    expect(tf.memory().numTensors).toBe(tensors);
    expect(Number(later.at(-1))).toBeLessThan(Number(first[0]));
    const after = weights(norm);
    expect(after.gamma).toEqual(before.gamma);
    for (const name of ['beta', 'moving_mean', 'moving_variance']) {
      expect(after[name], name).not.toEqual(before[name]);
    }
    tf.dispose([x, y]);
    classifier.dispose();
  });

  it('leaves another axis to the stock layer', () => {
    tf.tidy(() => {
      const x = onBackend(randomValues([6, 3, 4], 1));
      const [ours, stock] = [batchNormLayer, layers.batchNormalization].map(make => make({...args, axis: 1}));
      const [actual, expected] = [ours, stock].map(layer =>
        (layer.apply(x, {training: true}) as tf.Tensor).dataSync(),
      );
      expectClose(actual, expected, 'output', 1e-6);
    });
  });
});

describe('batchNormLayer', () => {
  it('refuses what cannot be, by name', () => {
    expect(() => batchNormLayer({momentum: 1.5})).toThrow(/batchNormLayer: momentum .* 0 to 1, but is 1.5/);
    expect(() => batchNormLayer({epsilon: -1})).toThrow(/epsilon must be .* but is -1/);
  });
});
