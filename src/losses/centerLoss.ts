import * as tf from '@tensorflow/tfjs-core';
import {
  initializers,
  type LayerVariable,
  layers,
  type Shape,
  type SymbolicTensor,
} from '@tensorflow/tfjs-layers';
import {check} from '../base/check';
import {checkLayerOptions} from '../base/checkLayerOptions';
import {checkOptions} from '../base/checkOptions';
import {functionName} from '../base/functionName';
import type {Initializer, LayerConfig, LayerInput, LayerOutput} from '../base/layer';
import {checkBatch} from '../ops/checkBatch';
import {classIds} from '../ops/classIds';
import {pairwiseRows, pairwiseRowsGradient} from '../ops/pairwise/pairwiseRows';
import {scatterAddRows} from '../ops/scatterAddRows';
import {type EmbeddingLoss, type LossOptions, lossOptions} from './embeddingLoss';

/** Options of {@link centerLoss}. */
export interface CenterLossConfig extends LayerConfig {
  /** The number of classes (identities). */
  classes: number;
  /** The rate α at which centers follow their class, from 0 to 1. Default 0.5, the paper's. */
  alpha?: number;
  /**
   * The initial centers. Default: the origin; after a few batches they are with their classes. Not saved: saved centers replace it.
   */
  centersInitializer?: Initializer;
}

/** Options of a call of {@link CenterLoss}. */
export interface CenterLossCall {
  /** Whether centers move. */
  training?: boolean;
}

/** The center loss, a tfjs-layers layer that owns the centers; made by {@link centerLoss}. */
export class CenterLoss extends layers.Layer implements EmbeddingLoss {
  /**
   * The name that saved models know the layer by.
   *
   * @nocollapse
   */
  static readonly className = 'FaceMarginsCenterLoss';
  /** The number of classes. */
  readonly classes: number;
  private readonly alpha: number;
  private readonly centersInitializer: Initializer;
  private centersVariable: LayerVariable | undefined;

  constructor(config: CenterLossConfig) {
    if (new.target === CenterLoss) {
      checkLayerOptions('centerLoss', config, {classes: true, alpha: true, centersInitializer: true});
    }
    super(config);
    tf.serialization.registerClass(CenterLoss);
    const {classes, alpha = 0.5, centersInitializer = initializers.zeros()} = config;
    this.classes = check.count(this.where, 'classes', classes);
    this.alpha = check.between(this.where, 'alpha', alpha, 0, 1);
    this.centersInitializer = centersInitializer;
  }

  private get where(): string {
    return functionName(this.getClassName());
  }

  override build(inputShape: Shape | Shape[]): void {
    const [embeddings] = inputShape as Shape[];
    if (!Array.isArray(embeddings) || embeddings.length !== 2 || embeddings[1] == null) {
      throw new Error(
        `${this.where}: must be applied to [embeddings, labels] with embeddings [batch, dimension] of a known dimension, but is to [${inputShape}].`,
      );
    }
    const shape = [this.classes, embeddings[1]];
    this.centersVariable = this.addWeight(
      'centers',
      shape,
      'float32',
      this.centersInitializer,
      undefined,
      false,
    );
    this.built = true;
  }

  /**
   * The centers, `[classes, D]`: the live variable, not a copy.
   *
   * @throws If the layer is not built yet.
   */
  get centers(): tf.Tensor2D {
    if (this.centersVariable === undefined) {
      throw new Error(`${this.where}: has no centers before it is built; take its loss of a batch first.`);
    }
    return this.centersVariable.read() as tf.Tensor2D;
  }

  /**
   * The loss of each example, `[B, 1]`; in training the centers move.
   *
   * @param inputs Embeddings `[B, D]`, or the output of another layer in their place, and labels.
   * @param options Of this call.
   * @param options.training Whether centers move. Default false.
   * @returns A tensor of tensors; of symbolic tensors, which make a model, a symbolic tensor.
   */
  override apply(inputs: [embeddings: LayerOutput, labels: tf.Tensor], options?: CenterLossCall): tf.Tensor2D;
  override apply(
    inputs: [embeddings: LayerOutput, labels: SymbolicTensor],
    options?: CenterLossCall,
  ): SymbolicTensor;
  override apply(inputs: LayerInput, options?: CenterLossCall): LayerOutput;
  override apply(
    inputs: LayerInput | [LayerOutput, tf.Tensor | SymbolicTensor],
    options: CenterLossCall = {},
  ): LayerOutput {
    return super.apply(inputs as LayerInput, {...options});
  }

  /** The loss of each example, `[B, 1]`; in `model.fit` the centers move. */
  override call(inputs: tf.Tensor | tf.Tensor[], {training = false}: CenterLossCall = {}): tf.Tensor {
    return tf.tidy(() => {
      const [embeddings, labels] = inputs as tf.Tensor[];
      const ids = classIds(this.where, labels);
      const losses = tf.expandDims(this.loss(embeddings, ids), 1);
      if (training) this.afterStep(embeddings as tf.Tensor2D, ids);
      return losses;
    });
  }

