import * as tf from '@tensorflow/tfjs-core';
import {
  contrastiveLoss,
  deepId,
  type ObjectiveTerm,
  sgd,
  softmax,
  supervisedLevels,
  Trainer,
} from 'face-margins';
import {beforeAll, describe, expect, it} from 'vitest';
import {useBackend} from '../../src/backend/useBackend';
import {onBackend, randomValues} from '../support/kernelCheck';
import {collect, valuesOf} from '../support/tinyTraining';

const classes = 3;

beforeAll(async () => {
  await useBackend('wasm');
});

const small = () => deepId({filters: [4, 4, 4, 4], embeddingSize: 8, seed: 1});

/** New heads at every call, as each level needs. */
const identify = (): ObjectiveTerm[] => [softmax({classes, seed: 2}), [0.05, contrastiveLoss()]];

/** Six batches of the same images of three people. */
async function* batches() {
  for (let step = 0; step < 6; step++) {
    yield {
      images: onBackend(randomValues([6, 39, 31, 3], 1)),
      labels: tf.tensor1d([0, 0, 1, 1, 2, 2], 'int32'),
    };
  }
}

async function trained(layers: string[], weightOfTop: number) {
  const network = small();
  const before = valuesOf(network);
  const levels = supervisedLevels(network, {layers, terms: identify, units: 6, seed: 3});
  const trainer = new Trainer({
    backbone: network,
    objective: [[weightOfTop, softmax({classes, seed: 1})], ...levels],
    optimizer: sgd(),
    learningRate: 0.05,
  });
  const reports = await collect(trainer.fit(batches, {epochs: 1}));
  const after = valuesOf(network);
  const changed = Object.keys(before).filter(name => String(before[name]) !== String(after[name]));
  return {changed: new Set(changed.map(name => name.split('/')[0])), reports};
}

describe('supervisedLevels', () => {
  it('teaches what lies before a level, and nothing behind it', async () => {
    const {changed, reports} = await trained(['pool2'], 0);
    expect(changed).toEqual(new Set(['conv1', 'conv2']));
    expect(reports.at(-1)?.loss).toBeLessThan(reports[0].loss);
  });

  it('has terms of its own at every level, beside those of the embeddings', async () => {
    const {changed, reports} = await trained(['pool1', 'pool3'], 1);
    expect(changed).toEqual(new Set(['conv1', 'conv2', 'conv3', 'conv4', 'fc3', 'fc4']));
    expect(Object.keys(reports[0].terms)).toHaveLength(1 + 2 * 2);
  });

  it('starts each level alike from one seed, and no two levels', () => {
    const kernels = (seed: number) =>
      supervisedLevels(small(), {layers: ['pool3', 'pool3'], terms: identify, units: 6, seed}).flatMap(
        term => {
          const through = Array.isArray(term) ? term[2]?.through : undefined;
          return through === undefined ? [] : [String(through.getWeights()[0].dataSync())];
        },
      );
    const [first, second] = [kernels(1), kernels(2)];
    expect(kernels(1)).toEqual(first);
    // The two terms of a level share its features.
    expect(new Set([...first, ...second]).size).toBe(4);
  });

  it('refuses what is no level', () => {
    const network = small();
    expect(() => supervisedLevels(network, {layers: ['pool1', 'pool4'], terms: identify})).toThrow(
      /supervisedLevels: layers\[1\] must name a layer of the network, one of .*pool3.*, but is 'pool4'/,
    );
    expect(() => supervisedLevels(network, {layers: ['pool1'], terms: identify, units: 0})).toThrow(
      /supervisedLevels: units must be .* but is 0/,
    );
  });
});
