import {angularLogit, cosine, type Margin} from './angularLogit';
import {type HeadInputs, type HeadResult, type Logit, softmaxLoss} from './softmaxLoss';
import type {Vector} from './vectors';

/** What the margin does where θ + m > π, where cos(θ + m) would rise again. */
export type Beyond = 'hard' | 'continuous' | 'none';

export interface ArcFaceMargin {
  /** m, radians. */
  margin: number;
  /** 'hard' cos θ − m sin m, 'continuous' −2 − cos(θ + m), 'none' cos(θ + m) all the same. */
  beyond?: Beyond;
  /** The margin only where cos θ > 0, cos θ otherwise. */
  easy?: boolean;
}

export interface ArcFaceOptions extends ArcFaceMargin {
  scale: number;
  /**
   * 'straight-through' is what arcface_torch trains with since it changes the cosines in place outside the
   * tape: the value has the margin, the gradient is that of s cos θ.
   */
  gradient?: 'exact' | 'straight-through';
}

/** f(θ) = cos(θ + m), and its choices beyond π − m. The seam itself belongs to cos(θ + m). */
export const arcFaceMargin =
  ({margin, beyond = 'hard', easy = false}: ArcFaceMargin): Margin =>
  theta => {
    if (easy && Math.cos(theta) <= 0) return cosine(theta);
    const moved = {value: Math.cos(theta + margin), slope: -Math.sin(theta + margin)};
    if (theta <= Math.PI - margin || beyond === 'none') return moved;
    if (beyond === 'continuous') return {value: -2 - moved.value, slope: -moved.slope};
    return {value: Math.cos(theta) - margin * Math.sin(margin), slope: -Math.sin(theta)};
  };

/** ArcFace (arXiv 1801.07698): z_y = s cos(θ + m). */
export const arcFace = (inputs: HeadInputs, options: ArcFaceOptions): HeadResult =>
  softmaxLoss(inputs, {logit: arcFaceLogit(options)});

export function arcFaceLogit(options: ArcFaceOptions): (x: Vector, w: Vector, isTarget: boolean) => Logit {
  const {scale, gradient = 'exact'} = options;
  return (x, w, isTarget) => {
    const plain = angularLogit(x, w, cosine, {scale});
    if (!isTarget) return plain;
    const withMargin = angularLogit(x, w, arcFaceMargin(options), {scale});
    return gradient === 'exact' ? withMargin : {...plain, value: withMargin.value, scale: withMargin.scale};
  };
}
