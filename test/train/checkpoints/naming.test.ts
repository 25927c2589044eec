import {layers, model as modelOf, sequential} from '@tensorflow/tfjs-layers';
import {beforeAll, describe, expect, it} from 'vitest';
import {useBackend} from '../../../src/backend/useBackend';
import type {Layer} from '../../../src/base/layer';
import {CheckpointMismatchError} from '../../../src/train/checkpoints/checkpointMismatchError';
import {distinctNames} from '../../../src/train/checkpoints/distinctNames';
import {layersOf, weightsOfLayer, weightsOfModel} from '../../../src/train/checkpoints/namedWeight';
import {
  isCount,
  isSlot,
  notFiniteWeights,
  type TrainingState,
} from '../../../src/train/checkpoints/trainingState';

beforeAll(() => useBackend('cpu'));

describe('the names of weights', () => {
  it('are those of the layers, or counts within the network where a layer has none', () => {
    const make = () => {
      const network = sequential();
      network.add(layers.dense({units: 2, inputShape: [3]}));
      network.add(layers.dense({units: 2, name: 'own'}));
      network.add(layers.dense({units: 2, useBias: false}));
      network.add(layers.batchNormalization());
      return weightsOfModel(network, 'backbone').map(({name}) => name);
    };
    const names = [
      'backbone/Dense_1/kernel',
      'backbone/Dense_1/bias',
      'backbone/own/kernel',
      'backbone/own/bias',
      'backbone/Dense_2/kernel',
      ...['gamma', 'beta', 'moving_mean', 'moving_variance'].map(
        role => `backbone/BatchNormalization_1/${role}`,
      ),
    ];
    expect(make()).toEqual(names);
    expect(make()).toEqual(names);
  });

  it('reach into a network within a network', () => {
    const inner = sequential({
      name: 'inner',
      layers: [layers.dense({name: 'deep', units: 2, inputShape: [3]})],
    });
    const outer = sequential({layers: [inner, layers.dense({name: 'top', units: 1})]});
    expect(layersOf(modelOf({inputs: outer.inputs, outputs: outer.outputs})).map(({name}) => name)).toEqual(
      expect.arrayContaining(['deep', 'top']),
    );
    expect(weightsOfModel(outer, 'b').map(({name}) => name)).toEqual([
      'b/deep/kernel',
      'b/deep/bias',
      'b/top/kernel',
      'b/top/bias',
    ]);
  });

  it('are numbered where a wrapper has two of one', () => {
    const weights = ['forward/kernel', 'forward/bias', 'backward/kernel', 'backward/bias'];
    const layer = {weights: weights.map(originalName => ({originalName}))} as unknown as Layer;
    const named = weightsOfLayer(layer, 'objective/x');
    expect(named.map(({name}) => name)).toEqual(
      ['kernel', 'bias', 'kernel_2', 'bias_2'].map(name => `objective/x/${name}`),
    );
    expect(named.map(({role}) => role)).toEqual(['kernel', 'bias', 'kernel', 'bias']);
    expect(named.map(({weight}) => weight)).toEqual(layer.weights);
  });

  it('distinctNames numbers what comes again', () => {
    expect(distinctNames(['a', 'b', 'a', 'a', 'b', 'c'])).toEqual(['a', 'b', 'a_2', 'a_3', 'b_2', 'c']);
  });

  it('tell slots and counts', () => {
    expect([isSlot('optimizer/momentum/a'), isSlot('backbone/optimizer/a')]).toEqual([true, false]);
    expect(
      [
        'objective/arcFace/iteration',
        'objective/a/b/iteration',
        'objective/iteration',
        'objective/a/iteration_2',
      ].map(isCount),
    ).toEqual([true, true, false, false]);
    expect([isCount('x/objective/a/iteration'), isCount('objective/a/iteration/x')]).toEqual([false, false]);
  });
});

describe('notFiniteWeights', () => {
  it('names every weight with a value that is not finite, and no slot', () => {
    const tensor = (...values: number[]) => ({shape: [values.length], values: Float32Array.from(values)});
    const tensors = new Map([
      ['backbone/good', tensor(1, 2)],
      ['backbone/none', tensor(1, Number.NaN)],
      ['objective/far', tensor(-Infinity)],
      ['optimizer/momentum/backbone/good', tensor(Infinity)],
    ]);
    expect(notFiniteWeights({tensors} as unknown as TrainingState)).toEqual([
      'backbone/none',
      'objective/far',
    ]);
  });
});

describe('CheckpointMismatchError', () => {
  const differences = (count: number) => Array.from({length: count}, (_, i) => `difference ${i}`);
  it('shows ten differences, and counts all', () => {
    expect(new CheckpointMismatchError(differences(1)).message).toMatch(
      /with 1 difference: difference 0\. Make/,
    );
    expect(new CheckpointMismatchError(differences(2)).message).toMatch(
      /with 2 differences: difference 0; difference 1\. Make/,
    );
    expect(new CheckpointMismatchError(differences(10)).message).toMatch(/difference 8; difference 9\. Make/);
    expect(new CheckpointMismatchError(differences(11)).message).toMatch(/difference 9; and 1 more\. Make/);
    expect(new CheckpointMismatchError(differences(11)).differences).toHaveLength(11);
    expect(new CheckpointMismatchError([]).name).toBe('CheckpointMismatchError');
  });
});
