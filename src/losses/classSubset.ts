import * as tf from '@tensorflow/tfjs-core';
import {type LayerVariable, layers, type Shape} from '@tensorflow/tfjs-layers';
import {check} from '../base/check';
import {checkLayerOptions} from '../base/checkLayerOptions';
import {checkOptions} from '../base/checkOptions';
import type {LayerConfig} from '../base/layer';
import {checkLabels} from '../ops/checkLabels';
import {type EmbeddingLoss, type LossOptions, lossOptions} from './embeddingLoss';
import {MarginHead} from './heads/marginHead';

/** Options of {@link classSubset}. */
export interface ClassSubsetConfig extends LayerConfig {
  /** The head, for as many classes as are its own. */
  head: MarginHead;
  /** The class id of the first of them. Default: 0. */
  first?: number;
}

/** A head for some of the classes alone; made by {@link classSubset}. */
export class ClassSubset extends layers.Layer implements EmbeddingLoss {
  /**
   * The name that saved models know the layer by.
   *
   * @nocollapse
   */
  static readonly className = 'FaceMarginsClassSubset';
  /** The head. */
  readonly head: MarginHead;
  /** The class id of its first class. */
  readonly first: number;

  constructor(config: ClassSubsetConfig) {
    if (new.target === ClassSubset) checkLayerOptions('classSubset', config, {head: true, first: true});
    super(config);
    const {head, first = 0} = config;
    if (!(head instanceof MarginHead)) {
      throw new Error(
        `classSubset: head must be a head, such as arcFace({classes: 10}), but is ${String(head)}.`,
      );
    }
    this.head = head;
    this.first = first === 0 ? 0 : check.count('classSubset', 'first', first);
  }

  override build(inputShape: Shape | Shape[]): void {
    // The head builds itself under its own names when it is applied.
    if (!this.head.built) tf.dispose(this.head.apply(tf.zeros([1, (inputShape as Shape)[1] as number])));
    this.built = true;
  }

  /** The head's weights that gradients change. */
  override get trainableWeights(): LayerVariable[] {
    return this.head?.trainableWeights ?? [];
  }

  /** The head's state that it moves itself. */
  override get nonTrainableWeights(): LayerVariable[] {
    return this.head?.nonTrainableWeights ?? [];
  }

  /** All of the head's weights. */
  override get weights(): LayerVariable[] {
    return this.head?.weights ?? [];
  }

  /** The logits of the head's own classes, `[B, classes]`. */
  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: {training?: boolean} = {}): tf.Tensor {
    return this.head.call(Array.isArray(inputs) ? inputs[0] : inputs, kwargs);
  }

  /**
   * The head's loss of the examples that are of its classes; 0 for all others, which have no gradient either.
   *
   * @param embeddings `[B, D]`.
   * @param labels Class ids, int32 `[B]`, of all classes.
   * @param options Of this call.
   * @returns `[B]`: its mean is over the whole batch, so that a head with few examples in it pulls little.
   * @throws If shapes do not belong together.
   */
  loss(embeddings: tf.Tensor, labels: tf.Tensor, options: LossOptions = {}): tf.Tensor1D {
    checkOptions<LossOptions>('classSubset.loss', options, lossOptions);
    checkLabels('classSubset', embeddings, labels);
    if (!this.built) tf.dispose(this.apply(embeddings) as tf.Tensor);
    return tf.tidy(() => {
      const {classes} = this.head;
      const own = tf.sub(labels, tf.scalar(this.first, 'int32')) as tf.Tensor1D;
      const isOwn = tf.logicalAnd(
        tf.greaterEqual(own, tf.scalar(0, 'int32')),
        tf.less(own, tf.scalar(classes, 'int32')),
      );
      const ids = tf.where(isOwn, own, tf.zerosLike(own)) as tf.Tensor1D;
      return tf.mul(this.head.loss(embeddings, ids, options), tf.cast(isOwn, 'float32'));
    });
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return [(inputShape as Shape)[0], this.head.classes];
  }

  override getConfig(): tf.serialization.ConfigDict {
    // TensorFlow.js counts unnamed layers, so that a name would differ from process to process.
    const {name: _, ...config} = this.head.getConfig();
    return {
      ...super.getConfig(),
      first: this.first,
      head: {className: this.head.getClassName(), config},
    };
  }

  /** Makes the layer of a saved model. */
  static override fromConfig<T extends tf.serialization.Serializable>(
    cls: tf.serialization.SerializableConstructor<T>,
    config: tf.serialization.ConfigDict,
  ): T {
    const {head, ...rest} = config as {head: {className: string; config: tf.serialization.ConfigDict}};
    const [type, make] = tf.serialization.SerializationMap.getMap().classNameMap[head.className];
    return new cls({...rest, head: make(type, head.config)} as unknown as tf.serialization.ConfigDict);
  }
}

/**
 * Gives some of the classes a head of their own, so that several sets of people, whose members may be the same, do not push each other
 * apart: labeled people and clusters, or two sets from two sources.
 *
 *     L = mean_i [y_i is of these classes] · head(x_i, y_i − first)
 *
 * Other examples take part in what a head measures of a whole batch, such as AdaFace's mean of norms.
 *
 * Zhan, Liu, Yan, Lin, Loy: Consensus-Driven Propagation in Massive Unlabeled Data for Face Recognition,
 * [arXiv 1809.01407](https://arxiv.org/abs/1809.01407).
 *
 * @throws If `head` is no head, or `first` is not a whole number of 0 or more.
 *
 * @example
 * ```ts
 * // Classes 0 to 2 are people with names, 3 and 4 are clusters.
 * const objective: Objective = [
 *   [1, classSubset({head: arcFace({classes: 3})}), {name: 'labeled'}],
 *   [1, classSubset({head: arcFace({classes: 2}), first: 3}), {name: 'clusters'}],
 * ];
 * ```
 */
export function classSubset(config: ClassSubsetConfig): ClassSubset {
  return new ClassSubset(config);
}
