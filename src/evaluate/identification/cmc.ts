import {check} from '../../base/check';

/**
 * The cumulative match characteristic of a search: for each rank k from 1, the part of enrolled probes whose identity is among the
 * first k candidates. Its first value is the rank-1 identification rate.
 *
 *     CMC(k) = #{i enrolled: rank_i ≤ k} / #{i enrolled}
 *
 * With distractors in the search this is MegaFace's measure (Kemelmacher-Shlizerman et al.,
 * [arXiv 1512.00596](https://arxiv.org/abs/1512.00596)). Probes that are not enrolled are ignored.
 *
 * @param search The result of {@link searchGallery}.
 * @param ranks The number of ranks. Default: 20.
 * @returns The values from rank 1 on, `[ranks]`.
 * @throws If no probe is enrolled or `ranks` is not a count.
 *
 * @example
 * ```js
 * cmc({ranks: [1, 1, 3, 0]}, 3);   // 0.67, 0.67, 1
 * ```
 */
export function cmc({ranks: found}: {ranks: ArrayLike<number>}, ranks = 20): Float64Array {
  check.count('cmc', 'ranks', ranks);
  const enrolled = Array.from(found).filter(rank => rank > 0);
  if (enrolled.length === 0) {
    throw new Error(`cmc: the gallery must have the label of some probe, but has none of ${found.length}.`);
  }
  return Float64Array.from(
    {length: ranks},
    (_, k) => enrolled.filter(rank => rank <= k + 1).length / enrolled.length,
  );
}
