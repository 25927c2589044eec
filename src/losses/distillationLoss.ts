import * as tf from '@tensorflow/tfjs-core';
import {initializers, type LayerVariable, layers, type Shape} from '@tensorflow/tfjs-layers';
import {checkLayerOptions} from '../base/checkLayerOptions';
import {checkOptions} from '../base/checkOptions';
import {described} from '../base/described';
import {initializerSeed} from '../base/initializerSeed';
import type {LayerConfig} from '../base/layer';
import {checkLabels} from '../ops/checkLabels';
import {cosineDistances} from '../ops/pairwise/cosineDistances';
import {type EmbeddingLoss, type LossOptions, lossOptions} from './embeddingLoss';

/** A network to learn from: a layers model, or a graph model. */
export interface TeacherNetwork {
  /** Embeddings `[B, E]` of images `[B, height, width, channels]`. */
  predict(images: tf.Tensor, config?: {batchSize?: number}): unknown;
  /** Its outputs: one, whose shape names E. */
  readonly outputs: readonly {
    /** `[null, E]`. */
    shape?: readonly (number | null)[];
  }[];
}

/** Embeddings of a teacher, one for each image of the data, such as `embedImages` gives. */
export interface StoredEmbeddings {
  /** `[N, E]`, row-major, in the order of the data. */
  values: ArrayLike<number>;
  /** E, the length of an embedding. */
  dimension: number;
}

/** Options of {@link distillationLoss}. */
export interface DistillationLossConfig extends LayerConfig {
  /** What to learn from: a network, which stays as it is, or its embeddings of all images of the data. */
  teacher: TeacherNetwork | StoredEmbeddings;
  /** What a teacher network takes of the student's images: other pixels, another size. Default: the images themselves. */
  prepare?: (images: tf.Tensor) => tf.Tensor;
  /** Whether a learned linear map turns the student's embeddings into the teacher's. Default: only where their lengths differ. */
  project?: boolean;
  /** Seed of the map. */
  seed?: number;
}

/** How long the embeddings of a teacher are. */
function lengthOf(teacher: TeacherNetwork | StoredEmbeddings): number {
  const known = teacher as Partial<TeacherNetwork & StoredEmbeddings> | undefined;
  const length = typeof known?.predict === 'function' ? known.outputs?.[0]?.shape?.[1] : known?.dimension;
  if (length == null || !(Number.isInteger(length) && length > 0)) {
    throw new Error(
      `distillationLoss: teacher must be a network with one output of a known length [batch, dimension], or stored embeddings {values, dimension}, but is ${described(teacher)}.`,
    );
  }
  const rows = (known?.values?.length ?? 0) / length;
  if (known?.values !== undefined && !(Number.isInteger(rows) && rows > 0)) {
    throw new Error(
      `distillationLoss: teacher must hold rows of dimension ${length}, but holds ${known.values.length} values.`,
    );
  }
  return length;
}

const isNetwork = (teacher: TeacherNetwork | StoredEmbeddings): teacher is TeacherNetwork =>
  'predict' in teacher;

/** The distillation loss, a layer that owns the map to the teacher's embeddings; made by {@link distillationLoss}. */
export class DistillationLoss extends layers.Layer implements EmbeddingLoss {
  /**
   * The name that checkpoints know the loss by, whatever a minifier calls the class.
   *
   * @nocollapse
   */
  static readonly className = 'FaceMarginsDistillationLoss';
  private readonly teacher: TeacherNetwork | StoredEmbeddings;
  private readonly length: number;
  private readonly prepare: (images: tf.Tensor) => tf.Tensor;
  private readonly project: boolean | undefined;
  private readonly seed: number | undefined;
  private projection: LayerVariable | undefined;

  constructor(config: DistillationLossConfig) {
    if (new.target === DistillationLoss) {
      checkLayerOptions('distillationLoss', config, {
        ...{teacher: true, prepare: true, project: true, seed: true},
      });
    }
    const {teacher, prepare = images => images, project, seed, ...ofLayers} = config;
    super(ofLayers);
    this.length = lengthOf(teacher);
    this.teacher = teacher;
    this.prepare = prepare;
    this.project = project;
    this.seed = seed;
  }

  override build(inputShape: Shape | Shape[]): void {
    const length = (inputShape as Shape)[1] as number;
    const {project = length !== this.length, seed} = this;
    if (!project && length !== this.length) {
      throw new Error(
        `distillationLoss: project must be true where lengths differ, but is false for embeddings of ${length} and a teacher's of ${this.length}.`,
      );
    }
    if (project) {
      const initializer = initializers.glorotNormal({seed: initializerSeed(seed) as number});
      const shape = [length, this.length];
      this.projection = this.addWeight('projection', shape, 'float32', initializer, undefined, true);
    }
    this.built = true;
  }

