import {distanceGrid} from '../verification/foldCounts';
import {foldPairs} from '../verification/foldedPairs';
import type {Folds} from '../verification/folds';
import {type PairsOfPeople, peopleOf} from './weightedTest';

/** The accuracy by folds on the grid of squared distances, as `verificationAccuracy` computes it, of samples of people. */
export function weightedAccuracy(
  where: string,
  pairs: PairsOfPeople,
  folds: Folds,
): (weights: Float64Array) => number {
  const grid = distanceGrid(0.01);
  const {distances, same, foldOf, count} = foldPairs(where, pairs, folds);
  const {a, b} = peopleOf(where, pairs);
  const steps = grid.length + 1;
  /** The first threshold above each pair's distance, within its fold. */
  const places = Int32Array.from(distances, (distance, i) => {
    let [low, high] = [0, grid.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (grid[middle] > distance) high = middle;
      else low = middle + 1;
    }
    return foldOf[i] * steps + low;
  });
  return weights => {
    // What a threshold at each place gains over rejecting everything.
    const gains = new Float64Array(count * steps);
    const [rejected, totals] = [new Float64Array(count), new Float64Array(count)];
    for (let i = 0; i < places.length; i++) {
      const weight = same[i] ? weights[a[i]] : weights[a[i]] * weights[b[i]];
      gains[places[i]] += same[i] ? weight : -weight;
      totals[foldOf[i]] += weight;
      if (!same[i]) rejected[foldOf[i]] += weight;
    }
    const all = new Float64Array(steps);
    for (let fold = 0; fold < count; fold++) {
      let gain = 0;
      for (let t = 0; t < steps; t++) {
        gain += gains[fold * steps + t];
        gains[fold * steps + t] = gain;
        all[t] += gain;
      }
    }
    let [sum, tested] = [0, 0];
    for (let fold = 0; fold < count; fold++) {
      if (totals[fold] === 0) continue;
      const others = (t: number) => (count === 1 ? all[t] : all[t] - gains[fold * steps + t]);
      let best = 0;
      for (let t = 1; t < grid.length; t++) if (others(t) > others(best)) best = t;
      sum += (rejected[fold] + gains[fold * steps + best]) / totals[fold];
      tested++;
    }
    return sum / tested;
  };
}
