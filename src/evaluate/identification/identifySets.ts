import {check} from '../../base/check';
import {checkOptions} from '../../base/checkOptions';
import type {Embeddings} from '../../base/embeddings';
import type {Ranks} from '../../base/ranks';
import {falseAcceptWarning} from '../verification/falseAcceptWarning';
import {cmc} from './cmc';
import {openSetIdentification} from './openSetIdentification';
import {type GallerySearch, searchGallery} from './searchGallery';

/** Embeddings and the identity of each. */
export interface LabeledEmbeddings {
  /** The embeddings. */
  embeddings: Embeddings;
  /** The identity of each, any whole number. */
  labels: ArrayLike<number>;
}

/** Probes and galleries of {@link identifySets}. */
export interface IdentifySetsOptions {
  /** The templates to find. A probe whose identity is not in a gallery is a stranger to that gallery. */
  probes: LabeledEmbeddings;
  /** The gallery sets, such as G1 and G2 of IJB-B and IJB-C. */
  galleries: readonly LabeledEmbeddings[];
  /** The ranks to report. Default: 1, 5 and 10. */
  ranks?: readonly number[];
  /** False positive identification rates (FPIR). Default: 0.01 and 0.1. */
  fpirs?: readonly number[];
  /** Called with the part of the search done so far, from 0 to 1. */
  onProgress?: (part: number) => void;
  /** Processes that share the search. Each calls with the same embeddings and gets the whole result. Default: this one alone. */
  collective?: Ranks;
}

/** Rates of a search in gallery sets, as {@link identifySets} returns them. */
export interface SetIdentification {
  /** The part of enrolled probes whose identity is within each rank: top-1, top-5, top-10. Mean over the galleries. */
  ranks: {
    /** The rank. */
    rank: number;
    /** The part of enrolled probes. */
    rate: number;
  }[];
  /** True positive identification rates (TPIR). Mean over the galleries. */
  tpirs: {
    /** The requested FPIR: the part of strangers who get a candidate. */
    fpir: number;
    /** The part of enrolled probes that find their identity first, with a score of at least the threshold. */
    tpir: number;
    /** Present if a gallery has fewer than 10 false alarms at this rate. */
    warning?: string;
  }[];
  /** The search of each gallery, for {@link cmc} and {@link identificationIntervals}. */
  searches: GallerySearch[];
}

/**
 * Identification in gallery sets, the 1:N protocol of IJB-B and IJB-C: every probe searches each gallery; who is enrolled in one is a stranger
 * to the other. Rates are those of each gallery, averaged.
 *
 *     TPIR(f) = #{i enrolled: rank_i = 1 and mate_i ≥ t(f)} / #{i enrolled}        t(f) lowest with #{i stranger: best_i ≥ t} ≤ f · #stranger
 *
 * InsightFace's `ijb_1n.py` joins the galleries, and counts impostor *scores* where this counts strangers. Its top-1 to top-10 over joined galleries are
 * those of one gallery here; its TPIR is another figure.
 *
 * Whitelam et al.: IARPA Janus Benchmark-B Face Dataset, 2017. Maze et al.: IARPA Janus Benchmark-C, 2018.
 *
 * @throws If there is no gallery, no probe is enrolled in one, a number is out of range, or as {@link searchGallery}.
 *
 * @example
 * ```js
 * const {ranks, tpirs} = await identifySets({
 *   probes: {embeddings: {values: [1, 0.1, 0.1, 1], dimension: 2}, labels: [7, 8]},
 *   galleries: [
 *     {embeddings: {values: [1, 0], dimension: 2}, labels: [7]},
 *     {embeddings: {values: [0, 1], dimension: 2}, labels: [8]},
 *   ],
 *   ranks: [1],
 *   fpirs: [0],
 * });
 * [ranks[0].rate, tpirs[0].tpir];   // 1, 1
 * ```
 */
export async function identifySets(options: IdentifySetsOptions): Promise<SetIdentification> {
  const where = 'identifySets';
  checkOptions(where, options, {
    probes: true,
    galleries: true,
    ranks: true,
    fpirs: true,
    onProgress: true,
    collective: true,
  });
  const {probes, galleries, ranks = [1, 5, 10], fpirs = [0.01, 0.1], onProgress, collective} = options;
  if (galleries.length === 0) throw new Error(`${where}: galleries must be one or more, but are none.`);
  ranks.forEach((rank, i) => {
    check.count(where, `ranks[${i}]`, rank);
  });
  fpirs.forEach((fpir, i) => {
    check.between(where, `fpirs[${i}]`, fpir, 0, 1);
  });
  const searches: GallerySearch[] = [];
  for (const [i, gallery] of galleries.entries()) {
    searches.push(
      await searchGallery({
        probes: probes.embeddings,
        probeLabels: probes.labels,
        gallery: gallery.embeddings,
        galleryLabels: gallery.labels,
        onProgress: part => onProgress?.((i + part) / galleries.length),
        collective,
      }),
    );
  }
  const curves = searches.map(search => cmc(search, Math.max(...ranks)));
  const open = searches.filter(search => search.ranks.some(rank => rank === 0));
  const rates = open.map(search => openSetIdentification(search, fpirs));
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const fewest = Math.min(...rates.map(([rate]) => rate?.strangers ?? 0));
  return {
    ranks: ranks.map(rank => ({rank, rate: mean(curves.map(curve => curve[rank - 1]))})),
    tpirs:
      open.length === 0
        ? []
        : fpirs.map((fpir, i) => ({
            fpir,
            tpir: mean(rates.map(of => of[i].dir)),
            ...falseAcceptWarning(fpir, fewest, 'strangers'),
          })),
    searches,
  };
}
