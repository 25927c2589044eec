import * as tf from '@tensorflow/tfjs-core';
import {oneHotLabels} from '../oneHotLabels';
import {rowNorms} from '../rowNorms';
import {type ClassShard, type PlaceInShard, placeInShard, toldByOwners} from './classShard';
import {MASK_OFFSET} from './hideTarget';
import type {Angle, Margin} from './margin';
import {normalizeRows, SHORTEST} from './normalizeRows';
import type {OthersCosines, OthersMargin} from './othersMargin';
import {LONGEST_EMBEDDING} from './targetAngle';
import {targetMargin} from './targetMargin';

/** Keeps the sums of the matrix product inside float32 for any finite weights; a power of two costs no precision. */
const GUARD = 2 ** -30;
/** A logit of 0 times it is 0. */
const LARGEST_INVERSE = 3e38;
/** Above any norm whose square float32 holds. */
const LARGEST_NORM = 1e20;

/** Which row of the table of heads to compute: `z_j = A_j h(c_j)`, `z_y = A_y f(θ_y)`. */
export interface MarginRowOptions {
  /** The norms to divide out of A, which is `scale` times the norms left. Default `'both'`. */
  normalize?: 'none' | 'embeddings' | 'weights' | 'both';
  /** The factor s in A: a number, a scalar tensor to learn it, or what gives it of the batch, without a gradient. Default 1. */
  scale?: number | tf.Scalar | BatchScale;
  /** f for the target. Default: the cosine itself. */
  margin?: Margin;
  /** h for the other classes. Default: the cosine itself. With `subCenters` above 1 it needs normalized weights. */
  others?: OthersMargin;
  /**
   * The cosine above which another class is left out of the loss, as one that may be the same person under a second label.
   * Default: none is left out.
   */
  interClassFilter?: number;
  /** The number of weight vectors of a class, in neighboring rows; the largest of their cosines counts. Default 1. */
  subCenters?: number;
  /** Gives the weights the gradient of a linear layer, without margin and projection; see `aSoftmax`. Default false. */
  linearWeightGradient?: boolean;
  /** Which of a head's classes the weights are of, where it is divided among processes; see `sharded`. Default: all. */
  shard?: ClassShard;
}

/**
 * A scale that follows from the batch. It runs outside the gradient tape.
 *
 * @param cosines `[B, C]`, or what stands for them where a norm is left, before any scale and margin.
 * @param angle The angle to the target.
 * @returns s, above 0.
 */
export type BatchScale = (cosines: tf.Tensor2D, angle: Angle) => tf.Scalar;

/** A row of the table, computed for one batch: what the loss is made of, and what the gradient needs again. */
export type MarginRow = {
  /** x/‖x‖, `[B, D]`. */
  unit: tf.Tensor2D;
  /** 1/‖x‖, `[B, 1]`. */
  inverseNorm: tf.Tensor;
  /** The part of A that belongs to the example: 1, or ‖x‖. `[B, 1]`. */
  rowScale: tf.Tensor;
  /** The part of A, over ‖w_j‖, that belongs to the class. `[1, C]`. */
  columnScale: tf.Tensor;
  /** 1/‖w_j‖, `[C, 1]`. */
  inverseWeightNorm: tf.Tensor;
  /** Logits before any margin, `[B, C]`. */
  logits: tf.Tensor2D;
  /** The target's logit, with the margin. `[B, 1]`. */
  targetLogit: tf.Tensor;
  /** ∂ targetLogit / ∂x, `[B, D]`. */
  targetByEmbedding: tf.Tensor;
  /** ∂ targetLogit / ∂w_y, `[B, D]`. */
  targetByWeight: tf.Tensor;
  /** The row of W that each example's target stands for, int32 `[B]`. */
  targetRow: tf.Tensor1D;
  /** Which of its sub-centers each class stands for, `[B, C, K]`; only where there are several. */
  nearest?: tf.Tensor;
  /** 1 where the weights have an example's class, else 0, `[B, 1]`; only where some are another process'. */
  own?: tf.Tensor;
};

/** A row with what its head makes of the other classes' logits, where that is not those logits themselves. */
export interface ComputedRow {
  row: MarginRow;
  /** s. */
  scale: tf.Scalar;
  /** z_j, `[B, C]`, and its slope by the logit before any margin. */
  others?: OthersCosines;
  /** Each example's class among those of the weights, int32 `[B]`; −1 where another process has it. */
  ownClass: tf.Tensor1D;
}