  /**
   * The loss of each example at the present centers. Nothing changes: {@link afterStep} moves the centers.
   *
   * @param embeddings `[B, D]`.
   * @param labels Class ids, int32 `[B]`.
   * @param options Of this call.
   * @returns `[B]`; add its mean to a head's, weighted. Differentiable in the embeddings only.
   * @throws If shapes do not belong together or a label is out of range.
   */
  loss(embeddings: tf.Tensor, labels: tf.Tensor, options: LossOptions = {}): tf.Tensor1D {
    checkOptions<LossOptions>('centerLoss.loss', options, lossOptions);
    // Applying builds the layer the way tfjs-layers counts on: with its name scope, initial weights and reference count.
    if (!this.built) tf.dispose(this.apply([embeddings, labels]));
    const [rows, ids] = [embeddings as tf.Tensor2D, labels as tf.Tensor1D];
    checkBatch(this.where, rows, this.centers, ids, this.classes);
    return tf.tidy(() => {
      const operation = tf.customGrad<tf.Tensor1D>((...args) => {
        const [x, save] = args as [tf.Tensor2D, tf.GradSaveFunc];
        const {rows, factor} = pairwiseRows(x, false);
        const offsets = tf.sub(rows, tf.gather(this.centers, ids)) as tf.Tensor2D;
        save([offsets, rows, factor]);
        return {
          value: tf.mul(tf.sum(tf.square(offsets), 1), 0.5) as tf.Tensor1D,
          gradFunc: (dy, saved) => {
            const [offsets, rows, factor] = saved as tf.Tensor2D[];
            return pairwiseRowsGradient({rows, factor}, tf.mul(tf.expandDims(dy, 1), offsets), false);
          },
        };
      });
      return operation(rows);
    });
  }

  /**
   * Moves the centers, at the end of a training step. A `Trainer` and `model.fit` call it; so must a loop of your own.
   *
   * @param embeddings `[B, D]`.
   * @param labels Class ids, int32 `[B]`.
   * @param options Of this call.
   * @param options.learningRate A factor of α, from 0 to {@link maxLearningRate}. Default 1.
   */
  afterStep(embeddings: tf.Tensor2D, labels: tf.Tensor1D, options: {learningRate?: number} = {}): void {
    const {learningRate = 1} = checkOptions('centerLoss.afterStep', options, {learningRate: true});
    check.between(this.where, 'learningRate', learningRate, 0, this.maxLearningRate);
    if (!this.built) tf.dispose(this.apply([embeddings, labels]));
    checkBatch(this.where, embeddings, this.centers, labels, this.classes);
    tf.tidy(() => {
      const {rows} = pairwiseRows(embeddings, false);
      const offsets = tf.sub(rows, tf.gather(this.centers, labels)) as tf.Tensor2D;
      this.moveCenters(offsets, labels, learningRate * this.alpha);
    });
  }

  /** The factor that makes α 1, the largest rate at which centers can follow. */
  get maxLearningRate(): number {
    return 1 / this.alpha;
  }

  /** `c_j ← c_j + α Σ_{y_i=j} (x_i − c_j) / (1 + n_j)`. */
  private moveCenters(offsets: tf.Tensor2D, labels: tf.Tensor1D, alpha: number): void {
    const same = tf.equal(tf.expandDims(labels, 1), tf.expandDims(labels, 0));
    const counts = tf.sum(tf.cast(same, 'float32'), 1, true);
    const pulls = tf.mul(offsets, tf.div(alpha, tf.add(counts, 1))) as tf.Tensor2D;
    this.centersVariable?.write(tf.add(this.centers, scatterAddRows(pulls, labels, this.classes)));
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    const [embeddings] = inputShape as Shape[];
    return [embeddings[0], 1];
  }

  override getConfig(): tf.serialization.ConfigDict {
    return {...super.getConfig(), classes: this.classes, alpha: this.alpha};
  }
}

/**
 * The center loss: each embedding is pulled to a center of its class, `L = ½ ‖x − c_y‖²`.
 *
 * Softmax only separates classes; this makes them compact. Add it to a head with a small weight: 0.003 for faces in the paper, 0.008
 * in its code, 0.01 for MNIST in two dimensions. The gradient to the embedding is `x − c_y`.
 *
 * Centers are not learned by gradient. After each training batch they move by the paper's rule,
 * `c_j ← c_j − α Σ_{y_i=j} (c_j − x_i) / (1 + n_j)`, with n_j the count of the class in the batch and α = 0.5 by default:
 * a class with few examples moves less, one without examples stays. A `Trainer` and `model.fit` move them after each step; a loop of
 * your own calls {@link CenterLoss.afterStep}. In a `Trainer` the learning rate of the term multiplies α. Centers are saved weights of
 * the layer, not trained ones. Public code differs: facenet takes the mean over components, without ½ and counts, and its α is the
 * part that a center keeps (0.95, a rate of 0.05).
 *
 * Embeddings `[B, D]`, labels int32 `[B]`, centers `[classes, D]`. Embeddings longer than 2²⁴ are shortened to it.
 *
 * Wen, Zhang, Li, Qiao: A Discriminative Feature Learning Approach for Deep Face Recognition, ECCV 2016.
 *
 * @throws If `classes` is not a whole number of 1 or more, or `alpha` is not from 0 to 1.
 *
 * @example
 * ```js
 * const head = softmax({classes: 10});
 * const centers = centerLoss({classes: 10});
 * const x = tf.randomNormal([4, 2]);
 * const labels = tf.tensor1d([0, 1, 2, 3], 'int32');
 * const loss = tf.mean(tf.add(head.loss(x, labels), tf.mul(centers.loss(x, labels), 0.01)));
 * ```
 */
export function centerLoss(config: CenterLossConfig): CenterLoss {
  return new CenterLoss(config);
}
