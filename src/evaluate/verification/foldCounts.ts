import type {FoldedPairs} from './foldedPairs';

/** The numbers of pairs of each kind, and of those that each threshold accepts. */
export interface AcceptedCounts {
  genuine: number;
  impostors: number;
  acceptedGenuine: Int32Array;
  acceptedImpostors: Int32Array;
}

/** A fold's pairs, and the pairs that choose its threshold: all other folds', or its own if it is the only one. */
export interface FoldCounts {
  test: AcceptedCounts;
  train: AcceptedCounts;
}

/** `numpy.arange(0, 4, step)`: the range of squared distances between unit vectors. */
export const distanceGrid = (step: number): Float64Array =>
  Float64Array.from({length: Math.round(4 / step)}, (_, i) => i * step);

/** Counts for each fold the pairs whose distance is below each threshold of an ascending grid. */
export function foldCounts({distances, same, foldOf, count}: FoldedPairs, grid: Float64Array): FoldCounts[] {
  const tests = Array.from({length: count}, () => noCounts(grid.length));
  for (let i = 0; i < distances.length; i++) {
    const test = tests[foldOf[i]];
    const first = firstAbove(grid, distances[i]);
    if (same[i]) {
      test.genuine++;
      if (first < grid.length) test.acceptedGenuine[first]++;
    } else {
      test.impostors++;
      if (first < grid.length) test.acceptedImpostors[first]++;
    }
  }
  for (const {acceptedGenuine, acceptedImpostors} of tests) {
    for (let t = 1; t < grid.length; t++) {
      acceptedGenuine[t] += acceptedGenuine[t - 1];
      acceptedImpostors[t] += acceptedImpostors[t - 1];
    }
  }
  return tests.map((test, fold) => ({
    test,
    train: count === 1 ? test : sum(tests.filter((_, other) => other !== fold)),
  }));
}

const noCounts = (thresholds: number): AcceptedCounts => ({
  genuine: 0,
  impostors: 0,
  acceptedGenuine: new Int32Array(thresholds),
  acceptedImpostors: new Int32Array(thresholds),
});

/** The index of the first threshold above a distance. */
function firstAbove(grid: Float64Array, distance: number): number {
  let [low, high] = [0, grid.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (grid[middle] > distance) high = middle;
    else low = middle + 1;
  }
  return low;
}

function sum(parts: AcceptedCounts[]): AcceptedCounts {
  const total = noCounts(parts[0].acceptedGenuine.length);
  for (const part of parts) {
    total.genuine += part.genuine;
    total.impostors += part.impostors;
    for (let t = 0; t < part.acceptedGenuine.length; t++) {
      total.acceptedGenuine[t] += part.acceptedGenuine[t];
      total.acceptedImpostors[t] += part.acceptedImpostors[t];
    }
  }
  return total;
}