/** Which norms a row divides out. */
export const normalizedParts = ({normalize = 'both'}: MarginRowOptions) => ({
  embeddings: normalize === 'both' || normalize === 'embeddings',
  weights: normalize === 'both' || normalize === 'weights',
});

type WithoutTarget = Omit<MarginRow, 'targetLogit' | 'targetByEmbedding' | 'targetByWeight'>;

/** Adds the target's logit and its gradients to a row. */
function withTarget(
  row: WithoutTarget,
  x: tf.Tensor2D,
  w: tf.Tensor2D,
  norm: tf.Tensor,
  scale: tf.Scalar,
  options: MarginRowOptions,
): {row: MarginRow; angle: Angle} {
  const normalized = normalizedParts(options);
  const {unit, inverseNorm, rowScale} = row;
  const inverseTargetNorm = tf.gather(row.inverseWeightNorm, row.targetRow);
  // Weights beyond float32's range have 0 here, and count as zero.
  const live = tf.sign(inverseTargetNorm);
  const targetWeight = tf.mul(tf.gather(w, row.targetRow), live) as tf.Tensor2D;
  const sized = tf.mul(scale, rowScale);
  const targetNorm = () => tf.mul(tf.minimum(tf.div(1, inverseTargetNorm), LARGEST_NORM), live);
  const toAll = (values: tf.Tensor[]) => toldByOwners(values, row.own, options.shard);
  const amplitude = normalized.weights ? sized : tf.mul(sized, toAll([targetNorm()])[0]);

  const rows = {x, unit, norm, inverseNorm, targetWeight, inverseTargetNorm, toAll};
  const {margin} = options;
  const {angle, value, radial, turnEmbedding, turnWeight} = targetMargin(margin, rows);
  const byEmbedding = normalized.embeddings ? turnEmbedding : tf.add(turnEmbedding, tf.mul(radial, unit));
  let byWeight = turnWeight;
  if (!normalized.weights) {
    byWeight = tf.add(turnWeight, tf.mul(value, tf.mul(targetWeight, inverseTargetNorm)));
  }
  if (options.linearWeightGradient) byWeight = unit;
  let targetByEmbedding = tf.mul(tf.mul(amplitude, inverseNorm), byEmbedding);
  if (margin?.normDerivative !== undefined) {
    const along = tf.mul(amplitude, margin.normDerivative(angle));
    targetByEmbedding = tf.add(targetByEmbedding, tf.mul(along, unit));
  }
  return {
    angle,
    row: {
      ...row,
      targetLogit: tf.mul(amplitude, value),
      targetByEmbedding,
      targetByWeight: tf.mul(tf.mul(amplitude, inverseTargetNorm), byWeight),
    },
  };
}

/** The other classes' logits `A_j h(c_j)`, and their slope by `A_j c_j`. */
function othersOf(
  {logits, rowScale, columnScale, inverseWeightNorm}: MarginRow,
  angle: Angle,
  scale: tf.Scalar,
  options: MarginRowOptions,
): OthersCosines | undefined {
  const {interClassFilter, others} = options;
  if (others === undefined && interClassFilter === undefined) return undefined;
  const normalized = normalizedParts(options);
  if (!normalized.weights && (options.subCenters ?? 1) > 1) {
    throw new Error(
      `marginSoftmax: normalize must be 'weights' or 'both' where subCenters is above 1 and interClassFilter or others is given, but is '${options.normalize}'.`,
    );
  }
  const byClass = normalized.weights
    ? scale
    : tf.divNoNan(columnScale, tf.reshape(inverseWeightNorm, [1, -1]));
  const amplitude = normalized.embeddings ? byClass : tf.mul(byClass, rowScale);
  // Comparisons and divisions of whole matrices take many times as long as products on some backends.
  const inverse = tf.clipByValue(tf.divNoNan(1, amplitude), -LARGEST_INVERSE, LARGEST_INVERSE);
  const cosines = tf.clipByValue(tf.mul(logits, inverse), -1, 1) as tf.Tensor2D;
  const used = others?.(cosines, angle);
  const value = used === undefined ? logits : tf.mul(used.value, amplitude);
  if (interClassFilter === undefined) return {value, slope: used?.slope ?? tf.onesLike(logits)};
  const left = tf.step(tf.sub(cosines, interClassFilter));
  const kept = tf.sub(1, left);
  return {
    value: tf.sub(value, tf.mul(left, MASK_OFFSET)),
    slope: used === undefined ? kept : tf.mul(used.slope, kept),
  };
}

