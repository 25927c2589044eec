import * as tf from '@tensorflow/tfjs-core';
// Brings the gradients of stock operations, as it does for everybody who imports the library's entry point.
import '@tensorflow/tfjs-layers';
import type {Matrix, Vector} from '../reference/vectors';

/** The value of a loss and its gradient with respect to embeddings, from one float32 evaluation. */
export interface Evaluated {
  value: number[];
  gradient: number[][];
}

/**
 * Evaluates a loss with the gradient of `Σ upstream_i L_i`; a scalar loss takes one upstream number.
 */
export function evaluateLoss(
  loss: (x: tf.Tensor2D, labels: tf.Tensor1D) => tf.Tensor,
  embeddings: Matrix,
  labels: Vector,
  upstream: Vector,
): Evaluated {
  return tf.tidy(() => {
    const x = tf.tensor2d(embeddings as number[][]);
    const ids = tf.tensor1d(labels as number[], 'int32');
    let value: number[] = [];
    const total = (point: tf.Tensor) => {
      const values = loss(point as tf.Tensor2D, ids);
      value = [...values.dataSync()];
      return tf.sum(tf.mul(values, tf.tensor(upstream as number[], values.shape)));
    };
    const gradient = tf.grad(total)(x).arraySync() as number[][];
    return {value, gradient};
  });
}

/** {@link evaluateLoss} for backends that can only be read back asynchronously. */
export async function evaluateLossAsync(
  loss: (x: tf.Tensor2D, labels: tf.Tensor1D) => tf.Tensor,
  embeddings: Matrix,
  labels: Vector,
  upstream: Vector,
): Promise<Evaluated> {
  const [value, gradient] = tf.tidy(() => {
    const x = tf.tensor2d(embeddings as number[][]);
    const ids = tf.tensor1d(labels as number[], 'int32');
    const total = (point: tf.Tensor) => {
      const values = loss(point as tf.Tensor2D, ids);
      return tf.sum(tf.mul(values, tf.tensor(upstream as number[], values.shape)));
    };
    return [loss(x, ids), tf.grad(total)(x)];
  });
  const result = {value: [...(await value.data())], gradient: (await gradient.array()) as number[][]};
  tf.dispose([value, gradient]);
  return result;
}

/** The matrix as float32 holds it, so that the formula sees what the library sees. */
export const inFloat32 = (matrix: Matrix): number[][] => matrix.map(row => row.map(Math.fround));

/** Batches that have broken losses of this kind: what they hold, and how many examples are in them. */
export const awkwardBatches: {name: string; embeddings: number[][]; labels: number[]}[] = [
  {name: 'one example', embeddings: [[1, 2, 3]], labels: [0]},
  {
    name: 'one class',
    embeddings: [
      [1, 2],
      [0, 1],
      [3, -1],
    ],
    labels: [1, 1, 1],
  },
  {
    name: 'all classes different',
    embeddings: [
      [1, 2],
      [0, 1],
      [3, -1],
    ],
    labels: [0, 2, 1],
  },
  {
    name: 'equal embeddings',
    embeddings: [
      [1, 2],
      [1, 2],
      [1, 2],
      [1, 2],
    ],
    labels: [0, 0, 1, 1],
  },
  {
    name: 'zero embeddings',
    embeddings: [
      [0, 0],
      [0, 0],
      [0, 0],
      [0, 0],
    ],
    labels: [0, 0, 1, 1],
  },
  {
    name: 'opposite embeddings',
    embeddings: [
      [1, 2],
      [-1, -2],
      [1, 2],
      [-1, -2],
    ],
    labels: [0, 0, 1, 1],
  },
  {
    name: 'a zero among others',
    embeddings: [
      [1, 2],
      [0, 0],
      [2, 1],
      [0, 0],
    ],
    labels: [0, 0, 1, 1],
  },
  {
    name: 'norms of 1e-30',
    embeddings: [
      [1e-30, 0],
      [0, 1e-30],
      [1e-30, 1e-30],
      [0, -1e-30],
    ],
    labels: [0, 0, 1, 1],
  },
  {
    name: 'denormals',
    embeddings: [
      [1e-40, 0],
      [0, 1e-42],
      [1e-45, 1e-38],
      [0, 0],
    ],
    labels: [0, 0, 1, 1],
  },
  {
    name: 'norms of 1e30',
    embeddings: [
      [1e30, 0],
      [0, 1e30],
      [1e30, 1e30],
      [0, -1e30],
    ],
    labels: [0, 0, 1, 1],
  },
  {
    name: 'the largest floats',
    embeddings: [
      [3.4e38, 3.4e38],
      [3.4e38, -3.4e38],
      [-3.4e38, 0],
      [0, 0],
    ],
    labels: [0, 0, 1, 1],
  },
  {
    name: 'norms of 1e-30 and 1e30',
    embeddings: [
      [1e-30, 0],
      [0, 1e30],
      [1, 1],
      [1e30, -1e-30],
    ],
    labels: [0, 0, 1, 1],
  },
  {
    name: 'far from the origin',
    embeddings: [
      [1e6, 1e6],
      [1e6, 1e6 + 1],
      [1e6 + 1, 1e6],
      [1e6, 1e6],
    ],
    labels: [0, 0, 1, 1],
  },
];
