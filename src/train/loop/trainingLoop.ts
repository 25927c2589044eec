import * as tf from '@tensorflow/tfjs-core';
import {nextTask} from '../../base/nextTask';
import type {Batch} from '../../data/batches/batchSource';
import {
  notFiniteWeights,
  type TrainingPosition,
  type TrainingRecord,
  type TrainingState,
} from '../checkpoints/trainingState';
import {TrainingDivergedError} from '../step/trainingDivergedError';
import {type StepSetup, type TakenStep, TrainingStep} from '../step/trainingStep';
import type {AnySource} from './batchesOf';
import type {FitOptions} from './fitOptions';
import type {Means} from './means';
import {prefetchNext} from './prefetchNext';
import type {StepReport} from './stepReport';
import {Stopwatch} from './stopwatch';

/** Means since the last report, of the terms apart, and since the epoch began. */
export type MeansOf = 'report' | 'terms' | 'epoch';

/** A training: what the loop works on. */
export interface Training {
  readonly setup: StepSetup;
  /** Batches to a step. */
  readonly accumulate: number;
  readonly means: Readonly<Record<MeansOf, Means>>;
  position: TrainingPosition;
  metrics: Record<string, number>;
  /** The end of a pass that is yet to be validated and reported. */
  unreported?: TrainingRecord['unreported'];
  /** The step that is under way. */
  open?: TrainingStep;
  learningRateAt(step: number): number;
  state(): Promise<TrainingState>;
}

/** What a report says of the last step alone. */
type Reported = NonNullable<TrainingRecord['unreported']>;

/** How long, in milliseconds, training may hold up everything else that waits in the process. */
const patience = 20;

/** Takes steps until the options say that it is enough. See `Trainer.fit`. */
export class TrainingLoop {
  private readonly stopwatch = new Stopwatch();
  private batchesPerEpoch: number | undefined;
  private savedStep: number | undefined;
  /** The last step of this run. */
  private taken: TakenStep | undefined;
  private pausedAt = performance.now();
  /** False while a step changes weights, and after it failed to. */
  private sound = true;

  constructor(
    private readonly training: Training,
    private readonly source: AnySource,
    private readonly options: FitOptions,
  ) {
    this.savedStep = training.position.step;
    this.batchesPerEpoch = source.batchesPerEpoch;
  }

  async *run(): AsyncGenerator<StepReport, void, undefined> {
    try {
      yield* this.leftOver();
      while (!this.isOver()) yield* this.pass();
    } finally {
      // Also where the taker breaks off or the data cannot be read further: no step that was taken is lost.
      if (this.sound) await this.save();
    }
  }

  /** Validates and reports a pass that has ended before this run, because its validation threw. */
  private async *leftOver(): AsyncGenerator<StepReport, void, undefined> {
    const {unreported} = this.training;
    if (unreported === undefined || this.options.signal?.aborted) return;
    const report = await this.report(unreported);
    // The checkpoint of this step, if there is one, lacks what has been found.
    this.savedStep = undefined;
    yield report;
    await this.afterStep(true);
  }

  private isOver(): boolean {
    const {epochs = Infinity, steps = Infinity, signal} = this.options;
    const {epoch, step} = this.training.position;
    return epoch >= epochs || step >= steps || signal?.aborted === true;
  }

  /** What is left of a pass over the data. */
  private async *pass(): AsyncGenerator<StepReport, void, undefined> {
    const {training} = this;
    const {epoch, batch} = training.position;
    const batches = prefetchNext(this.source.epoch(epoch, batch), ({images, labels}) =>
      tf.dispose([images, labels]),
    );
    try {
      for await (const {item, isLast} of batches) {
        training.open ??= this.begin(item);
        const step = training.open;
        step.add(item);
        const last = await isLast();
        if (step.batches < training.accumulate && !last) continue;
        const reported = await this.finish(step, last);
        if (reported) yield await this.report(reported);
        await this.afterStep(last);
        if (this.isOver()) return;
      }
    } finally {
      training.open?.rollBack();
      this.close();
    }
    if (training.position.epoch === epoch) throw new Error(noBatches(epoch, batch));
  }

  private begin({images, labels}: Batch): TrainingStep {
    const {training, taken: previous} = this;
    const {step, epoch} = training.position;
    const next = step + 1;
    try {
      const learningRate = training.learningRateAt(next);
      return new TrainingStep(training.setup, {step: next, epoch, learningRate, previous});
    } catch (error) {
      // No step has the batch yet that would dispose of it.
      tf.dispose([images, labels]);
      throw error;
    }
  }