/** A row of scale 1 with another. */
function withScale(row: MarginRow, scale: tf.Scalar): MarginRow {
  return {
    ...row,
    columnScale: tf.mul(row.columnScale, scale),
    logits: tf.mul(row.logits, scale),
    targetLogit: tf.mul(row.targetLogit, scale),
    targetByEmbedding: tf.mul(row.targetByEmbedding, scale),
    targetByWeight: tf.mul(row.targetByWeight, scale),
  };
}

/**
 * The logits of one row of the table of heads, the target's logit apart with its own gradient.
 *
 * The unit weights `[C, D]` are never made: `cos = (x̂ Wᵀ) · diag(1/‖w‖)`. Rows of W whose squares leave float32
 * (‖w_j‖ > 1.8e19) count as zero.
 */
export function marginRow(
  x: tf.Tensor2D,
  w: tf.Tensor2D,
  scale: tf.Scalar,
  labels: tf.Tensor1D,
  options: MarginRowOptions,
): ComputedRow {
  const normalized = normalizedParts(options);
  const {norm, inverseNorm, unit} = normalizeRows(x);
  const rowScale = normalized.embeddings ? tf.onesLike(norm) : tf.minimum(norm, LONGEST_EMBEDDING);

  const weightNorm = rowNorms(w);
  const inUse = tf.cast(tf.isFinite(weightNorm), 'float32');
  const inverseWeightNorm = tf.div(inUse, tf.maximum(weightNorm, SHORTEST));
  const columnScale = tf.reshape(tf.mul(normalized.weights ? inverseWeightNorm : inUse, scale), [1, -1]);

  const products = tf.matMul(tf.mul(unit, GUARD) as tf.Tensor2D, w, false, true);
  const cosines = tf.mul(products, tf.div(columnScale, GUARD)) as tf.Tensor2D;
  const place = placeInShard(labels, w.shape[0] / (options.subCenters ?? 1), options.shard);
  const {logits, nearest, targetRow} = nearestCenters(
    normalized.embeddings ? cosines : tf.mul(cosines, rowScale),
    place,
    options,
  );
  const row: WithoutTarget = {
    unit,
    inverseNorm,
    rowScale,
    columnScale,
    inverseWeightNorm: tf.reshape(inverseWeightNorm, [-1, 1]),
    logits,
    targetRow,
    ...(nearest && {nearest}),
    ...(place.own && {own: place.own}),
  };
  const target = withTarget(row, x, w, norm, scale, options);
  const ofBatch = typeof options.scale === 'function' ? options.scale(row.logits, target.angle) : undefined;
  const used = ofBatch ?? scale;
  const scaled = ofBatch === undefined ? target.row : withScale(target.row, ofBatch);
  const others = othersOf(scaled, target.angle, used, options);
  return {row: scaled, scale: used, ...(others && {others}), ownClass: place.hidden};
}

/** Each class's largest logit over its sub-centers, and which sub-center it is of. */
function nearestCenters(
  logits: tf.Tensor2D,
  {target}: PlaceInShard,
  {subCenters = 1}: MarginRowOptions,
): Pick<MarginRow, 'logits' | 'nearest' | 'targetRow'> {
  if (subCenters === 1) return {logits, targetRow: target};
  const classes = logits.shape[1] / subCenters;
  const grouped = tf.reshape(logits, [-1, classes, subCenters]);
  const winner = tf.argMax(grouped, 2);
  const ofOwnClass = tf.sum(tf.mul(oneHotLabels(target, classes), winner), 1);
  return {
    logits: tf.max(grouped, 2),
    nearest: tf.cast(tf.oneHot(tf.cast(winner, 'int32'), subCenters), 'float32'),
    targetRow: tf.add(tf.mul(target, tf.scalar(subCenters, 'int32')), tf.cast(ofOwnClass, 'int32')),
  };
}
