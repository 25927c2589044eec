import {checkIds} from '../../base/checkIds';
import {checkOptions} from '../../base/checkOptions';
import {checkEmbeddings, type Embeddings} from '../embeddings/embeddings';
import {type RowBlock, scoreBlocks} from './scoreBlocks';

/** Probes and gallery. */
export interface GallerySearchOptions {
  /** Embeddings of the people to find. */
  probes: Embeddings;
  /** The identity of each probe, any whole number. A probe whose identity is not in the gallery is not enrolled. */
  probeLabels: ArrayLike<number>;
  /** Embeddings of the enrolled people, at least one each. */
  gallery: Embeddings;
  /** The identity of each embedding of the gallery. */
  galleryLabels: ArrayLike<number>;
  /** Embeddings of further people, one each, who are not probes, such as MegaFace's million. Default: none. */
  distractors?: Embeddings;
}

/** The result of {@link searchGallery}, for {@link cmc} and {@link openSetIdentification}. */
export interface GallerySearch {
  /** The rank of the probe's identity, from 1; 0 if it is not enrolled. `[P]`. */
  ranks: Int32Array;
  /** The best cosine with an embedding of the probe's identity; NaN if it is not enrolled. `[P]`. */
  mateScores: Float32Array;
  /** The best cosine with an embedding of another identity or a distractor; −Infinity if there is none. `[P]`. */
  otherScores: Float32Array;
}

/** Scores that differ by less are a tie: above the rounding error of a cosine in float32. */
const TIE = 1e-6;
/** The number of identity scores in memory at once. */
const LARGEST_BLOCK = 2 ** 24;

/**
 * Searches a gallery for probes by the cosine of embeddings, and returns the rank of each probe's identity.
 *
 * An identity scores as its best embedding. The rank of a probe is 1 plus the number of other identities that score at least as much
 * as the probe's: ties count against it, so a network that gives everybody one embedding finds nobody.
 *
 *     rank_i = 1 + #{k ≠ y_i : max_{g of k} cos(x_i, g) ≥ max_{g of y_i} cos(x_i, g)}
 *
 * Scores are computed on the current backend in blocks: memory does not grow with the number of distractors.
 *
 * @throws If embeddings are not rows of one dimension, a value is not finite, an embedding has no label, a label is not a whole number,
 *   or there is no probe or no gallery.
 *
 * @example
 * ```js
 * const {ranks} = await searchGallery({
 *   probes: {values: [1, 0.1, 0.2, 1, -1, 0], dimension: 2},
 *   probeLabels: [7, 8, 9],
 *   gallery: {values: [1, 0, 0, 1], dimension: 2},
 *   galleryLabels: [7, 8],
 * });
 * ranks;   // 1, 1, 0
 * ```
 */
export async function searchGallery(options: GallerySearchOptions): Promise<GallerySearch> {
  checkOptions('searchGallery', options, {
    probes: true,
    probeLabels: true,
    gallery: true,
    galleryLabels: true,
    distractors: true,
  });
  const {probes, probeLabels, gallery, galleryLabels, distractors} = options;
  const count = checkLabeled('probes', probes, probeLabels, probes.dimension);
  checkLabeled('gallery', gallery, galleryLabels, probes.dimension);
  checkIds('searchGallery', 'probeLabels', probeLabels);
  checkIds('searchGallery', 'galleryLabels', galleryLabels);
  if (distractors) checkDimension('distractors', distractors, probes.dimension);
  const placeOf = new Map([...new Set(Array.from(galleryLabels))].map((label, place) => [label, place]));
  const identities = placeOf.size;
  const identityOf = Array.from(galleryLabels, label => placeOf.get(label) as number);

  const found = {
    ranks: new Int32Array(count),
    mateScores: new Float32Array(count).fill(Number.NaN),
    otherScores: new Float32Array(count).fill(-Infinity),
  };
  const rows = Math.max(1, Math.min(256, Math.floor(LARGEST_BLOCK / identities)));
  for (let from = 0; from < count; from += rows) {
    const block = {from, rows: Math.min(rows, count - from)};
    const best = await bestOfIdentities(probes, block, gallery, identityOf, identities);
    for (let row = 0; row < block.rows; row++) {
      const mate = placeOf.get(probeLabels[from + row]);
      if (mate === undefined) continue;
      found.ranks[from + row] = 1;
      found.mateScores[from + row] = best[row * identities + mate];
      // So that the probe's identity does not count among the others.
      best[row * identities + mate] = -Infinity;
    }
    countOthers(found, block, best, identities);
    if (!distractors) continue;
    for await (const {scores, columns} of scoreBlocks(probes, block, distractors)) {
      countOthers(found, block, scores, columns);
    }
  }
  return found;
}

/** The best score of each identity for each probe of a block, `[rows, identities]`. */
async function bestOfIdentities(
  probes: Embeddings,
  block: RowBlock,
  gallery: Embeddings,
  identityOf: readonly number[],
  identities: number,
): Promise<Float32Array> {
  const best = new Float32Array(block.rows * identities).fill(-Infinity);
  for await (const {scores, first, columns} of scoreBlocks(probes, block, gallery)) {
    for (let row = 0; row < block.rows; row++) {
      for (let column = 0; column < columns; column++) {
        const at = row * identities + identityOf[first + column];
        best[at] = Math.max(best[at], scores[row * columns + column]);
      }
    }
  }
  return best;
}

/** Lowers each probe's rank by the others that score at least as much as its identity, and records the best of them. */
function countOthers(found: GallerySearch, block: RowBlock, scores: Float32Array, columns: number): void {
  for (let row = 0; row < block.rows; row++) {
    const i = block.from + row;
    for (let at = row * columns; at < (row + 1) * columns; at++) {
      if (found.ranks[i] > 0 && scores[at] >= found.mateScores[i] - TIE) found.ranks[i]++;
      if (scores[at] > found.otherScores[i]) found.otherScores[i] = scores[at];
    }
  }
}

function checkDimension(name: string, embeddings: Embeddings, dimension: number): number {
  if (embeddings.dimension !== dimension) {
    throw new Error(
      `searchGallery: ${name} must have the dimension of probes, ${dimension}, but has ${embeddings.dimension}.`,
    );
  }
  return checkEmbeddings('searchGallery', name, embeddings);
}

function checkLabeled(
  name: string,
  embeddings: Embeddings,
  labels: ArrayLike<number>,
  dimension: number,
): number {
  const rows = checkDimension(name, embeddings, dimension);
  if (rows === 0) throw new Error(`searchGallery: ${name} must hold at least one embedding, but holds none.`);
  if (labels.length !== rows) {
    throw new Error(
      `searchGallery: ${name} must have one label for each of ${rows} embeddings, but has ${labels.length}.`,
    );
  }
  return rows;
}
