import * as tf from '@tensorflow/tfjs-core';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import {registerKernels} from '../backend/registerKernels';
import {check} from '../base/check';
import {checkOptions} from '../base/checkOptions';
import {scheduleAt, scheduleValues} from '../schedules/schedule';
import {CheckpointMismatchError} from './checkpoints/checkpointMismatchError';
import type {CheckpointStore} from './checkpoints/checkpointStore';
import {weightsOfModel} from './checkpoints/namedWeights';
import {
  clearTensors,
  isCount,
  isSlot,
  readTensors,
  selected,
  type TrainingPosition,
  type TrainingRecord,
  type TrainingState,
  tensorDifferences,
  variablesOf,
  writeTensors,
} from './checkpoints/trainingState';
import {type BatchesLike, batchesOf} from './loop/batchesOf';
import {checkFitOptions, type FitOptions} from './loop/fitOptions';
import {Means} from './loop/means';
import type {StepReport} from './loop/stepReport';
import {type Training, TrainingLoop} from './loop/trainingLoop';
import {buildTerms, type Term, termsOf, weightsOfTerm} from './objective';
import type {Optimizer} from './optimizers/optimizer';
import {type Parameter, Updater} from './optimizers/updater';
import {ForwardPass} from './step/forwardPass';
import {frozenLayers} from './step/frozenLayers';
import type {StepSetup} from './step/trainingStep';
import {checkParts, embeddingSizeOf, type TrainerConfig} from './trainerConfig';

/** How to take a state over. */
export interface RestoreOptions {
  /**
   * Take over weights only, and begin the training anew: step, schedules and optimizer start from nothing. True takes those of the
   * network and the objective, running statistics and centers included: for another optimizer, or to fine-tune with other layers
   * frozen. `'backbone'` takes the network's and leaves the objective as it is: for another head, or another number of classes.
   * Default false.
   */
  weightsOnly?: boolean | 'backbone';
}

/**
 * Trains a network under an objective.
 *
 * A step takes the gradients of the objective on a batch, looks whether they are finite, and lets the optimizer change the weights.
 * All that is known of it, losses and gradient norm, is read from the device as one small vector; if it is not finite, a
 * {@link TrainingDivergedError} says where it went wrong, and nothing has changed.
 *
 * The trainer changes the weights of `backbone` and heads in place; they remain yours, to save, export and dispose of. The same
 * seed, data and backend give the same weights, to the bit on `cpu`, `wasm` and `tensorflow`. Dropout draws by seed and step; layers
 * of noise (`gaussianNoise`, `gaussianDropout`, `alphaDropout`) cannot be seeded in TensorFlow.js.
 *
 * @throws If an option is wrong, a name in `freeze` is no layer's, or nothing is left to train.
 *
 * @example
 * ```js
 * import {arcFace, compact, cosineDecay, sgd, Trainer, useBackend} from 'face-margins';
 *
 * await useBackend('wasm');
 * const trainer = new Trainer({
 *   backbone: compact({embeddingSize: 8, inputShape: [8, 8, 1], seed: 1}),
 *   objective: arcFace({classes: 2, scale: 8, margin: 0.1, seed: 1}),
 *   optimizer: sgd({momentum: 0.9, weightDecay: 5e-4}),
 *   learningRate: cosineDecay({peak: 0.01, steps: 4}),
 * });
 * const batches = [{images: tf.randomNormal([4, 8, 8, 1], 0, 1, 'float32', 1), labels: tf.tensor1d([0, 1, 0, 1], 'int32')}];
 * for await (const {step, loss} of trainer.fit(batches, {epochs: 4})) console.log(step, loss);
 * ```
 */
export class Trainer {
  /** The network that is trained. */
  readonly backbone: LayersModel;
  private readonly terms: Term[];
  private readonly optimizer: Optimizer;
  private readonly training: Training;
  private busy = false;

