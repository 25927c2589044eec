import * as tf from '@tensorflow/tfjs-core';
import {check} from '../../base/check';
import {checkOptions, type OptionNames} from '../../base/checkOptions';
import {checkLabels} from '../../ops/checkLabels';
import {softplus} from '../../ops/margin/softplus';
import {type LossAndCount, pairwiseBatch} from '../../ops/pairwise/pairwiseBatch';
import {type EmbeddingLoss, type LossOptions, lossOptions} from '../embeddingLoss';
import type {PastEmbeddings} from './cosinePairLoss';
import {batchAll} from './miners/batchAll';
import {batchHard} from './miners/batchHard';
import {comparedLabels} from './miners/comparedLabels';
import {type DistanceWeightedOptions, distanceWeighted} from './miners/distanceWeighted';
import type {Miner, Penalty} from './miners/miner';
import {semiHard} from './miners/semiHard';
import {type PairOptions, pairOptionNames, pairOptions} from './pairOptions';

/** How triplets are picked from a batch; see {@link tripletLoss}. */
export type TripletMining = 'batch-all' | 'batch-hard' | 'semi-hard' | 'distance-weighted';

/** Options of {@link tripletLoss}. */
export interface TripletLossConfig extends PairOptions, DistanceWeightedOptions {
  /** How triplets are picked. Default `'semi-hard'`. */
  mining?: TripletMining;
  /** The margin by which the negative must be farther than the positive. Default 0.2; with `soft` 0. */
  margin?: number;
  /**
   * Whether the soft margin `log(1 + e^v)` replaces the hinge `max(0, v)`. Default false. Every triplet then has a loss, and the mean is
   * over all.
   */
  soft?: boolean;
  /** Seed of `'distance-weighted'` mining: the same seed draws the same triplets in the same order of calls. */
  seed?: number;
}

const hinge: Omit<Penalty, 'margin'> = {value: v => tf.relu(v), slope: v => tf.step(v)};
const softMargin: Omit<Penalty, 'margin'> = {value: softplus, slope: v => tf.sigmoid(v)};

const tripletLossOptions: OptionNames<TripletLossConfig> = {
  mining: true,
  margin: true,
  soft: true,
  seed: true,
  cutoff: true,
  nonzeroCutoff: true,
  ...pairOptionNames,
};

/** The triplet loss with online mining; made by {@link tripletLoss}. */
export class TripletLoss implements EmbeddingLoss {
  /** The name that checkpoints know the loss by, whatever a minifier calls the class. */
  static readonly className = 'FaceMarginsTripletLoss';
  private readonly options: Required<PairOptions>;
  private readonly picking: Pick<
    TripletLossConfig,
    'mining' | 'soft' | 'margin' | 'cutoff' | 'nonzeroCutoff'
  >;
  private readonly penalty: Penalty;
  private readonly miner: (randomKey?: string) => Miner;

  constructor(config: TripletLossConfig = {}) {
    if (new.target === TripletLoss) checkOptions('tripletLoss', config, tripletLossOptions);
    const {mining = 'semi-hard', soft = false, margin = soft ? 0 : 0.2} = config;
    const where = 'tripletLoss';
    check.oneOf(where, 'mining', mining, ['batch-all', 'batch-hard', 'semi-hard', 'distance-weighted']);
    const meanOver = mining === 'batch-all' ? 'active' : 'all';
    // The soft margin is above zero for every triplet, though float32 may not show it.
    this.options = pairOptions(where, config, {distance: 'squared', meanOver});
    if (soft) this.options.meanOver = 'all';
    this.penalty = {...(soft ? softMargin : hinge), margin: check.notNegative(where, 'margin', margin)};
    this.picking = {mining, soft, margin};
    this.miner =
      mining === 'distance-weighted'
        ? this.sampler(config)
        : () => ({'batch-all': batchAll, 'batch-hard': batchHard, 'semi-hard': semiHard})[mining];
  }

  /** What the loss is set to, its seed aside. */
  getConfig(): TripletLossConfig {
    return {...this.options, ...this.picking};
  }

  /** Gives each call draws of its own: those of its key, or the next. */
  private sampler(config: TripletLossConfig): (randomKey?: string) => Miner {
    const {cutoff = 0.5, nonzeroCutoff = 1.4, seed, normalize} = config;
    check.between('tripletLoss', 'cutoff', cutoff, 0.01, 2);
    check.between('tripletLoss', 'nonzeroCutoff', nonzeroCutoff, cutoff, 2);
    if (normalize === false && this.options.distance !== 'cosine') {
      throw new Error(
        "tripletLoss: normalize must be true for mining 'distance-weighted', but is false: the weights are those of distances on the unit sphere.",
      );
    }
    this.picking.cutoff = cutoff;
    this.picking.nonzeroCutoff = nonzeroCutoff;
    const start = seed === undefined ? Math.random() : check.finite('tripletLoss', 'seed', seed);
    let calls = 0;
    return randomKey =>
      distanceWeighted(
        {cutoff, nonzeroCutoff},
        randomKey === undefined ? `${start} ${calls++}` : `${seed ?? 0} ${randomKey}`,
      );
  }

