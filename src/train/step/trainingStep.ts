import * as tf from '@tensorflow/tfjs-core';
import type {Collective} from '../../base/collective';
import {gatherTexts} from '../../base/gatherTexts';
import type {Batch} from '../../data/batches/batchSource';
import type {MarginHead} from '../../losses/heads/marginHead';
import {gatherBatch} from '../../ops/collective/gatherBatch';
import type {NamedWeight} from '../checkpoints/namedWeight';
import type {DividedHeads} from '../dividedHeads';
import {classifierOf, type Term} from '../objective';
import type {Parameter, Updater} from '../optimizers/updater';
import {checkNotDisposed} from './checkNotDisposed';
import {diagnose} from './diagnose';
import {addGradients, gradientsOf, squaredNorm} from './gradientsOf';
import {sumOverRanks} from './sumOverRanks';
import type {TermInputs} from './termInputs';
import {type Divergence, divergedAt, TrainingDivergedError} from './trainingDivergedError';
import type {WeightAverage} from './weightAverage';

/** What every step of a training has in common. */
export interface StepSetup {
  inputs: TermInputs;
  terms: Term[];
  /** All weights of network and terms. */
  weights: NamedWeight[];
  /** Those that are trained. */
  parameters: Parameter[];
  /** Those of the network that are not and may move all the same: running statistics. */
  statistics: NamedWeight[];
  /** Heads whose rows of classes are divided among ranks, or drawn. */
  divided: DividedHeads;
  updater: Updater;
  /** The moving average of the network's weights, if there is one. */
  average?: WeightAverage;
  clipNorm?: number;
  clip: 'all' | 'backbone';
  seed: number;
  collective: Collective;
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

/** What is read of a step from the device, over all ranks. */
interface StepSums {
  /** The mean loss of each term, for each batch of this rank. */
  losses: number[][];
  /** The loss of each term, over all batches by what they count. */
  terms: number[];
  /** What all batches count together. */
  count: number;
  images: number;
  /** `Σ g²` over the trained weights of the network. */
  backbone: number;
  /** `Σ g²` over those of the objective. */
  objective: number;
  /** The part of the last batch that the head takes for what it is. */
  accuracy?: number;
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
  /** What each term saw, for each batch. */
  private readonly features: tf.Tensor2D[][] = [];
  private readonly losses: tf.Scalar[][] = [];
  private readonly added: Batch[] = [];
  /** The untrained weights as they were. A copy shares its data, so it costs next to nothing. */
  private readonly before: Map<NamedWeight['weight'], tf.Tensor>;
  private readonly variables: Record<Parameter['part'], tf.Variable[]> = {backbone: [], objective: []};
  /** What gradients are multiplied with. */
  private scales: Record<Parameter['part'], number> = {backbone: 1, objective: 1};
  /** The rows that heads have drawn. */
  private drawn: tf.Variable[] = [];
  /** The size of a batch that counts 1. */
  private unit = 0;

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

