/** What the papers say about choosing s, α and m. */

/** The α of L2-softmax (arXiv 1703.09507) from which probability p can be reached: log(p(C − 2)/(1 − p)). */
export const l2SoftmaxScale = (classes: number, probability: number): number =>
  Math.log((probability * (classes - 2)) / (1 - probability));

/**
 * The least cross-entropy that balanced classes can reach at scale s (arXiv 1704.06369): log(1 + (C − 1)
 * e^(−sC/(C−1))).
 */
export const normFaceLowerBound = (classes: number, scale: number): number =>
  Math.log1p((classes - 1) * Math.exp((-scale * classes) / (classes - 1)));

/**
 * The s of CosFace (arXiv 1801.09414) from which probability p can be reached: ((C − 1)/C) log((C − 1)p/(1 −
 * p)).
 */
export const cosFaceScale = (classes: number, probability: number): number =>
  ((classes - 1) / classes) * Math.log(((classes - 1) * probability) / (1 - probability));

/** The fixed scale of AdaCos (arXiv 1905.00292): √2 log(C − 1). */
export const adaCosScale = (classes: number): number => Math.SQRT2 * Math.log(classes - 1);

/**
 * The angle between neighbors when C directions are spread as evenly as d dimensions allow: 2π/C in the
 * plane, that of the regular simplex, acos(−1/(C − 1)), while C ≤ d + 1. For more classes in three or more
 * dimensions the optimum is an open packing problem; the simplex angle is then an upper bound that is not
 * reached.
 */
export const widestAngle = (classes: number, dimension: number): number =>
  dimension === 2 ? (2 * Math.PI) / Math.max(2, classes) : Math.acos(-1 / (classes - 1));

/**
 * The largest margins that leave a solution without loss: CosFace's 1 − cos(angle), ArcFace's the angle
 * itself.
 */
export function feasibleMargin(classes: number, dimension: number): {cosine: number; angle: number} {
  const angle = widestAngle(classes, dimension);
  return {cosine: 1 - Math.cos(angle), angle};
}
