import * as tf from '@tensorflow/tfjs-core';
import {
  initializers,
  type LayerVariable,
  layers,
  type Shape,
  type SymbolicTensor,
} from '@tensorflow/tfjs-layers';
import {check} from '../../base/check';
import type {LayerOptionNames} from '../../base/checkLayerOptions';
import {checkOptions} from '../../base/checkOptions';
import type {Collective} from '../../base/collective';
import {functionName} from '../../base/functionName';
import {initializerSeed} from '../../base/initializerSeed';
import type {Initializer, LayerConfig, LayerInput, LayerOutput} from '../../base/layer';
import {checkBatch} from '../../ops/checkBatch';
import {classIds} from '../../ops/classIds';
import {gatherBatch} from '../../ops/collective/gatherBatch';
import type {ClassShard} from '../../ops/margin/classShard';
import {marginLogits} from '../../ops/margin/marginLogits';
import type {MarginRowOptions} from '../../ops/margin/marginRow';
import {marginSoftmax} from '../../ops/margin/marginSoftmax';
import type {TargetLoss} from '../../ops/margin/targetLoss';
import {type Schedule, scheduleAt, scheduleValues} from '../../schedules/schedule';
import type {ClassRows} from '../classRows/classRows';
import type {RowsUpdate} from '../classRows/sampledClasses';
import {type LossOptions, lossOptions} from '../embeddingLoss';
import {type ClassRange, type ClassSampling, ClassShare} from './classShare';
import {IterationCounter} from './iterationCounter';
import {nearestClasses} from './nearestClasses';
import {rowsOf} from './rowsOf';
import {type SavedTargetLoss, savedTargetLoss, targetLossFrom} from './savedTargetLoss';

/** Options that every head has. */
export interface MarginHeadConfig extends LayerConfig {
  /** The number of classes (identities). */
  classes: number;
  /**
   * The initial class weights. Default: normal with deviation 0.01, as in insightface. If weights are normalized, only their
   * directions matter, and short ones turn faster in the first steps. Not saved: saved weights replace it.
   */
  weightsInitializer?: Initializer;
  /** Seed of the default initializer. */
  seed?: number;
  /** The function g of the target's log-probability in {@link MarginHead.loss}. Default: cross-entropy. */
  targetLoss?: TargetLoss | SavedTargetLoss;
  /**
   * The cosine above which another class is left out of an example's loss, as label noise: one person under two names. From −1 to 1;
   * arcface_torch has 0.4 for noisy data. Default: none is left out.
   */
  interClassFilter?: number;
  /**
   * The number of weight vectors of a class, K: the nearest to an embedding counts, and mislabeled images gather around one of their own;
   * see {@link subCenterArcFace}. Default 1.
   */
  subCenters?: number;
}

/** One call of a head on a batch with labels. */
export interface HeadCall {
  /** Whether this is a training step: then statistics of the batch join a head's state. */
  training: boolean;
  /** The key of this call's random draws. */
  randomKey?: string;
}

/** The names of {@link MarginHeadConfig}. */
export const marginHeadOptions: LayerOptionNames<MarginHeadConfig> = {
  classes: true,
  weightsInitializer: true,
  seed: true,
  targetLoss: true,
  interClassFilter: true,
  subCenters: true,
};

function checkSample(rate: number): number {
  check.positive('sharded', 'sample', rate);
  return check.between('sharded', 'sample', rate, 0, 1);
}

/** The shape of the embeddings, whether the layer is applied to them alone or with labels. */
const embeddingsShape = (shape: Shape | Shape[]) => (Array.isArray(shape[0]) ? shape[0] : shape) as Shape;

/**
 * A classification head of the softmax family: a tfjs-layers layer that owns one weight vector a class and names its
 * row of the table of heads.
 *
 * Applied to `[embeddings, labels]` it gives logits with the margin on the target, for training with any
 * loss; applied to `embeddings` alone, the logits without margin, for inference. {@link MarginHead.loss} is the fused way
 * to train. Embeddings are `[B, D]`, labels int32 class ids `[B]` (or `[B, 1]`, as `model.fit` feeds them).
 *
 * Numeric options of heads may be a {@link Schedule}. A head that has one counts its training steps, in a weight of its
 * own that is saved with the others: each call of `loss` is a step unless told otherwise, and so is each batch of
 * `model.fit`.
 *
 * To write a head of your own, extend this class, give it a `className` and a {@link MarginHead.row}.
 */
