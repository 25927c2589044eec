import type {WeightedTest} from './weightedTest';

/**
 * The highest true accept rates whose false accept rates are at most those asked for, in a sample of people; NaN where the pairs that
 * were kept do not reach.
 */
export function weightedTars(
  {genuine, impostors, isWhole, totals}: WeightedTest,
  fars: readonly number[],
  weights: Float64Array,
): number[] {
  const all = totals(weights);
  const {length} = impostors.scores;
  const byFar = [...fars.keys()].sort((i, j) => fars[i] - fars[j]);
  /** What a genuine pair has to exceed to be accepted. */
  const bounds = new Float64Array(fars.length).fill(isWhole.impostors ? -Infinity : Number.NaN);
  let [accepted, at, next] = [0, 0, 0];
  while (at < length && next < byFar.length) {
    const score = impostors.scores[at];
    for (; at < length && impostors.scores[at] === score; at++) {
      accepted += weights[impostors.a[at]] * weights[impostors.b[at]];
    }
    while (next < byFar.length && accepted > fars[byFar[next]] * all.impostors) bounds[byFar[next++]] = score;
  }
  const rates = new Array<number>(fars.length).fill(Number.NaN);
  const byBound = [...fars.keys()]
    .filter(i => !Number.isNaN(bounds[i]))
    .sort((i, j) => bounds[i] - bounds[j]);
  let [rejected, place] = [0, 0];
  for (const i of byBound) {
    for (; place < genuine.scores.length && genuine.scores[place] <= bounds[i]; place++) {
      rejected += weights[genuine.person[place]];
    }
    const reaches = isWhole.genuine || place < genuine.scores.length;
    if (reaches && all.genuine > 0 && all.impostors > 0) rates[i] = 1 - rejected / all.genuine;
  }
  return rates;
}

/** The equal error rate of a sample of people, between points by the straight line; NaN where the pairs kept do not reach it. */
export function weightedEer({genuine, impostors, totals}: WeightedTest, weights: Float64Array): number {
  const all = totals(weights);
  if (all.genuine === 0 || all.impostors === 0) return Number.NaN;
  let place = genuine.scores.length;
  let rejected = 0;
  for (const person of genuine.person) rejected += weights[person];
  let [accepted, at] = [0, 0];
  let [farBefore, frrBefore] = [0, 1];
  while (at < impostors.scores.length || place > 0) {
    const score = Math.max(impostors.scores[at] ?? -Infinity, genuine.scores[place - 1] ?? -Infinity);
    for (; impostors.scores[at] === score; at++) {
      accepted += weights[impostors.a[at]] * weights[impostors.b[at]];
    }
    for (; genuine.scores[place - 1] === score; place--) rejected -= weights[genuine.person[place - 1]];
    const [far, frr] = [accepted / all.impostors, rejected / all.genuine];
    if (far >= frr) {
      const part = (frrBefore - farBefore) / (frrBefore - farBefore + far - frr);
      return farBefore + part * (far - farBefore);
    }
    if (at >= impostors.scores.length) return Number.NaN;
    [farBefore, frrBefore] = [far, frr];
  }
  return Number.NaN;
}
