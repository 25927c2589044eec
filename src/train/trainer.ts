import * as tf from '@tensorflow/tfjs-core';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import {registerKernels} from '../backend/registerKernels';
import {check} from '../base/check';
import {checkOptions} from '../base/checkOptions';
import {oneProcess} from '../base/oneProcess';
import {ShardedBatches} from '../data/batches/shardBatches';
import {scheduleAt} from '../schedules/schedule';
import {alikeOnRanks} from './alikeOnRanks';
import type {CheckpointStore} from './checkpoints/checkpointStore';
import type {TrainingPosition, TrainingState} from './checkpoints/trainingState';
import {type BatchesLike, batchesOf} from './loop/batchesOf';
import {checkFitOptions, type FitOptions} from './loop/fitOptions';
import type {StepReport} from './loop/stepReport';
import {type StepPlan, TrainingLoop} from './loop/trainingLoop';
import {TrainingRun} from './loop/trainingRun';
import type {StepSetup} from './step/trainingStep';
import {stepSetupOf} from './stepSetupOf';
import {checkConfig, type TrainerConfig} from './trainerConfig';
import {Training} from './training';
import {trainingSettings} from './trainingSettings';

const nobodyTrains =
  'fit: nothing is trained, because for a second nobody has taken a report: write `await trainer.fit(…)` or `for await (const report of trainer.fit(…))`.';

/** How to take a state over. */
export interface RestoreOptions {
  /**
   * Take over weights only, and begin the training anew: step, schedules and optimizer start from nothing. True takes those of the
   * network and the objective, running statistics and centers included: for another optimizer, or to fine-tune with other layers
   * frozen. `'backbone'` takes the network's and leaves the objective alone: for another head, or another number of classes.
   * Default false.
   */
  weightsOnly?: boolean | 'backbone';
  /**
   * Let heads and centers have more classes than in the state. The first classes are those of the state, with what the optimizer
   * remembers of them; the others stay as this trainer has them. Training goes on where it was, unless `weightsOnly`. Default false.
   */
  growClasses?: boolean;
  /**
   * Begin the pass over the data that was under way anew: for other data, in which the place where it stopped means nothing. Steps,
   * schedules and the optimizer go on. Default false.
   */
  restartPass?: boolean;
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
 * @throws If an option is wrong, a name in `freeze` belongs to no layer, or nothing is left to train.
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
  private readonly training: Training;
  private readonly plan: StepPlan;
  private readonly setup: StepSetup;
  private readonly settings: Record<string, unknown>;
  private busy = false;
  private disposed = false;

  constructor(config: TrainerConfig) {
    checkConfig(config);
    const {backbone, optimizer, learningRate, accumulate = 1, onWarning = console.warn} = config;
    const collective = config.collective ?? oneProcess;
    this.backbone = backbone;
    this.setup = stepSetupOf(config);
    this.settings = trainingSettings(config);
    this.training = new Training(this.setup, optimizer.name, this.settings);
    this.plan = {
      accumulate,
      collective,
      warn: onWarning,
      // All ranks would say the same.
      warnOnce: message => {
        if (collective.rank === 0) onWarning(message);
      },
      learningRateAt: step =>
        check.notNegative(
          'Trainer',
          `learningRate at step ${step}`,
          typeof learningRate === 'function' ? learningRate(step) : scheduleAt(learningRate, step),
        ),
    };
  }

  /** How far the training has come. */
  get position(): TrainingPosition {
    return {...this.training.position};
  }

  /**
   * Trains, and reports during training. It continues from this trainer's position: after {@link restore} from there, and called again
   * from where it ended. Whoever stops taking reports stops the training; a checkpoint is written then too. Nothing is trained before
   * the first report is asked for. `await trainer.fit(…)` trains to the end and gives the last report, as {@link Trainer.run}; so does an
   * async function that returns a run, which JavaScript awaits. A run that nobody has awaited or asked for a report after a second warns.
   *
   * @param source Batches: a `BatchSource`, an array, any iterable (best a function that makes one for each pass), a `tf.data`
   * dataset. Their tensors are disposed of when used, except those of an array.
   * @param options How long, and what to do on the way.
   * @throws {@link TrainingDivergedError} if a loss, a gradient, or a weight that a checkpoint would hold is not finite; before
   * the step or the checkpoint.
   * @throws If a function gives no learning rate, the source throws, a batch does not fit the network, the checkpoints are those of
   * another training that runs, or this trainer is disposed. All errors come with the first report. After an error in a step that may have
   * damaged weights, such as a full heap of `wasm`, no checkpoint is written.
   *
   * @example
   * ```js
   * for await (const {step, loss, accuracy} of trainer.fit(batches, {epochs: 20})) console.log(step, loss, accuracy);
   * ```
   */
  fit(source: BatchesLike, options: FitOptions = {}): TrainingRun {
    return new TrainingRun(this.reports(source, options), () => this.plan.warnOnce(nobodyTrains));
  }

