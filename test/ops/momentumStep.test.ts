import * as tf from '@tensorflow/tfjs-core';
import {expect, it} from 'vitest';
import {composedMomentumStep, momentumStep} from '../../src/ops/momentumStep';
import {describeOnBackends} from '../support/backends';
import {expectClose} from '../support/kernelCheck';

const cases = [[1], [3, 5], [64, 67]].flatMap(shape =>
  [false, true].flatMap(nesterov => [
    {shape, scale: 1, decay: 0, nesterov},
    {shape, scale: 0.37, decay: 5e-4, nesterov},
  ]),
);

type Rates = Parameters<typeof momentumStep>[1];

/** The definition in float64, one number after the other. */
function reference(weight: number[], velocity: number[], gradient: number[], rates: Rates) {
  const {scale, decay, kept, rate, nesterov} = rates;
  const pulled = gradient.map((g, i) => scale * g + decay * weight[i]);
  const next = pulled.map((g, i) => kept * velocity[i] + g);
  const ahead = nesterov ? pulled.map((g, i) => g + kept * next[i]) : next;
  return {weight: weight.map((w, i) => w - rate * ahead[i]), velocity: next};
}

describeOnBackends('momentumStep', () => {
  it.each([
    {scale: 1, decay: 0},
    {scale: 0.37, decay: 0},
    {scale: 1, decay: 0.02},
    {scale: 0.37, decay: 0.02},
  ])('goes where the formula goes in five steps: %o', ({scale, decay}) => {
    for (const nesterov of [false, true]) {
      const rates = {scale, decay, kept: 0.9, rate: 0.1, nesterov};
      let expected = {weight: [1, -2, 0.5], velocity: [0, 0, 0]};
      tf.tidy(() => {
        let [weight, velocity]: tf.Tensor[] = [tf.tensor1d(expected.weight), tf.zeros([3])];
        for (const gradient of [0.5, -1, 2, 0.25, 1].map(g => [g, -g, 3 * g])) {
          [weight, velocity] = momentumStep({weight, velocity, gradient: tf.tensor1d(gradient)}, rates);
          expected = reference(expected.weight, expected.velocity, gradient, rates);
        }
        expectClose(weight.dataSync(), expected.weight, 'weight', 1e-6);
        expectClose(velocity.dataSync(), expected.velocity, 'velocity', 1e-6);
      });
    }
  });

  it.each(cases)('is bit for bit that of stock operations after 20 steps: %o', ({shape, ...factors}) => {
    const rates = {...factors, kept: 0.9, rate: 0.1};
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const start = (): [tf.Tensor, tf.Tensor] => [
        tf.randomNormal(shape, 0, 1, 'float32', 1),
        tf.zeros(shape),
      ];
      let [ours, stock] = [start(), start()];
      for (let step = 0; step < 20; step++) {
        const gradient = tf.randomNormal(shape, 0, 1, 'float32', step + 2);
        ours = momentumStep({weight: ours[0], velocity: ours[1], gradient}, rates);
        stock = composedMomentumStep({weight: stock[0], velocity: stock[1], gradient}, rates);
      }
      for (const i of [0, 1]) expect(ours[i].arraySync()).toEqual(stock[i].arraySync());
    });
    expect(tf.memory().numTensors).toBe(before);
  });
});
