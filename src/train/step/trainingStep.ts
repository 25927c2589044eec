import * as tf from '@tensorflow/tfjs-core';
import type {Batch} from '../../data/batches/batchSource';
import type {NamedWeight} from '../checkpoints/namedWeight';
import {classifierOf, type Term} from '../objective';
import type {Parameter, Updater} from '../optimizers/updater';
import {checkNotDisposed} from './checkNotDisposed';
import {diagnose} from './diagnose';
import type {ForwardPass} from './forwardPass';
import {addGradients, gradientsOf, squaredNorm} from './gradientsOf';
import {type Divergence, TrainingDivergedError} from './trainingDivergedError';

/** What every step of a training has in common. */
export interface StepSetup {
  pass: ForwardPass;
  terms: Term[];
  /** All weights of network and terms. */
  weights: NamedWeight[];
  /** Those that are trained. */
  parameters: Parameter[];
  updater: Updater;
  clipNorm?: number;
  clip: 'all' | 'backbone';
  seed: number;
}

/** A step that was taken. */
export type TakenStep = Omit<Divergence, 'at' | 'term' | 'weights'>;

/** What is special about one. */
export interface StepOptions {
  /** From 1. */
  step: number;
  epoch: number;
  learningRate: number;
  /** The step before, if this run took it: the cause where weights are not finite. */
  previous?: TakenStep;
}

/** What a step came to. */
export interface StepFigures {
  loss: number;
  terms: Record<string, number>;
  /** Before clipping. */
  gradientNorm: number;
  /** Part of the last batch that the head takes for what it is. */
  accuracy?: number;
  images: number;
}

/** What is read of a step from the device. */
interface StepSums {
  /** The mean loss of each term, for each batch. */
  losses: number[][];
  /** `Σ g²` over the trained weights of the network. */
  backbone: number;
  /** `Σ g²` over those of the objective. */
  objective: number;
  /** How many of the last batch the head takes for what they are. */
  hits?: number;
}

const total = (values: number[]) => values.reduce((sum, value) => sum + value, 0);

/**
 * One step of training, over one batch or several whose gradients add up.
 *
 * Until {@link take}, which follows when {@link measure} has seen that loss and gradient are finite, only running statistics and
 * counts have changed: {@link valueBefore} still has them, and {@link rollBack} puts them back. One small vector is read from the device,
 * with all that has to be known of the step.
 */
export class TrainingStep {
  private readonly gradients: tf.NamedTensorMap = {};
  private readonly embeddings: tf.Tensor2D[] = [];
  private readonly losses: tf.Scalar[][] = [];
  private readonly added: Batch[] = [];
  /** The untrained weights as they were. A copy shares its data, so it costs next to nothing. */
  private readonly before: Map<NamedWeight['weight'], tf.Tensor>;
  private readonly variables: Record<Parameter['part'], tf.Variable[]> = {backbone: [], objective: []};
  /** What gradients are multiplied with. */
  private scales: Record<Parameter['part'], number> = {backbone: 1, objective: 1};

  constructor(
    private readonly setup: StepSetup,
    private readonly options: StepOptions,
  ) {
    const {weights, parameters} = setup;
    for (const {part, weight} of parameters) this.variables[part].push(weight.read() as tf.Variable);
    const trained = new Set(parameters.map(({weight}) => weight));
    this.before = new Map(
      weights.filter(({weight}) => !trained.has(weight)).map(({weight}) => [weight, tf.clone(weight.read())]),
    );
  }

  /** The learning rate of this step. */
  get learningRate(): number {
    return this.options.learningRate;
  }

  /** How many batches have been added. */
  get batches(): number {
    return this.added.length;
  }

  /** Adds the gradients of a batch, which is then the step's to dispose of. */
  add(batch: Batch): void {
    this.added.push(batch);
    checkNotDisposed(batch);
    const {pass, terms, seed} = this.setup;
    const {embeddings, losses, gradients} = gradientsOf(batch, {
      pass,
      terms,
      variables: [...this.variables.backbone, ...this.variables.objective],
      throughNetwork: this.variables.backbone.length > 0,
      beginsStep: this.added.length === 1,
      randomKey: `${seed} ${this.options.step} ${this.added.length}`,
      share: this.shares()[this.added.length - 1],
    });
    this.embeddings.push(embeddings);
    this.losses.push(losses);
    addGradients(this.gradients, gradients);
  }

