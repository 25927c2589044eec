/** Eigenvalues of a symmetric matrix, descending, and a unit eigenvector of each. */
export interface Eigen {
  values: number[];
  /** `[n, n]`: row i belongs to value i. */
  vectors: Float64Array[];
}

/** Far more sweeps than any matrix takes; they converge quadratically. */
const MOST_SWEEPS = 60;

/**
 * All eigenvalues and eigenvectors of a symmetric matrix, by Jacobi's rotations: slow and exact to rounding, O(n³) a sweep.
 *
 * @param matrix `[n, n]`, row-major; it is not changed.
 */
export function symmetricEigen(matrix: Float64Array, n: number): Eigen {
  const rows = Array.from({length: n}, (_, i) => matrix.slice(i * n, (i + 1) * n));
  const vectors = Array.from({length: n}, (_, i) => new Float64Array(n).fill(1, i, i + 1));
  const scale = Math.sqrt(matrix.reduce((sum, value) => sum + value * value, 0));
  for (let sweep = 0; sweep < MOST_SWEEPS && offDiagonal(rows) > 1e-15 * scale; sweep++) {
    for (let p = 0; p < n - 1; p++) for (let q = p + 1; q < n; q++) rotate(rows, vectors, p, q);
  }
  const order = rows.map((row, i) => ({value: row[i], vector: vectors[i]})).sort((a, b) => b.value - a.value);
  return {values: order.map(({value}) => value), vectors: order.map(({vector}) => vector)};
}

function offDiagonal(rows: Float64Array[]): number {
  let sum = 0;
  for (let i = 0; i < rows.length; i++) for (let j = 0; j < i; j++) sum += 2 * rows[i][j] ** 2;
  return Math.sqrt(sum);
}

/** Makes the entry of a pair of rows 0, and turns the eigenvectors along. */
function rotate(rows: Float64Array[], vectors: Float64Array[], p: number, q: number): void {
  const entry = rows[p][q];
  if (entry === 0) return;
  const ratio = (rows[q][q] - rows[p][p]) / (2 * entry);
  const tangent = (ratio < 0 ? -1 : 1) / (Math.abs(ratio) + Math.hypot(1, ratio));
  const cosine = 1 / Math.hypot(1, tangent);
  const sine = tangent * cosine;
  turn(rows[p], rows[q], cosine, sine);
  for (const row of rows) {
    const [a, b] = [row[p], row[q]];
    row[p] = cosine * a - sine * b;
    row[q] = sine * a + cosine * b;
  }
  rows[p][q] = 0;
  rows[q][p] = 0;
  turn(vectors[p], vectors[q], cosine, sine);
}

function turn(a: Float64Array, b: Float64Array, cosine: number, sine: number): void {
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i], b[i]];
    a[i] = cosine * x - sine * y;
    b[i] = sine * x + cosine * y;
  }
}
