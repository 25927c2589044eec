import * as tf from '@tensorflow/tfjs-core';
import {normalizeRows} from '../margin/normalizeRows';

/** What a gradient by unit vectors is by the vectors themselves. */
function throughLength(gradient: tf.Tensor, unit: tf.Tensor2D, inverseNorm: tf.Tensor): tf.Tensor2D {
  const along = tf.sum(tf.mul(gradient, unit), 1, true);
  return tf.mul(tf.sub(gradient, tf.mul(along, unit)), inverseNorm) as tf.Tensor2D;
}

/**
 * `1 − cos(x_i P, t_i)` row by row, as `½ ‖x̂ − t̂‖²`, which keeps its digits where both are nearly the same.
 *
 * @param x Rows, `[B, D]`.
 * @param targets Gives t, `[B, E]`, through which no gradient goes; runs outside the gradient tape.
 * @param projection P, `[D, E]`. Default: none, for D = E.
 * @returns `[B]`, from 0 to 2; differentiable in x and P.
 *
 * @example
 * ```js
 * cosineDistances(tf.tensor2d([[1, 0], [0, 2]]), () => tf.tensor2d([[3, 0], [1, 0]])).print();   // [0, 1]
 * ```
 */
export function cosineDistances(
  x: tf.Tensor2D,
  targets: () => tf.Tensor2D,
  projection?: tf.Tensor2D,
): tf.Tensor1D {
  return tf.tidy(() => {
    const operation = tf.customGrad<tf.Tensor1D>((...args) => {
      const save = args.pop() as unknown as tf.GradSaveFunc;
      const [rows, map] = args as tf.Tensor2D[];
      const {unit, inverseNorm} = normalizeRows(rows);
      const compared =
        map === undefined ? {unit, inverseNorm} : normalizeRows(tf.matMul(unit, map) as tf.Tensor2D);
      const offsets = tf.sub(compared.unit, normalizeRows(targets()).unit);
      const value = tf.mul(tf.sum(tf.square(offsets), 1), 0.5) as tf.Tensor1D;
      const saved = [unit, inverseNorm, compared.unit, compared.inverseNorm, offsets];
      save(map === undefined ? saved : [...saved, map]);
      const gradFunc = (dy: tf.Tensor1D, kept: tf.Tensor[]) => {
        const [unit, inverseNorm, other, otherInverseNorm, offsets, map] = kept as tf.Tensor2D[];
        const weighted = tf.mul(offsets, tf.expandDims(dy, 1));
        const byCompared = throughLength(weighted, other, otherInverseNorm);
        if (map === undefined) return byCompared;
        const byUnit = tf.matMul(byCompared, map, false, true);
        return [throughLength(byUnit, unit, inverseNorm), tf.matMul(unit, byCompared, true, false)];
      };
      return {value, gradFunc};
    });
    return projection === undefined ? operation(x) : operation(x, projection);
  });
}
