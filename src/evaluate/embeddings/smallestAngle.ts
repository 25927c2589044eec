import * as tf from '@tensorflow/tfjs-core';
import {angle, type Rows} from '../../base/rowGeometry';

/** Rows on the backend at once; their products are read in blocks of 4 MB. */
const BLOCK = 1024;
/** Up to this many rows are measured directly, without a backend. */
const FEW = 64;

/**
 * The smallest angle between two of some rows, in radians: exactly what measuring every pair in float64 gives.
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
  const directed = chosen.filter(row => norms[row] > 0);
  let smallest = directed.length < chosen.length ? Math.PI / 2 : Number.POSITIVE_INFINITY;
  const measure = (a: number, b: number) => {
    smallest = Math.min(smallest, angle(rows, a, norms[a], rows, b, norms[b]));
  };
  if (directed.length <= FEW) {
    directed.forEach((a, i) => {
      for (const b of directed.slice(i + 1)) measure(a, b);
    });
    onProgress(1);
    return smallest;
  }
  const points = centeredUnits(rows, norms, directed);
  let limit = Number.POSITIVE_INFINITY;
  const pairs = (directed.length * (directed.length - 1)) / 2;
  let done = 0;
  for (let first = 0; first < directed.length; first += BLOCK) {
    const left = points.block(first);
    try {
      for (let second = first; second < directed.length; second += BLOCK) {
        const product = tf.tidy(() => tf.matMul(left, points.block(second), false, true));
        const [height, width] = product.shape;
        const products = await product.data<'float32'>();
        product.dispose();
        for (let i = 0; i < height; i++) {
          const half = points.halfSquares[first + i];
          for (let j = first === second ? i + 1 : 0; j < width; j++) {
            // |x − y|² = |x|² + |y|² − 2 x·y, halved.
            if (half + points.halfSquares[second + j] - products[i * width + j] > limit) continue;
            measure(directed[first + i], directed[second + j]);
            limit = 2 * Math.sin(smallest / 2) ** 2 + points.rounding;
          }
        }
        done += first === second ? (width * (width - 1)) / 2 : height * width;
        // Nothing is nearer than two rows of one direction, of which there may be many.
        onProgress(smallest === 0 ? 1 : done / pairs);
        if (smallest === 0) return 0;
      }
    } finally {
      left.dispose();
    }
  }
  return smallest;
}

/** Rows scaled to length 1, less their mean: the distance of two is the same, and products are rounded less where rows are alike. */
interface CenteredUnits {
  /** Half the squared length of each. */
  halfSquares: Float64Array;
  /** What a product of two is off by at most on the backend in use. */
  rounding: number;
  /** Those from a place on, as float32. */
  block(first: number): tf.Tensor2D;
}

function centeredUnits(
  {values, dimension}: Rows,
  norms: ArrayLike<number>,
  chosen: readonly number[],
): CenteredUnits {
  const mean = new Float64Array(dimension);
  for (const row of chosen) {
    for (let d = 0; d < dimension; d++) {
      mean[d] += values[row * dimension + d] / norms[row] / chosen.length;
    }
  }
  const centered = (row: number, d: number) => values[row * dimension + d] / norms[row] - mean[d];
  const halfSquares = Float64Array.from(chosen, row => {
    let squares = 0;
    for (let d = 0; d < dimension; d++) squares += centered(row, d) ** 2;
    return squares / 2;
  });
  const largest = 2 * halfSquares.reduce((most, half) => Math.max(most, half), 0);
  return {
    halfSquares,
    // The first term is twice what the backend rounds, in any order of summing; the second is more than float64 does.
    rounding: (dimension + 4) * backendEpsilon() * largest + 2 ** -48 * Math.sqrt(largest),
    block(first) {
      const part = chosen.slice(first, first + BLOCK);
      const units = new Float32Array(part.length * dimension);
      part.forEach((row, i) => {
        for (let d = 0; d < dimension; d++) units[i * dimension + d] = centered(row, d);
      });
      return tf.tensor2d(units, [part.length, dimension]);
    },
  };
}

/** The rounding of one operation: WebGL computes in 16 bits on some phones. */
const backendEpsilon = () => (tf.backend().floatPrecision() === 16 ? 2 ** -10 : 2 ** -23);
