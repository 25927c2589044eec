import * as tf from '@tensorflow/tfjs-core';
import {check} from '../../base/check';
import {momentumStep} from '../../ops/momentumStep';
import {
  checkedDecay,
  checkOptimizerOptions,
  type Optimizer,
  type UpdateRule,
  type WeightDecayOptions,
  type WholeUpdate,
} from './optimizer';

/** Options of {@link sgd}. */
export interface SgdOptions extends WeightDecayOptions {
  /** What is left of the last step, μ. Default 0; faces are trained with 0.9. */
  momentum?: number;
  /** Nesterov's momentum, which looks one step ahead. Default false. */
  nesterov?: boolean;
}

/**
 * Stochastic gradient descent, `v ← μ v + g`, `w ← w − η v`, as PyTorch defines it: what most face recognizers are trained with.
 *
 * With Nesterov's momentum it is `w ← w − η (g + μ v)`. v does not contain the learning rate η, so that a schedule acts at once.
 * Weight decay is coupled by default, `g ← g + λ w`: 5e-4 for faces.
 *
 * Sutskever, Martens, Dahl, Hinton: On the importance of initialization and momentum in deep learning, ICML 2013.
 *
 * @throws If `momentum` is not from 0 to 1, `nesterov` is without momentum, or an option of weight decay is wrong.
 *
 * @example
 * ```js
 * const optimizer = sgd({momentum: 0.9, weightDecay: 5e-4});
 * ```
 */
export function sgd(options: SgdOptions = {}): Optimizer {
  checkOptimizerOptions('sgd', options, {momentum: true, nesterov: true});
  const {momentum = 0, nesterov = false, ...decay} = options;
  check.between('sgd', 'momentum', momentum, 0, 1);
  if (nesterov && momentum === 0) {
    throw new Error('sgd: momentum must be above 0 where nesterov is true, but is 0.');
  }
  return {
    name: 'sgd',
    options: {momentum, nesterov},
    weightDecay: checkedDecay('sgd', decay),
    slots: momentum > 0 ? {momentum: 0} : {},
    rule({learningRate}) {
      const [rate, kept] = [tf.scalar(learningRate), tf.scalar(momentum)];
      if (momentum === 0) return gradient => ({change: tf.mul(gradient, rate), slots: {}});
      const rule: UpdateRule = (gradient, slots) => {
        const velocity = tf.add(tf.mul(slots.momentum, kept), gradient);
        const ahead = nesterov ? tf.add(gradient, tf.mul(velocity, kept)) : velocity;
        return {change: tf.mul(ahead, rate), slots: {momentum: velocity}};
      };
      if (decay.decoupled) return rule;
      const whole: WholeUpdate = (weight, gradient, slots, factors) => {
        const rates = {...factors, kept: momentum, rate: learningRate, nesterov};
        const [value, velocity] = momentumStep({weight, velocity: slots.momentum, gradient}, rates);
        return {value, slots: {momentum: velocity}};
      };
      return Object.assign(rule, {whole});
    },
  };
}
