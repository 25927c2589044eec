import {angularLogit, cosine, type Margin} from './angularLogit';
import type {Beyond} from './arcFace';
import {type HeadInputs, type HeadResult, softmaxLoss} from './softmaxLoss';

export interface CombinedMargin {
  /** m₁, multiplies the angle. */
  angleFactor: number;
  /** m₂, radians added to the angle. */
  angularMargin: number;
  /** m₃, taken from the cosine. */
  cosineMargin: number;
  beyond?: Beyond;
}

/**
 * f(θ) = cos(m₁θ + m₂) − m₃ (arXiv 1801.07698), and beyond the seam θ* = (π − m₂)/m₁, where m₁θ + m₂ passes
 * π:
 *
 * - 'continuous': (−1)^k cos φ − 2k − m₃ with φ = m₁θ + m₂, k = ⌊φ/π⌋. Up to φ = 2π that is −2 − cos φ − m₃
 *   (Keras_insightface); past 2π it goes on falling, where that formula would rise. With (m, 0, 0) it is the
 *   ψ of L-Softmax, with (1, m, 0) ArcFace's.
 * - 'hard': cos θ − (π − θ*) sin θ* − m₃. For m₁ = 1, π − θ* is m₂ and this is the cos θ − m₂ sin m₂ of
 *   ArcFace's code. Keeping m₂ sin m₂ for other m₁ would not do: (1.5, 0, 0) would jump *up* by a half at its
 *   seam. Here the value just past the seam (but for m₃) is the tangent to cos at θ*, read off at π: below −1
 *   as long as θ* > 0.811 rad (m₁ < 3.87 at m₂ = 0), so that the jump is downwards.
 * - 'none': the formula unchanged.
 */
export const combinedMargin =
  ({angleFactor, angularMargin, cosineMargin, beyond = 'hard'}: CombinedMargin): Margin =>
  theta => {
    const phi = angleFactor * theta + angularMargin;
    const plain = {value: Math.cos(phi) - cosineMargin, slope: -angleFactor * Math.sin(phi)};
    if (phi <= Math.PI || beyond === 'none') return plain;
    if (beyond === 'continuous') {
      const k = Math.floor(phi / Math.PI);
      const sign = k % 2 === 0 ? 1 : -1;
      return {value: sign * Math.cos(phi) - 2 * k - cosineMargin, slope: sign * plain.slope};
    }
    const seam = (Math.PI - angularMargin) / angleFactor;
    const drop = (Math.PI - seam) * Math.sin(seam);
    return {value: Math.cos(theta) - drop - cosineMargin, slope: -Math.sin(theta)};
  };

/** The combined margin of ArcFace's paper: z_y = s(cos(m₁θ + m₂) − m₃). */
export const combined = (inputs: HeadInputs, options: CombinedMargin & {scale: number}): HeadResult =>
  softmaxLoss(inputs, {
    logit: (x, w, isTarget) =>
      angularLogit(x, w, isTarget ? combinedMargin(options) : cosine, {scale: options.scale}),
  });
