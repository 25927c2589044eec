import {checkOptions} from '../../base/checkOptions';
import type {CheckpointStore} from '../checkpoints/checkpointStore';
import type {StepReport} from './stepReport';

/** What `fit` calls while it trains. It waits for each. */
export interface FitCallbacks {
  /** With every report that the generator gives, before it gives it. */
  onReport?(report: StepReport): void | Promise<void>;
  /** With the report of the last step of every pass. */
  onEpochEnd?(report: StepReport): void | Promise<void>;
  /** After a checkpoint was written. */
  onCheckpoint?(position: {step: number; epoch: number}): void | Promise<void>;
}

/** How long to train, and what to do on the way. */
export interface FitOptions {
  /** Ends when so many passes over the data have been made, resumed ones counted. Default: no limit, if `steps` has one. */
  epochs?: number;
  /** Ends when so many steps have been taken, resumed ones counted. Default: no limit, if `epochs` has one. */
  steps?: number;
  /**
   * Steps between reports. Default 1. What is reported has been read already, for the guard, except for the accuracy, which takes
   * a matrix product with the class weights: with very many classes report every 20 steps or so. The last step of a pass is
   * always reported.
   */
  reportEvery?: number;
  /** Where to keep checkpoints. Default: nowhere. */
  checkpoints?: CheckpointStore;
  /** Steps between checkpoints. One is written at the end of each pass in any case, and where training ends. Default: no others. */
  checkpointEvery?: number;
  /**
   * Measures the network at the end of each pass: figures for reports, and for checkpoints to tell the best by. If it throws, the
   * training ends with a checkpoint of the pass, and begins with its validation when it is resumed.
   */
  validate?(): Record<string, number> | Promise<Record<string, number>>;
  /** Passes from one `validate` to the next. Default 1. The last of `epochs` is validated in any case. */
  validateEvery?: number;
  /** What to call on the way. */
  callbacks?: FitCallbacks;
  /** Ends the training after the step that is under way, with a checkpoint. */
  signal?: AbortSignal;
}

/** Checks the options of `fit`, and its callbacks, by name. */
export function checkFitOptions(options: FitOptions): void {
  const {callbacks = {}} = checkOptions('fit', options, {
    epochs: true,
    steps: true,
    reportEvery: true,
    checkpoints: true,
    checkpointEvery: true,
    validate: true,
    validateEvery: true,
    callbacks: true,
    signal: true,
  });
  const names = {onReport: true, onEpochEnd: true, onCheckpoint: true};
  checkOptions('fit', callbacks, names, 'callbacks');
}
