import * as tf from '@tensorflow/tfjs-core';
import {initializers, type LayerVariable, layers, type Shape} from '@tensorflow/tfjs-layers';
import {marginLogits} from '../ops/marginLogits';
import type {MarginRowOptions} from '../ops/marginRow';
import {marginSoftmax} from '../ops/marginSoftmax';
import type {TargetLoss} from '../ops/targetLoss';
import {count} from './checkOption';

type LayerConfig = ConstructorParameters<typeof layers.Layer>[0];
type Initializer = ReturnType<typeof initializers.randomNormal>;

/** Options that every head has. */
export interface MarginHeadConfig extends NonNullable<LayerConfig> {
  /** How many classes (identities) there are. */
  classes: number;
  /**
   * How class weights begin. Default: normal with deviation 0.01, as insightface has it; where weights are normalised
   * only their directions matter, and short ones turn faster in the first steps. Not saved: saved weights take its place.
   */
  weightsInitializer?: Initializer;
  /** Seed of the default initialiser. */
  seed?: number;
  /** The function g of the target's log-probability that {@link MarginHead.loss} takes. Default: cross-entropy. */
  targetLoss?: TargetLoss;
}

/** The shape of the embeddings, whether the layer is applied to them alone or with labels. */
const embeddingsShape = (shape: Shape | Shape[]) => (Array.isArray(shape[0]) ? shape[0] : shape) as Shape;

/**
 * A classification head of the softmax family: a tfjs-layers layer that owns one weight vector a class and names its
 * row of the table of heads.
 *
 * Applied to `[embeddings, labels]` it gives logits with the margin on each example's own class, for training with any
 * loss; applied to `embeddings` alone, the logits without margin, for inference. {@link MarginHead.loss} is the fused way
 * to train. Embeddings are `[B, D]`, labels int32 class ids `[B]` (or `[B, 1]`, as `model.fit` feeds them).
 *
 * To write a head of your own, extend this class, give it a `className` and a {@link MarginHead.row}.
 */
export abstract class MarginHead extends layers.Layer {
  /** How many classes the head tells apart. */
  readonly classes: number;
  protected readonly targetLoss: TargetLoss | undefined;
  private readonly weightsInitializer: Initializer;
  private weightsVariable: LayerVariable | undefined;

  constructor(config: MarginHeadConfig) {
    super(config);
    tf.serialization.registerClass(this.constructor as tf.serialization.SerializableConstructor<MarginHead>);
    const {classes, seed, targetLoss, weightsInitializer} = config;
    this.classes = count(this.getClassName(), 'classes', classes);
    this.targetLoss = targetLoss;
    this.weightsInitializer = weightsInitializer ?? initializers.randomNormal({stddev: 0.01, seed});
  }

  /** The head's row of the table: which norms it divides out, its scale, its margin. */
  protected abstract row(): MarginRowOptions;

  /** How many weight vectors a class has. */
  protected get centersPerClass(): number {
    return 1;
  }

  override build(inputShape: Shape | Shape[]): void {
    const embeddings = embeddingsShape(inputShape);
    const dimension = embeddings[embeddings.length - 1];
    if (embeddings.length !== 2 || dimension == null) {
      throw new Error(
        `${this.getClassName()}: embeddings must have shape [batch, dimension] with a known dimension, but have [${embeddings}].`,
      );
    }
    this.weightsVariable = this.addWeight(
      'classWeights',
      [this.classes * this.centersPerClass, dimension],
      'float32',
      this.weightsInitializer,
      undefined,
      true,
    );
    this.built = true;
  }

  /**
   * The class weights, `[classes, D]`: the live variable, not a copy.
   *
   * @throws Before the layer is built.
   */
  get classWeights(): tf.Tensor2D {
    if (this.weightsVariable === undefined) {
      throw new Error(
        `${this.getClassName()}: has no weights before it is built; apply it to embeddings first.`,
      );
    }
    return this.weightsVariable.read() as tf.Tensor2D;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const [embeddings, labels] = Array.isArray(inputs) ? inputs : [inputs];
      const x = embeddings as tf.Tensor2D;
      const {margin, ...plain} = this.row();
      if (labels === undefined) {
        return marginLogits(x, this.classWeights, tf.zeros([x.shape[0]], 'int32'), plain);
      }
      return marginLogits(x, this.classWeights, classIds(labels), {...plain, margin});
    });
  }

  /**
   * The loss of each example, fused: one operation, one hand-written gradient.
   *
   * @param embeddings `[B, D]`.
   * @param labels Class ids, int32 `[B]`.
   * @returns `[B]`; take its mean to train.
   * @throws If shapes do not belong together or a label is out of range.
   */
  loss(embeddings: tf.Tensor2D, labels: tf.Tensor1D): tf.Tensor1D {
    // Applying builds the layer the way tfjs-layers counts on: with its name scope, initial weights and reference count.
    if (!this.built) tf.dispose(this.apply(embeddings));
    return tf.tidy(() =>
      marginSoftmax(embeddings, this.classWeights, labels, {...this.row(), targetLoss: this.targetLoss}),
    );
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return [embeddingsShape(inputShape)[0], this.classes];
  }

  override getConfig(): tf.serialization.ConfigDict {
    return {...super.getConfig(), classes: this.classes};
  }
}

/** Labels as `model.fit` feeds them, `[B, 1]` and perhaps float32, as class ids. */
function classIds(labels: tf.Tensor): tf.Tensor1D {
  return tf.cast(tf.reshape(labels, [-1]), 'int32') as tf.Tensor1D;
}
