import {check} from '../base/check';
import {checkIds} from '../base/checkIds';
import {checkOptions} from '../base/checkOptions';
import type {Embeddings} from '../base/embeddings';
import {nearestNeighbours} from '../neighbours/nearestNeighbours';
import type {NearDuplicate} from './cleaningReport';

/** Options of {@link nearDuplicates}. */
export interface NearDuplicatesOptions {
  /** Another set, such as a test set whose people must not be in training. Default: pairs within the one set. */
  to?: Embeddings;
  /** The class of each image, `[N]`: pairs of one class are left out. Not with `to`. Default: no pair is. */
  labels?: ArrayLike<number>;
  /** The least cosine of a pair, −1 to 1. Default: 0.72, above which a MobileFaceNet finds hardly any two people in LFW. */
  threshold?: number;
  /** How many images are looked at for each. Default: 10. */
  k?: number;
  /** Called with the part of the cosines computed so far, from 0 to 1. */
  onProgress?: (part: number) => void;
}

/**
 * Finds pairs of images that look like one person, or are one picture: under two names, or in two sets.
 *
 * Of each image the `k` nearest are looked at. Most similar pairs come first. Within one set each pair comes once, with a < b.
 *
 * @param embeddings The embeddings, `[N, D]`.
 * @param options The other set, or the classes.
 * @throws If embeddings are not equal rows of finite numbers, labels do not match them, or an option is invalid.
 *
 * @example
 * ```ts
 * const faces = {values: [1, 0, 0, 1], dimension: 2};
 * const [{a, b}] = await nearDuplicates(faces, {to: {values: [5, 5, 0, 3], dimension: 2}, threshold: 0.9});   // 1, 1
 * ```
 */
export async function nearDuplicates(
  embeddings: Embeddings,
  options: NearDuplicatesOptions = {},
): Promise<NearDuplicate[]> {
  const where = 'nearDuplicates';
  checkOptions(where, options, {to: true, labels: true, threshold: true, k: true, onProgress: true});
  const {to, labels, threshold = 0.72, k = 10, onProgress} = options;
  check.between(where, 'threshold', threshold, -1, 1);
  const count = embeddings.values.length / embeddings.dimension;
  if (labels !== undefined) {
    if (to !== undefined)
      throw new Error(`${where}: labels must be left out with another set, but are given.`);
    if (labels.length !== count) {
      throw new Error(
        `${where}: labels must be one for each of ${count} embeddings, but are ${labels.length}.`,
      );
    }
    checkIds(where, 'labels', labels);
  }
  const near = await nearestNeighbours(embeddings, k, {to, onProgress});
  const found = new Map<number, NearDuplicate>();
  near.indices.forEach((other, at) => {
    const [row, cosine] = [Math.floor(at / near.k), near.cosines[at]];
    if (!(cosine >= threshold) || (labels && labels[row] === labels[other])) return;
    const [a, b] = to === undefined && other < row ? [other, row] : [row, other];
    found.set(a * near.indices.length + b, {a, b, cosine});
  });
  return [...found.values()].sort(
    (one, other) => other.cosine - one.cosine || one.a - other.a || one.b - other.b,
  );
}