export abstract class MarginHead extends layers.Layer {
  /** The number of classes. */
  readonly classes: number;
  private readonly targetLoss: TargetLoss | undefined;
  private readonly interClassFilter: number | undefined;
  private readonly centers: number;
  private readonly weightsInitializer: Initializer;
  private weightsVariable: LayerVariable | undefined;
  private hasSchedule = false;
  private counter: IterationCounter | undefined;
  private readonly share: ClassShare;
  private readonly isSeeded: boolean;
  private readonly hasInitializer: boolean;
  private readonly rowsSeed: number;
  private isBuilding = false;

  constructor(config: MarginHeadConfig) {
    super(config);
    tf.serialization.registerClass(this.constructor as tf.serialization.SerializableConstructor<MarginHead>);
    const {classes, seed, targetLoss, weightsInitializer, interClassFilter, subCenters = 1} = config;
    this.classes = check.count(this.where, 'classes', classes);
    this.share = new ClassShare(this.where, classes);
    this.targetLoss = targetLossFrom(targetLoss);
    if (interClassFilter != null) check.between(this.where, 'interClassFilter', interClassFilter, -1, 1);
    this.interClassFilter = interClassFilter ?? undefined;
    this.centers = check.count(this.where, 'subCenters', subCenters);
    this.isSeeded = weightsInitializer !== undefined || seed !== undefined;
    this.hasInitializer = weightsInitializer !== undefined;
    this.rowsSeed = seed ?? 0;
    this.weightsInitializer =
      weightsInitializer ?? initializers.randomNormal({stddev: 0.01, seed: initializerSeed(seed)});
  }

  /**
   * The head's row of the table at this step: which norms it divides out, its scale, its margin.
   *
   * @param call The call that asks; left out for logits without margin.
   */
  abstract row(call?: HeadCall): MarginRowOptions;

  /** What a head with a state of its own does at the end of a training step; see {@link EmbeddingLoss.afterStep}. */
  afterStep?(embeddings: tf.Tensor2D, labels: tf.Tensor1D): void;

  /** The row of a call on a batch, with the options that every head has. */
  protected rowFor(_embeddings: tf.Tensor2D, _labels: tf.Tensor1D, call: HeadCall): MarginRowOptions {
    const {interClassFilter, shard, subCenters} = this;
    return {
      ...this.row(call),
      subCenters,
      ...(interClassFilter !== undefined && {interClassFilter}),
      ...(shard && {shard}),
    };
  }

  /** The name in messages: the function that makes the head. */
  protected get where(): string {
    return functionName(this.getClassName());
  }

  /** The number of weight vectors of a class. */
  protected get subCenters(): number {
    return this.centers;
  }

  /** Whether the classes can be divided among processes: whether {@link MarginHead.loss} is a sum over classes for each example. */
  get isShardable(): boolean {
    return true;
  }

  /** Whether the classes are divided among several processes. */
  get isSharded(): boolean {
    return (this.share.collective?.size ?? 1) > 1;
  }

  /** The part of the classes that each step draws, where it draws some; see `sharded`. */
  get sample(): number | Schedule | undefined {
    return this.share.rate;
  }

  /** The classes of this process: all, or a share of those of a head that is divided among several. */
  get classRange(): ClassRange {
    return this.share.range;
  }

  /** Whose weights this process has in this call, where they are not those of all classes. */
  protected get shard(): ClassShard | undefined {
    return this.share.shard;
  }

  /**
   * Divides the classes among processes, and lets each step draw some of them; `sharded` calls it.
   *
   * @param sampling How to draw classes. Default: all are used, without drawing.
   * @throws If the head is built, has fewer classes than there are processes, has a loss that cannot be divided, or is to draw classes and
   * has an initializer of its own.
   */
  shardOver(collective: Collective, sampling?: ClassSampling): void {
    const {classes, where} = this;
    const {size} = collective;
    const refuse = (right: string, value: string) => new Error(`sharded: head must ${right}, but ${value}.`);
    if (!this.isShardable) throw refuse('be of the softmax or the sigmoid family', `is ${where}`);
    if (this.built) throw refuse('not be built yet', 'has its weights already');
    if (classes < size) throw refuse(`have at least ${size} classes, one for each process`, `has ${classes}`);
    if (sampling !== undefined && this.hasInitializer)
      throw refuse(
        'have no weightsInitializer where sample is given, because rows are made when they are first drawn',
        'has one',
      );
    if (sampling !== undefined) this.schedulable(sampling.rate, checkSample);
    this.share.take(collective, sampling);
  }

