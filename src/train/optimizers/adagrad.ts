import * as tf from '@tensorflow/tfjs-core';
import {check} from '../../base/check';
import {checkedDecay, checkOptimizerOptions, type Optimizer, type WeightDecayOptions} from './optimizer';

/** Options of {@link adagrad}. */
export interface AdagradOptions extends WeightDecayOptions {
  /** What the sums of squares begin with. Default 0. */
  initialAccumulator?: number;
  /** Keeps the step finite where there were no gradients, ε. Default 1e-10. */
  epsilon?: number;
}

/**
 * Adagrad, `a ← a + g²`, `w ← w − η g / (√a + ε)`, as PyTorch defines it: a rate for each weight that falls with what it has seen.
 * FaceNet was trained with it, at a rate of 0.05. Weight decay is coupled by default.
 *
 * Duchi, Hazan, Singer: Adaptive Subgradient Methods for Online Learning and Stochastic Optimization, JMLR 2011.
 *
 * @throws If `initialAccumulator` is negative, ε is not above 0, or an option of weight decay is wrong.
 *
 * @example
 * ```js
 * const optimizer = adagrad();
 * ```
 */
export function adagrad(options: AdagradOptions = {}): Optimizer {
  checkOptimizerOptions('adagrad', options, {initialAccumulator: true, epsilon: true});
  const {initialAccumulator = 0, epsilon = 1e-10, ...decay} = options;
  check.notNegative('adagrad', 'initialAccumulator', initialAccumulator);
  check.positive('adagrad', 'epsilon', epsilon);
  return {
    name: 'adagrad',
    options: {initialAccumulator, epsilon},
    weightDecay: checkedDecay('adagrad', decay),
    slots: {sum: initialAccumulator},
    rule({learningRate}) {
      const [rate, floor] = [tf.scalar(learningRate), tf.scalar(epsilon)];
      return (gradient, slots) => {
        const sum = tf.add(slots.sum, tf.square(gradient));
        return {change: tf.mul(tf.div(gradient, tf.add(tf.sqrt(sum), floor)), rate), slots: {sum}};
      };
    },
  };
}