  /**
   * Finds out what the step comes to.
   *
   * @param accuracy Whether to measure the accuracy.
   * @throws {@link TrainingDivergedError} if loss or gradient are not finite; nothing has changed then.
   */
  async measure({accuracy}: {accuracy: boolean}): Promise<StepFigures> {
    const sums = await this.readSums(accuracy);
    const figures = this.figuresOf(sums);
    const {loss, gradientNorm} = figures;
    if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm))
      throw await this.divergence(figures, sums.losses);
    this.setScales(gradientNorm, sums.backbone);
    return figures;
  }

  /** Takes the step, which has been measured: at once, so that nobody finds half of it taken. */
  take(): void {
    const {step, learningRate} = this.options;
    this.setup.updater.apply(this.gradients, {step, learningRate, scale: ({part}) => this.scales[part]});
    this.followEmbeddings();
  }

  /** The value of a weight before the step, as long as that has not been taken. */
  valueBefore(weight: NamedWeight['weight']): tf.Tensor {
    return this.before.get(weight) ?? weight.read();
  }

  /** Puts back what the forward pass has changed. */
  rollBack(): void {
    for (const [weight, value] of this.before) weight.write(value);
  }

  /** Disposes everything, batches too. */
  dispose(): void {
    const batches = this.added.flatMap(({images, labels}) => [images, labels]);
    tf.dispose([...batches, ...this.before.values(), ...this.embeddings, ...this.losses.flat()]);
    tf.dispose(Object.values(this.gradients));
  }

  /** Reads all that has to be known of the step, at once. */
  private async readSums(accuracy: boolean): Promise<StepSums> {
    const {backbone, objective} = this.variables;
    const vector = tf.tidy(() => {
      const squares = [backbone, objective].map(variables => squaredNorm(this.gradients, variables));
      return tf.stack([...this.losses.flat(), ...squares, ...(accuracy ? this.hits() : [])]);
    });
    const values = [...(await vector.data())];
    vector.dispose();
    const losses = this.losses.map(({length}) => values.splice(0, length));
    return {losses, backbone: values[0], objective: values[1], hits: values[2]};
  }

  /** How many of the last batch the head takes for what they are, by its plain logits; nothing where there is no head. */
  private hits(): tf.Scalar[] {
    const classifier = classifierOf(this.setup.terms);
    if (classifier === undefined) return [];
    const last = this.added.length - 1;
    const taken = tf.argMax(classifier.apply(this.embeddings[last]) as tf.Tensor2D, 1);
    return [tf.sum(tf.cast(tf.equal(taken, this.added[last].labels), 'float32'))];
  }

  private figuresOf({losses, backbone, objective, hits}: StepSums): StepFigures {
    const {terms} = this.setup;
    const shares = this.shares();
    const means = terms.map(
      (_, term) => total(shares.map((share, i) => share * losses[i][term])) / total(shares),
    );
    const sizes = this.added.map(({labels}) => labels.size);
    return {
      loss: total(terms.map(({weight}, i) => weight * means[i])),
      terms: Object.fromEntries(terms.map(({name}, i) => [name, means[i]])),
      gradientNorm: Math.sqrt(backbone + objective) / total(shares),
      accuracy: hits === undefined ? undefined : hits / sizes[sizes.length - 1],
      images: total(sizes),
    };
  }

  /** Makes means of the gradients, and shortens those that are too long. */
  private setScales(gradientNorm: number, backboneSquares: number): void {
    const {clipNorm, clip} = this.setup;
    const count = total(this.shares());
    const clipped = clip === 'all' ? gradientNorm : Math.sqrt(backboneSquares) / count;
    // As PyTorch shortens gradients, to just below the limit.
    const shortened = clipNorm === undefined ? 1 : Math.min(1, clipNorm / (clipped + 1e-6));
    this.scales = {backbone: shortened / count, objective: (clip === 'all' ? shortened : 1) / count};
  }

  /** What each batch counts, beside the first. */
  private shares(): number[] {
    return this.added.map(({labels}) => labels.size / this.added[0].labels.size);
  }

  /** Moves what follows the embeddings of the whole step: centers. */
  private followEmbeddings(): void {
    tf.tidy(() => {
      for (const {loss, learningRate} of this.setup.terms) {
        if (learningRate === 0) continue;
        const labels = tf.concat(this.added.map(({labels}) => labels));
        loss.afterStep?.(tf.concat(this.embeddings), labels, {learningRate});
      }
    });
  }

  private async divergence(
    {terms: means, gradientNorm}: StepFigures,
    losses: number[][],
  ): Promise<TrainingDivergedError> {
    this.rollBack();
    const {terms, weights} = this.setup;
    const {previous, ...step} = this.options;
    const {added: batches, embeddings, gradients} = this;
    const found = await diagnose({batches, embeddings, losses, gradients, terms, weights});
    if (found.at === 'weights' && previous) {
      return new TrainingDivergedError({...previous, at: 'update', weights: found.weights});
    }
    return new TrainingDivergedError({...step, ...found, terms: means, gradientNorm});
  }
}
