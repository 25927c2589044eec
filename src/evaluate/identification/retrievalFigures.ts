import {checkOptions} from '../../base/checkOptions';
import {checkEmbeddings, type Embeddings} from '../../base/embeddings';
import {personOfEach} from '../../base/personOfEach';
import type {Ranks} from '../../base/ranks';
import {nearestNeighbours} from '../../neighbours/nearestNeighbours';

/** The result of {@link retrievalFigures}. */
export interface RetrievalFigures {
  /** The part of images whose nearest other image shows the same person. */
  precisionAt1: number;
  /** The mean over images of the part of mates among the R nearest, where R is the number of the image's mates. */
  rPrecision: number;
  /** The mean average precision at R. */
  mapAtR: number;
  /** The number of images with a mate, over which the means are. */
  queries: number;
}

/**
 * Retrieval figures of deep metric learning: precision at 1, R-precision and mean average precision at R (MAP@R). Each image with R mates
 * searches all other images.
 *
 *     R-precision = (1/R) #{i ≤ R: i-th nearest is a mate}        MAP@R = (1/R) Σ_{i ≤ R} [i-th is a mate] · #{j ≤ i: j-th is a mate} / i
 *
 * Musgrave, Belongie and Lim: A Metric Learning Reality Check, [arXiv 2003.08505](https://arxiv.org/abs/2003.08505). The values are those of
 * pytorch-metric-learning's `AccuracyCalculator`.
 *
 * @param embeddings The embeddings, `[N, D]`.
 * @param ids The person of each: whole numbers or names. `[N]`.
 * @param options How to search.
 * @param options.onProgress Called with the part of the search done so far, from 0 to 1.
 * @param options.collective Processes that share the search. Each calls with the same embeddings and gets the whole result. Default: this one alone.
 * @throws If embeddings are not equal rows of finite numbers, an image has no id, or nobody has two images.
 *
 * @example
 * ```js
 * const faces = {values: [1, 0, 0.9, 0.1, 0, 1, 0.8, 0.3], dimension: 2};
 * const figures = await retrievalFigures(faces, ['ann', 'ann', 'bo', 'bo']);
 * figures.precisionAt1;   // 0.75
 * ```
 */
export async function retrievalFigures(
  embeddings: Embeddings,
  ids: ArrayLike<number | string>,
  options: {onProgress?: (part: number) => void; collective?: Ranks} = {},
): Promise<RetrievalFigures> {
  const where = 'retrievalFigures';
  const {onProgress, collective} = checkOptions(where, options, {onProgress: true, collective: true});
  const count = checkEmbeddings(where, 'embeddings', embeddings);
  const people = personOfEach(where, 'ids', ids, count);
  const images = new Map<number, number>();
  for (const person of people) images.set(person, (images.get(person) ?? 0) + 1);
  const mates = people.map(person => (images.get(person) as number) - 1);
  const most = mates.reduce((largest, r) => Math.max(largest, r), 0);
  if (most === 0) {
    throw new Error(`${where}: ids must give somebody two images, but all ${count} are of different people.`);
  }
  const {indices, k} = await nearestNeighbours(embeddings, most, {onProgress, collective});
  const sums = {precisionAt1: 0, rPrecision: 0, mapAtR: 0};
  let queries = 0;
  mates.forEach((r, i) => {
    if (r === 0) return;
    queries++;
    let [hits, precision] = [0, 0];
    for (let place = 0; place < r; place++) {
      if (people[indices[i * k + place]] !== people[i]) continue;
      hits++;
      precision += hits / (place + 1);
      if (place === 0) sums.precisionAt1++;
    }
    sums.rPrecision += hits / r;
    sums.mapAtR += precision / r;
  });
  return {
    precisionAt1: sums.precisionAt1 / queries,
    rPrecision: sums.rPrecision / queries,
    mapAtR: sums.mapAtR / queries,
    queries,
  };
}
