import {check} from '../../base/check';

/** The largest margins that can be kept: what {@link feasibleMargin} gives. */
export interface FeasibleMargin {
  /** In radians, for ArcFace. */
  angle: number;
  /** In units of the cosine, for CosFace. */
  cosine: number;
  /** Whether classes can be placed so that the bound is reached. */
  exact: boolean;
}

/**
 * The largest margins that leave a solution without loss: how far apart the classes can stand at best.
 *
 * ArcFace's m can be at most the angle between neighboring classes, CosFace's at most one less its cosine. In the plane
 * that angle is 2π/C; where the classes fit on a simplex (C ≤ d + 1) it is `acos(−1/(C − 1))`. For more classes in three or
 * more dimensions the best spread is an open problem, and the simplex' angle is only an upper bound: the true limit is
 * lower, and falls slowly with C.
 *
 * Wang et al.: CosFace, [arXiv 1801.09414](https://arxiv.org/abs/1801.09414), section 3.4.
 *
 * @param classes C, 2 or more.
 * @param dimension d of the embedding, 2 or more.
 * @returns `angle` in radians, for ArcFace; `cosine`, for CosFace; `exact`, whether the bound is reached.
 * @throws If an argument is out of its range.
 *
 * @example
 * ```js
 * feasibleMargin(10, 2);   // {angle: 0.628, cosine: 0.191, exact: true}
 * ```
 */
export function feasibleMargin(classes: number, dimension: number): FeasibleMargin {
  check.between('feasibleMargin', 'classes', classes, 2, Number.MAX_SAFE_INTEGER);
  check.between('feasibleMargin', 'dimension', dimension, 2, Number.MAX_SAFE_INTEGER);
  const angle = dimension === 2 ? (2 * Math.PI) / classes : Math.acos(-1 / (classes - 1));
  return {angle, cosine: 1 - Math.cos(angle), exact: dimension === 2 || classes <= dimension + 1};
}
