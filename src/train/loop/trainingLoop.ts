import * as tf from '@tensorflow/tfjs-core';
import {leavesTensorsAlone} from '../../backend/leavesTensorsAlone';
import type {Collective} from '../../base/collective';
import {nextTask} from '../../base/nextTask';
import type {Batch, BatchSignature} from '../../data/batches/batchSource';
import {TrainingDivergedError} from '../step/trainingDivergedError';
import type {TakenStep, TrainingStep} from '../step/trainingStep';
import type {LastStep, Training} from '../training';
import {Agreement} from './agreement';
import type {AnySource} from './batchesOf';
import {CheckpointSaving} from './checkpointSaving';
import type {FitOptions} from './fitOptions';
import {type Ahead, prefetchNext} from './prefetchNext';
import type {StepReport} from './stepReport';
import {Stopwatch} from './stopwatch';

/** How long, in milliseconds, training may hold up everything else that waits in the process. */
const patience = 20;

/** What a trainer says of every step. */
export interface StepPlan {
  /** Batches to a step. */
  accumulate: number;
  /** The processes that train together. */
  collective: Collective;
  /** The learning rate of a step, from 1 on. */
  learningRateAt(step: number): number;
  /** Takes what one should know and is not an error. */
  warn(message: string): void;
  /** The same, of what all processes find alike: one of them tells it. */
  warnOnce(message: string): void;
}

/** Takes steps until the options say that it is enough. See `Trainer.fit`. */
export class TrainingLoop {
  private readonly stopwatch = new Stopwatch();
  private batchesPerEpoch: number | undefined;
  /** The last step of this run. */
  private taken: TakenStep | undefined;
  private pausedAt = performance.now();
  /** Whether the source's data has been compared with the data of the training so far. */
  private isCompared = false;
  /** False while a step is computed and taken, and after an error in it that may have damaged weights. */
  private sound = true;
  private readonly agreement: Agreement;
  private readonly saving: CheckpointSaving;
  /** Whether some rank is to stop. */
  private isStopped = false;

  constructor(
    private readonly training: Training,
    private readonly plan: StepPlan,
    private readonly source: AnySource,
    private readonly options: FitOptions,
  ) {
    this.agreement = new Agreement(plan.collective);
    this.saving = new CheckpointSaving(training, plan.collective, this.agreement, options);
    this.batchesPerEpoch = source.batchesPerEpoch;
  }

  async *run(): AsyncGenerator<StepReport, void, undefined> {
    await this.agreement.together(() => this.saving.begin());
    try {
      await this.agreement.together(() => this.findPlace());
      this.agreeOnStop();
      yield* this.leftOver();
      while (!this.isOver()) yield* this.pass();
    } catch (error) {
      throw this.explained(error);
    } finally {
      try {
        // Also if the consumer breaks off or the data cannot be read further: no finished step is lost.
        if (!this.agreement.any(!this.sound)) await this.saving.save(this.taken);
      } finally {
        await this.saving.end();
      }
    }
  }

  /**
   * Gives a report, and agrees whether to stop. All ranks stop where the consumer of one breaks off, or a signal comes.
   */
  private async *given(report: StepReport): AsyncGenerator<StepReport, void, undefined> {
    let isTaken = false;
    try {
      yield report;
      isTaken = true;
    } finally {
      if (!isTaken) this.agreeOnStop(true);
    }
  }

  /** Finds the place in the source where the training continues, if the source describes its data. */
  private findPlace(): void {
    const {signature, batchesPerEpoch = Infinity} = this.source;
    if (signature === undefined) return;
    this.goOnWith(signature, false);
    const {step, batch} = this.training.position;
    // Its batches are larger now, or it has lost its last, incomplete one.
    if (batch >= batchesPerEpoch) this.training.leavePass({learningRate: this.plan.learningRateAt(step)});
  }

  private goOnWith(batches: BatchSignature, isDrawn: boolean): void {
    this.isCompared = true;
    const warning = this.training.goOnWith(batches, isDrawn);
    if (warning) this.plan.warnOnce(warning);
  }