  /**
   * Draws the classes of a step, those of the batch among them, for a head whose steps draw some. `Trainer` calls it before each loss; a
   * loop of your own does, and takes the gradient to the variable with those to all others.
   *
   * @param labels Class ids of this process' batch, int32 `[B]`.
   * @param randomKey Names the draw: with one seed, one key draws the same.
   * @returns The rows of the drawn classes, `[drawn · sub-centers, D]`, until {@link MarginHead.releaseClasses} or the next draw.
   * @throws If the steps of the head draw no classes, or it has no rows yet.
   */
  drawClasses(labels: tf.Tensor1D, randomKey: string): tf.Variable<tf.Rank.R2> {
    return this.share.draw(labels, this.iteration + 1, randomKey);
  }

  /**
   * The ids of the classes that {@link MarginHead.drawClasses} has drawn, ascending; all of this process where steps draw none.
   *
   * @throws If steps draw classes, and none are drawn.
   */
  get drawnClasses(): Int32Array {
    const {first, count} = this.classRange;
    if (this.sample === undefined) return Int32Array.from({length: count}, (_, i) => first + i);
    return this.share.drawn.ids;
  }

  /** Changes the rows that are drawn, and what is remembered of them by these names, which begin as numbers. */
  updateClasses(slots: Readonly<Record<string, number>>, change: RowsUpdate): void {
    this.share.rows.update(slots, change);
  }

  /** Lets go of the rows that {@link MarginHead.drawClasses} has drawn. */
  releaseClasses(): void {
    this.share.release();
  }

  /**
   * The rows of all classes of this process, of a head whose steps draw some.
   *
   * @throws If they do not, or the head is not built yet.
   */
  get rows(): ClassRows {
    return this.share.rows.rows;
  }

  /** Takes an option that may be a schedule, and checks every value it will have. */
  protected schedulable<T extends number | Schedule>(option: T, checkValue: (value: number) => number): T {
    for (const value of scheduleValues(option)) checkValue(value);
    if (typeof option !== 'number') this.hasSchedule = true;
    return option;
  }

  /** The value of an option at this step. */
  protected now(option: number | Schedule): number {
    return scheduleAt(option, this.iteration);
  }

  /** The number of training steps so far; stays 0 if no option is a schedule. */
  get iteration(): number {
    return this.counter?.value ?? 0;
  }

  /**
   * The class weights, `[classes, D]`: the live variable, not a copy. Of a head whose steps draw classes, those of the drawn ones.
   *
   * @throws If the layer is not built yet, or no classes are drawn.
   */
  get classWeights(): tf.Tensor2D {
    if (this.share.hasRows) return this.share.drawn.variable;
    if (this.weightsVariable === undefined) {
      throw new Error(`${this.where}: has no weights before it is built; apply it to embeddings first.`);
    }
    return this.weightsVariable.read() as tf.Tensor2D;
  }

  override build(inputShape: Shape | Shape[]): void {
    const embeddings = embeddingsShape(inputShape);
    const dimension = embeddings[embeddings.length - 1];
    if (embeddings.length !== 2 || dimension == null) {
      throw new Error(
        `${this.where}: embeddings must have shape [batch, dimension] with a known dimension, but have [${embeddings}].`,
      );
    }
    const {first, count} = this.classRange;
    const {classes, subCenters, weightsInitializer: whole} = this;
    const isPart = count < classes && this.isSeeded;
    if (this.sample !== undefined) {
      this.share.makeRows({subCenters, dimension, seed: this.rowsSeed});
    } else {
      this.weightsVariable = this.addWeight(
        'classWeights',
        [count * subCenters, dimension],
        'float32',
        // A seed gives one process and many the same weights: all rows are drawn, and those of other processes dropped.
        isPart ? rowsOf(whole, classes * subCenters, first * subCenters) : whole,
        undefined,
        true,
      );
    }
    if (this.hasSchedule) {
      const zero = initializers.zeros();
      this.counter = new IterationCounter(this.addWeight('iteration', [], 'float32', zero, undefined, false));
    }
    this.built = true;
  }