  private async *reports(
    source: BatchesLike,
    options: FitOptions,
  ): AsyncGenerator<StepReport, void, undefined> {
    this.checkAlive('fit');
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
      this.checkStore(options);
      if (this.plan.collective.size > 1) this.beginInRanks(source, options);
      yield* new TrainingLoop(this.training, this.plan, batchesOf(source), options).run();
    } finally {
      this.busy = false;
    }
  }

  private checkStore({checkpoints}: FitOptions): void {
    if (!this.training.hasRows || checkpoints === undefined || checkpoints.saveRows) return;
    throw new Error(
      'fit: checkpoints must be a store that keeps rows of classes, such as checkpointFolder, where a head is divided among processes or ' +
        'draws classes, but have no saveRows.',
    );
  }

  /** Makes sure that all ranks begin the same. */
  private beginInRanks(source: BatchesLike, options: FitOptions): void {
    const {epochs, steps, reportEvery, checkpointEvery, validateEvery} = options;
    const {plan, settings, setup, training} = this;
    const checkpoints = options.checkpoints ? 'given' : undefined;
    const fit = {epochs, steps, reportEvery, checkpointEvery, validateEvery, checkpoints};
    const {process} = globalThis as {process?: {version: string}};
    const all = {
      ...settings,
      seed: setup.seed,
      fit,
      position: training.position,
      backend: tf.getBackend(),
      versions: {tensorflow: tf.version_core, node: process?.version},
      ...(source instanceof ShardedBatches && {data: source.signature}),
    };
    alikeOnRanks(plan.collective, all, setup);
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
    return await this.fit(source, options);
  }

  /**
   * Everything that a later {@link restore} needs to go on as if training had never stopped. It may be asked for at any time: while a
   * step is under way it is the state before it.
   *
   * @throws If this trainer is disposed.
   */
  async state(): Promise<TrainingState> {
    this.checkAlive('state');
    const [sampled] = this.setup.divided.sampled;
    if (sampled) {
      throw new Error(
        `state: all of a training must be tensors, but ${sampled.name} is in the host's memory: save to a store that keeps rows, such as checkpointFolder.`,
      );
    }
    return this.training.state();
  }

  /**
   * Takes over a state, all of it or nothing. Settings may be others than they were (rates, weight decay, clipping, margins, term
   * weights): a warning names each. Whether the data are the same is checked when `fit` begins.
   *
   * @throws {@link CheckpointMismatchError} if it is of another network, objective, optimizer or seed, with every difference;
   * with `weightsOnly`, only if what is taken differs.
   * @throws If `fit` is running, or this trainer is disposed.
   */
  restore(state: TrainingState, options: RestoreOptions = {}): void {
    this.checkAlive('restore');
    const isPart = state.rows !== undefined || this.setup.divided.sampled.length > 0;
    if (isPart && options.weightsOnly !== 'backbone') {
      throw new Error(
        'restore: a state whose rows of classes are kept beside it must be taken over by resume, which reads them, but is given to restore.',
      );
    }
    this.take(state, options);
  }

  private take(state: TrainingState, options: RestoreOptions): void {
    const {
      weightsOnly = false,
      restartPass = false,
      growClasses = false,
    } = checkOptions('restore', options, {
      weightsOnly: true,
      restartPass: true,
      growClasses: true,
    });
    if (![true, false, 'backbone'].includes(weightsOnly)) {
      throw new Error(
        `restore: weightsOnly must be true, false or 'backbone', but is ${String(weightsOnly)}.`,
      );
    }
    if (this.busy)
      throw new Error('restore: this trainer is training; take a state over when fit has ended.');
    if (weightsOnly) {
      this.training.restoreWeights(state.tensors, weightsOnly === true ? '' : 'backbone/', growClasses);
    } else this.restoreAll(state, restartPass, growClasses);
  }

  private restoreAll(state: TrainingState, restartPass: boolean, growClasses: boolean): void {
    const differences = this.training.restore(state, growClasses);
    if (restartPass) this.training.restartPass();
    if (differences.length === 0) return;
    this.plan.warnOnce(`restore: training continues with other settings: ${differences.join('; ')}.`);
  }

  /**
   * Goes on from the newest checkpoint, if there is one.
   *
   * @param options How, as for {@link restore}.
   * @returns Whether there was one.
   * @throws If the checkpoint does not fit, as {@link restore}.
   */
  async resume(checkpoints: CheckpointStore, options: RestoreOptions = {}): Promise<boolean> {
    this.checkAlive('resume');
    const state = await checkpoints.load({isQuiet: this.plan.collective.rank > 0});
    if (state === undefined) return false;
    const {training} = this;
    if (options.weightsOnly === 'backbone' || !(training.hasRows || state.rows)) this.restore(state, options);
    else {
      this.take(await training.ownState(state, !options.weightsOnly), options);
      await training.fillRows(state, !options.weightsOnly);
    }
    return true;
  }

  /**
   * Gives the network its averaged weights while a function runs, to evaluate, export or save it, and its own weights back after it.
   *
   * @param use What to do with `backbone` meanwhile; it may be asynchronous.
   * @returns What `use` gives.
   * @throws If the trainer keeps no average (option `ema`), a step is under way (call it between reports, or after the training), or
   * this trainer is disposed.
   *
   * @example
   * ```js
   * const averaging = new Trainer({backbone: network, objective: head, optimizer: sgd(), learningRate: 0.1, ema: 0.999});
   * await averaging.run(batches, {epochs: 1});
   * const weightsToShip = await averaging.withAverage(() => exportWeights(network));
   * ```
   */
  async withAverage<T>(use: () => T | Promise<T>): Promise<T> {
    this.checkAlive('withAverage');
    if (!this.training.hasAverage)
      throw new Error(
        'withAverage: needs the option ema of Trainer, which says how slowly the average follows.',
      );
    if (this.training.step)
      throw new Error('withAverage: a step is under way; call it between reports, or after the training.');
    return this.training.withAverage(use);
  }

  /**
   * Disposes of averaged weights, and of what the optimizer remembers, without which nothing can be trained. Network and heads remain.
   *
   * @throws If `fit` is running.
   */
  dispose(): void {
    if (this.busy) throw new Error('dispose: this trainer is training; dispose of it when fit has ended.');
    this.disposed = true;
    this.training.dispose();
  }

  private checkAlive(where: string): void {
    if (this.disposed) {
      throw new Error(
        `${where}: this trainer must not be disposed of yet, but is; make a new one with the same backbone and objective.`,
      );
    }
  }
}
