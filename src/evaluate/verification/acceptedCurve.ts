import {type AllPairsScores, BINS} from './allPairsScores';
import type {SeparatedScores} from './scoredPairs';

/** The pairs that each threshold accepts, from the strictest to the loosest. */
export interface AcceptedCurve {
  /** Descending; the last accepts all. */
  thresholds: ArrayLike<number>;
  /** Genuine pairs that score at least the threshold. */
  genuine: Float64Array;
  /** Impostor pairs that score at least the threshold. */
  impostors: Float64Array;
}

/** The curve of separated scores: a point for each distinct score. */
export function acceptedCurve({genuine, impostors}: SeparatedScores): AcceptedCurve {
  const walk = (visit: (threshold: number, g: number, h: number) => void) => {
    let [g, h] = [0, 0];
    while (g < genuine.length || h < impostors.length) {
      const threshold = Math.max(genuine[g] ?? -Infinity, impostors[h] ?? -Infinity);
      while (genuine[g] === threshold) g++;
      while (impostors[h] === threshold) h++;
      visit(threshold, g, h);
    }
  };
  let points = 0;
  walk(() => points++);
  const curve = {
    thresholds: new Float64Array(points),
    genuine: new Float64Array(points),
    impostors: new Float64Array(points),
  };
  points = 0;
  walk((threshold, g, h) => {
    curve.thresholds[points] = threshold;
    curve.genuine[points] = g;
    curve.impostors[points] = h;
    points++;
  });
  return curve;
}

/** The cosine at which a step begins. */
const edge = (bin: number) => (2 * bin) / BINS - 1;

/** The curve of all pairs: a point for each distinct score where the hardest impostor pairs reach, one for each step below. */
export function allPairsCurve(all: AllPairsScores): AcceptedCurve {
  const [low, high] = [all.hardestGenuine.scores, all.hardestImpostors.scores];
  // Equally hard pairs may have been dropped at the end of what is kept.
  const impostorsKnownAbove = high.length === all.impostors ? -Infinity : high[high.length - 1];
  const genuineKnownTo = low.length === all.genuine ? Infinity : low[low.length - 1];
  const edges = Float32Array.from({length: BINS}, (_, bin) => edge(bin)).filter(
    at => at <= impostorsKnownAbove || at > genuineKnownTo,
  );
  const exact = (scores: Float32Array) => scores.filter(score => score > impostorsKnownAbove);
  const thresholds = distinctDescending([edges, exact(low), exact(high)]);
  const above = {genuine: countsAbove(all.bins.genuine), impostors: countsAbove(all.bins.impostors)};
  const curve = {
    thresholds,
    genuine: new Float64Array(thresholds.length),
    impostors: new Float64Array(thresholds.length),
  };
  let [g, h] = [low.length, 0];
  thresholds.forEach((threshold, i) => {
    while (g > 0 && low[g - 1] >= threshold) g--;
    while (h < high.length && high[h] >= threshold) h++;
    curve.genuine[i] = threshold <= genuineKnownTo ? all.genuine - g : withinStep(above.genuine, threshold);
    curve.impostors[i] = threshold > impostorsKnownAbove ? h : withinStep(above.impostors, threshold);
  });
  return curve;
}

function distinctDescending(lists: Float32Array[]): Float32Array {
  const all = new Float32Array(lists.reduce((sum, {length}) => sum + length, 0));
  let at = 0;
  for (const list of lists) {
    all.set(list, at);
    at += list.length;
  }
  all.sort().reverse();
  return all.filter((value, i) => i === 0 || value !== all[i - 1]);
}

/** The number of scores from the beginning of each step on; 0 after the last. */
function countsAbove(bins: Float64Array): Float64Array {
  const counts = new Float64Array(BINS + 1);
  for (let bin = BINS - 1; bin >= 0; bin--) counts[bin] = counts[bin + 1] + bins[bin];
  return counts;
}

/** The number of scores of at least a threshold, as if those of its step were spread evenly; exact at the edge of a step. */
function withinStep(counts: Float64Array, threshold: number): number {
  const place = (threshold + 1) * (BINS / 2);
  const bin = Math.min(BINS - 1, Math.floor(place));
  return counts[bin] - (counts[bin] - counts[bin + 1]) * (place - bin);
}
