import * as tf from '@tensorflow/tfjs-core';
import {type LayersModel, layers, model, type SymbolicTensor} from '@tensorflow/tfjs-layers';
import {beforeAll, describe, expect, it} from 'vitest';
import {compact} from '../../src/backbones/compact';
import {leNetPlusPlus} from '../../src/backbones/leNetPlusPlus';
import {useBackend} from '../../src/backend/useBackend';
import {backends} from '../support/backends';
import {onBackend, randomValues} from '../support/kernelCheck';

/** Numbers of a 2-D convolution with bias, and of the PReLU after it with one slope a channel. */
const convolution = (size: number, from: number, to: number) => size * size * from * to + to + to;

/** The first numbers of every layer's kernel. */
function firstWeights(network: LayersModel): number[][] {
  return network
    .getWeights()
    .flatMap(weight => (weight.rank === 4 ? [[...weight.dataSync().slice(0, 4)]] : []));
}

describe('the number of parameters', () => {
  beforeAll(async () => {
    await useBackend('wasm');
  });

  it('of the compact network is the sum over its layers', () => {
    const stages =
      convolution(3, 1, 16) + convolution(3, 16, 16) + convolution(3, 16, 32) + convolution(3, 32, 32);
    const last = convolution(3, 32, 64) + convolution(3, 64, 64);
    expect(compact().countParams()).toBe(stages + last + 3 * 3 * 64 * 2 + 2);
    expect(compact({embeddingSize: 8}).countParams()).toBe(stages + last + 3 * 3 * 64 * 8 + 8);
    const color = compact({inputShape: [32, 40, 3]});
    expect(color.countParams()).toBe(stages + last + 3 * 3 * 2 * 16 + 4 * 5 * 64 * 2 + 2);
  });

  it('of LeNet++ with a ten-class softmax layer is the published 797,622', () => {
    const network = leNetPlusPlus();
    const logits = layers.dense({units: 10, useBias: false}).apply(network.outputs[0]) as SymbolicTensor;
    expect(model({inputs: network.inputs, outputs: logits}).countParams()).toBe(797_622);
    expect(network.countParams()).toBe(797_602);
    expect(leNetPlusPlus({embeddingPrelu: true}).countParams()).toBe(797_604);
  });

  it('of LeNet++ follows from its pooling: 28, 14, 7, 3', () => {
    const pooled = leNetPlusPlus().layers.filter(layer => layer.getClassName() === 'MaxPooling2D');
    expect(pooled.map(layer => layer.getConfig().poolSize)).toEqual([
      [2, 2],
      [2, 2],
      [3, 3],
    ]);
    expect(pooled.map(layer => layer.outputShape)).toEqual([
      [null, 14, 14, 32],
      [null, 7, 7, 64],
      [null, 3, 3, 128],
    ]);
  });
});

describe('what cannot be built', () => {
  beforeAll(async () => {
    await useBackend('wasm');
  });

  it('is refused by name', () => {
    expect(() => compact({embeddingSize: 0})).toThrow(
      'compact: embeddingSize must be a whole number of 1 or more, but is 0.',
    );
    expect(() => compact({inputShape: [28, 7, 1]})).toThrow(
      /compact: inputShape\[1\] must be .* 8 or more, but is 7/,
    );
    expect(() => leNetPlusPlus({inputShape: [11, 28, 1]})).toThrow(
      /leNetPlusPlus: inputShape\[0\] .* 12 or more/,
    );
  });

  it('is nothing of the smallest size', () => {
    expect(compact({inputShape: [8, 8, 1]}).outputShape).toEqual([null, 2]);
    expect(leNetPlusPlus({inputShape: [12, 12, 1]}).outputShape).toEqual([null, 2]);
  });
});

const networks = [
  ['compact', compact],
  ['leNetPlusPlus', leNetPlusPlus],
] as const;

describe.each(networks)('%s', (_, network) => {
  beforeAll(async () => {
    await useBackend('cpu');
  });

  it('starts alike from one seed, and differently from another, and no two layers alike', () => {
    const [first, again, other] = [network({seed: 0}), network({seed: 0}), network({seed: 1})].map(
      firstWeights,
    );
    expect(again).toEqual(first);
    expect(new Set([...first, ...other].map(String)).size).toBe(first.length + other.length);
  });
});

// LeNet++ takes the cpu backend seconds for every image.
describe.each(backends.filter(backend => backend !== 'cpu'))('on %s', backend => {
  beforeAll(async () => {
    await useBackend(backend);
  });

  it.each(networks)('%s gives embeddings, and learns without a leak', (_, network) => {
    const embed = network({embeddingSize: 3, seed: 1});
    const images = onBackend(randomValues([4, 28, 28, 1], 1));
    const targets = onBackend(randomValues([4, 3], 2));
    const optimizer = tf.train.adam(1e-4);
    const step = () =>
      tf.tidy(() => {
        const embeddings = () => embed.apply(images, {training: true}) as tf.Tensor;
        const loss = () => tf.losses.meanSquaredError(targets, embeddings()) as tf.Scalar;
        return (optimizer.minimize(loss, true) as tf.Scalar).dataSync()[0];
      });
    const first = step();
    const before = tf.memory().numTensors;
    const later = Array.from({length: 8}, step);
    expect(later.at(-1)).toBeLessThan(0.9 * first);
    expect(tf.memory().numTensors).toBe(before);
    const embeddings = embed.predict(images) as tf.Tensor;
    expect(embeddings.shape).toEqual([4, 3]);
    tf.dispose([embeddings, images, targets]);
    embed.dispose();
  });
});