  /** What is compared with the teacher: the embeddings, by the map where there is one. */
  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = Array.isArray(inputs) ? inputs[0] : inputs;
    const {projection} = this;
    return projection === undefined ? x : tf.matMul(x as tf.Tensor2D, projection.read() as tf.Tensor2D);
  }

  /**
   * The loss of each example. A `Trainer` gives images and places by itself.
   *
   * @param embeddings The student's, `[B, D]`.
   * @param labels Class ids, int32 `[B]`, which play no part.
   * @param options Of this call.
   * @param options.images The images that the embeddings are of; a teacher network needs them.
   * @param options.places Which images of the data these are; stored embeddings need them.
   * @returns `[B]`, from 0 to 2.
   * @throws If what the teacher needs is missing, or shapes do not belong together.
   */
  loss(embeddings: tf.Tensor, labels: tf.Tensor, options: LossOptions = {}): tf.Tensor1D {
    checkOptions<LossOptions>('distillationLoss.loss', options, lossOptions);
    const x = embeddings as tf.Tensor2D;
    checkLabels('distillationLoss', x, labels as tf.Tensor1D);
    if (!this.built) tf.dispose(this.apply(x) as tf.Tensor);
    const {teacher} = this;
    const targets = isNetwork(teacher)
      ? () => this.embedded(teacher, options.images, x.shape[0])
      : () => this.stored(teacher, options.places, x.shape[0]);
    return cosineDistances(x, targets, this.projection?.read() as tf.Tensor2D | undefined);
  }

  /** What a teacher network makes of images. */
  private embedded(teacher: TeacherNetwork, images: tf.Tensor | undefined, count: number): tf.Tensor2D {
    if (images === undefined) {
      throw new Error(
        'distillationLoss: images must be given where the teacher is a network, loss(embeddings, labels, {images}), but is undefined.',
      );
    }
    const output = teacher.predict(this.prepare(images), {batchSize: count});
    if (!(output instanceof tf.Tensor && tf.util.arraysEqual(output.shape, [count, this.length]))) {
      throw new Error(
        `distillationLoss: teacher must give embeddings [${count}, ${this.length}] of ${count} images, but gives ${described(output)}.`,
      );
    }
    return output as tf.Tensor2D;
  }

  /** The rows of stored embeddings. */
  private stored(
    {values, dimension}: StoredEmbeddings,
    places: ArrayLike<number> | undefined,
    count: number,
  ): tf.Tensor2D {
    if (places === undefined || places.length !== count) {
      throw new Error(
        `distillationLoss: places must be given where the teacher is stored embeddings, one for each of ${count} images, but ` +
          `${places === undefined ? 'are undefined' : `are ${places.length}`}.`,
      );
    }
    const rows = new Float32Array(count * dimension);
    for (let i = 0; i < count; i++) {
      const start = places[i] * dimension;
      if (!(start >= 0 && start < values.length)) {
        throw new Error(
          `distillationLoss: places must be below ${values.length / dimension}, the number of stored embeddings, but one is ${places[i]}.`,
        );
      }
      for (let d = 0; d < dimension; d++) rows[i * dimension + d] = values[start + d];
    }
    return tf.tensor2d(rows, [count, dimension]);
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return [(inputShape as Shape)[0], this.length];
  }
}

/**
 * The distillation loss: embeddings of a small network are drawn to those of a larger one, `1 − cos(x P, t)`.
 *
 * t is the embedding that the teacher has of the same image. P is a learned linear map that is there where lengths differ; it belongs to the loss
 * and not to the network, so that the student is deployed without it. No gradient goes to the teacher, which stays as it is and is
 * applied as in inference.
 *
 * The teacher is a network, which sees the images of each batch, augmentation and all, or its stored embeddings, which cost a lookup. Stored
 * ones are found by the `places` of a batch: those of this library have them.
 *
 * Embeddings `[B, D]`, the teacher's `[B, E]`, P `[D, E]`. In a `Trainer` it is a term beside a head, or the only one.
 *
 * @throws If `teacher` is neither a network with one output `[batch, dimension]` nor stored embeddings.
 *
 * @example
 * ```js
 * const teacher = compact({embeddingSize: 8, inputShape: [8, 8, 1], seed: 1});
 * const term = distillationLoss({teacher, seed: 2});
 * const images = tf.randomNormal([4, 8, 8, 1]);
 * const loss = term.loss(tf.randomNormal([4, 2]), tf.tensor1d([0, 1, 2, 3], 'int32'), {images});   // shape [4]
 * ```
 */
export function distillationLoss(config: DistillationLossConfig): DistillationLoss {
  return new DistillationLoss(config);
}
