import {check} from '../../base/check';
import {checkOptions} from '../../base/checkOptions';
import {auc} from './auc';
import {calibrateScores, type ScoreCalibration} from './calibrateScores';
import {type EqualErrorRate, equalErrorRate} from './equalErrorRate';
import {dealIntoFolds, type Folds} from './folds';
import {roc} from './roc';
import type {ScoredPairs} from './scoredPairs';
import {type TarAtFar, tarAtFar} from './tarAtFar';
import {type ValidationRate, validationRate} from './validationRate';
import {
  type VerificationAccuracy,
  type VerificationAccuracyOptions,
  verificationAccuracy,
} from './verificationAccuracy';

/** The result of {@link verificationReport}: the figures of a verification test. Plain data, unchanged by JSON. */
export interface VerificationReport {
  /** The number of genuine pairs. */
  genuine: number;
  /** The number of impostor pairs. */
  impostors: number;
  /** LFW's protocol, with the thresholds that the options ask for. */
  accuracy: VerificationAccuracy;
  /**
   * The same accuracy by either rule: on InsightFace's grid, to compare with published figures, and by every threshold, to choose a
   * checkpoint by.
   */
  accuracyBy: {
    /** With the squared distances 0, 0.01, …, 3.99. */
    grid: number;
    /** With a threshold between every two neighboring distances. */
    every: number;
  };
  /** Says so if the two part: then the grid is too coarse for these scores. */
  warning?: string;
  /** VAL@FAR 1e-3 over the same folds. Absent if a fold has pairs of one kind only. */
  validation?: ValidationRate;
  /** Area under the ROC curve, from 0 to 1. */
  auc: number;
  /** The error rate at which FAR = 1 − TAR. */
  equalErrorRate: EqualErrorRate;
  /** True accept rates, one for each requested false accept rate. */
  tarAtFar: TarAtFar[];
  /** Fitted on these pairs. */
  calibration: ScoreCalibration;
}

/** Options of {@link verificationReport}. */
export interface VerificationReportOptions extends VerificationAccuracyOptions {
  /** False accept rates for {@link tarAtFar}. Default: 1e-4, 1e-3, 1e-2 and 1e-1. */
  fars?: readonly number[];
}

/**
 * All figures of a verification test at once: {@link verificationAccuracy}, {@link validationRate}, {@link auc},
 * {@link equalErrorRate}, {@link tarAtFar} and {@link calibrateScores} of the same pairs.
 *
 * @param pairs Cosines and answers.
 * @param options Folds, thresholds and rates.
 * @throws If a score, an answer or an option is invalid, as in those functions.
 *
 * @example
 * ```js
 * const scores = [0.8, 0.7, 0.1, -0.2, 0.9, 0.2, 0.3, 0];
 * const report = verificationReport({scores, same: [1, 1, 0, 0, 1, 1, 0, 0]}, {folds: 2});
 * report.accuracy.accuracy;   // 0.625
 * report.auc;                 // 0.9375
 * ```
 */
export function verificationReport(
  pairs: ScoredPairs,
  options: VerificationReportOptions = {},
): VerificationReport {
  checkOptions('verificationReport', options, {folds: true, thresholds: true, fars: true});
  const {folds = 10, thresholds = 'grid', fars = [1e-4, 1e-3, 1e-2, 1e-1]} = options;
  check.oneOf('verificationReport', 'thresholds', thresholds, ['grid', 'every']);
  const {warning, ...grid} = verificationAccuracy(pairs, {folds});
  const every = verificationAccuracy(pairs, {folds, thresholds: 'every'});
  const curve = roc(pairs);
  return {
    genuine: curve.genuine,
    impostors: curve.impostors,
    accuracy: thresholds === 'every' ? every : grid,
    accuracyBy: {grid: grid.accuracy, every: every.accuracy},
    ...(warning !== undefined && {warning}),
    ...(eachFoldIsMixed(pairs, folds) && {validation: validationRate(pairs, {folds})}),
    auc: auc(curve),
    equalErrorRate: equalErrorRate(curve),
    tarAtFar: tarAtFar(pairs, fars),
    calibration: calibrateScores(pairs),
  };
}

function eachFoldIsMixed({same}: ScoredPairs, folds: Folds): boolean {
  const {foldOf, count} = dealIntoFolds('verificationReport', folds, same.length);
  const kinds = new Set(Array.from(same, (answer, i) => 2 * foldOf[i] + Number(answer)));
  return kinds.size === 2 * count;
}
