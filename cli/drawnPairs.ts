import type {FaceImages, VerificationProtocol} from 'face-margins/data';

/** Pairs of one person and of two, as many of each and `most` in all, drawn by a seed; undefined where no person has two images. */
export function drawnPairs(faces: FaceImages, seed: number, most = 4000): VerificationProtocol | undefined {
  const counts = new Map<number, number>();
  for (const label of faces.labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const same = [...counts.values()].reduce((sum, count) => sum + (count * (count - 1)) / 2, 0);
  const different = (faces.length * (faces.length - 1)) / 2 - same;
  const count = Math.min(most, 2 * same, 2 * different);
  return count === 0 ? undefined : faces.pairs({count, seed});
}
