import {check} from '../base/check';
import {checkOptions} from '../base/checkOptions';
import {checkEmbeddings, type Embeddings} from '../base/embeddings';
import {type CosineTile, cosineTiles} from '../neighbours/cosineTiles';
import {UnitRows} from '../neighbours/unitRows';
import type {Clusters} from './clusters';
import {DisjointSets} from './disjointSets';

/** Options of {@link dbscan}. */
export interface DbscanOptions {
  /** Images of this cosine or more are near each other, −1 to 1. */
  threshold: number;
  /** A core image has so many images near it, itself among them. Default: 2, where everyone with somebody near is in a cluster. */
  minimum?: number;
  /** Called with the part of the cosines computed so far, from 0 to 1. */
  onProgress?: (part: number) => void;
}

/**
 * Joins core images that are near each other, and adds to each cluster the images that are near one of its cores (Ester et al., KDD
 * 1996). Images near no core are set aside.
 *
 * Every pair is compared, with `minimum` above 2 twice; nothing is kept of a pair of cores, so that memory is 12 bytes for each image
 * and at most 16 `minimum` for each that is no core. Labels are those of scikit-learn's `DBSCAN(1 − threshold, min_samples=minimum,
 * metric='cosine')`: clusters in the order of their first cores, and an image near cores of several clusters belongs to the first of these.
 *
 * @param embeddings The embeddings, `[N, D]`, of any length.
 * @param options What is near, and what is a core.
 * @throws If embeddings are not equal rows of finite numbers, there are none, or an option is invalid.
 *
 * @example
 * ```ts
 * const faces = {values: [1, 0, 0.9, 0.1, 0, 1], dimension: 2};
 * const {labels} = await dbscan(faces, {threshold: 0.5});
 * labels;   // 0, 0, -1
 * ```
 */
export async function dbscan(embeddings: Embeddings, options: DbscanOptions): Promise<Clusters> {
  const where = 'dbscan';
  checkOptions(where, options, {threshold: true, minimum: true, onProgress: true});
  const {threshold, minimum = 2, onProgress} = options;
  check.between(where, 'threshold', threshold, -1, 1);
  check.count(where, 'minimum', minimum);
  const count = checkEmbeddings(where, 'embeddings', embeddings);
  if (count === 0) throw new Error(`${where}: embeddings must hold at least one row, but hold none.`);
  const rows = new UnitRows(embeddings);
  const passes = minimum > 2 ? 2 : 1;
  /** Visits each pair i < j that is near. */
  const visit = async (pass: number, near: (i: number, j: number) => void) => {
    const report = onProgress && ((part: number) => onProgress((pass + part) / passes));
    for await (const tile of cosineTiles(rows, rows, {onProgress: report})) nearPairs(tile, threshold, near);
  };
  const sets = new DisjointSets(count);
  const isCore = new Uint8Array(count).fill(minimum === 1 ? 1 : 0);
  if (passes === 1) {
    await visit(0, (i, j) => {
      isCore[i] = isCore[j] = 1;
      sets.join(i, j);
    });
    return coresInOrder(sets, isCore, []);
  }
  const degrees = new Int32Array(count).fill(1);
  await visit(0, (i, j) => {
    degrees[i]++;
    degrees[j]++;
  });
  degrees.forEach((degree, i) => {
    isCore[i] = degree >= minimum ? 1 : 0;
  });
  // Pairs of a border and a core, one after the other.
  const borders: number[] = [];
  await visit(1, (i, j) => {
    if (isCore[i] && isCore[j]) sets.join(i, j);
    else if (isCore[j]) borders.push(i, j);
    else if (isCore[i]) borders.push(j, i);
  });
  return coresInOrder(sets, isCore, borders);
}

/** Calls for each pair i < j of a tile whose cosine is high enough. */
function nearPairs(
  {cosines, row, rows, column, columns}: CosineTile,
  threshold: number,
  near: (i: number, j: number) => void,
): void {
  for (let i = row; i < row + rows; i++) {
    const start = (i - row) * columns - column;
    for (let j = Math.max(column, i + 1); j < column + columns; j++) {
      if (cosines[start + j] >= threshold) near(i, j);
    }
  }
}

/** Clusters in the order of their first cores; what borders on several belongs to the first. */
function coresInOrder(sets: DisjointSets, isCore: Uint8Array, borders: readonly number[]): Clusters {
  const labels = new Int32Array(isCore.length).fill(-1);
  let count = 0;
  // The root of a set is its lowest number, which is met first.
  for (let i = 0; i < isCore.length; i++) {
    if (!isCore[i]) continue;
    const root = sets.root(i);
    labels[i] = root === i ? count++ : labels[root];
  }
  for (let at = 0; at < borders.length; at += 2) {
    const [border, core] = [borders[at], borders[at + 1]];
    if (labels[border] < 0 || labels[core] < labels[border]) labels[border] = labels[core];
  }
  return {labels, count};
}
