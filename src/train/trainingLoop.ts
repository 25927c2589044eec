import * as tf from '@tensorflow/tfjs-core';
import type {Batch} from '../data/batchSource';
import type {AnySource} from './batchesOf';
import type {FitOptions} from './fitOptions';
import {lookingAhead} from './lookingAhead';
import type {Means} from './means';
import {nextTask} from './nextTask';
import type {StepReport} from './stepReport';
import {Stopwatch} from './stopwatch';
import {TrainingDivergedError} from './trainingDivergedError';
import {notFiniteWeights, type TrainingPosition, type TrainingState} from './trainingState';
import {type StepFigures, type StepSetup, type TakenStep, TrainingStep} from './trainingStep';

/** Means since the last report, of the terms apart, and since the epoch began. */
export type MeansOf = 'report' | 'terms' | 'epoch';

/** A training between two steps: what the loop works on. */
export interface Training {
  readonly setup: StepSetup;
  /** Batches to a step. */
  readonly accumulate: number;
  readonly means: Readonly<Record<MeansOf, Means>>;
  position: TrainingPosition;
  metrics: Record<string, number>;
  learningRateAt(step: number): number;
  state(): Promise<TrainingState>;
}

/** How long, in milliseconds, training may hold up everything else that waits in the process. */
const patience = 20;

/** Takes steps until the options say that it is enough. See `Trainer.fit`. */
export class TrainingLoop {
  private readonly stopwatch = new Stopwatch();
  private batchesPerEpoch: number | undefined;
  private savedStep: number;
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
      while (!this.isOver()) yield* this.pass();
    } finally {
      // Also where the taker breaks off or the data cannot be read further: no step that was taken is lost.
      if (this.sound) await this.save();
    }
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
    const batches = lookingAhead(this.source.epoch(epoch, batch), ({images, labels}) =>
      tf.dispose([images, labels]),
    );
    let step: TrainingStep | undefined;
    try {
      for await (const {item, isLast} of batches) {
        step ??= this.begin(item);
        step.add(item);
        const last = await isLast();
        if (step.batches < training.accumulate && !last) continue;
        const figures = await this.finish(step, last);
        step = undefined;
        const report = figures && (await this.report(figures, epoch, last));
        if (report) yield report;
        await this.afterStep(last);
        if (this.isOver()) return;
      }
    } finally {
      step?.rollBack();
      step?.dispose();
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

  /** Takes a step whose batches are all there. Gives its figures where they are to be reported. */
  private async finish(taken: TrainingStep, last: boolean): Promise<StepFigures | undefined> {
    const {training, options, stopwatch} = this;
    const {step, epoch, batch} = training.position;
    const next = step + 1;
    const reported = last || next % (options.reportEvery ?? 1) === 0 || next === options.steps;
    this.sound = false;
    const figures = await taken.finish({measure: reported});
    this.sound = true;
    const used = batch + taken.batches;
    taken.dispose();
    training.position = last ? {step: next, epoch: epoch + 1, batch: 0} : {step: next, epoch, batch: used};
    if (last) this.batchesPerEpoch = used;
    const {loss, gradientNorm, terms} = figures;
    this.taken = {step: next, epoch, learningRate: taken.learningRate, gradientNorm, terms};
    training.means.report.add({loss, gradientNorm});
    training.means.terms.add(terms);
    training.means.epoch.add({loss});
    stopwatch.step(figures.images);
    return reported ? figures : undefined;
  }

  private async report({accuracy}: StepFigures, epoch: number, last: boolean): Promise<StepReport> {
    const {training, options, stopwatch} = this;
    const {step} = training.position;
    stopwatch.pause();
    const imagesPerSecond = stopwatch.takeRate();
    if (last) training.metrics = {...training.means.epoch.take(), ...(await this.validated(epoch + 1))};
    const {loss, gradientNorm} = training.means.report.take();
    const steps = this.totalSteps();
    const report: StepReport = {
      step,
      steps,
      epoch,
      endOfEpoch: last,
      loss,
      terms: training.means.terms.take(),
      accuracy,
      learningRate: training.learningRateAt(step),
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
