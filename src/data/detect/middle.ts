import type {Point} from '../align/similarityTransform';

/** The middle of points of an image. */
export function middle(points: readonly Point[]): Point {
  const [x, y] = points.reduce(([sumX, sumY], [x, y]) => [sumX + x, sumY + y], [0, 0]);
  return [x / points.length, y / points.length];
}
