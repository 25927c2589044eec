import type * as tf from '@tensorflow/tfjs-core';
import type {BatchSignature} from '../data/batches/batchSource';
import {CheckpointMismatchError} from './checkpoints/checkpointMismatchError';
import type {RowsToSave} from './checkpoints/savedRows';
import {settingDifferences} from './checkpoints/settingDifferences';
import {
  averageName,
  clearTensors,
  isAverage,
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
import {checkSampled, fillSampled, ownState, takeApart} from './dividedHeads';
import {Means} from './loop/means';
import {resumedPlace} from './loop/resumedPlace';
import {type StepFigures, type StepOptions, type StepSetup, TrainingStep} from './step/trainingStep';

/** What a report says of the last step alone. */
export type LastStep = NonNullable<TrainingRecord['unreported']>;

/** How far a training has come: its position, its means, the weights and what the optimizer remembers of them. */
export class Training {
  private at: TrainingPosition = {step: 0, epoch: 0, batch: 0};
  private figures: Record<string, number> = {};
  private lastOfPass: LastStep | undefined;
  /** The batch of the position as a checkpoint has it, a fraction where other ranks wrote it. */
  private exactBatch: number | undefined;
  private openStep: TrainingStep | undefined;
  /** What is known of the batches in which the position is one. */
  private batches: BatchSignature | undefined;
  /** The same of those that the next step takes. */
  private nextBatches: BatchSignature | undefined;
  /** Whether the position comes from a checkpoint, and no step has been taken since. */
  private isRestored = false;
  /** Whether a step failed while it changed the weights. */
  private isHalfTaken = false;
  private readonly means = {report: new Means(), terms: new Means(), epoch: new Means()};

  /**
   * @param setup What every step has in common.
   * @param optimizerName Whose slots a checkpoint has.
   * @param settings What the trainer is set to, for checkpoints.
   */
  constructor(
    private readonly setup: StepSetup,
    private readonly optimizerName: string,
    private readonly settings: Record<string, unknown>,
  ) {}

  /** How far the training has come. */
  get position(): Readonly<TrainingPosition> {
    return this.at;
  }

  /** The figures of the last pass that has ended. */
  get metrics(): Readonly<Record<string, number>> {
    return this.figures;
  }

  /** The last step of a pass that is yet to be validated and reported. */
  get unreported(): LastStep | undefined {
    return this.lastOfPass;
  }

  /** The step that is under way. */
  get step(): TrainingStep | undefined {
    return this.openStep;
  }

  /**
   * Goes on with batches, which may be others than before.
   *
   * @param isDrawn Whether the next of them has been drawn already.
   * @returns What is to be said of it, if they are others than those of a checkpoint.
   * @throws If the place where training stopped means nothing in them.
   */
  goOnWith(batches: BatchSignature, isDrawn: boolean): string | undefined {
    const {batch = this.at.batch, warning} = this.batches
      ? resumedPlace({...this.at, batch: this.exactBatch ?? this.at.batch}, this.batches, batches, isDrawn)
      : {};
    this.nextBatches = JSON.parse(JSON.stringify(batches));
    if (batch !== this.at.batch) this.batches = this.nextBatches;
    this.at = {...this.at, batch};
    this.exactBatch = undefined;
    return this.isRestored ? warning : undefined;
  }

  /** Begins a step. Until it is taken, {@link state} gives what was before it. */
  beginStep(options: StepOptions): TrainingStep {
    this.checkOwnWeights('fit');
    this.checkWhole();
    this.openStep = new TrainingStep(this.setup, options);
    return this.openStep;
  }

  /** Cancels the current step, if there is one. */
  cancelStep(): void {
    this.openStep?.rollBack();
    this.disposeStep();
  }

  /**
   * Takes the step that is under way and moves on. Nothing waits in between: whoever asks for the state meanwhile finds it before the
   * step or after it.
   *
   * @param figures What the step came to.
   * @param endsPass Whether its last batch was the last of a pass over the data.
   * @returns How many batches of the pass have been used.
   */
  takeStep({loss, gradientNorm, terms, accuracy}: StepFigures, endsPass: boolean): number {
    const step = this.openStep as TrainingStep;
    this.isHalfTaken = true;
    step.take();
    this.batches = this.nextBatches;
    this.isRestored = false;
    this.isHalfTaken = false;
    this.exactBatch = undefined;
    const batch = this.at.batch + step.batches;
    this.at = {...this.at, step: this.at.step + 1, batch};
    this.means.report.add({loss, gradientNorm});
    this.means.terms.add(terms);
    this.means.epoch.add({loss});
    if (endsPass) this.leavePass({accuracy, learningRate: step.learningRate});
    this.disposeStep();
    return batch;
  }

  /** Ends a pass over the data, before it is validated and reported. */
  leavePass(last: LastStep): void {
    this.at = {step: this.at.step, epoch: this.at.epoch + 1, batch: 0};
    this.figures = this.means.epoch.take();
    this.lastOfPass = last;
  }

  /** Adds what the validation of a pass has found to its figures; the pass counts as reported. */
  endPass(found: Record<string, number> | undefined): void {
    this.figures = {...this.figures, ...found};
    this.lastOfPass = undefined;
  }

  /** The means since the last report, and a new beginning. */
  takeMeans(): {loss: number; gradientNorm: number; terms: Record<string, number>} {
    // A pass that was left between two steps has none since the last report.
    const {loss = this.figures.loss, gradientNorm = Number.NaN} = this.means.report.take();
    return {loss, gradientNorm, terms: this.means.terms.take()};
  }

  /** Everything that a later {@link restore} needs. While a step is under way, what was before it. */
  async state(): Promise<TrainingState> {
    this.checkWhole();
    const {setup, means, openStep} = this;
    return {
      record: {
        version: 1,
        position: {...this.at, batch: this.at.batch * setup.collective.size},
        seed: setup.seed,
        optimizer: this.optimizerName,
        terms: setup.terms.map(({name}) => name),
        settings: structuredClone(this.settings),
        ...(this.batches && {data: structuredClone(this.batches)}),
        means: {report: means.report.state, terms: means.terms.state, epoch: means.epoch.state},
        metrics: {...this.figures},
        ...(this.lastOfPass && {unreported: {...this.lastOfPass}}),
      },
      tensors: await readTensors(
        new Map([
          ...variablesOf(
            setup.weights,
            setup.updater,
            weight => setup.average?.ownValue(weight) ?? openStep?.valueBefore(weight) ?? weight.read(),
          ),
          ...this.averages(),
        ]),
      ),
    };
  }

  /** Whether checkpoints keep rows of classes apart: of heads that are divided among ranks, or draw classes. */
  get hasRows(): boolean {
    const {shares, sampled} = this.setup.divided;
    return shares.size + sampled.length > 0;
  }

  /** The state without the rows of divided heads, and those of this rank. */
  async stateInParts(): Promise<{state: TrainingState; rows: RowsToSave[]}> {
    const {record, tensors} = await this.state();
    const {whole, rows} = takeApart(tensors, this.setup.divided);
    return {state: {record, tensors: whole}, rows};
  }

  /**
   * The state as this rank takes it over, with its own share of divided heads.
   *
   * @throws {@link CheckpointMismatchError} if rows of classes differ that may not.
   */
  async ownState(state: TrainingState, withSlots: boolean): Promise<TrainingState> {
    const {weights, updater, divided} = this.setup;
    checkSampled(state, divided);
    return ownState(state, divided, variablesOf(weights, updater), name => withSlots || !isSlot(name));
  }

  /** Fills rows in the host's memory from a state that {@link ownState} has found alike. */
  async fillRows(state: TrainingState, withSlots: boolean): Promise<void> {
    const {updater, divided} = this.setup;
    this.isHalfTaken = true;
    await fillSampled(state, divided, updater.firstSlots, name => withSlots || !isSlot(name));
    this.isHalfTaken = false;
  }

  /**
   * Takes a state over, all of it or nothing.
   *
   * @param growClasses Whether there may be more classes here than in the state.
   * @returns Every setting that differs and may.
   * @throws {@link CheckpointMismatchError} if anything differs that may not, with every difference.
   */
  restore({record, tensors}: TrainingState, growClasses = false): string[] {
    this.checkOwnWeights('restore');
    const {weights, updater, average} = this.setup;
    const averages = this.averages();
    const variables = new Map([
      ...variablesOf(weights, updater),
      ...selected(averages, name => tensors.has(name)),
    ]);
    // Whether there is an average may change, and so may what is frozen and needs none.
    const wanted = selected(tensors, name => !isAverage(name) || averages.has(name));
    // The slots of another optimizer all differ, which says no more than its name does.
    const compared = <T>(all: Map<string, T>) =>
      record.optimizer === this.optimizerName ? all : selected(all, name => !isSlot(name));
    const differences = [
      ...this.recordDifferences(record),
      ...tensorDifferences(compared(wanted), compared(variables), growClasses),
    ];
    if (differences.length > 0) throw new CheckpointMismatchError(differences);
    writeTensors(tensors, variables);
    average?.restart(name => !tensors.has(averageName(name)));
    this.isHalfTaken = false;
    const {size} = this.setup.collective;
    this.exactBatch = record.position.batch / size;
    this.at = {...record.position, batch: Math.floor(this.exactBatch)};
    this.figures = {...record.metrics};
    this.lastOfPass = record.unreported && {...record.unreported};
    this.batches = record.data && structuredClone(record.data);
    this.nextBatches = undefined;
    this.isRestored = true;
    for (const of of ['report', 'terms', 'epoch'] as const) this.means[of].state = record.means[of];
    return record.settings ? settingDifferences(record.settings, this.settings) : [];
  }

  /** Begins the pass that is under way anew. */
  restartPass(): void {
    this.exactBatch = undefined;
    this.at = {...this.at, batch: 0};
    this.means.epoch.state = {};
  }

  /**
   * Takes over the weights whose names begin so, and begins the training anew.
   *
   * @throws {@link CheckpointMismatchError} if anything differs, with every difference.
   */
  restoreWeights(tensors: TrainingState['tensors'], prefix: string, growClasses = false): void {
    this.checkOwnWeights('restore');
    const {weights, updater, average} = this.setup;
    const variables = new Map(weights.map(({name, weight}) => [name, weight.read()]));
    const isTaken = (name: string) =>
      name.startsWith(prefix) && !isSlot(name) && !isAverage(name) && !isCount(name);
    const [saved, needed] = [selected(tensors, isTaken), selected(variables, isTaken)];
    const differences = tensorDifferences(saved, needed, growClasses);
    if (differences.length > 0) throw new CheckpointMismatchError(differences);
    writeTensors(saved, needed);
    if (prefix === '') this.isHalfTaken = false;
    clearTensors(selected(variables, isCount));
    updater.reset();
    average?.restart();
    this.at = {step: 0, epoch: 0, batch: 0};
    this.exactBatch = undefined;
    this.figures = {};
    this.lastOfPass = undefined;
    this.batches = undefined;
    this.nextBatches = undefined;
    for (const means of Object.values(this.means)) means.state = {};
  }

  /** Whether a moving average of the weights is kept. */
  get hasAverage(): boolean {
    return this.setup.average !== undefined;
  }

  /** Gives the network its averaged weights while `use` runs; its own where no average is kept. */
  async withAverage<T>(use: () => T | Promise<T>): Promise<T> {
    const {average} = this.setup;
    return average ? average.during(use) : use();
  }

  /** Disposes of what the optimizer remembers, and of the averages. */
  dispose(): void {
    this.setup.updater.dispose();
    this.setup.average?.dispose();
  }

  private averages(): Map<string, tf.Tensor> {
    const {variables = []} = this.setup.average ?? {};
    return new Map([...variables].map(([name, variable]) => [averageName(name), variable]));
  }

  private checkOwnWeights(where: string): void {
    if (!this.setup.average?.isInUse) return;
    throw new Error(
      `${where}: the network must have its own weights, but has their averages until withAverage has ended; await it first.`,
    );
  }

  private checkWhole(): void {
    if (!this.isHalfTaken) return;
    throw new Error(
      `Trainer: step ${this.at.step + 1} failed while it changed the weights, so some are of before it and some of after: restore a checkpoint first.`,
    );
  }

  private disposeStep(): void {
    this.openStep?.dispose();
    this.openStep = undefined;
  }

  private recordDifferences({optimizer, seed, terms}: TrainingRecord): string[] {
    const list = (names: string[]) => `[${names.join(', ')}]`;
    const compared = [
      ['optimizer', optimizer, this.optimizerName],
      ['seed', seed, this.setup.seed],
      ['objective', list(terms), list(this.setup.terms.map(({name}) => name))],
    ];
    return compared
      .filter(([, there, here]) => there !== here)
      .map(([what, there, here]) => `the ${what} is ${there} in the checkpoint, but ${here} here`);
  }
}
