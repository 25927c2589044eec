import type {Matrix} from './vectors';

/**
 * The gradient of a scalar function by central differences, (f(x+h) − f(x−h)) / 2h in every coordinate.
 *
 * h is `step` times the size of the coordinate, at least `step` itself. In float64 the default leaves an
 * error of about 1e-9 of the function's value; where f is only piecewise smooth, `step` has to be smaller
 * than the distance to the nearest seam.
 */
export function centralDifference(f: (x: Matrix) => number, x: Matrix, step = 1e-6): number[][] {
  const point = x.map(row => [...row]);
  return point.map(row =>
    row.map((value, column) => {
      const h = step * Math.max(1, Math.abs(value));
      row[column] = value + h;
      const above = f(point);
      row[column] = value - h;
      const below = f(point);
      row[column] = value;
      return (above - below) / (2 * h);
    }),
  );
}

/** The derivative of a function of one number by central differences. */
export const centralDerivative = (f: (x: number) => number, x: number, step = 1e-6): number =>
  centralDifference(([[value]]) => f(value), [[x]], step)[0][0];

/**
 * The largest difference of two matrices over the largest magnitude in either: 0 when equal, NaN when
 * anything is NaN.
 */
export function relativeError(actual: Matrix, expected: Matrix): number {
  if (actual.length !== expected.length || actual.some((row, i) => row.length !== expected[i].length)) {
    throw new Error('relativeError compares matrices of equal shapes.');
  }
  const a = actual.flat();
  const b = expected.flat();
  const difference = Math.max(0, ...a.map((value, index) => Math.abs(value - b[index])));
  const magnitude = Math.max(0, ...a.map(Math.abs), ...b.map(Math.abs));
  return difference === 0 ? 0 : difference / magnitude;
}
