import {checkIds} from '../../base/checkIds';
import {checkOptions} from '../../base/checkOptions';
import {checkEmbeddings, type Embeddings} from '../../base/embeddings';
import {unitDivisors} from '../../base/rowGeometry';

/** Images and their templates. */
export interface TemplateOptions {
  /** Embeddings of images; for IJB-B and IJB-C the network's output, scaled to length 1 or not. */
  embeddings: Embeddings;
  /** The template of each image. `[N]`. */
  templates: ArrayLike<number>;
  /** The medium of each image: a photograph, or a frame's video. `[N]`. */
  media: ArrayLike<number>;
}

/** The result of {@link aggregateTemplates}: embeddings of templates. */
export interface TemplateEmbeddings extends Embeddings {
  /** One row of length 1 for each template. */
  values: Float32Array;
  /** The template of each row, ascending. */
  templates: number[];
}

/**
 * Makes one embedding of each template, as InsightFace does for IJB-B and IJB-C: the mean over the images of each medium, so that a long
 * video counts as much as a photograph, then the sum over media, scaled to length 1.
 *
 *     t = Σ_m (1/n_m) Σ_{i of m} x_i        t̂ = t / ‖t‖
 *
 * Whitelam et al.: IARPA Janus Benchmark-B Face Dataset, CVPR workshops 2017.
 *
 * @throws If embeddings are not equal rows of finite numbers, an embedding has no template or no medium, or one of them is not a
 *   whole number.
 *
 * @example
 * ```js
 * const {values, templates} = aggregateTemplates({
 *   embeddings: {values: [1, 0, 1, 0, 0, 1, 5, 0], dimension: 2},
 *   templates: [1, 1, 1, 2],
 *   media: [10, 10, 11, 12],
 * });
 * templates;   // 1, 2
 * values;      // 0.71, 0.71, 1, 0
 * ```
 */
export function aggregateTemplates(options: TemplateOptions): TemplateEmbeddings {
  checkOptions('aggregateTemplates', options, {embeddings: true, templates: true, media: true});
  const {embeddings, templates, media} = options;
  const rows = checkEmbeddings('aggregateTemplates', 'embeddings', embeddings);
  for (const [name, ids] of Object.entries({templates, media})) {
    if (ids.length !== rows) {
      throw new Error(
        `aggregateTemplates: ${name} must have one value for each of ${rows} embeddings, but has ${ids.length}.`,
      );
    }
    checkIds('aggregateTemplates', name, ids);
  }
  const {values, dimension} = embeddings;
  const imagesOf = new Map<number, Map<number, number[]>>();
  for (let i = 0; i < rows; i++) {
    const mediaOf = imagesOf.get(templates[i]) ?? new Map<number, number[]>();
    imagesOf.set(templates[i], mediaOf);
    const images = mediaOf.get(media[i]) ?? [];
    mediaOf.set(media[i], images);
    images.push(i);
  }
  const ids = [...imagesOf.keys()].sort((a, b) => a - b);
  const result = new Float32Array(ids.length * dimension);
  ids.forEach((id, row) => {
    const sum = new Float64Array(dimension);
    for (const images of imagesOf.get(id)?.values() ?? []) {
      for (const image of images) {
        for (let d = 0; d < dimension; d++) sum[d] += values[image * dimension + d] / images.length;
      }
    }
    const {shift, length} = unitDivisors({values: sum, dimension}, 0);
    result.set(
      sum.map(value => (value * shift) / (length || 1)),
      row * dimension,
    );
  });
  return {values: result, dimension, templates: ids};
}