  /**
   * Adds the gradients of a batch, which is then the step's to dispose of.
   *
   * @param unit The size of a batch that counts 1, of the first of a step.
   */
  add(batch: Batch, unit: number): void {
    this.added.push(batch);
    checkNotDisposed(batch);
    if (this.added.length === 1) this.unit = unit;
    const {inputs, terms, seed, collective} = this.setup;
    const key = (rank: number) =>
      `${seed} ${this.options.step} ${(this.added.length - 1) * collective.size + rank + 1}`;
    this.drawn = this.setup.divided.sampled.map(({head}) => head.drawClasses(batch.labels, key(0)));
    const {features, losses, gradients} = gradientsOf(batch, {
      inputs,
      terms,
      variables: [...this.variables.backbone, ...this.variables.objective, ...this.drawn],
      throughNetwork: this.variables.backbone.length > 0,
      beginsStep: this.added.length === 1,
      randomKey: key(collective.rank),
      sharedKey: key(0),
      share: this.shares()[this.added.length - 1],
    });
    this.features.push(features);
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
    if (this.setup.collective.size > 1) this.exchange();
    const sums = await this.readSums(accuracy);
    const figures = this.figuresOf(sums);
    const {loss, gradientNorm} = figures;
    if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm))
      throw await this.divergence(figures, sums.losses);
    this.setScales(gradientNorm, sums);
    return figures;
  }

  /** Takes the step, which has been measured: at once, so that nobody finds half of it taken. */
  take(): void {
    const {step, learningRate} = this.options;
    const {updater, divided, average} = this.setup;
    updater.apply(this.gradients, {step, learningRate, scale: ({part}) => this.scales[part]});
    for (const [i, term] of divided.sampled.entries()) {
      const gradient = this.gradients[this.drawn[i].name];
      updater.applyToRows(term, gradient, {step, learningRate, scale: this.scales.objective});
    }
    this.followEmbeddings();
    average?.follow(step);
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
    tf.dispose([...batches, ...this.before.values(), ...this.features.flat(), ...this.losses.flat()]);
    tf.dispose(Object.values(this.gradients));
    for (const {head} of this.setup.divided.sampled) head.releaseClasses();
  }

  /** Adds up the gradients of all ranks, and takes the means of running statistics, in one message. */
  private exchange(): void {
    const {collective, parameters, statistics} = this.setup;
    const names = parameters
      .filter(({divided}) => divided === undefined)
      .map(({weight}) => (weight.read() as tf.Variable).name)
      .filter(name => this.gradients[name] !== undefined);
    tf.tidy(() => {
      const gradients = names.map(name => this.gradients[name]);
      // What has not moved stays to the bit, which the mean of several equal numbers would not.
      const moves = statistics.map(({weight}) => tf.sub(weight.read(), this.valueBefore(weight)));
      const sums = sumOverRanks([...gradients, ...moves], collective);
      tf.dispose(gradients);
      names.forEach((name, i) => {
        this.gradients[name] = tf.keep(sums[i]);
      });
      statistics.forEach(({weight}, i) => {
        weight.write(tf.add(this.valueBefore(weight), tf.div(sums[names.length + i], collective.size)));
      });
    });
  }

  /** Reads all that has to be known of the step, at once. */
  private async readSums(accuracy: boolean): Promise<StepSums> {
    const {collective, parameters, terms} = this.setup;
    const {backbone} = this.variables;
    const objective = (isOfRank: boolean) =>
      parameters
        .filter(({part, divided}) => part === 'objective' && (divided === 'rows') === isOfRank)
        .map(({weight}) => weight.read() as tf.Variable)
        .concat(isOfRank ? this.drawn : []);
    const vector = tf.tidy(() => {
      const squares = [backbone, objective(false), objective(true)].map(variables =>
        squaredNorm(this.gradients, variables),
      );
      return tf.stack([...this.losses.flat(), ...squares, ...(accuracy ? this.hits() : [])]);
    });
    const values = [...(await vector.data())];
    vector.dispose();
    const losses = this.losses.map(({length}) => values.splice(0, length));
    const [ofBackbone, same, ofRows, hits = Number.NaN] = values;
    const shares = this.shares();
    const sizes = this.added.map(({labels}) => labels.size);
    const [rows, count, images, correct, last, ...byTerm] = collective.allReduce(
      Float64Array.of(
        ...[ofRows, total(shares), total(sizes), hits, sizes[sizes.length - 1]],
        ...terms.map((_, term) => total(shares.map((share, i) => share * losses[i][term]))),
      ),
      'sum',
    );
    return {
      ...{losses, terms: byTerm, count, images, backbone: ofBackbone, objective: same + rows},
      ...(Number.isNaN(correct) ? {} : {accuracy: correct / last}),
    };
  }

  /** How many of the last batch the head takes for what they are, by its plain logits; nothing where there is no head. */
  private hits(): tf.Scalar[] {
    const classifier = classifierOf(this.setup.terms);
    if (classifier === undefined) return [];
    const head = this.setup.terms[classifier].loss as MarginHead;
    const last = this.added.length - 1;
    const taken = head.nearestClasses(this.features[last][classifier]);
    return [tf.sum(tf.cast(tf.equal(taken, this.added[last].labels), 'float32'))];
  }

  private figuresOf({terms: sums, count, images, backbone, objective, accuracy}: StepSums): StepFigures {
    const {terms} = this.setup;
    const means = sums.map(sum => sum / count);
    return {
      loss: total(terms.map(({weight}, i) => weight * means[i])),
      terms: Object.fromEntries(terms.map(({name}, i) => [name, means[i]])),
      gradientNorm: Math.sqrt(backbone + objective) / count,
      accuracy,
      images,
    };
  }

  /** Makes means of the gradients, and shortens those that are too long. */
  private setScales(gradientNorm: number, {backbone, count}: StepSums): void {
    const {clipNorm, clip} = this.setup;
    const clipped = clip === 'all' ? gradientNorm : Math.sqrt(backbone) / count;
    // As PyTorch shortens gradients, to just below the limit.
    const shortened = clipNorm === undefined ? 1 : Math.min(1, clipNorm / (clipped + 1e-6));
    this.scales = {backbone: shortened / count, objective: (clip === 'all' ? shortened : 1) / count};
  }

  /** What each batch counts, beside the first. */
  private shares(): number[] {
    return this.added.map(({labels}) => labels.size / this.unit);
  }

  /** Moves what follows what a term saw in the whole step: centers. */
  private followEmbeddings(): void {
    tf.tidy(() => {
      for (const [i, {loss, learningRate}] of this.setup.terms.entries()) {
        if (learningRate === 0) continue;
        if (loss.afterStep === undefined) continue;
        const {embeddings, labels} = gatherBatch(
          tf.concat(this.features.map(seen => seen[i])),
          tf.concat(this.added.map(({labels}) => labels)),
          this.setup.collective,
        );
        loss.afterStep(embeddings, labels, {learningRate});
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
    const {added: batches, features, gradients} = this;
    const {collective} = this.setup;
    // What asks the head for another gradient would wait for the other ranks.
    const isAlone = collective.size === 1;
    const own = await diagnose({batches, features, losses, gradients, terms, weights, isAlone});
    const all = gatherTexts(collective, JSON.stringify(own)).map((text): typeof own => JSON.parse(text));
    const first = Math.min(...all.map(({at}) => divergedAt.indexOf(at)));
    const rank = all.findIndex(({at}) => divergedAt.indexOf(at) === first);
    const found = {...all[rank], ...(isAlone ? {} : {rank})};
    if (found.at === 'weights' && previous) {
      return new TrainingDivergedError({...previous, at: 'update', weights: found.weights});
    }
    return new TrainingDivergedError({...step, ...found, terms: means, gradientNorm});
  }
}
