import * as tf from '@tensorflow/tfjs-core';
import {runRegistered} from '../runRegistered';
import {scatterAddRows} from '../scatterAddRows';

/** The name under which a backend may register a kernel: inputs as {@link ClassWeightGradientParts}, output `[C, D]`. */
export const CLASS_WEIGHT_GRADIENT = 'FaceMarginsClassWeightGradient';

/** What the gradient of class weights W `[C, D]` is made of. */
export type ClassWeightGradientParts = {
  /** `[C, D]`, consumed: a backend may change it in place. */
  pulls: tf.Tensor2D;
  /** What each example adds to the row of its target, `[B, D]`. */
  targetRows: tf.Tensor2D;
  /** Those rows' places, int32 `[B]`. */
  ids: tf.Tensor1D;
  /** W. */
  w: tf.Tensor2D;
  /** How much of W's row each row of the gradient loses, `[C, 1]`; nothing where left out. */
  radial?: tf.Tensor2D;
};

/** {@link classWeightGradient} from stock operations. */
export function composedClassWeightGradient(parts: ClassWeightGradientParts): tf.Tensor2D {
  const {pulls, targetRows, ids, w, radial} = parts;
  return tf.tidy(() => {
    const addends: tf.Tensor[] = [pulls, scatterAddRows(targetRows, ids, w.shape[0])];
    if (radial !== undefined) addends.push(tf.mul(w, tf.neg(radial)));
    return tf.addN(addends) as tf.Tensor2D;
  });
}

/**
 * `pulls − diag(radial) W`, with `targetRows` added at the places `ids`: the gradient of class weights from its parts.
 *
 * At many classes these are the passes over memory that cost most beside the matrix products, so a backend that can works in place.
 */
export function classWeightGradient(parts: ClassWeightGradientParts): tf.Tensor2D {
  return runRegistered<tf.Tensor2D>(CLASS_WEIGHT_GRADIENT, parts) ?? composedClassWeightGradient(parts);
}
