import {checkEmbeddings, type Embeddings} from '../../base/embeddings';
import {norm} from '../../base/rowGeometry';

/**
 * The length of each embedding, ‖x‖, in float64: a score of the quality of its image, where the head made it one.
 *
 * {@link index.magFace} and {@link index.magCosFace} train the length to tell quality: a margin that grows with it, and a regularizer that
 * makes good images long. {@link index.adaFace} takes it for quality without training it. Heads that divide the length out leave it
 * to chance; it often tells something all the same. Let {@link errorVersusReject} say how much.
 *
 * Compare lengths of one network only, all with `flip` of {@link embedImages} or all without.
 *
 * @param embeddings The embeddings, as from {@link embedImages}, not scaled to length 1.
 * @throws If the embeddings are not equal rows, or a value is not finite.
 *
 * @example
 * ```js
 * embeddingNorms({values: [3, 4, 0, 2], dimension: 2});   // 5, 2
 * ```
 */
export function embeddingNorms(embeddings: Embeddings): Float64Array {
  const rows = checkEmbeddings('embeddingNorms', 'embeddings', embeddings);
  return Float64Array.from({length: rows}, (_, i) => norm(embeddings, i));
}
