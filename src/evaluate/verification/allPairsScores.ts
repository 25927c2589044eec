import {check} from '../../base/check';
import {checkOptions} from '../../base/checkOptions';
import {checkEmbeddings, type Embeddings} from '../../base/embeddings';
import {personOfEach} from '../../base/personOfEach';
import type {Ranks} from '../../base/ranks';
import {type CosineTile, cosineTiles} from '../../neighbours/cosineTiles';
import {UnitRows} from '../../neighbours/unitRows';
import {HardestPairs, type PairsOfRows} from './hardestPairs';

/** The result of {@link allPairsScores}: the cosines of all pairs of some images, counted, and the hardest pairs exactly. */
export interface AllPairsScores {
  /** The number of genuine pairs: two images of one person. */
  genuine: number;
  /** The number of impostor pairs: images of two people. */
  impostors: number;
  /** How many pairs lie in each of 65,536 steps of the cosine from −1 to 1; the last step holds 1 too. */
  bins: {
    /** Of genuine pairs. `[65536]`. */
    genuine: Float64Array;
    /** Of impostor pairs. `[65536]`. */
    impostors: Float64Array;
  };
  /** The genuine pairs of the lowest cosines, ascending: all of them if they are at most `exact`. */
  hardestGenuine: PairsOfRows;
  /** The impostor pairs of the highest cosines, descending: all of them if they are at most `exact`. */
  hardestImpostors: PairsOfRows;
  /** The person of each row, numbered from 0 in the order of first occurrence. `[N]`. */
  people: Int32Array;
}

/** Options of {@link allPairsScores}. */
export interface AllPairsOptions {
  /**
   * How many of the hardest pairs of each kind to keep with their cosines; thresholds within these are exact. Default: 1,048,576, in
   * which FAR 1e-4 of 10¹⁰ pairs fits.
   */
  exact?: number;
  /** Called with the part of the pairs scored so far, from 0 to 1. */
  onProgress?: (part: number) => void;
  /** Processes that share the pairs. Each calls with the same embeddings and gets the whole result. Default: this one alone. */
  collective?: Ranks;
}

/** Steps of the cosine: a power of two, so that their edges are exact. */
export const BINS = 65_536;

/**
 * Scores every pair of some images: N(N − 1)/2 cosines, of which no list is made. {@link roc} and {@link tarAtFar}
 * take the result in place of a list of pairs.
 *
 * Cosines are counted in 65,536 steps, and the hardest pairs are kept exactly. So thresholds are exact up to the false accept rate
 * `exact` / impostors, 0.012 for the 87 million pairs of LFW. At looser ones they are edges of steps. Where there are more genuine pairs
 * than `exact`, a true accept rate above that of the pairs kept is interpolated within a step, and off by less than the step holds.
 *
 * The work is blocks of matrix products on the backend in use. It takes 100 MB beside the embeddings, however many the pairs are.
 *
 * @param embeddings The embedding of each image, `[N, D]`, of any length.
 * @param ids The person of each image: whole numbers or names. `[N]`.
 * @param options What to keep.
 * @throws If embeddings are not equal rows of finite numbers, an image has no id, an id is neither a whole number nor a name, all
 *   pairs are of one kind, or `exact` is not a count.
 *
 * @example
 * ```js
 * const all = await allPairsScores({values: [1, 0, 0.9, 0.1, 0, 1, 0.1, 1], dimension: 2}, ['ann', 'ann', 'bo', 'bo']);
 * [all.genuine, all.impostors];    // 2, 4
 * tarAtFar(all, [0.25])[0].tar;    // 1
 * all.hardestImpostors.scores;     // 0.21, 0.11, 0.1, 0
 * ```
 */