  /** Validates and reports a pass that has ended before this run, because its validation threw. */
  private async *leftOver(): AsyncGenerator<StepReport, void, undefined> {
    const {unreported} = this.training;
    if (unreported === undefined || this.isStopped) return;
    const report = await this.report(unreported);
    // The checkpoint of this step, if there is one, lacks what has been found.
    this.saving.saveAgain();
    yield* this.given(report);
    this.agreeOnStop();
    await this.afterStep(true);
  }

  /** The error, with what it means for the checkpoints where one would have been written. */
  private explained(error: unknown): unknown {
    const {step} = this.training.position;
    if (this.sound || !this.saving.isDue || error instanceof TrainingDivergedError) return error;
    const message = error instanceof Error ? error.message : String(error);
    return new Error(
      `${message} No checkpoint of step ${step} was written, because this error may have damaged the weights: go on from the last checkpoint.`,
      {cause: error},
    );
  }

  private agreeOnStop(isLeft = false): void {
    this.isStopped = this.agreement.any(isLeft || this.options.signal?.aborted === true);
  }

  private isOver(): boolean {
    const {epochs = Infinity, steps = Infinity, signal} = this.options;
    const {epoch, step} = this.training.position;
    const isStopped = this.plan.collective.size > 1 ? this.isStopped : signal?.aborted === true;
    return epoch >= epochs || step >= steps || isStopped;
  }

  /** The rest of a pass over the data. */
  private async *pass(): AsyncGenerator<StepReport, void, undefined> {
    const {training} = this;
    const {epoch, batch} = training.position;
    const batches = prefetchNext(this.source.epoch(epoch, batch), ({images, labels}) =>
      tf.dispose([images, labels]),
    );
    const isAlone = this.plan.collective.size === 1;
    try {
      for (;;) {
        const next = await this.next(batches);
        if (next.done) break;
        const {item, isLast} = next.value;
        const unit = this.agreement.batch(item.labels.size, epoch);
        const step = await this.shared(() => this.add(item, unit));
        // The pass of all ranks ends with the shortest. Where the next batch cannot be read, that is told when it is asked for.
        const last = this.agreement.any(await (isAlone ? isLast() : isLast().catch(() => false)));
        // The last batch of a pass may be smaller.
        if (!this.isCompared && !last) {
          // Other ranks may have sources that tell their size at once.
          await this.lone(() => this.goOnWith({size: item.labels.size}, true));
        }
        if (step.batches < this.plan.accumulate && !last) continue;
        const reported = await this.lone(() => this.finish(step, last));
        if (reported) yield* this.given(await this.report(reported));
        this.agreeOnStop();
        await this.afterStep(last);
        if (this.isOver() || last) return;
      }
      if (!isAlone) this.agreement.batch(undefined, epoch);
    } finally {
      training.cancelStep();
      await batches.return(undefined);
    }
    if (training.position.epoch === epoch) throw new Error(noBatches(epoch, batch));
  }

  /** The next batch. That it cannot be read is told to the other ranks, which wait for it. */
  private async next(batches: AsyncGenerator<Ahead<Batch>>): Promise<IteratorResult<Ahead<Batch>, unknown>> {
    try {
      return await batches.next();
    } catch (error) {
      this.agreement.noBatch(error);
      throw error;
    }
  }

  /** Does what may fail on one rank alone. Within it ranks wait for one another only if a head is divided. */
  private async shared<T>(action: () => T): Promise<T> {
    return this.training.hasRows ? this.lone(action) : this.agreement.together(action);
  }

