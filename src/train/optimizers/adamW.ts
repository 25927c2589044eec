import * as tf from '@tensorflow/tfjs-core';
import {check} from '../../base/check';
import {ADAM_STEP, adamStep} from '../../ops/adamStep';
import {
  checkedDecay,
  checkOptimizerOptions,
  type Optimizer,
  type UpdateRule,
  type WeightDecayOptions,
  type WholeUpdate,
} from './optimizer';

/** Options of {@link adamW}. */
export interface AdamWOptions extends WeightDecayOptions {
  /** What is left of the mean gradient at every step, β₁. Default 0.9. */
  beta1?: number;
  /** What is left of the mean squared gradient at every step, β₂. Default 0.999. */
  beta2?: number;
  /** Keeps the step finite where gradients vanish, ε. Default 1e-8. */
  epsilon?: number;
}

/**
 * Adam with decoupled weight decay, as PyTorch defines it:
 * `m ← β₁ m + (1 − β₁) g`, `v ← β₂ v + (1 − β₂) g²`, `w ← w − η λ w − η m̂ / (√v̂ + ε)` with `m̂ = m/(1 − β₁ᵗ)`, `v̂ = v/(1 − β₂ᵗ)`.
 *
 * Without weight decay, the default, it is plain Adam; `{decoupled: false}` makes decay a part of the gradient, as Adam with
 * L2 has it. It wants a far lower learning rate than {@link sgd}: 0.001 and below.
 *
 * Loshchilov, Hutter: Decoupled Weight Decay Regularization, [arXiv 1711.05101](https://arxiv.org/abs/1711.05101); Kingma, Ba:
 * Adam, [arXiv 1412.6980](https://arxiv.org/abs/1412.6980).
 *
 * @throws If a β is not from 0 to below 1, ε is not above 0, or an option of weight decay is wrong.
 *
 * @example
 * ```js
 * const optimizer = adamW({weightDecay: 0.05});
 * ```
 */
export function adamW(options: AdamWOptions = {}): Optimizer {
  checkOptimizerOptions('adamW', options, {beta1: true, beta2: true, epsilon: true});
  const {beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, decoupled = true, ...decay} = options;
  for (const [name, beta] of Object.entries({beta1, beta2})) {
    check.between('adamW', name, beta, 0, 1 - Number.EPSILON);
  }
  check.positive('adamW', 'epsilon', epsilon);
  return {
    name: 'adamW',
    options: {beta1, beta2, epsilon},
    weightDecay: checkedDecay('adamW', {...decay, decoupled}),
    slots: {mean: 0, square: 0},
    rule({learningRate, step}) {
      const [kept1, kept2] = [tf.scalar(beta1), tf.scalar(beta2)];
      const [new1, new2] = [tf.scalar(1 - beta1), tf.scalar(1 - beta2)];
      // √v̂ + ε as (√v + ε √(1 − β₂ᵗ)) / √(1 − β₂ᵗ), so that both corrections are one factor.
      const correction = Math.sqrt(1 - beta2 ** step);
      const floor = tf.scalar(epsilon * correction);
      const rate = tf.scalar((learningRate * correction) / (1 - beta1 ** step));
      const rule: UpdateRule = (gradient, slots) => {
        const mean = tf.add(tf.mul(slots.mean, kept1), tf.mul(gradient, new1));
        const square = tf.add(tf.mul(slots.square, kept2), tf.mul(tf.square(gradient), new2));
        const change = tf.mul(tf.div(mean, tf.add(tf.sqrt(square), floor)), rate);
        return {change, slots: {mean, square}};
      };
      // Elsewhere the constants above, made once, are fewer tensors.
      if (tf.getKernel(ADAM_STEP, tf.getBackend()) === undefined) return rule;
      const rates = {
        ...{kept1: beta1, new1: 1 - beta1, kept2: beta2, new2: 1 - beta2},
        rate: (learningRate * correction) / (1 - beta1 ** step),
        floor: epsilon * correction,
      };
      const whole: WholeUpdate = (weight, gradient, {mean, square}, {scale, decay}) => {
        const decayed = decoupled ? {decay: 0, shrink: 1 - learningRate * decay} : {decay, shrink: 1};
        const [value, nextMean, nextSquare] = adamStep(
          {weight, mean, square, gradient},
          {...rates, ...decayed, scale},
        );
        return {value, slots: {mean: nextMean, square: nextSquare}};
      };
      return Object.assign(rule, {whole});
    },
  };
}
