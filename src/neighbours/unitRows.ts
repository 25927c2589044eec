import * as tf from '@tensorflow/tfjs-core';
import type {Embeddings} from '../base/embeddings';
import {unitDivisors} from '../base/rowGeometry';

/** Embeddings whose rows are scaled to length 1 when they are asked for; their lengths are computed once. */
export class UnitRows {
  readonly count: number;
  readonly dimension: number;
  private readonly values: ArrayLike<number>;
  /** Powers of two: float64 holds the squares of the rows after them. */
  private readonly shifts: Float64Array;
  /** One over the length of a shifted row; 0 for a row of zeros, which stays. */
  private readonly scales: Float64Array;

  /**
   * @param embeddings Rows of finite numbers.
   * @param order Which of them, in which order. Default: all.
   */
  constructor(
    {values, dimension}: Embeddings,
    private readonly order?: Int32Array,
  ) {
    this.values = values;
    this.dimension = dimension;
    this.count = order?.length ?? values.length / dimension;
    this.shifts = new Float64Array(this.count);
    this.scales = new Float64Array(this.count);
    for (let row = 0; row < this.count; row++) {
      const {shift, length} = unitDivisors({values, dimension}, this.place(row));
      this.shifts[row] = shift;
      this.scales[row] = length > 0 ? 1 / length : 0;
    }
  }

  /** Where a row lies in the embeddings. */
  private place(row: number): number {
    return this.order === undefined ? row : this.order[row];
  }

  /** The cosine of a row with one of others, in float64. */
  cosine(row: number, others: UnitRows, other: number): number {
    const [from, to] = [this.place(row) * this.dimension, others.place(other) * this.dimension];
    const [shift, scale] = [this.shifts[row], this.scales[row]];
    const [otherShift, otherScale] = [others.shifts[other], others.scales[other]];
    let sum = 0;
    for (let d = 0; d < this.dimension; d++) {
      sum += this.values[from + d] * shift * scale * (others.values[to + d] * otherShift * otherScale);
    }
    return sum;
  }

  /** Consecutive rows as float32, on the backend in use. The caller disposes them. */
  block(first: number, rows: number): tf.Tensor2D {
    const {values, dimension} = this;
    const units = new Float32Array(rows * dimension);
    for (let i = 0; i < rows; i++) {
      const [shift, scale] = [this.shifts[first + i], this.scales[first + i]];
      const [from, to] = [this.place(first + i) * dimension, i * dimension];
      for (let d = 0; d < dimension; d++) units[to + d] = values[from + d] * shift * scale;
    }
    return tf.tensor2d(units, [rows, dimension]);
  }
}
