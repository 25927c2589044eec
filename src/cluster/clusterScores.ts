import {checkIds} from '../base/checkIds';

/** Precision, recall and their harmonic mean, each from 0 to 1. */
export interface ClusterPrecision {
  /** Of what the clusters put together, the part that belongs together. */
  precision: number;
  /** Of what belongs together, the part that the clusters put together. */
  recall: number;
  /** 2 precision · recall / (precision + recall). */
  f: number;
}

/** The result of {@link clusterScores}. */
export interface ClusterScores {
  /** Over all pairs of images: large people count by the square of their images. */
  pairwise: ClusterPrecision;
  /** Over images: each has a precision and a recall of its own (Bagga and Baldwin, 1998). */
  bCubed: ClusterPrecision;
  /** Normalized mutual information, by the arithmetic mean of the entropies. */
  nmi: number;
  /** The adjusted Rand index (Hubert and Arabie, 1985): 0 for chance, 1 for the truth. */
  ari: number;
  /** The number of clusters, those of one image among them. */
  clusters: number;
  /** The number of images that are set aside, each of which counts as a cluster of one. */
  setAside: number;
}

/**
 * How well clusters agree with people who are known.
 *
 * With the numbers of images c of person a in cluster b, and the sizes a and b of each:
 *
 * - pairwise: P = Σ c(c − 1) / Σ b(b − 1), R = Σ c(c − 1) / Σ a(a − 1)
 * - BCubed: P = Σ c²/b / N, R = Σ c²/a / N
 * - NMI = I(A; B) / ((H(A) + H(B)) / 2)
 *
 * A ratio of nothing is 1, as where no two images are put together and none belong together. Equal to scikit-learn's scores to 1e-12.
 *
 * @param labels The cluster of each image, any whole number; −1 for one that is set aside. `[N]`.
 * @param identities The person of each image, any whole number. `[N]`.
 * @throws If there are no images, both do not have one number for each, or one is not whole.
 *
 * @example
 * ```ts
 * const {pairwise, bCubed} = clusterScores([0, 0, 0, 1], [7, 7, 8, 8]);
 * pairwise.precision;   // 0.333
 * bCubed.recall;   // 0.75
 * ```
 */
export function clusterScores(labels: ArrayLike<number>, identities: ArrayLike<number>): ClusterScores {
  const where = 'clusterScores';
  if (labels.length === 0 || labels.length !== identities.length) {
    throw new Error(
      `${where}: labels and identities must have one number for each image, but have ${labels.length} and ${identities.length}.`,
    );
  }
  checkIds(where, 'labels', labels);
  checkIds(where, 'identities', identities);
  const total = labels.length;
  const {cells, clusters, people, setAside} = tableOf(labels, identities);
  const pairs = (counts: Iterable<number>) => sumOf(counts, n => (n * (n - 1)) / 2);
  const counts = cells.map(({count}) => count);
  const [together, inClusters, ofPeople] = [pairs(counts), pairs(clusters), pairs(people)];
  const cubed = (size: (cell: Cell) => number) => sumOf(cells, cell => cell.count ** 2 / size(cell)) / total;
  const informationTimesTotal = sumOf(
    cells,
    ({count, cluster, person}) => count * Math.log((count * total) / (clusters[cluster] * people[person])),
  );
  return {
    pairwise: precisionOf(ratio(together, inClusters), ratio(together, ofPeople)),
    bCubed: precisionOf(
      cubed(({cluster}) => clusters[cluster]),
      cubed(({person}) => people[person]),
    ),
    nmi: normalizedInformation(
      informationTimesTotal / total,
      entropy(clusters, total),
      entropy(people, total),
    ),
    ari: adjustedRand(together, inClusters, ofPeople, (total * (total - 1)) / 2),
    clusters: clusters.length,
    setAside,
  };
}

/** The images of one person in one cluster. */
interface Cell {
  cluster: number;
  person: number;
  count: number;
}

/** Who is in which cluster. */
interface ContingencyTable {
  cells: Cell[];
  /** The size of each cluster. */
  clusters: number[];
  /** The number of images of each person. */
  people: number[];
  setAside: number;
}

function tableOf(labels: ArrayLike<number>, identities: ArrayLike<number>): ContingencyTable {
  const [clusterOf, personOf] = [new Map<number, number>(), new Map<number, number>()];
  const cells = new Map<number, Cell>();
  const table: ContingencyTable = {cells: [], clusters: [], people: [], setAside: 0};
  for (let i = 0; i < labels.length; i++) {
    const isAside = labels[i] === -1;
    if (isAside) table.setAside++;
    const cluster = isAside ? table.clusters.length : (clusterOf.get(labels[i]) ?? table.clusters.length);
    if (!isAside) clusterOf.set(labels[i], cluster);
    const person = personOf.get(identities[i]) ?? table.people.length;
    personOf.set(identities[i], person);
    table.clusters[cluster] = (table.clusters[cluster] ?? 0) + 1;
    table.people[person] = (table.people[person] ?? 0) + 1;
    const key = cluster * labels.length + person;
    const cell = cells.get(key);
    if (cell) cell.count++;
    else cells.set(key, {cluster, person, count: 1});
  }
  table.cells = [...cells.values()];
  return table;
}

function sumOf<T>(values: Iterable<T>, term: (value: T) => number): number {
  let sum = 0;
  for (const value of values) sum += term(value);
  return sum;
}

const ratio = (part: number, whole: number) => (whole === 0 ? 1 : part / whole);

function precisionOf(precision: number, recall: number): ClusterPrecision {
  return {precision, recall, f: precision + recall > 0 ? (2 * precision * recall) / (precision + recall) : 0};
}

const entropy = (sizes: readonly number[], total: number) =>
  -sumOf(sizes, size => (size / total) * Math.log(size / total));

/** 1 where both are one cluster, as in scikit-learn. */
function normalizedInformation(information: number, one: number, other: number): number {
  const mean = (one + other) / 2;
  return mean > 0 ? Math.max(0, Math.min(1, information / mean)) : 1;
}

function adjustedRand(together: number, inClusters: number, ofPeople: number, all: number): number {
  const expected = all === 0 ? 0 : (inClusters * ofPeople) / all;
  const most = (inClusters + ofPeople) / 2;
  return most === expected ? 1 : (together - expected) / (most - expected);
}
