import * as tf from '@tensorflow/tfjs-core';
import {checkOptions, type OptionNames} from '../../base/checkOptions';
import type {Angle, Margin} from '../../ops/margin/margin';

/**
 * What a margin does where the angle with it, φ = m₁θ + m₂, passes π, and the cosine would rise again:
 *
 * - `'hard'`: continues as the cosine, lowered: `cos θ − (π − θ*) sin θ* − m₃`, with `θ* = (π − m₂)/m₁`. For ArcFace
 *   this is the `cos θ − m sin m` of most code. It jumps down a little at θ*.
 * - `'continuous'`: falls further, without a jump in value or slope: `(−1)^k cos φ − 2k − m₃`, `k = ⌊φ/π⌋`.
 * - `'none'`: the formula as it stands; beyond θ* the loss pushes examples the wrong way.
 */
export type BeyondPi = 'hard' | 'continuous' | 'none';

/**
 * `'exact'` is the gradient of the value. `'straight-through'` takes f′(c) = 1 whatever the margin, as insightface's
 * arcface_torch does (it changes the cosines in place outside the tape): its published models were trained that way.
 */
export type MarginGradient = 'exact' | 'straight-through';

/** Options of {@link angularMargin}. */
export interface AngularMarginOptions {
  /** Factor of the angle, m₁. Default 1. */
  m1?: number;
  /** Added to the angle, m₂, in radians. Default 0. */
  m2?: number;
  /** Subtracted from the cosine, m₃. Default 0. */
  m3?: number;
  /** What happens where m₁θ + m₂ passes π. Default `'hard'`. */
  beyondPi?: BeyondPi;
  /** Whether the margin applies only where the cosine is above 0; elsewhere f is the cosine. Default false. */
  easy?: boolean;
  /** Default `'exact'`. */
  gradient?: MarginGradient;
}

const angularMarginOptions: OptionNames<AngularMarginOptions> = {
  m1: true,
  m2: true,
  m3: true,
  beyondPi: true,
  easy: true,
  gradient: true,
};

interface Branch {
  value: tf.Tensor;
  derivative: tf.Tensor;
}

const cosine = ({cos, sin}: Angle): Branch => ({value: cos, derivative: tf.neg(sin)});

/** cos φ and its derivative by θ. With m₁ = 1 no angle is taken and no digit lost. */
function turned(angle: Angle, phi: () => tf.Tensor, m1: number, m2: number): Branch {
  if (m1 !== 1) return {value: tf.cos(phi()), derivative: tf.mul(tf.sin(phi()), -m1)};
  const {cos, sin} = angle;
  return {
    value: tf.sub(tf.mul(cos, Math.cos(m2)), tf.mul(sin, Math.sin(m2))),
    derivative: tf.neg(tf.add(tf.mul(sin, Math.cos(m2)), tf.mul(cos, Math.sin(m2)))),
  };
}

/**
 * The family of additive and multiplicative margins of ArcFace's paper, `f(θ) = cos(m₁θ + m₂) − m₃`.
 *
 * (1, m, 0) is ArcFace, (1, 0, m) CosFace; (m, 0, 0) with `'continuous'` is the ψ of SphereFace, for any m.
 *
 * Deng, Guo, Xue, Zafeiriou: ArcFace, [arXiv 1801.07698](https://arxiv.org/abs/1801.07698).
 *
 * @example
 * ```js
 * const loss = marginSoftmax(embeddings, weights, labels, {scale: 64, margin: angularMargin({m1: 0.9, m2: 0.4, m3: 0.15})});
 * ```
 */
export function angularMargin(options: AngularMarginOptions): Margin {
  checkOptions('angularMargin', options, angularMarginOptions);
  const {m1 = 1, m2 = 0, m3 = 0, beyondPi = 'hard', easy = false, gradient = 'exact'} = options;
  const seam = (Math.PI - m2) / m1;

  const branches = (angle: Angle): Branch => {
    const phi = () => tf.add(tf.mul(angle.theta, m1), m2);
    let branch = turned(angle, phi, m1, m2);
    const choose = (condition: tf.Tensor, other: Branch) => {
      branch = {
        value: tf.where(condition, other.value, branch.value),
        derivative: tf.where(condition, other.derivative, branch.derivative),
      };
    };
    // With m₁ = 1, φ > π shows as sin φ < 0, which is the sign of the derivative.
    const past = () => (m1 === 1 ? tf.greater(branch.derivative, 0) : tf.greater(phi(), Math.PI));
    if (beyondPi === 'hard' && seam < Math.PI) {
      const {value, derivative} = cosine(angle);
      choose(past(), {value: tf.sub(value, (Math.PI - seam) * Math.sin(seam)), derivative});
    } else if (beyondPi === 'continuous') {
      const turns = tf.floor(tf.div(phi(), Math.PI));
      const sign = tf.sub(1, tf.mul(2, tf.mod(turns, 2)));
      branch = {
        value: tf.sub(tf.mul(sign, branch.value), tf.mul(2, turns)),
        derivative: tf.mul(sign, branch.derivative),
      };
    }
    if (m3 !== 0) branch = {...branch, value: tf.sub(branch.value, m3)};
    if (easy) choose(tf.lessEqual(angle.cos, 0), cosine(angle));
    return branch;
  };

  // Value and derivative of one angle are computed one after the other, and share their parts.
  const computed = new WeakMap<Angle, Branch>();
  const branchOf = (angle: Angle): Branch => {
    const branch = computed.get(angle) ?? branches(angle);
    computed.set(angle, branch);
    return branch;
  };
  return {
    value: angle => branchOf(angle).value,
    derivative: angle => (gradient === 'exact' ? branchOf(angle) : cosine(angle)).derivative,
  };
}