export async function allPairsScores(
  embeddings: Embeddings,
  ids: ArrayLike<number | string>,
  options: AllPairsOptions = {},
): Promise<AllPairsScores> {
  const where = 'allPairsScores';
  checkOptions(where, options, {exact: true, onProgress: true, collective: true});
  const {exact = 2 ** 20, onProgress, collective} = options;
  check.count(where, 'exact', exact);
  const rows = checkEmbeddings(where, 'embeddings', embeddings);
  const people = personOfEach(where, 'ids', ids, rows);
  const genuine = genuinePairs(people);
  const impostors = (rows * (rows - 1)) / 2 - genuine;
  if (genuine === 0 || impostors === 0) {
    throw new Error(
      `${where}: ids must give pairs of both kinds, but all ${rows} images are ${genuine === 0 ? 'of different people' : 'of one person'}.`,
    );
  }
  const bins = {genuine: new Float64Array(BINS), impostors: new Float64Array(BINS)};
  const hardestGenuine = new HardestPairs(Math.min(exact, genuine), -1);
  const hardestImpostors = new HardestPairs(Math.min(exact, impostors), 1);
  const units = new UnitRows(embeddings);
  for await (const tile of cosineTiles(units, units, {ranks: collective, onProgress})) {
    count(tile, people, bins, hardestGenuine, hardestImpostors);
  }
  if (collective !== undefined) {
    collective.allReduce(bins.genuine, 'sum');
    collective.allReduce(bins.impostors, 'sum');
    exchange(collective, hardestGenuine);
    exchange(collective, hardestImpostors);
  }
  return {
    genuine,
    impostors,
    bins,
    hardestGenuine: hardestGenuine.pairs(),
    hardestImpostors: hardestImpostors.pairs(),
    people,
  };
}

function count(
  {cosines, row, rows, column, columns}: CosineTile,
  people: Int32Array,
  bins: AllPairsScores['bins'],
  hardestGenuine: HardestPairs,
  hardestImpostors: HardestPairs,
): void {
  for (let i = row; i < row + rows; i++) {
    const start = (i - row) * columns - column;
    const person = people[i];
    for (let j = Math.max(column, i + 1); j < column + columns; j++) {
      // A cosine of 1 may be rounded to more.
      const cosine = Math.max(-1, Math.min(1, cosines[start + j]));
      const bin = Math.min(BINS - 1, ((cosine + 1) * (BINS / 2)) | 0);
      if (people[j] === person) {
        bins.genuine[bin]++;
        hardestGenuine.offer(i, j, cosine);
      } else {
        bins.impostors[bin]++;
        if (cosine >= hardestImpostors.floor) hardestImpostors.offer(i, j, cosine);
      }
    }
  }
}

function genuinePairs(people: Int32Array): number {
  const images = new Map<number, number>();
  for (const person of people) images.set(person, (images.get(person) ?? 0) + 1);
  let pairs = 0;
  for (const count of images.values()) pairs += (count * (count - 1)) / 2;
  return pairs;
}

/** Gives every rank the hardest pairs of all. */
function exchange(ranks: Ranks, hardest: HardestPairs): void {
  const own = hardest.pairs();
  const lengths = ranks.allGather(Int32Array.of(own.scores.length), new Int32Array(ranks.size));
  const longest = lengths.reduce((most, length) => Math.max(most, length), 0);
  const padded = <T extends Float32Array | Int32Array>(values: T, into: T): T => {
    into.set(values);
    return into;
  };
  const scores = ranks.allGather(
    padded(own.scores, new Float32Array(longest)),
    new Float32Array(longest * ranks.size),
  );
  const a = ranks.allGather(padded(own.a, new Int32Array(longest)), new Int32Array(longest * ranks.size));
  const b = ranks.allGather(padded(own.b, new Int32Array(longest)), new Int32Array(longest * ranks.size));
  for (let rank = 0; rank < ranks.size; rank++) {
    if (rank === ranks.rank) continue;
    const first = rank * longest;
    for (let i = first; i < first + lengths[rank]; i++) hardest.offer(a[i], b[i], scores[i]);
  }
}
