import {type Matrix, sum, type Vector, zeros} from './vectors';

/**
 * The probabilities with which distance-weighted sampling (arXiv 1706.07567) takes each negative of each
 * anchor, [B][B].
 *
 * For unit embeddings of dimension d at plain distance D: log w = (2 − d) log D − ((d − 3)/2) log(1 − D²/4),
 * the inverse of the density of distances on the sphere, with D held at `cutoff` or more, and w = 0 from
 * `nonzeroCutoff` on. An anchor without any such negative has a row of zeros.
 */
export function distanceWeights(
  distances: Matrix,
  labels: Vector,
  dimension: number,
  {cutoff = 0.5, nonzeroCutoff = 1.4}: {cutoff?: number; nonzeroCutoff?: number} = {},
): number[][] {
  return distances.map((row, anchor) => {
    const held = row.map(value => Math.max(cutoff, value));
    const logWeights = held.map((value, other) => {
      const allowed = labels[other] !== labels[anchor] && value < nonzeroCutoff && value < 2;
      return allowed ? logInverseDensity(value, dimension) : Number.NEGATIVE_INFINITY;
    });
    const largest = Math.max(...logWeights);
    if (largest === Number.NEGATIVE_INFINITY) return zeros(row.length);
    const weights = logWeights.map(value => Math.exp(value - largest));
    return weights.map(weight => weight / sum(weights));
  });
}

/**
 * −log of D^(d−2) (1 − D²/4)^((d−3)/2), the density of pairwise distances on the unit sphere up to a factor.
 */
export const logInverseDensity = (value: number, dimension: number): number =>
  (2 - dimension) * Math.log(value) - ((dimension - 3) / 2) * Math.log1p(-(value * value) / 4);
