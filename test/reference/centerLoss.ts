import {accumulate, dot, type Matrix, minus, ones, plus, scaled, type Vector, zeroMatrix} from './vectors';

export interface CenterLossInputs {
  embeddings: Matrix;
  labels: Vector;
  /** [C][D]. */
  centers: Matrix;
  upstream?: Vector;
}

/**
 * Center loss (ECCV 2016): ½‖x − c_y‖² per example. Published training updates the centers by
 * `updateCenters`, not by this gradient.
 */
export function centerLoss({embeddings, labels, centers, upstream = ones(labels.length)}: CenterLossInputs): {
  losses: number[];
  gradients: {embeddings: number[][]; centers: number[][]};
} {
  const offsets = embeddings.map((x, i) => minus(x, centers[labels[i]]));
  const centerGradients = zeroMatrix(centers.length, centers[0].length);
  offsets.forEach((offset, i) => {
    accumulate(centerGradients[labels[i]], offset, -upstream[i]);
  });
  return {
    losses: offsets.map(offset => dot(offset, offset) / 2),
    gradients: {
      embeddings: offsets.map((offset, i) => scaled(offset, upstream[i])),
      centers: centerGradients,
    },
  };
}

/**
 * Δc_j = Σ_{y_i=j} (c_j − x_i) / (1 + n_j), c_j ← c_j − α Δc_j: a class that is not in the batch stays where
 * it is.
 */
export function updateCenters(
  {embeddings, labels, centers}: Omit<CenterLossInputs, 'upstream'>,
  alpha = 0.5,
): number[][] {
  return centers.map((center, j) => {
    const members = embeddings.filter((_, i) => labels[i] === j);
    const pull = members.reduce<number[]>((total, x) => plus(total, minus(center, x)), scaled(center, 0));
    return plus(center, pull, -alpha / (1 + members.length));
  });
}
