import {check} from '../../base/check';
import {checkOptions} from '../../base/checkOptions';
import {falseAcceptWarning} from '../verification/falseAcceptWarning';
import {descending} from '../verification/scoredPairs';
import type {GallerySearch} from './searchGallery';

/** The result of {@link openSetIdentification} at one false alarm rate. */
export interface OpenSetRate {
  /** The requested false alarm rate: the part of people not enrolled who get a candidate. */
  far: number;
  /** Detection and identification rate: the part of enrolled people found within the rank, with a score of at least the threshold. */
  dir: number;
  /** Candidates with at least this score are reported. Absent if none may be, since JSON has no Infinity. */
  threshold?: number;
  /** The actual false alarm rate at this threshold. */
  farOfThreshold: number;
  /** The number of enrolled probes. */
  enrolled: number;
  /** The number of probes not enrolled. */
  strangers: number;
  /** Present if `far` times `strangers` is below 10. */
  warning?: string;
}

/**
 * The detection and identification rate (DIR, also 1 − FNIR) at given false alarm rates (FAR, also FPIR) of an open-set search: a
 * watch list, or a door.
 *
 * The threshold is the lowest score at which at most the part `far` of the probes not enrolled has a candidate.
 *
 *     FAR(t) = #{i not enrolled: best_i ≥ t} / #{i not enrolled}
 *     DIR(t) = #{i enrolled: rank_i ≤ k and mate_i ≥ t} / #{i enrolled}
 *
 * Phillips, Grother and Micheals: Evaluation Methods in Face Recognition, in: Handbook of Face Recognition, 2011.
 *
 * @param search The result of {@link searchGallery}, with probes of both kinds.
 * @param fars False alarm rates, 0 to 1.
 * @param options What counts as found.
 * @param options.rank The worst rank that counts. Default: 1.
 * @throws If no probe is enrolled or all are, a rate is not from 0 to 1, or `rank` is not a count.
 *
 * @example
 * ```js
 * const search = {
 *   ranks: [1, 1, 2, 0, 0],
 *   mateScores: [0.9, 0.6, 0.5, Number.NaN, Number.NaN],
 *   otherScores: [0.1, 0.2, 0.6, 0.7, 0.3],
 * };
 * const [{dir, threshold}] = openSetIdentification(search, [0.5]);   // 0.67, 0.6
 * ```
 */
export function openSetIdentification(
  search: {[K in keyof GallerySearch]: ArrayLike<number>},
  fars: readonly number[],
  options: {rank?: number} = {},
): OpenSetRate[] {
  const {rank = 1} = checkOptions('openSetIdentification', options, {rank: true});
  check.count('openSetIdentification', 'rank', rank);
  fars.forEach((far, i) => {
    check.between('openSetIdentification', `fars[${i}]`, far, 0, 1);
  });
  const probes = Array.from(search.ranks, (found, i) => ({
    rank: found,
    mate: search.mateScores[i],
    other: search.otherScores[i],
  }));
  const enrolled = probes.filter(probe => probe.rank > 0);
  const strangers = descending(probes.filter(probe => probe.rank === 0).map(({other}) => other));
  if (enrolled.length === 0 || strangers.length === 0) {
    throw new Error(
      `openSetIdentification: some probes must be enrolled and some not, but ${enrolled.length} of ${probes.length} are.`,
    );
  }
  const mates = descending(enrolled.filter(probe => probe.rank <= rank).map(({mate}) => mate));
  return fars.map(far => {
    const allowed = mostAllowed(far, strangers.length);
    const bound = strangers[allowed] ?? -Infinity;
    const threshold = Math.min(lowestAbove(bound, mates), lowestAbove(bound, strangers));
    const alarms = strangers.filter(score => score >= threshold).length;
    return {
      far,
      dir: mates.filter(score => score >= threshold).length / enrolled.length,
      ...(Number.isFinite(threshold) && {threshold}),
      farOfThreshold: alarms / strangers.length,
      enrolled: enrolled.length,
      strangers: strangers.length,
      ...falseAcceptWarning(far, strangers.length, 'probes who are not enrolled'),
    };
  });
}

/** The largest number of cases within a rate. */
function mostAllowed(rate: number, cases: number): number {
  let allowed = Math.ceil(rate * cases);
  while (allowed / cases > rate) allowed--;
  return allowed;
}

/** The lowest score above a bound, or Infinity. */
function lowestAbove(bound: number, scores: Float64Array): number {
  return scores.reduce((lowest, score) => (score > bound ? Math.min(lowest, score) : lowest), Infinity);
}