  constructor(config: TrainerConfig) {
    checkParts(config);
    const {backbone, objective, optimizer, learningRate, freeze = [], seed = 1} = config;
    const {accumulate = 1, clipNorm, clip = 'all'} = config;
    this.backbone = backbone;
    this.optimizer = optimizer;
    check.count('Trainer', 'accumulate', accumulate);
    check.finite('Trainer', 'seed', seed);
    check.oneOf('Trainer', 'clip', clip, ['all', 'backbone']);
    if (clipNorm !== undefined) check.positive('Trainer', 'clipNorm', clipNorm);
    if (typeof learningRate !== 'function') {
      for (const rate of scheduleValues(learningRate)) check.notNegative('Trainer', 'learningRate', rate);
    }

    this.terms = termsOf(objective);
    buildTerms(this.terms, embeddingSizeOf(backbone));
    const frozen = frozenLayers(backbone, freeze);
    const ofBackbone = weightsOfModel(backbone, 'backbone');
    const trained = new Set(backbone.trainableWeights);
    const parameters: Parameter[] = [
      ...ofBackbone
        .filter(({weight, layer}) => trained.has(weight) && !frozen.has(layer))
        .map(named => ({...named, learningRate: 1, part: 'backbone' as const})),
      ...this.terms.flatMap(term =>
        weightsOfTerm(term)
          .filter(({weight}) => weight.trainable && term.learningRate > 0)
          .map(named => ({...named, learningRate: term.learningRate, part: 'objective' as const})),
      ),
    ];
    if (parameters.length === 0) {
      throw new Error(
        'Trainer: there is nothing to train; every layer is frozen and the objective has no weights.',
      );
    }
    const setup: StepSetup = {
      pass: new ForwardPass(backbone, frozen, seed),
      terms: this.terms,
      weights: [...ofBackbone, ...this.terms.flatMap(weightsOfTerm)],
      parameters,
      updater: new Updater(optimizer, parameters),
      clipNorm,
      clip,
      seed,
    };
    this.training = {
      setup,
      accumulate,
      means: {report: new Means(), terms: new Means(), epoch: new Means()},
      position: {step: 0, epoch: 0, batch: 0},
      metrics: {},
      learningRateAt: step =>
        check.notNegative(
          'Trainer',
          `learningRate at step ${step}`,
          typeof learningRate === 'function' ? learningRate(step) : scheduleAt(learningRate, step),
        ),
      state: () => this.state(),
    };
  }

  /** How far the training has come. */
  get position(): TrainingPosition {
    return {...this.training.position};
  }

  /**
   * Trains, and reports as it goes. It goes on from where this trainer is: after {@link restore} from there, and called again
   * from where it ended. Whoever stops taking reports stops the training; a checkpoint is written then too.
   *
   * @param source Batches: a `BatchSource`, an array, any iterable (best a function that makes one for each pass), a `tf.data`
   * dataset. Their tensors are disposed of when used, except those of an array.
   * @param options How long, and what to do on the way.
   * @throws {@link TrainingDivergedError} if a loss, a gradient, or a weight that a checkpoint would hold is not finite; before
   * the step or the checkpoint.
   * @throws If a function gives no learning rate, or the source throws.
   *
   * @example
   * ```js
   * for await (const {step, loss, accuracy} of trainer.fit(batches, {epochs: 20})) console.log(step, loss, accuracy);
   * ```
   */
  async *fit(source: BatchesLike, options: FitOptions = {}): AsyncGenerator<StepReport, void, undefined> {
    checkFitOptions(options);
    for (const name of ['epochs', 'steps', 'reportEvery', 'checkpointEvery', 'validateEvery'] as const) {
      const value = options[name];
      if (value !== undefined) check.count('fit', name, value);
    }
    if (options.epochs === undefined && options.steps === undefined && options.signal === undefined) {
      throw new Error('fit: epochs or steps must say how long to train, but neither is given.');
    }
    if (this.busy)
      throw new Error('fit: this trainer is training already; a second fit would take steps in between.');
    this.busy = true;
    try {
      // A backend that came with an import, not with useBackend, trains too: wasm lacks kernels for it, tensorflow's are slower.
      await registerKernels(tf.getBackend());
      yield* new TrainingLoop(this.training, batchesOf(source), options).run();
    } finally {
      this.busy = false;
    }
  }

  /**
   * Trains to the end, for those who take reports from `options.callbacks`.
   *
   * @returns The last report; nothing if there was nothing left to do.
   *
   * @example
   * ```js
   * await trainer.run(batches, {epochs: 20, callbacks: {onReport: ({step, loss}) => console.log(step, loss)}});
   * ```
   */
  async run(source: BatchesLike, options: FitOptions = {}): Promise<StepReport | undefined> {
    let last: StepReport | undefined;
    for await (const report of this.fit(source, options)) last = report;
    return last;
  }

