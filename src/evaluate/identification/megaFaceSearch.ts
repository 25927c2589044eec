import {checkOptions} from '../../base/checkOptions';
import {checkEmbeddings, type Embeddings} from '../../base/embeddings';
import {personOfEach} from '../../base/personOfEach';
import type {Ranks} from '../../base/ranks';
import {type CosineTile, cosineTiles} from '../../neighbours/cosineTiles';
import {UnitRows} from '../../neighbours/unitRows';

/** Faces and distractors of {@link megaFaceSearch}. */
export interface MegaFaceOptions {
  /** Embeddings of people with two images or more, such as MegaFace's 80 of FaceScrub. */
  faces: Embeddings;
  /** The person of each: whole numbers or names. */
  ids: ArrayLike<number | string>;
  /** Embeddings of strangers, such as MegaFace's million. */
  distractors: Embeddings;
  /** Called with the part of the search done so far, from 0 to 1. */
  onProgress?: (part: number) => void;
  /** Processes that share the search. Each calls with the same embeddings and gets the whole result. Default: this one alone. */
  collective?: Ranks;
}

/** The result of {@link megaFaceSearch}, for {@link cmc}. */
export interface MegaFaceSearch {
  /** The rank of the mate among the distractors, from 1, of each probe with each of its mates. `[M]`. */
  ranks: Int32Array;
  /** The row of the probe. `[M]`. */
  probes: Int32Array;
  /** The row of the mate. `[M]`. */
  mates: Int32Array;
}

/** Scores that differ by less are a tie: above the rounding error of a cosine in float32. */
const TIE = 1e-6;

/**
 * MegaFace's identification: each image of a person probes a gallery of *one* other image of the person and all distractors. The
 * probe and the person's further images are left out.
 *
 *     rank(x, m) = 1 + #{d: cos(x, d) ≥ cos(x, m)}        for each x, each mate m ≠ x of the same person
 *
 * {@link cmc} of the ranks is the curve that MegaFace prints, its first value rank-1 at this number of distractors. Ties count
 * against the mate. {@link searchGallery} keeps all images of a person in the gallery, where the best of them counts: its rates are higher.
 *
 * Kemelmacher-Shlizerman et al.: The MegaFace Benchmark, [arXiv 1512.00596](https://arxiv.org/abs/1512.00596).
 *
 * @throws If embeddings are not equal rows of finite numbers of one dimension, a face has no id, nobody has two images, or there is no distractor.
 *
 * @example
 * ```js
 * const {ranks, mates} = await megaFaceSearch({
 *   faces: {values: [1, 0, 0.9, 0.3, 0.5, 0.8], dimension: 2},
 *   ids: ['ann', 'ann', 'ann'],
 *   distractors: {values: [0.8, 0.5, -1, 0], dimension: 2},
 * });
 * mates;   // 1, 2, 0, 2, 0, 1
 * ranks;   // 1, 2, 2, 2, 2, 2
 * ```
 */
export async function megaFaceSearch(options: MegaFaceOptions): Promise<MegaFaceSearch> {
  const where = 'megaFaceSearch';
  checkOptions(where, options, {
    faces: true,
    ids: true,
    distractors: true,
    onProgress: true,
    collective: true,
  });
  const {faces, ids, distractors, onProgress, collective} = options;
  const count = checkEmbeddings(where, 'faces', faces);
  const people = personOfEach(where, 'ids', ids, count);
  if (distractors.dimension !== faces.dimension) {
    throw new Error(
      `${where}: distractors must have the dimension of faces, ${faces.dimension}, but has ${distractors.dimension}.`,
    );
  }
  if (checkEmbeddings(where, 'distractors', distractors) === 0) {
    throw new Error(`${where}: distractors must hold at least one embedding, but hold none.`);
  }
  const rows = new UnitRows(faces);
  const mates = matesOf(rows, people);
  if (mates.rows.length === 0) {
    throw new Error(`${where}: ids must give somebody two images, but all ${count} are of different people.`);
  }
  /** At the place of the k-th mate of a probe, ascending by score: the distractors above it and not above the next. */
  const above = new Int32Array(mates.rows.length);
  const tiles = cosineTiles(rows, new UnitRows(distractors), {ranks: collective, onProgress});
  for await (const tile of tiles) countAbove(tile, mates, above);
  collective?.allReduce(above, 'sum');
  return ranksOf(mates, above);
}

/** The mates of each probe. */
interface Mates {
  /** Where those of each probe begin, and the number of all. `[N + 1]`. */
  starts: Int32Array;
  /** Rows, those of a probe by ascending cosine. */
  rows: Int32Array;
  /** The cosine that a distractor has to reach. */
  bounds: Float64Array;
}

function matesOf(units: UnitRows, people: Int32Array): Mates {
  const images = new Map<number, number[]>();
  people.forEach((person, row) => {
    const list = images.get(person) ?? [];
    images.set(person, list);
    list.push(row);
  });
  const starts = new Int32Array(people.length + 1);
  people.forEach((person, row) => {
    starts[row + 1] = starts[row] + (images.get(person) as number[]).length - 1;
  });
  const rows = new Int32Array(starts[people.length]);
  const bounds = new Float64Array(rows.length);
  people.forEach((person, probe) => {
    const mates = (images.get(person) as number[])
      .filter(row => row !== probe)
      .map(row => ({row, cosine: units.cosine(probe, units, row)}))
      .sort((a, b) => a.cosine - b.cosine);
    mates.forEach(({row, cosine}, i) => {
      rows[starts[probe] + i] = row;
      bounds[starts[probe] + i] = cosine - TIE;
    });
  });
  return {starts, rows, bounds};
}

function countAbove(
  {cosines, row, rows, columns}: CosineTile,
  {starts, bounds}: Mates,
  above: Int32Array,
): void {
  for (let i = row, at = 0; i < row + rows; i++) {
    const [start, end] = [starts[i], starts[i + 1]];
    if (start === end) {
      at += columns;
      continue;
    }
    const least = bounds[start];
    for (const stop = at + columns; at < stop; at++) {
      if (cosines[at] < least) continue;
      let [low, high] = [start, end];
      while (low + 1 < high) {
        const middle = (low + high) >> 1;
        if (bounds[middle] <= cosines[at]) low = middle;
        else high = middle;
      }
      above[low]++;
    }
  }
}

/** Ranks, for each probe by row, with its mates by row. */
function ranksOf({starts, rows}: Mates, above: Int32Array): MegaFaceSearch {
  const result = {
    ranks: new Int32Array(rows.length),
    probes: new Int32Array(rows.length),
    mates: new Int32Array(rows.length),
  };
  for (let probe = 0; probe + 1 < starts.length; probe++) {
    let rank = 1;
    const found = [];
    for (let at = starts[probe + 1] - 1; at >= starts[probe]; at--) {
      rank += above[at];
      found.push({mate: rows[at], rank});
    }
    found.sort((a, b) => a.mate - b.mate);
    found.forEach(({mate, rank: of}, i) => {
      result.probes[starts[probe] + i] = probe;
      result.mates[starts[probe] + i] = mate;
      result.ranks[starts[probe] + i] = of;
    });
  }
  return result;
}
