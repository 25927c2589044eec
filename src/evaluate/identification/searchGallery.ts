import {checkOptions} from '../../base/checkOptions';
import {checkEmbeddings, type Embeddings} from '../embeddings/embeddings';
import {type RowBlock, scoreBlocks} from './scoreBlocks';

/** Whom to look for, and among whom. */
export interface GallerySearchOptions {
  /** Embeddings of the persons to be found. */
  probes: Embeddings;
  /** The identity of each probe, any whole numbers. One that the gallery has not is a person who is not enrolled. */
  probeLabels: ArrayLike<number>;
  /** Embeddings of the persons enrolled, one or more of each. */
  gallery: Embeddings;
  /** The identity of each embedding of the gallery. */
  galleryLabels: ArrayLike<number>;
  /** Embeddings of further persons, one each, none of whom is a probe: MegaFace's million. Default: none. */
  distractors?: Embeddings;
}

/** Where each probe was found: what {@link searchGallery} gives, and {@link cmc} and {@link openSetIdentification} take. */
export interface GallerySearch {
  /** The place of the probe's own identity among all, 1 being the first; 0 where it is not enrolled. `[P]`. */
  ranks: Int32Array;
  /** The best cosine with an embedding of the own identity; NaN where it is not enrolled. `[P]`. */
  mateScores: Float32Array;
  /** The best cosine with an embedding of another identity, or with a distractor; −Infinity where there is none. `[P]`. */
  otherScores: Float32Array;
}

/** Scores that differ by less are a tie: more than the rounding of a cosine in float32. */
const TIE = 1e-6;
/** Scores of identities held at once. */
const LARGEST_BLOCK = 2 ** 24;

/**
 * Searches a gallery for probes by the cosine of embeddings: who is where in the list of candidates.
 *
 * An identity scores what the best of its embeddings does. The rank of a probe is 1 and the number of other identities that
 * score as much as its own or more: a tie counts against it, so a network that gives one embedding to everybody finds nobody.
 *
 *     rank_i = 1 + #{k ≠ y_i : max_{g of k} cos(x_i, g) ≥ max_{g of y_i} cos(x_i, g)}
 *
 * Scores are computed on the current backend, block by block: memory does not grow with the number of distractors.
 *
 * @throws If embeddings are not rows of one dimension, a value is not finite, labels are not one for each, or there is no
 *   probe or no gallery.
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
      // So that the own identity is not counted among the others.
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

/** Moves each probe of a block down by the others that score as much as its own identity, and notes the best of them. */
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
