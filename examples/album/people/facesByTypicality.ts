/**
 * The faces of a person, the one nearest to their mean first: the face to know a person by.
 *
 * @param units Embeddings of length 1, `[N, D]`, row-major.
 */
export function facesByTypicality(
  units: Float32Array,
  dimension: number,
  faces: readonly number[],
): number[] {
  if (faces.length < 3) return [...faces];
  const mean = new Float64Array(dimension);
  for (const face of faces) for (let k = 0; k < dimension; k++) mean[k] += units[face * dimension + k];
  const cosine = (face: number) => {
    let sum = 0;
    for (let k = 0; k < dimension; k++) sum += units[face * dimension + k] * mean[k];
    return sum;
  };
  return faces
    .map(face => ({face, cosine: cosine(face)}))
    .sort((one, other) => other.cosine - one.cosine || one.face - other.face)
    .map(({face}) => face);
}
