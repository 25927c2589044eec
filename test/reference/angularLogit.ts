import type {Logit} from './softmaxLoss';
import {angle, dot, norm, normalized, plus, scaled, type Vector, zeros} from './vectors';

/** A margin as a function of the angle: f(θ) and its derivative with respect to θ (not to cos θ), and to ‖x‖ where it depends on it. */
export type Margin = (theta: number, norm?: number) => {value: number; slope: number; normSlope?: number};

/** No margin: f(θ) = cos θ. */
export const cosine: Margin = theta => ({value: Math.cos(theta), slope: -Math.sin(theta)});

/** What multiplies f(θ): the scale s, and the norms that the head leaves in. */
export interface Amplitude {
  scale: number;
  embeddingNorm?: boolean;
  weightNorm?: boolean;
}

/**
 * z = s·‖x‖^a·‖w‖^b·f(θ) with a, b ∈ {0, 1}, θ the angle between x and w.
 *
 * With t the unit tangent at x̂ toward ŵ, ∂θ/∂x = −t/‖x‖, so ∂z/∂x = s‖w‖^b (a·f·x̂ − ‖x‖^(a−1) f′(θ) t),
 * and the same for w with the parts exchanged. Nothing is divided by sin θ. Where x and w are parallel there
 * is no tangent and f(θ) has a corner unless f′ = 0; the tangential part is taken as zero.
 */
export function angularLogit(x: Vector, w: Vector, f: Margin, amplitude: Amplitude): Logit {
  const {scale, embeddingNorm = false, weightNorm = false} = amplitude;
  const xNorm = norm(x);
  const {value, slope, normSlope = 0} = f(angle(x, w), xNorm);
  const wNorm = norm(w);
  const xFactor = embeddingNorm ? xNorm : 1;
  const wFactor = weightNorm ? wNorm : 1;
  const radialX = (embeddingNorm ? value : 0) + xFactor * normSlope;
  const radialW = weightNorm ? value : 0;
  const gradientX = plus(scaled(normalized(x), radialX), unitTangent(x, w), (-slope * xFactor) / xNorm);
  const gradientW = plus(scaled(normalized(w), radialW), unitTangent(w, x), (-slope * wFactor) / wNorm);
  return {
    value: scale * xFactor * wFactor * value,
    embedding: scaled(gradientX, scale * wFactor),
    weight: scaled(gradientW, scale * xFactor),
    scale: xFactor * wFactor * value,
  };
}

/**
 * The unit vector at a right angle to `from` that points toward `to`; zero where the two are parallel to
 * rounding.
 */
function unitTangent(from: Vector, to: Vector): number[] {
  const unitFrom = normalized(from);
  const unitTo = normalized(to);
  const difference = plus(unitTo, unitFrom, -dot(unitFrom, unitTo));
  const tangent = plus(difference, unitFrom, -dot(unitFrom, difference));
  const length = norm(tangent);
  return length < 1e-14 ? zeros(from.length) : scaled(tangent, 1 / length);
}