  /** Lets go of the step that is under way. */
  private close(): void {
    const {training} = this;
    training.open?.dispose();
    training.open = undefined;
  }

  /** Takes a step whose batches are all there. Gives what is to be reported of it, if anything is. */
  private async finish(step: TrainingStep, last: boolean): Promise<Reported | undefined> {
    const {training, options, stopwatch} = this;
    const {position} = training;
    const next = position.step + 1;
    const isReported = last || next % (options.reportEvery ?? 1) === 0 || next === options.steps;
    this.sound = false;
    const {loss, gradientNorm, terms, accuracy, images} = await step.measure({accuracy: isReported});
    // From here on nothing waits, so that whoever asks for the state meanwhile finds it before the step or after it.
    step.take();
    this.sound = true;
    const {learningRate} = step;
    const used = position.batch + step.batches;
    this.close();
    this.taken = {step: next, epoch: position.epoch, learningRate, gradientNorm, terms};
    training.means.report.add({loss, gradientNorm});
    training.means.terms.add(terms);
    training.means.epoch.add({loss});
    stopwatch.step(images);
    const reported = {accuracy, learningRate};
    training.position = {step: next, epoch: position.epoch, batch: used};
    if (last) {
      this.batchesPerEpoch = used;
      training.position = {step: next, epoch: position.epoch + 1, batch: 0};
      training.metrics = training.means.epoch.take();
      training.unreported = reported;
    }
    return isReported ? reported : undefined;
  }

  private async report({accuracy, learningRate}: Reported): Promise<StepReport> {
    const {training, options, stopwatch} = this;
    const {step, epoch} = training.position;
    const last = training.unreported !== undefined;
    stopwatch.pause();
    const imagesPerSecond = stopwatch.takeRate();
    if (last) {
      const found = await this.validated(epoch);
      training.metrics = {...training.metrics, ...found};
      training.unreported = undefined;
    }
    const {loss, gradientNorm} = training.means.report.take();
    const steps = this.totalSteps();
    const report: StepReport = {
      step,
      steps,
      epoch: last ? epoch - 1 : epoch,
      endOfEpoch: last,
      loss,
      terms: training.means.terms.take(),
      accuracy,
      learningRate,
      gradientNorm,
      imagesPerSecond,
      secondsLeft: steps === undefined ? undefined : stopwatch.secondsFor(steps - step),
      metrics: last ? training.metrics : undefined,
    };
    await options.callbacks?.onReport?.(report);
    if (last) await options.callbacks?.onEpochEnd?.(report);
    return report;
  }

  /** The figures after so many passes, if it is time for them. */
  private async validated(passes: number): Promise<Record<string, number> | undefined> {
    const {validate, validateEvery = 1, epochs} = this.options;
    return passes % validateEvery === 0 || passes === epochs ? validate?.() : undefined;
  }

  /** How many steps there will be, if that can be known. */
  private totalSteps(): number | undefined {
    const {epochs = Infinity, steps = Infinity} = this.options;
    const stepsPerEpoch =
      this.batchesPerEpoch === undefined
        ? Infinity
        : Math.ceil(this.batchesPerEpoch / this.training.accumulate);
    const total = Math.min(steps, epochs * stepsPerEpoch);
    return Number.isFinite(total) ? total : undefined;
  }

  /** What there is to do between two steps besides reporting. */
  private async afterStep(last: boolean): Promise<void> {
    const {stopwatch} = this;
    const {checkpointEvery = Infinity} = this.options;
    stopwatch.pause();
    if (last || this.training.position.step % checkpointEvery === 0) await this.save();
    if (performance.now() - this.pausedAt > patience) {
      await nextTask();
      this.pausedAt = performance.now();
    }
    stopwatch.resume();
  }

  private async save(): Promise<void> {
    const {checkpoints, callbacks} = this.options;
    const {step, epoch} = this.training.position;
    if (checkpoints === undefined || step === this.savedStep) return;
    this.savedStep = step;
    const state = await this.training.state();
    const weights = notFiniteWeights(state);
    if (this.taken && weights.length > 0) {
      throw new TrainingDivergedError({...this.taken, at: 'update', weights});
    }
    await checkpoints.save(state);
    await callbacks?.onCheckpoint?.({step, epoch});
  }
}

const noBatches = (epoch: number, batch: number) =>
  batch > 0
    ? `Trainer: the data ends before batch ${batch} of epoch ${epoch}, where the training stopped; is it the same data?`
    : `Trainer: there are no batches in epoch ${epoch}. An iterator gives its batches once: for several passes give a function that makes a new one.`;