  /**
   * The mean over the triplets picked from a batch: all of them or, for `'batch-all'`, those above zero (see `meanOver`).
   *
   * @param embeddings `[B, D]`.
   * @param labels Class ids, int32 `[B]`; any integers.
   * @param options Of this call.
   * @param options.randomKey The key of what `'distance-weighted'` mining draws: with one seed, one key gives the same triplets. Default: the
   * next draw.
   * @returns A scalar; 0 where the batch has no triplet, which takes two examples of one class and one of another.
   * @throws If shapes do not belong together.
   */
  loss(embeddings: tf.Tensor, labels: tf.Tensor, options: {randomKey?: string} = {}): tf.Scalar {
    return tf.tidy(() => this.lossAndCount(embeddings, labels, options).loss);
  }

  /**
   * The loss over triplets whose anchors are of the batch, and whose positives and negatives are of the batch or past, through which no
   * gradient goes. Distances are taken between all of them: `(B + M)²`.
   *
   * @param embeddings `[B, D]`.
   * @param labels Class ids, int32 `[B]`, 0 or more.
   * @param past Embeddings of past batches, `[M, D]` with ids `[M]`; a negative id is no example.
   * @returns A scalar.
   * @throws If shapes do not belong together.
   */
  lossWith(embeddings: tf.Tensor2D, labels: tf.Tensor1D, past?: PastEmbeddings): tf.Scalar {
    if (past === undefined) return this.loss(embeddings, labels);
    checkLabels('tripletLoss', embeddings, labels);
    checkLabels('tripletLoss', past.embeddings, past.labels);
    return tf.tidy(() => {
      const mine = this.miner();
      const ids = tf.concat([labels, past.labels]);
      const compared = comparedLabels(ids, labels.shape[0]);
      const rows = tf.concat([embeddings, past.embeddings]);
      return pairwiseBatch(rows, this.options, distances =>
        mine({...distances, ...compared, dimension: rows.shape[1]}, this.penalty),
      ).loss;
    });
  }

  /** The same with the count of triplets that the mean is over, `{loss, count}`, both scalars. */
  lossAndCount(embeddings: tf.Tensor, labels: tf.Tensor, options: {randomKey?: string} = {}): LossAndCount {
    const {randomKey} = checkOptions<LossOptions>('tripletLoss.loss', options, lossOptions);
    const [rows, ids] = [embeddings as tf.Tensor2D, labels as tf.Tensor1D];
    checkLabels('tripletLoss', rows, ids);
    const mine = this.miner(randomKey);
    const dimension = rows.shape[1];
    return pairwiseBatch(rows, this.options, distances =>
      mine({...distances, ...comparedLabels(ids), dimension}, this.penalty),
    );
  }
}

/**
 * The triplet loss with online mining: an anchor's negative must be farther than its positive by a margin,
 * `L = max(0, v)` with `v = d_ap − d_an + m`.
 *
 * Which triplets of a batch count is up to `mining`:
 * - `'semi-hard'`: for every positive pair the nearest negative beyond the positive or, where there is none, the farthest
 *   of all. FaceNet's rule as TensorFlow Addons has it, and the default, being the least prone to collapse.
 * - `'batch-hard'`: for every anchor its farthest positive and nearest negative. Best on clean labels; begin with
 *   `{soft: true, distance: 'euclidean'}`, as its paper has it with `normalize: false`.
 * - `'batch-all'`: every triplet; the mean is over those above zero.
 * - `'distance-weighted'`: for every positive pair a negative drawn so that all distances occur alike, on unit embeddings
 *   only. Each call draws anew. Anchors whose negatives are all beyond `nonzeroCutoff` are left out.
 *
 * Defaults are FaceNet's: squared distance, unit embeddings, a margin of 0.2. `soft` takes the soft margin
 * `log(1 + e^v)`, which goes on pulling beyond the margin. A loss that stays at exactly the margin, or at
 * ln 2 = 0.6931 when soft, means that all embeddings have become one: lower the learning rate, or take semi-hard mining.
 *
 * Every class needs at least two examples in a batch, FaceNet had 40. Batch-all, semi-hard and distance-weighted take time
 * in B³, in blocks of 16 MB; batch-hard in B². Embeddings nearer to each other than a few ten-thousandths of the batch's
 * spread count as equal, and there is no gradient between equal ones.
 *
 * Schroff, Kalenichenko, Philbin: FaceNet, [arXiv 1503.03832](https://arxiv.org/abs/1503.03832); Hermans, Beyer, Leibe: In
 * Defense of the Triplet Loss, [arXiv 1703.07737](https://arxiv.org/abs/1703.07737) (batch-hard, batch-all, soft margin); Wu et
 * al.: Sampling Matters in Deep Embedding Learning, [arXiv 1706.07567](https://arxiv.org/abs/1706.07567) (distance-weighted).
 *
 * @throws If the margin is negative or not finite, a name is not one of those listed, or distance-weighted mining is asked
 * for without `normalize`.
 *
 * @example
 * ```js
 * const triplets = tripletLoss({mining: 'batch-hard', distance: 'euclidean', soft: true});
 * const {loss, count} = triplets.lossAndCount(tf.randomNormal([4, 2]), tf.tensor1d([0, 0, 1, 1], 'int32'));
 * count.print();   // 4
 * ```
 */
export function tripletLoss(config: TripletLossConfig = {}): TripletLoss {
  return new TripletLoss(config);
}