  /**
   * Everything that a later {@link restore} needs to go on as if training had never stopped. It may be asked for at any time: while a
   * step is under way it is the state before it.
   */
  async state(): Promise<TrainingState> {
    const {setup, means, position, metrics, unreported, open} = this.training;
    return {
      record: {
        version: 1,
        position: {...position},
        seed: setup.seed,
        optimizer: this.optimizer.name,
        terms: this.terms.map(({name}) => name),
        means: {report: means.report.state, terms: means.terms.state, epoch: means.epoch.state},
        metrics: {...metrics},
        ...(unreported && {unreported: {...unreported}}),
      },
      tensors: await readTensors(
        variablesOf(setup.weights, setup.updater, weight => open?.valueBefore(weight) ?? weight.read()),
      ),
    };
  }

  /**
   * Takes over a state, all of it or nothing.
   *
   * @throws {@link CheckpointMismatchError} if it is of another network, objective, optimizer or seed, with every difference;
   * with `weightsOnly`, only if what is taken differs.
   * @throws If `fit` is running.
   */
  restore(state: TrainingState, options: RestoreOptions = {}): void {
    const {weightsOnly = false} = checkOptions('restore', options, {weightsOnly: true});
    if (![true, false, 'backbone'].includes(weightsOnly)) {
      throw new Error(
        `restore: weightsOnly must be true, false or 'backbone', but is ${String(weightsOnly)}.`,
      );
    }
    if (this.busy)
      throw new Error('restore: this trainer is training; take a state over when fit has ended.');
    if (weightsOnly) {
      this.restoreWeights(state.tensors, weightsOnly === true ? '' : 'backbone/');
      return;
    }
    const {training} = this;
    const {record, tensors} = state;
    const variables = variablesOf(training.setup.weights, training.setup.updater);
    // The slots of another optimizer all differ, which says no more than its name does.
    const compared = <T>(all: Map<string, T>) =>
      record.optimizer === this.optimizer.name ? all : selected(all, name => !isSlot(name));
    const differences = [
      ...this.recordDifferences(record),
      ...tensorDifferences(compared(tensors), compared(variables)),
    ];
    if (differences.length > 0) throw new CheckpointMismatchError(differences);
    writeTensors(tensors, variables);
    training.position = {...record.position};
    training.metrics = {...record.metrics};
    training.unreported = record.unreported && {...record.unreported};
    for (const of of ['report', 'terms', 'epoch'] as const) training.means[of].state = record.means[of];
  }

  private recordDifferences({optimizer, seed, terms}: TrainingRecord): string[] {
    const list = (names: string[]) => `[${names.join(', ')}]`;
    const compared = [
      ['optimizer', optimizer, this.optimizer.name],
      ['seed', seed, this.training.setup.seed],
      ['objective', list(terms), list(this.terms.map(({name}) => name))],
    ];
    return compared
      .filter(([, there, here]) => there !== here)
      .map(([what, there, here]) => `the ${what} is ${there} in the checkpoint, but ${here} here`);
  }

  /** Takes over the weights whose names begin so, and begins the training anew. */
  private restoreWeights(tensors: TrainingState['tensors'], prefix: string): void {
    const {training} = this;
    const {weights, updater} = training.setup;
    const variables = new Map(weights.map(({name, weight}) => [name, weight.read()]));
    const isTaken = (name: string) => name.startsWith(prefix) && !isSlot(name) && !isCount(name);
    const [saved, needed] = [selected(tensors, isTaken), selected(variables, isTaken)];
    const differences = tensorDifferences(saved, needed);
    if (differences.length > 0) throw new CheckpointMismatchError(differences);
    writeTensors(saved, needed);
    clearTensors(selected(variables, isCount));
    updater.reset();
    training.position = {step: 0, epoch: 0, batch: 0};
    training.metrics = {};
    training.unreported = undefined;
    for (const means of Object.values(training.means)) means.state = {};
  }

  /**
   * Goes on from the newest checkpoint, if there is one.
   *
   * @returns Whether there was one.
   * @throws If the checkpoint does not fit, as {@link restore}.
   */
  async resume(checkpoints: CheckpointStore): Promise<boolean> {
    const state = await checkpoints.load();
    if (state === undefined) return false;
    this.restore(state);
    return true;
  }

  /** Lets go of what the optimizer remembers. Network and heads remain. */
  dispose(): void {
    this.training.setup.updater.dispose();
  }
}
