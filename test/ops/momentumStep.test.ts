import * as tf from '@tensorflow/tfjs-core';
import {expect, it} from 'vitest';
import {composedMomentumStep, momentumStep} from '../../src/ops/momentumStep';
import {describeOnBackends} from '../support/backends';

const cases = [[1], [3, 5], [64, 67]].flatMap(shape =>
  [false, true].flatMap(nesterov => [
    {shape, scale: 1, decay: 0, nesterov},
    {shape, scale: 0.37, decay: 5e-4, nesterov},
  ]),
);

describeOnBackends('momentumStep', () => {
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
