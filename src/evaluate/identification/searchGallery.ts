import {checkIds} from '../../base/checkIds';
import {checkOptions} from '../../base/checkOptions';
import {checkEmbeddings, type Embeddings} from '../../base/embeddings';
import type {Ranks} from '../../base/ranks';
import {type CosineTile, cosineTiles} from '../../neighbours/cosineTiles';
import {UnitRows} from '../../neighbours/unitRows';
import {IdentitiesAcrossTiles} from './identitiesAcrossTiles';

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
  /** Called with the part of the search done so far, from 0 to 1. */
  onProgress?: (part: number) => void;
  /** Processes that share the search. Each calls with the same embeddings and gets the whole result. Default: this one alone. */
  collective?: Ranks;
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

/**
 * Searches a gallery for probes by the cosine of embeddings, and returns the rank of each probe's identity.
 *
 * An identity scores as its best embedding. The rank of a probe is 1 plus the number of other identities that score at least as much
 * as the probe's: ties count against it, so a network that gives everybody one embedding finds nobody.
 *
 *     rank_i = 1 + #{k ≠ y_i : max_{g of k} cos(x_i, g) ≥ max_{g of y_i} cos(x_i, g)}
 *
 * Scores are computed on the backend in use in blocks. The gallery and the distractors are read once, however many probes there are, and
 * take no memory beside their own.
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
    onProgress: true,
    collective: true,
  });
  const {probes, probeLabels, gallery, galleryLabels, distractors, onProgress, collective} = options;
  const count = checkLabeled('probes', probes, probeLabels, probes.dimension);
  const enrolled = checkLabeled('gallery', gallery, galleryLabels, probes.dimension);
  checkIds('searchGallery', 'probeLabels', probeLabels);
  checkIds('searchGallery', 'galleryLabels', galleryLabels);
  const others = distractors ? checkDimension('distractors', distractors, probes.dimension) : 0;
  // The embeddings of an identity lie together, so that it counts once.
  const order = Int32Array.from(galleryLabels, (_, i) => i).sort(
    (i, j) => galleryLabels[i] - galleryLabels[j],
  );
  const labels = Float64Array.from(order, i => galleryLabels[i]);
  const [rows, columns] = [new UnitRows(probes), new UnitRows(gallery, order)];

  const found = {
    ranks: new Int32Array(count),
    mateScores: bestMates(rows, probeLabels, columns, labels),
    otherScores: new Float32Array(count).fill(-Infinity),
  };
  const tell = (done: number, size: number) => (part: number) =>
    onProgress?.((done + part * size) / (enrolled + others));
  const ranks = collective;
  const across = new IdentitiesAcrossTiles(count, labels);
  for await (const tile of cosineTiles(rows, columns, {ranks, onProgress: tell(0, enrolled)})) {
    countIdentities(found, tile, probeLabels, labels, across);
  }
  if (distractors !== undefined) {
    const strangers = new UnitRows(distractors);
    for await (const tile of cosineTiles(rows, strangers, {ranks, onProgress: tell(enrolled, others)})) {
      countOthers(found, tile);
    }
  }
  if (collective !== undefined) {
    collective.allReduce(found.ranks, 'sum');
    collective.allReduce(found.otherScores, 'max');
    across.merge(collective);
  }
  for (let i = 0; i < count; i++) {
    found.ranks[i] = Number.isNaN(found.mateScores[i]) ? 0 : 1 + found.ranks[i] + across.countOf(i);
  }
  return found;
}

/** The best cosine of each probe with its own identity; NaN if that is not enrolled. */
function bestMates(
  probes: UnitRows,
  probeLabels: ArrayLike<number>,
  gallery: UnitRows,
  labels: Float64Array,
): Float32Array {
  const first = new Map<number, number>();
  labels.forEach((label, row) => {
    if (!first.has(label)) first.set(label, row);
  });
  return Float32Array.from({length: probes.count}, (_, i) => {
    let best = Number.NaN;
    for (let row = first.get(probeLabels[i]) ?? Infinity; labels[row] === probeLabels[i]; row++) {
      const cosine = probes.cosine(i, gallery, row);
      if (!(best >= cosine)) best = cosine;
    }
    return best;
  });
}

/**
 * Counts the other identities that score at least as much as each probe's own, and records the best of them.
 *
 * @param across Takes those that other tiles may have counted.
 */
function countIdentities(
  {ranks, mateScores, otherScores}: GallerySearch,
  {cosines, row, rows, column, columns}: CosineTile,
  probeLabels: ArrayLike<number>,
  labels: Float64Array,
  across: IdentitiesAcrossTiles,
): void {
  const ends = new Map(
    [labels[column], labels[column + columns - 1]].flatMap(label => {
      const place = across.placeOf(label);
      return place === undefined ? [] : [[label, place]];
    }),
  );
  for (let i = row, at = 0; i < row + rows; i++) {
    const [label, bound] = [probeLabels[i], mateScores[i] - TIE];
    // The embeddings of an identity lie together, and count once.
    let counted = Number.NaN;
    for (let j = column; j < column + columns; j++, at++) {
      if (labels[j] === label) continue;
      const cosine = cosines[at];
      if (cosine > otherScores[i]) otherScores[i] = cosine;
      if (cosine >= bound && counted !== labels[j]) {
        counted = labels[j];
        const place = ends.get(counted);
        if (place === undefined) ranks[i]++;
        else across.count(i, place);
      }
    }
  }
}

/** Counts the distractors that score at least as much as each probe's identity, and records the best of them. */
function countOthers(
  {ranks, mateScores, otherScores}: GallerySearch,
  {cosines, row, rows, columns}: CosineTile,
): void {
  for (let i = row, at = 0; i < row + rows; i++) {
    const bound = mateScores[i] - TIE;
    let best = otherScores[i];
    for (const end = at + columns; at < end; at++) {
      if (cosines[at] >= bound) ranks[i]++;
      if (cosines[at] > best) best = cosines[at];
    }
    otherScores[i] = best;
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
