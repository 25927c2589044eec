import * as tf from '@tensorflow/tfjs-core';
import {angle, type Rows} from './rowGeometry';

/** Rows on the backend at once; their products are read in blocks of 4 MB. */
const BLOCK = 1024;
/** Up to this many rows are measured directly, without a backend. */
const FEW = 64;
/** The rounding error of one step of a scalar product in float32. */
const EPSILON = 2 ** -23;

/**
 * The smallest angle between two of some rows, in radians, as if all pairs were measured in float64.
 *
 * Matrix products on the current backend find the candidates for the nearest pair; only these are measured.
 *
 * @param rows Directions, of any length.
 * @param norms Their lengths. A row of length 0 is at π/2 to all.
 * @param chosen The rows to compare, at least two.
 * @param onProgress Called with the part of pairs compared so far.
 */
export async function smallestAngle(
  rows: Rows,
  norms: ArrayLike<number>,
  chosen: readonly number[],
  onProgress: (part: number) => void = () => undefined,
): Promise<number> {
  let smallest = Number.POSITIVE_INFINITY;
  const measure = (a: number, b: number) => {
    smallest = Math.min(smallest, angle(rows, a, norms[a], rows, b, norms[b]));
  };
  if (chosen.length <= FEW) {
    chosen.forEach((a, i) => {
      for (const b of chosen.slice(i + 1)) measure(a, b);
    });
    return smallest;
  }
  let least = Number.NEGATIVE_INFINITY;
  // A bound on the rounding error of the sum: pairs this close to the best one are measured in float64.
  const rounding = (rows.dimension + 4) * EPSILON;
  const pairs = (chosen.length * (chosen.length - 1)) / 2;
  let done = 0;
  for (let first = 0; first < chosen.length; first += BLOCK) {
    const left = unitRows(rows, norms, chosen.slice(first, first + BLOCK));
    try {
      for (let second = first; second < chosen.length; second += BLOCK) {
        const columns = chosen.slice(second, second + BLOCK);
        const product = tf.tidy(() => tf.matMul(left, unitRows(rows, norms, columns), false, true));
        const cosines = await product.data<'float32'>();
        product.dispose();
        for (let i = 0; i < left.shape[0]; i++) {
          for (let j = first === second ? i + 1 : 0; j < columns.length; j++) {
            if (cosines[i * columns.length + j] < least) continue;
            measure(chosen[first + i], columns[j]);
            least = Math.cos(smallest) - rounding;
          }
        }
        // Rows of equal direction are nearest, and there may be many: stop here.
        if (smallest === 0) return 0;
        done +=
          first === second ? (columns.length * (columns.length - 1)) / 2 : left.shape[0] * columns.length;
        onProgress(done / pairs);
      }
    } finally {
      left.dispose();
    }
  }
  return smallest;
}

function unitRows(
  {values, dimension}: Rows,
  norms: ArrayLike<number>,
  chosen: readonly number[],
): tf.Tensor2D {
  const units = new Float32Array(chosen.length * dimension);
  chosen.forEach((row, i) => {
    const scale = norms[row] > 0 ? 1 / norms[row] : 0;
    for (let d = 0; d < dimension; d++) units[i * dimension + d] = values[row * dimension + d] * scale;
  });
  return tf.tensor2d(units, [chosen.length, dimension]);
}
