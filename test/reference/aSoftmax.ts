import {angularLogit, cosine} from './angularLogit';
import {annealedPsi, type MultiplicativeMargin, psi} from './multiplicativeMargin';
import {type HeadInputs, type HeadResult, type Logit, softmaxLoss} from './softmaxLoss';
import {angle, norm, normalized, plus, scaled, type Vector} from './vectors';

export interface ASoftmaxOptions extends MultiplicativeMargin {
  scale?: number;
  /** 'sphereface' is the gradient of the layer SphereFace was published with; see `sphereFaceGradient`. */
  gradient?: 'exact' | 'sphereface';
}

/**
 * A-Softmax, SphereFace (arXiv 1704.08063): z_j = ‖x‖ cos θ_j, z_y = ‖x‖ (λ cos θ + ψ(θ)) / (1 + λ); `scale`
 * multiplies all of them.
 */
export const aSoftmax = (
  inputs: HeadInputs,
  {scale = 1, gradient = 'exact', ...margin}: ASoftmaxOptions,
): HeadResult =>
  softmaxLoss(inputs, {
    logit: (x, w, isTarget) => {
      const exact = angularLogit(x, w, isTarget ? annealedPsi(margin) : cosine, {scale, embeddingNorm: true});
      return gradient === 'exact' ? exact : {...exact, ...sphereFaceGradient(x, w, isTarget, scale, margin)};
    },
  });

/**
 * The gradient of SphereFace's published layer, which is not that of its value.
 *
 * For x, the target's ∂(‖x‖ψ)/∂x = ψ′(c) ŵ + ((ψ − cψ′)/‖x‖) x has its two coefficients divided by their
 * joint length √(ψ′² + ((ψ − cψ′)/‖x‖)²), which mixes the units of a number and of 1/length; the λ part is
 * exact. For W, which the layer renormalizes in place before use, it is that of a linear layer, ∂z_j/∂w_j = x
 * for every j: no margin, no projection. Give unit rows to compare with it.
 */
function sphereFaceGradient(
  x: Vector,
  w: Vector,
  isTarget: boolean,
  scale: number,
  {margin, lambda = 0}: MultiplicativeMargin,
): Pick<Logit, 'embedding' | 'weight'> {
  const unit = normalized(w);
  const weight = scaled(x, scale);
  if (!isTarget) return {embedding: scaled(unit, scale), weight};
  const theta = angle(x, w);
  const {value, slope} = psi(margin)(theta);
  const ofW = Math.sin(theta) === 0 ? margin * margin : -slope / Math.sin(theta);
  const ofX = (value - Math.cos(theta) * ofW) / norm(x);
  const length = Math.hypot(ofW, ofX);
  const marginPart = plus(scaled(unit, ofW / length), x, ofX / length);
  return {embedding: scaled(plus(marginPart, unit, lambda), scale / (1 + lambda)), weight};
}
