import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-layers';
import * as tf from '@tensorflow/tfjs-core';
import {beforeAll, expect, it} from 'vitest';
import {compact} from '../../src/backbones/compact';
import {type BackendName, useBackend} from '../../src/backend/useBackend';
import {centerLoss} from '../../src/losses/centerLoss';
import {arcFace} from '../../src/losses/heads/arcFace';
import {sgd} from '../../src/train/optimizers/sgd';
import {Trainer} from '../../src/train/trainer';
import {describeOnBackends, tolerance} from './backends';

const classes = 8;

/** Losses and lengths of the gradient of five steps of a network with more weights than a GPU binds at once. */
async function trained(): Promise<number[][]> {
  const images = tf.randomUniform([classes, 8, 8, 1], -1, 1, 'float32', 5);
  const labels = tf.tensor1d([...Array(classes).keys()], 'int32');
  const backbone = compact({inputShape: [8, 8, 1], seed: 1});
  const [head, centers] = [arcFace({classes, scale: 12, margin: 0.2, seed: 1}), centerLoss({classes})];
  const trainer = new Trainer({
    backbone,
    objective: [head, [0.01, centers]],
    optimizer: sgd({momentum: 0.9, weightDecay: 5e-4}),
    learningRate: 0.01,
    clipNorm: 1,
  });
  const figures: number[][] = [];
  for await (const {loss, gradientNorm} of trainer.fit([{images, labels}], {epochs: 5})) {
    figures.push([loss, gradientNorm]);
  }
  for (const made of [trainer, head, centers, backbone, images, labels]) made.dispose();
  return figures;
}

let expected: number[][];

beforeAll(async () => {
  await useBackend('cpu' as BackendName);
  expected = await trained();
});

describeOnBackends('a training', backend => {
  it('takes the steps that it takes on cpu, clipped by the length of all gradients', async () => {
    const before = tf.memory().numTensors;
    const figures = await trained();
    expect(tf.memory().numTensors).toBe(before);
    expect(expected[0][1]).toBeGreaterThan(1);
    for (const [step, [loss, norm]] of figures.entries()) {
      const [lossOnCpu, normOnCpu] = expected[step];
      expect(Math.abs(loss / lossOnCpu - 1)).toBeLessThan(2 * tolerance(backend));
      expect(Math.abs(norm / normOnCpu - 1)).toBeLessThan(10 * tolerance(backend));
    }
    expect(figures[4][0]).toBeLessThan(figures[0][0]);
  });
});
