import type {Point, SimilarityTransform} from './similarityTransform';

/**
 * How far transformed points are from where they should be: the root of the mean square distance, in pixels of the result.
 *
 * @param from The points.
 * @param to Where they should be.
 */
export function fitResidual(
  {a, b, tx, ty}: SimilarityTransform,
  from: readonly Point[],
  to: readonly Point[],
): number {
  let squares = 0;
  for (const [i, [x, y]] of from.entries()) {
    squares += (a * x - b * y + tx - to[i][0]) ** 2 + (b * x + a * y + ty - to[i][1]) ** 2;
  }
  return Math.sqrt(squares / from.length);
}
