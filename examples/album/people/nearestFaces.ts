/** A face and its cosine to the one that is looked for. */
export interface FoundFace {
  face: number;
  cosine: number;
}

/**
 * The faces most like one, most alike first.
 *
 * @param units Embeddings of length 1, `[N, D]`, row-major.
 * @param query An embedding of length 1.
 * @param leftOut Faces that are not looked at.
 */
export function nearestFaces(
  units: Float32Array,
  query: ArrayLike<number>,
  count: number,
  leftOut: ReadonlySet<number> = new Set(),
): FoundFace[] {
  const dimension = query.length;
  const found: FoundFace[] = [];
  for (let face = 0; face * dimension < units.length; face++) {
    if (leftOut.has(face)) continue;
    let cosine = 0;
    for (let k = 0; k < dimension; k++) cosine += units[face * dimension + k] * query[k];
    found.push({face, cosine});
  }
  return found.sort((one, other) => other.cosine - one.cosine || one.face - other.face).slice(0, count);
}
