import * as tf from '@tensorflow/tfjs-core';
import {
  initializers,
  input,
  type LayersModel,
  layers,
  model,
  type SymbolicTensor,
} from '@tensorflow/tfjs-layers';
import {expect, it} from 'vitest';
import {preluLayer} from '../../../src/backbones/layers/preluLayer';
import {describeOnBackends} from '../../support/backends';
import {expectClose, onBackend, randomValues} from '../../support/kernelCheck';
import {saveAndLoad} from '../../support/saveAndLoad';

const args = {
  sharedAxes: [1, 2],
  alphaInitializer: initializers.randomUniform({minval: -1, maxval: 1, seed: 3}),
};

function network(make: typeof layers.prelu | typeof preluLayer): LayersModel {
  const images = input({shape: [4, 5, 3]});
  return model({inputs: images, outputs: make(args).apply(images) as SymbolicTensor});
}

describeOnBackends('preluLayer', () => {
  it('saves exactly as the stock layer', () => {
    const named = {...args, name: 'activation'};
    const [ours, stock] = [preluLayer(named), layers.prelu(named)];
    expect(ours.getClassName()).toBe('PReLU');
    expect(ours.getConfig()).toEqual(stock.getConfig());
  });

  it('loads as the stock layer, weights and all', async () => {
    const ours = network(preluLayer);
    const loaded = await saveAndLoad(ours);
    expect(loaded.layers[1].constructor).toBe(layers.prelu().constructor);
    tf.tidy(() => {
      const images = onBackend(randomValues([2, 4, 5, 3], 1));
      const [expected, actual] = [ours, loaded].map(each => (each.predict(images) as tf.Tensor).dataSync());
      expectClose(actual, expected, 'prediction', 1e-6);
    });
    ours.dispose();
    loaded.dispose();
  });

  it('has the gradients of the stock layer', () => {
    tf.tidy(() => {
      const images = onBackend(randomValues([6, 4, 5, 3], 1));
      const dy = onBackend(randomValues([6, 4, 5, 3], 2));
      const [ours, stock] = [network(preluLayer), network(layers.prelu)].map(each => {
        const {grads} = tf.variableGrads(
          () => tf.sum(tf.mul(each.apply(images, {training: true}) as tf.Tensor, dy)) as tf.Scalar,
        );
        return Object.values(grads).map(gradient => gradient.dataSync());
      });
      expect(ours).toHaveLength(1);
      expectClose(ours[0], stock[0], 'alpha', 1e-5);
    });
  });
});
