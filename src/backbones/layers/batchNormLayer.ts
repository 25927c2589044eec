import * as tf from '@tensorflow/tfjs-core';
import {type LayerVariable, layers} from '@tensorflow/tfjs-layers';
import {check} from '../../base/check';
import {checkLayerOptions, type LayerOptionNames} from '../../base/checkLayerOptions';
import {checkNormalizedBatch} from '../../base/checkNormalizedBatch';
import type {Layer} from '../../base/layer';
import {batchNorm} from '../../ops/layers/batchNorm';
import {movingStatistics} from '../../ops/layers/movingStatistics';

type StockArgs = NonNullable<Parameters<typeof layers.batchNormalization>[0]>;
type FastLayerClass = new (args: StockArgs, options: BatchNormLayerOptions) => Layer;

/** What {@link batchNormLayer} has beyond the stock layer. */
export interface BatchNormLayerOptions {
  /** Whether γ is trained; if not, it stays what `gammaInitializer` makes it. Default true. */
  trainGamma?: boolean;
  /** Whether β is trained; if not, it stays what `betaInitializer` makes it. Default true. */
  trainBeta?: boolean;
  /**
   * Whether the running variance follows R / (R − 1) times the variance of a batch, which is an unbiased estimate,
   * as in PyTorch. Default false, as in TensorFlow.js. The batch itself is never normalized by it.
   */
  besselCorrection?: boolean;
}

/** Options of {@link batchNormLayer}: those of `tf.layers.batchNormalization`, and {@link BatchNormLayerOptions}. */
export type BatchNormLayerArgs = NonNullable<Parameters<typeof layers.batchNormalization>[0]> &
  BatchNormLayerOptions;

const batchNormOptions: LayerOptionNames<BatchNormLayerArgs> = {
  axis: true,
  momentum: true,
  epsilon: true,
  center: true,
  scale: true,
  betaInitializer: true,
  gammaInitializer: true,
  movingMeanInitializer: true,
  movingVarianceInitializer: true,
  betaConstraint: true,
  gammaConstraint: true,
  betaRegularizer: true,
  gammaRegularizer: true,
  trainGamma: true,
  trainBeta: true,
  besselCorrection: true,
};

let FastBatchNormalization: FastLayerClass | undefined;

/** TensorFlow.js does not export the class of its layer, so the layer it makes is asked for it. */
function fastBatchNormalization(): FastLayerClass {
  const Stock = layers.batchNormalization().constructor as new (args: StockArgs) => Layer;
  return class extends Stock {
    declare readonly axis: number;
    declare readonly epsilon: number;
    declare readonly momentum: number;
    declare readonly gamma?: LayerVariable;
    declare readonly beta?: LayerVariable;
    declare readonly movingMean: LayerVariable;
    declare readonly movingVariance: LayerVariable;

    constructor(
      args: StockArgs,
      private readonly options: BatchNormLayerOptions,
    ) {
      super(args);
    }

    /** The stock `build` makes every weight through here. */
    protected override addWeight(
      ...[name, shape, dtype, initializer, regularizer, trainable, ...rest]: Parameters<Layer['addWeight']>
    ): LayerVariable {
      const {trainGamma = true, trainBeta = true} = this.options;
      const frozen = (name === 'gamma' && !trainGamma) || (name === 'beta' && !trainBeta);
      return super.addWeight(name, shape, dtype, initializer, regularizer, trainable && !frozen, ...rest);
    }

    override call(inputs: tf.Tensor | tf.Tensor[], kwargs: Parameters<Layer['call']>[1]) {
      const x = Array.isArray(inputs) ? inputs[0] : inputs;
      const channelsLast = this.axis === -1 || this.axis === x.rank - 1;
      if (kwargs.training) checkNormalizedBatch('batchNormLayer', this.name, x.shape, this.axis);
      if (!kwargs.training || !channelsLast) return super.call(inputs, kwargs);
      return tf.tidy(() => this.normalize(x));
    }

    private normalize(x: tf.Tensor): tf.Tensor {
      const channels = this.movingMean.shape as number[];
      const {y, mean, variance} = batchNorm(x, {
        scale: this.gamma?.read() ?? tf.ones(channels),
        offset: this.beta?.read() ?? tf.zeros(channels),
        epsilon: this.epsilon,
      });
      const count = x.size / channels[0];
      const correction = this.options.besselCorrection ? count / (count - 1) : 1;
      const statistics = {
        mean,
        variance,
        movingMean: this.movingMean.read(),
        movingVariance: this.movingVariance.read(),
      };
      const [nextMean, nextVariance] = movingStatistics(statistics, {momentum: this.momentum, correction});
      this.movingMean.write(nextMean);
      this.movingVariance.write(nextVariance);
      return y;
    }
  };
}

/**
 * A batch-normalization layer with the fast value and gradient of `batchNorm` that saves as TensorFlow.js' own
 * `BatchNormalization` layer, configuration and all, so that a model made with it loads where this library is not.
 *
 * In training (`fit`, or `apply(x, {training: true})`) the batch is normalized by its own statistics, and the running
 * ones follow: `moving ← moving · momentum + batch · (1 − momentum)`. Otherwise the running ones normalize. Training on one value a
 * channel, such as a batch of one image behind the last pooling, is an error, as in PyTorch.
 *
 * PyTorch counts momentum the other way round and corrects the running variance: its `BatchNorm2d(c, eps=1e-5,
 * momentum=0.1)` is `{epsilon: 1e-5, momentum: 0.9, besselCorrection: true}` here.
 *
 * What is frozen with `trainGamma` or `trainBeta` stays frozen when `trainable` of layer or model is set, comes behind
 * the trained weights in `getWeights()`, and is not part of the saved configuration: a loaded model would train it.
 * An `axis` other than the last is left to the stock code. As in the stock layer, `trainable: false` freezes γ and β only: what
 * stops the running statistics is applying the network without `training`.
 *
 * @param args The arguments of `tf.layers.batchNormalization`, momentum 0.99 and epsilon 1e-3 by default, and
 * {@link BatchNormLayerOptions}.
 * @throws If `momentum` is not between 0 and 1, or `epsilon` is negative.
 *
 * @example
 * ```js
 * const layer = batchNormLayer({momentum: 0.9, epsilon: 1e-5, besselCorrection: true});
 * const y = layer.apply(tf.randomNormal([4, 8, 8, 16]), {training: true});
 * ```
 */
export function batchNormLayer(args: BatchNormLayerArgs = {}): Layer {
  checkLayerOptions('batchNormLayer', args, batchNormOptions);
  const {trainGamma, trainBeta, besselCorrection, ...stock} = args;
  check.between('batchNormLayer', 'momentum', stock.momentum ?? 0.99, 0, 1);
  check.notNegative('batchNormLayer', 'epsilon', stock.epsilon ?? 1e-3);
  FastBatchNormalization ??= fastBatchNormalization();
  return new FastBatchNormalization(stock, {trainGamma, trainBeta, besselCorrection});
}
