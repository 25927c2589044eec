import {check} from '../../base/check';
import {checkOptions} from '../../base/checkOptions';
import {personOfEach} from '../../base/personOfEach';
import {cmc} from '../identification/cmc';
import {openSetIdentification} from '../identification/openSetIdentification';
import type {GallerySearch} from '../identification/searchGallery';
import {type BootstrapOptions, bootstrapByPerson} from './bootstrapByPerson';
import {clopperPearson} from './clopperPearson';
import type {FigureInterval} from './verificationIntervals';

/** The result of {@link identificationIntervals}. */
export interface IdentificationIntervals {
  /** The part of such intervals that hold the true figure. */
  level: number;
  /** The number of people among the probes. */
  people: number;
  /** The part of enrolled probes found within each rank, as {@link cmc} gives it. */
  ranks: (FigureInterval & {
    /** The rank. */
    rank: number;
  })[];
  /** Detection and identification rates at rank 1, as {@link openSetIdentification} gives them; none where no stranger was searched. */
  dirs: (FigureInterval & {
    /** The requested false alarm rate. */
    far: number;
  })[];
}

/** Options of {@link identificationIntervals}. */
export interface IdentificationIntervalsOptions extends BootstrapOptions {
  /** Ranks. Default: 1, 5 and 10. */
  ranks?: readonly number[];
  /** False alarm rates. Default: 0.01 and 0.1. */
  fars?: readonly number[];
}

/**
 * Intervals of identification rates by a bootstrap of the people who are searched for, as {@link bootstrapByPerson} does it. The gallery
 * stays as it is.
 *
 * @param search The result of {@link searchGallery}.
 * @param probeLabels The person of each probe: whole numbers or names. `[P]`.
 * @param options Ranks, rates and samples.
 * @throws If a probe has no label, no probe is enrolled, or an option is out of range.
 *
 * @example
 * ```js
 * const search = {ranks: [1, 1, 2, 1], mateScores: [0.9, 0.8, 0.3, 0.7], otherScores: [0.1, 0.2, 0.4, 0.1]};
 * const {ranks: [first]} = identificationIntervals(search, ['ann', 'ann', 'bo', 'cy'], {ranks: [1]});
 * first.value;                       // 0.75
 * first.low < 0.75 && first.high;    // 1
 * ```
 */
export function identificationIntervals(
  search: {[K in keyof GallerySearch]: ArrayLike<number>},
  probeLabels: ArrayLike<number | string>,
  options: IdentificationIntervalsOptions = {},
): IdentificationIntervals {
  const where = 'identificationIntervals';
  checkOptions(where, options, {replicates: true, level: true, seed: true, ranks: true, fars: true});
  const {ranks = [1, 5, 10], fars = [0.01, 0.1], replicates, level = 0.95, seed} = options;
  ranks.forEach((rank, i) => {
    check.count(where, `ranks[${i}]`, rank);
  });
  const found = Array.from(search.ranks);
  const person = personOfEach(where, 'probeLabels', probeLabels, found.length);
  const people = person.reduce((most, each) => Math.max(most, each), 0) + 1;
  const enrolled = found.filter(rank => rank > 0).length;
  const isOpen = enrolled < found.length;
  const curve = cmc(search, Math.max(...ranks));
  const dirs = isOpen ? openSetIdentification(search, fars) : [];
  const intervals = bootstrapByPerson(
    people,
    weights => [
      ...ranks.map(rank => weightedPart(found, person, weights, each => each <= rank)),
      ...(isOpen ? weightedDirs(search, person, weights, fars) : []),
    ],
    {replicates, level, seed},
  );
  const figure = (value: number, i: number): FigureInterval => ({
    value,
    ...intervals[i],
    clopperPearson: clopperPearson(Math.round(value * enrolled), enrolled, {level}),
  });
  return {
    level,
    people,
    ranks: ranks.map((rank, i) => ({rank, ...figure(curve[rank - 1], i)})),
    dirs: dirs.map(({far, dir}, i) => ({far, ...figure(dir, ranks.length + i)})),
  };
}

function weightedPart(
  ranks: number[],
  person: Int32Array,
  weights: Float64Array,
  counts: (rank: number, i: number) => boolean,
): number {
  let [part, all] = [0, 0];
  ranks.forEach((rank, i) => {
    if (rank === 0) return;
    all += weights[person[i]];
    if (counts(rank, i)) part += weights[person[i]];
  });
  return part / all;
}

/** At the lowest threshold at which at most the part `far` of the strangers of the sample has a candidate. */
function weightedDirs(
  search: {[K in keyof GallerySearch]: ArrayLike<number>},
  person: Int32Array,
  weights: Float64Array,
  fars: readonly number[],
): number[] {
  const ranks = Array.from(search.ranks);
  const strangers = [...ranks.keys()].filter(i => ranks[i] === 0 && weights[person[i]] > 0);
  strangers.sort((i, j) => search.otherScores[j] - search.otherScores[i]);
  const all = strangers.reduce((sum, i) => sum + weights[person[i]], 0);
  return fars.map(far => {
    let [alarms, bound] = [0, -Infinity];
    for (const i of strangers) {
      alarms += weights[person[i]];
      if (alarms > far * all) {
        bound = search.otherScores[i];
        break;
      }
    }
    return all === 0
      ? Number.NaN
      : weightedPart(ranks, person, weights, (rank, i) => rank === 1 && search.mateScores[i] > bound);
  });
}