  /**
   * Logits `[B, classes]`: of embeddings without margin, of `[embeddings, labels]` with it.
   *
   * @param inputs Embeddings `[B, D]`, alone or with labels, or the output of another layer in their place.
   * @param options Of this call.
   * @param options.training Whether this is a training step, which advances schedules. Default false.
   * @returns A tensor of tensors; of symbolic tensors, which make a model, a symbolic tensor.
   */
  override apply(
    inputs: tf.Tensor | [embeddings: LayerOutput, labels: tf.Tensor],
    options?: {training?: boolean},
  ): tf.Tensor2D;
  override apply(
    inputs: SymbolicTensor | [embeddings: LayerOutput, labels: SymbolicTensor],
    options?: {training?: boolean},
  ): SymbolicTensor;
  override apply(inputs: LayerInput, options?: {training?: boolean}): LayerOutput;
  override apply(
    inputs: LayerInput | [LayerOutput, tf.Tensor | SymbolicTensor],
    options?: {training?: boolean},
  ): LayerOutput {
    return super.apply(inputs as LayerInput, options);
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: {training?: boolean} = {}): tf.Tensor {
    return tf.tidy(() => {
      const [embeddings, labels] = Array.isArray(inputs) ? inputs : [inputs];
      const x = embeddings as tf.Tensor2D;
      if (this.isBuilding && this.sample !== undefined) return tf.zeros([x.shape[0], 1]);
      if (labels === undefined) {
        const {margin, others, ...plain} = this.row();
        const options = {...plain, subCenters: this.subCenters};
        return marginLogits(x, this.classWeights, tf.zeros([x.shape[0]], 'int32'), options);
      }
      const {training = false} = kwargs;
      if (this.shard)
        throw new Error(
          `${this.where}: a head that is divided among processes must be trained by its loss, but is applied to labels.`,
        );
      const ids = classIds(this.where, labels);
      if (training) this.beforeStep();
      const logits = marginLogits(x, this.classWeights, ids, this.rowFor(x, ids, {training}));
      if (training) this.afterStep?.(x, ids);
      return logits;
    });
  }

  /**
   * The loss of each example, fused: one operation, one hand-written gradient.
   *
   * @param embeddings `[B, D]`.
   * @param labels Class ids, int32 `[B]`.
   * @param options Of this call.
   * @param options.training Whether this is a training step, which advances schedules. Default true.
   * @param options.randomKey The key of this call's random draws, for heads that make some.
   * @returns `[B]`; take its mean to train.
   * @throws If shapes do not belong together or a label is out of range.
   */
  loss(embeddings: tf.Tensor, labels: tf.Tensor, options: LossOptions = {}): tf.Tensor1D {
    const {training = true, randomKey} = checkOptions<LossOptions>(
      `${this.where}.loss`,
      options,
      lossOptions,
    );
    // Applying builds the layer the way tfjs-layers counts on: with its name scope, initial weights and reference count.
    if (!this.built) this.buildFor(embeddings);
    const {isDrawn} = this.share;
    return tf.tidy(() => {
      const [x, ids] = [embeddings as tf.Tensor2D, labels as tf.Tensor1D];
      // All processes draw the same.
      const key = randomKey ?? this.share.nextKey();
      if (!isDrawn) this.drawClasses(ids, key as string);
      if (training) this.beforeStep();
      const {shard} = this;
      if (shard) checkBatch(`${this.where}.loss`, x, this.classWeights, ids, shard.classes);
      const batch = gatherBatch(x, ids, shard?.collective);
      const row = this.rowFor(batch.embeddings, batch.labels, {
        training,
        ...(key !== undefined && {randomKey: key}),
      });
      const losses = batch.own(this.lossOfRow(batch.embeddings, batch.labels, row));
      if (!isDrawn) this.releaseClasses();
      return losses;
    });
  }

  /** Makes the weights, for embeddings of this length, and draws no classes for it. `Trainer` calls it. */
  buildFor(embeddings: tf.Tensor): void {
    this.isBuilding = true;
    try {
      tf.dispose(this.apply(embeddings));
    } finally {
      this.isBuilding = false;
    }
  }

  /**
   * The class that each embedding is taken for: the one with the largest logit without margin.
   *
   * @param embeddings `[B, D]`.
   * @returns Class ids, int32 `[B]`.
   */
  nearestClasses(embeddings: tf.Tensor2D): tf.Tensor1D {
    return tf.tidy(() => nearestClasses(embeddings, x => this.apply(x) as tf.Tensor2D, this.shard));
  }

  /** The loss of each example for a row: the softmax family's, unless a head has another. */
  protected lossOfRow(embeddings: tf.Tensor2D, labels: tf.Tensor1D, row: MarginRowOptions): tf.Tensor1D {
    return marginSoftmax(embeddings, this.classWeights, labels, {...row, targetLoss: this.targetLoss});
  }

  /** Adds a scalar of state that is saved with the weights and moved by the head itself, not by gradients. */
  protected addState(name: string, value: number): LayerVariable {
    return this.addWeight(name, [], 'float32', initializers.constant({value}), undefined, false);
  }

  /** Called at the beginning of a training step. */
  protected beforeStep(): void {
    this.counter?.advance();
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return [embeddingsShape(inputShape)[0], this.classes];
  }

  override getConfig(): tf.serialization.ConfigDict {
    const {classes, interClassFilter, centers: subCenters} = this;
    return {
      ...super.getConfig(),
      classes,
      targetLoss: savedTargetLoss(this.targetLoss),
      ...(interClassFilter !== undefined && {interClassFilter}),
      ...(subCenters !== 1 && {subCenters}),
    };
  }
}
