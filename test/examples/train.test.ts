import * as tf from '@tensorflow/tfjs-core';
import {compact, softmax, useBackend} from 'face-margins';
import type {Batch} from 'face-margins/data';
import {expect, it} from 'vitest';
import {train} from '../../examples/mnist-2d/train';

function* batches(): Generator<Batch> {
  for (let seed = 1; ; seed++) {
    yield {
      images: tf.randomNormal([4, 28, 28, 1], 0, 1, 'float32', seed),
      labels: tf.tensor1d([0, 1, 2, 3], 'int32'),
    };
  }
}

it('trains for the steps of a schedule, at a rate that rises and then falls along a cosine, and keeps no batch', async () => {
  await useBackend('wasm');
  const [network, head] = [compact({embeddingSize: 2, seed: 1}), softmax({classes: 10, seed: 1})];
  head.build([null, 2]);
  const before = tf.memory().numTensors;
  const reports = [];
  for await (const report of train(network, head, batches(), {steps: 50, learningRate: 0.01})) {
    reports.push(report);
  }
  expect(reports.map(({step, steps}) => [step, steps])).toEqual([
    [20, 50],
    [40, 50],
    [50, 50],
  ]);
  const rates = reports.map(({learningRate}) => learningRate);
  expect(rates[0]).toBeCloseTo(0.005 * (1 + Math.cos(0.4 * Math.PI)), 10);
  expect(rates[2]).toBe(0);
  for await (const {learningRate} of train(network, head, batches(), {steps: 400, learningRate: 0.01})) {
    // Halfway through the warm-up.
    expect(learningRate).toBeCloseTo(0.5 * 0.005 * (1 + Math.cos(0.05 * Math.PI)), 10);
    break;
  }
  expect(tf.memory().numTensors).toBe(before);
});