  /** Does what ranks do together. One that fails by itself ends all, because the others wait for it where nothing can reach them. */
  private async lone<T>(action: () => T | Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      const {collective, warn} = this.plan;
      if (collective.size === 1 || error instanceof TrainingDivergedError) throw error;
      const {message, stack = message} = error instanceof Error ? error : new Error(String(error));
      warn(`Trainer: all ranks end, because rank ${collective.rank} failed within a step: ${stack}`);
      collective.abort(1);
      throw error;
    }
  }

  private begin({images, labels}: Batch): TrainingStep {
    const {training, taken: previous} = this;
    const {step, epoch} = training.position;
    const next = step + 1;
    try {
      const learningRate = this.plan.learningRateAt(next);
      return training.beginStep({step: next, epoch, learningRate, previous});
    } catch (error) {
      // No step has the batch yet that would dispose of it.
      tf.dispose([images, labels]);
      throw error;
    }
  }

  /** Adds a batch to the step that is under way, or begins one with it. */
  private add(batch: Batch, unit: number): TrainingStep {
    const step = this.training.step ?? this.begin(batch);
    this.sound = false;
    try {
      step.add(batch, unit);
      this.sound = true;
      return step;
    } catch (error) {
      // Such as labels out of range: no trained weight is written before the step is taken.
      this.sound = leavesTensorsAlone(error);
      throw error;
    }
  }

  /** Takes a step whose batches are all there. Gives what is to be reported of it, if anything is. */
  private async finish(step: TrainingStep, last: boolean): Promise<LastStep | undefined> {
    const {training, options} = this;
    const {step: taken, epoch} = training.position;
    const next = taken + 1;
    const isReported = last || next % (options.reportEvery ?? 1) === 0 || next === options.steps;
    const {learningRate} = step;
    this.sound = false;
    const figures = await step.measure({accuracy: isReported});
    const batches = training.takeStep(figures, last);
    this.sound = true;
    const {gradientNorm, terms, accuracy, images} = figures;
    this.taken = {step: next, epoch, learningRate, gradientNorm, terms};
    this.stopwatch.step(images);
    if (last) this.batchesPerEpoch = batches;
    return isReported ? {accuracy, learningRate} : undefined;
  }

  private async report({accuracy, learningRate}: LastStep): Promise<StepReport> {
    const {training, options, stopwatch} = this;
    const {step, epoch} = training.position;
    const last = training.unreported !== undefined;
    stopwatch.pause();
    const imagesPerSecond = stopwatch.takeRate();
    if (last) training.endPass(await this.validated(epoch));
    const {loss, gradientNorm, terms} = training.takeMeans();
    const steps = this.totalSteps();
    const report: StepReport = {
      step,
      steps,
      epoch: last ? epoch - 1 : epoch,
      endOfEpoch: last,
      loss,
      terms,
      accuracy,
      learningRate,
      gradientNorm,
      imagesPerSecond,
      secondsLeft: steps === undefined ? undefined : stopwatch.secondsFor(steps - step),
      metrics: last ? {...training.metrics} : undefined,
    };
    await this.agreement.together(async () => {
      await options.callbacks?.onReport?.(report);
      if (last) await options.callbacks?.onEpochEnd?.(report);
    });
    return report;
  }

  /** The figures after so many passes, if it is time for them. */
  private async validated(passes: number): Promise<Record<string, number> | undefined> {
    const {validate, validateEvery = 1, epochs} = this.options;
    const isDue = passes % validateEvery === 0 || passes === epochs;
    // Ranks may leave it to one of them.
    return this.agreement.together(() =>
      validate && isDue ? this.training.withAverage(validate) : undefined,
    );
  }

  /** How many steps there will be, if that can be known. */
  private totalSteps(): number | undefined {
    const {epochs = Infinity, steps = Infinity} = this.options;
    const stepsPerEpoch =
      this.batchesPerEpoch === undefined ? Infinity : Math.ceil(this.batchesPerEpoch / this.plan.accumulate);
    const total = Math.min(steps, epochs * stepsPerEpoch);
    return Number.isFinite(total) ? total : undefined;
  }

  /** What there is to do between two steps besides reporting. */
  private async afterStep(last: boolean): Promise<void> {
    const {stopwatch} = this;
    const {checkpointEvery = Infinity} = this.options;
    stopwatch.pause();
    const isDue = last || this.training.position.step % checkpointEvery === 0;
    // A rank that has stopped saves at the end, and so do all.
    if (isDue && !this.isStopped) await this.saving.save(this.taken);
    if (performance.now() - this.pausedAt > patience) {
      await nextTask();
      this.pausedAt = performance.now();
    }
    stopwatch.resume();
  }
}

const noBatches = (epoch: number, batch: number) =>
  batch > 0
    ? `Trainer: the data ends before batch ${batch} of epoch ${epoch}, where the training stopped; is it the same data?`
    : `Trainer: there are no batches in epoch ${epoch}. An iterator gives its batches once: for several passes give a function that makes a new one.`;
