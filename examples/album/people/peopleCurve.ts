/**
 * How many clusters each place of a slider would give, as parts of the most.
 *
 * @param merges The cosines of the merges of N images, descending, `[N − 1]`.
 */
export function peopleCurve(
  merges: ArrayLike<number>,
  {min, max, points}: {min: number; max: number; points: number},
): number[] {
  const images = merges.length + 1;
  const heights: number[] = [];
  let at = merges.length;
  for (let i = 0; i < points; i++) {
    const cosine = min + ((max - min) * i) / (points - 1);
    while (at > 0 && merges[at - 1] < cosine) at--;
    heights.push((images - at) / images);
  }
  return heights;
}
