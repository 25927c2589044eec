import {checkOptions} from '../../base/checkOptions';
import type {Embeddings} from '../../base/embeddings';
import {type PairClusteringOptions, pairClusteringOptions} from '../pairClusteringOptions';
import type {Dendrogram} from './dendrogram';
import {nearestNeighbourChain} from './nearestNeighbourChain';
import {pairCosines} from './pairCosines';

/**
 * Merges the two clusters whose least similar pair is most similar, again and again.
 *
 *     cos(A, B) = min_{a ∈ A, b ∈ B} cos(a, b)
 *
 * No pair within a cluster is below the cosine of the cut: clusters are pure and small. The merges are those of SciPy's
 * `linkage(…, 'complete', 'cosine')`.
 *
 * All cosines are computed once, in float32: N embeddings take 2N(N − 1) bytes beside the input and N² steps. The result
 * does not depend on chance. Of equal merges the one of lower images comes first. An embedding of length 0 has the cosine 0 with
 * everything.
 *
 * @param embeddings The embeddings, `[N, D]`, of any length.
 * @param options Memory and progress.
 * @returns The tree of merges; `cut` makes clusters of it.
 * @throws If embeddings are not equal rows of finite numbers, there are none, or memory would exceed `megabytes`.
 *
 * @example
 * ```ts
 * const faces = {values: [1, 0, 0.9, 0.1, 0, 1, -0.1, 1], dimension: 2};
 * const tree = await completeLinkage(faces);
 * tree.cut(0.5).labels;   // 0, 0, 1, 1
 * ```
 */
export async function completeLinkage(
  embeddings: Embeddings,
  options: PairClusteringOptions = {},
): Promise<Dendrogram> {
  checkOptions('completeLinkage', options, pairClusteringOptions);
  const {onProgress} = options;
  const half = (from: number) => onProgress && ((part: number) => onProgress(from + part / 2));
  const pairs = await pairCosines('completeLinkage', embeddings, {...options, onProgress: half(0)});
  return nearestNeighbourChain(pairs, (one, other) => Math.min(one, other), half(0.5));
}
