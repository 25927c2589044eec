import {checkOptions} from '../../base/checkOptions';
import {checkEmbeddings, type Embeddings} from '../../base/embeddings';
import {aggregateTemplates} from '../embeddings/aggregateTemplates';
import {pairScores, type RowPairLists} from './pairDistances';
import type {ScoredPairs} from './scoredPairs';

/** Images, their templates and pairs of templates. */
export interface TemplateScoresOptions {
  /** The embedding of each image, as the network gives it, with mirrored images added as in InsightFace's figures. */
  embeddings: Embeddings;
  /** The template of each image, as `parseTemplateImages` of `face-margins/formats` reads them. `[N]`. */
  templates: ArrayLike<number>;
  /** The medium of each image. `[N]`. */
  media: ArrayLike<number>;
  /** The detector's score of each image, by which its embedding is multiplied. Default: all count alike. `[N]`. */
  detectorScores?: ArrayLike<number>;
  /** Whether to scale each embedding to length 1 first. Default: false: their length tells quality, as InsightFace takes it. */
  normalize?: boolean;
  /** The templates of each pair, and whether they show one person, as `parseTemplatePairs` reads them. */
  pairs: RowPairLists & Pick<ScoredPairs, 'same'>;
}

/** Scores of pairs of templates, in typed arrays. */
export interface TemplateScores extends ScoredPairs {
  /** The cosine of each pair. */
  scores: Float32Array;
  /** As given. */
  same: ArrayLike<boolean | number>;
}

/**
 * Verification of templates by the protocol of IJB-B and IJB-C: weighs images by the detector's score, makes a template of each set of images with
 * {@link aggregateTemplates}, and scores the pairs. The result is for {@link tarAtFar} and {@link roc}. 15.7 million pairs take 63 MB of scores.
 *
 * It is InsightFace's procedure (`recognition/arcface_torch/eval_ijbc.py`) with its options `use_norm_score` and `use_detector_score`. Maze et al.: IARPA
 * Janus Benchmark-C, 2018.
 *
 * @throws If an image has no template, medium or score, a pair names a template that has no image, or an embedding is not finite.
 *
 * @example
 * ```js
 * const {scores} = templateScores({
 *   embeddings: {values: [1, 0, 0.8, 0.6, 0, 1], dimension: 2},
 *   templates: [7, 7, 9],
 *   media: [1, 2, 3],
 *   detectorScores: [1, 0.5, 0.9],
 *   pairs: {a: [7], b: [9], same: [0]},
 * });
 * scores;   // 0.21
 * ```
 */
export function templateScores(options: TemplateScoresOptions): TemplateScores {
  const where = 'templateScores';
  checkOptions(where, options, {
    embeddings: true,
    templates: true,
    media: true,
    detectorScores: true,
    normalize: true,
    pairs: true,
  });
  const {embeddings, templates, media, detectorScores, normalize = false, pairs} = options;
  const images = checkEmbeddings(where, 'embeddings', embeddings);
  if (detectorScores !== undefined && detectorScores.length !== images) {
    throw new Error(
      `${where}: detectorScores must have one value for each of ${images} embeddings, but has ${detectorScores.length}.`,
    );
  }
  const weighted = weightedEmbeddings(embeddings, images, detectorScores, normalize);
  const pooled = aggregateTemplates({embeddings: weighted, templates, media});
  const rowOf = new Map(pooled.templates.map((template, row) => [template, row]));
  const rowsOf = (name: 'a' | 'b') =>
    Int32Array.from(pairs[name], (template, pair) => {
      const row = rowOf.get(template);
      if (row !== undefined) return row;
      throw new Error(
        `${where}: pairs.${name}[${pair}] must be a template with an image, but ${template} has none.`,
      );
    });
  const scores = pairScores(pooled, {a: rowsOf('a'), b: rowsOf('b')});
  return {scores: Float32Array.from(scores), same: pairs.same};
}

function weightedEmbeddings(
  {values, dimension}: Embeddings,
  images: number,
  detectorScores: ArrayLike<number> | undefined,
  normalize: boolean,
): Embeddings {
  if (detectorScores === undefined && !normalize) return {values, dimension};
  const weighted = new Float32Array(values.length);
  for (let image = 0; image < images; image++) {
    const first = image * dimension;
    let squares = 0;
    for (let d = first; d < first + dimension; d++) squares += values[d] * values[d];
    const weight = (detectorScores?.[image] ?? 1) / (normalize ? Math.sqrt(squares) || 1 : 1);
    for (let d = first; d < first + dimension; d++) weighted[d] = values[d] * weight;
  }
  return {values: weighted, dimension};
}
