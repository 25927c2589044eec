import * as tf from '@tensorflow/tfjs-core';
import type {Angle, Margin} from './margin';
import {shapedLike} from './shapedLike';
import {type TargetAngleInputs, targetAngle} from './targetAngle';

/** Embeddings and the weight of each one's target, as rows. */
export interface TargetRows {
  x: tf.Tensor2D;
  unit: tf.Tensor2D;
  norm: tf.Tensor;
  inverseNorm: tf.Tensor;
  targetWeight: tf.Tensor2D;
  inverseTargetNorm: tf.Tensor;
  /** Values `[B, 1]` that the process with an example's class computes, as all processes need them. */
  toAll(values: tf.Tensor[]): tf.Tensor[];
}

/** f at the target, and how it changes where a unit vector turns. */
export interface TargetMargin {
  /** θ. */
  angle: Angle;
  /** f, `[B, 1]`. */
  value: tf.Tensor;
  /** The factor of the gradient along the embedding: f, unless a margin publishes another. */
  radial: tf.Tensor;
  /** ∂f/∂x̂ across x̂, `[B, D]`. */
  turnEmbedding: tf.Tensor;
  /** ∂f/∂ŵ_y across ŵ_y, `[B, D]`. */
  turnWeight: tf.Tensor;
}

const sineOf = (cos: tf.Tensor) => tf.sqrt(tf.sub(1, tf.square(cos)));

/** θ and its sine to the cosine's own precision. */
const cosineAngle = (cos: tf.Tensor, norm: tf.Tensor): Angle => ({
  cos,
  norm,
  get sin() {
    return sineOf(cos);
  },
  get theta() {
    return tf.acos(cos);
  },
});

/** θ to full precision, and the unit vector along which the embedding turns to its own weight. */
function tangentAngle(inputs: TargetRows): {angle: Angle; direction: tf.Tensor} {
  const {direction, ...own} = targetAngle(anglesOf(inputs));
  const [cos, sin] = inputs.toAll([own.cos, own.sin]);
  const angle: Angle = {
    cos,
    sin,
    norm: inputs.norm,
    get theta() {
      return tf.atan2(sin, cos);
    },
  };
  return {angle, direction};
}

/** A kernel of a backend takes these by name, and no other. */
const anglesOf = ({x, targetWeight, inverseNorm, inverseTargetNorm}: TargetRows): TargetAngleInputs => ({
  x,
  targetWeight,
  inverseNorm,
  inverseTargetNorm,
});

/** A margin that is the cosine less a constant: its derivative by the cosine is 1. */
function marginOfCosine(
  margin: Margin | undefined,
  {unit, norm, targetWeight, inverseTargetNorm, toAll}: TargetRows,
): TargetMargin {
  const unitTarget = tf.mul(targetWeight, inverseTargetNorm);
  const [cos] = toAll([tf.clipByValue(tf.sum(tf.mul(unit, unitTarget), 1, true), -1, 1)]);
  const angle = cosineAngle(cos, norm);
  const value = margin === undefined ? cos : shapedLike('margin.value', margin.value(angle), cos);
  return {
    angle,
    value,
    radial: value,
    turnEmbedding: tf.sub(unitTarget, tf.mul(cos, unit)),
    turnWeight: tf.sub(unit, tf.mul(cos, unitTarget)),
  };
}

/** A margin of the angle, with its derivative by the angle: it acts along the tangent. */
function marginOfAngle(margin: DifferentiableMargin, rows: TargetRows): TargetMargin {
  const {angle, direction} = tangentAngle(rows);
  const value = shapedLike('margin.value', margin.value(angle), angle.cos);
  const descent = tf.neg(shapedLike('margin.derivative', margin.derivative(angle), angle.cos));
  const published = margin.embeddingGradient?.(angle, tf.div(1, rows.inverseNorm));
  const ofPublished = (part: 'value' | 'derivative') =>
    shapedLike(`margin.embeddingGradient.${part}`, published?.[part], angle.cos);
  return {
    angle,
    value,
    radial: published ? ofPublished('value') : value,
    turnEmbedding: tf.mul(published ? tf.neg(ofPublished('derivative')) : descent, direction),
    turnWeight: tf.mul(descent, tf.sub(tf.mul(angle.sin, rows.unit), tf.mul(angle.cos, direction))),
  };
}

type DifferentiableMargin = Margin & Required<Pick<Margin, 'derivative'>>;

const hasDerivative = (margin: Margin | undefined): margin is DifferentiableMargin =>
  margin?.derivative !== undefined;

/** The margin of each example's target, with what turns embedding and weight. */
export function targetMargin(margin: Margin | undefined, rows: TargetRows): TargetMargin {
  return hasDerivative(margin) ? marginOfAngle(margin, rows) : marginOfCosine(margin, rows);
}
