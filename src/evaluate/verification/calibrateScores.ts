import {check} from '../../base/check';
import {checkOptions} from '../../base/checkOptions';
import {meanAndDeviation} from '../meanAndDeviation';
import {checkPairs, type ScoredPairs} from './scoredPairs';

/** The result of {@link calibrateScores}: a map from score to probability. Plain data, to store beside a model. */
export interface ScoreCalibration {
  /** Log-odds per unit of the score. Above 0 if higher scores mean the same person. */
  slope: number;
  /** Log-odds at a score of 0. */
  intercept: number;
  /** The assumed part of genuine pairs. */
  prior: number;
}

/** Newton's method takes some ten steps; further ones only follow rounding errors. */
const MOST_STEPS = 100;

/**
 * Fits the probability that two images show one person to their score, by logistic regression (Platt scaling).
 *
 *     P(same | s) = 1 / (1 + e^{−(a s + b)})
 *
 * a and b minimize the cross-entropy on the pairs, with Platt's targets (n₊ + 1)/(n₊ + 2) for genuine and 1/(n₋ + 2) for impostor pairs,
 * which keep the slope finite if the two do not overlap. b is then shifted from the test's part of genuine pairs to `prior`, by
 * logit(prior) − logit(n₊/(n₊ + n₋)).
 *
 * A logistic fit has two numbers to store, rises strictly and so keeps order and ROC, and extrapolates sensibly. The steps of an
 * isotonic fit depend on a few errors.
 *
 * Fit on one set of pairs, evaluate on another. Platt: Probabilistic Outputs for Support Vector Machines, 1999. The iteration is from
 * Lin, Lin and Weng: A Note on Platt's Probabilistic Outputs, 2007.
 *
 * @param pairs Scores and answers.
 * @param options The prior.
 * @param options.prior The part of genuine pairs where the scores will be used, above 0 and below 1. Default: 0.5.
 * @throws If there are no pairs, lengths differ, a score is not finite, all pairs are of one kind, all scores are equal, or `prior` is out of range.
 *
 * @example
 * ```js
 * const calibration = calibrateScores({scores: [0.8, 0.6, 0.3, 0.4, 0.1, 0], same: [1, 1, 1, 0, 0, 0]});
 * calibratedScore(calibration, 0.7);   // 0.77
 * ```
 */
export function calibrateScores(
  {scores, same}: ScoredPairs,
  options: {prior?: number} = {},
): ScoreCalibration {
  const {prior = 0.5} = checkOptions('calibrateScores', options, {prior: true});
  checkPairs('calibrateScores', 'scores', scores, same);
  if (!(prior > 0 && prior < 1)) {
    throw new Error(`calibrateScores: prior must be above 0 and below 1, but is ${prior}.`);
  }
  const {mean, deviation} = meanAndDeviation(scores);
  if (deviation === 0) {
    throw new Error(`calibrateScores: scores must differ, but all ${scores.length} are ${scores[0]}.`);
  }
  // Scores with mean 0 and deviation 1 keep Newton's equations well conditioned in any unit.
  const standard = Float64Array.from(scores, score => (score - mean) / deviation);
  const [slope, intercept] = fitLogistic(standard, same);
  const genuine = Array.from(same).filter(Boolean).length;
  return {
    slope: slope / deviation,
    intercept: intercept - (slope * mean) / deviation + logit(prior) - logit(genuine / scores.length),
    prior,
  };
}

/**
 * The probability that two images show one person, by their score: 0 to 1.
 *
 * @param calibration The result of {@link calibrateScores}.
 * @param score In the units of the scores it was fitted on.
 *
 * @example
 * ```js
 * calibratedScore({slope: 10, intercept: -3, prior: 0.5}, 0.3);   // 0.5
 * ```
 */
export function calibratedScore({slope, intercept}: ScoreCalibration, score: number): number {
  check.finite('calibratedScore', 'score', score);
  return sigmoid(slope * score + intercept);
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const logit = (p: number) => Math.log(p / (1 - p));

/** Slope and intercept of least cross-entropy, by Newton's method with halved steps where a whole one goes too far. */
function fitLogistic(x: Float64Array, same: ArrayLike<boolean | number>): [number, number] {
  const genuine = Array.from(same).filter(Boolean).length;
  const impostors = x.length - genuine;
  const target = Float64Array.from(x, (_, i) =>
    same[i] ? (genuine + 1) / (genuine + 2) : 1 / (impostors + 2),
  );
  let [slope, intercept] = [0, Math.log((genuine + 1) / (impostors + 1))];
  let loss = crossEntropy(x, target, slope, intercept);
  for (let step = 0; step < MOST_STEPS; step++) {
    const [bySlope, byIntercept] = newtonStep(x, target, slope, intercept);
    let part = 1;
    let next = loss;
    for (; part > 1e-4; part /= 2) {
      next = crossEntropy(x, target, slope - part * bySlope, intercept - part * byIntercept);
      if (next <= loss) break;
    }
    // The rest is the rounding error of a long sum; reducing it would take as long as the whole fit.
    const gained = loss - next;
    if (gained < 0) break;
    slope -= part * bySlope;
    intercept -= part * byIntercept;
    loss = next;
    if (gained <= 1e-14 * loss) break;
  }
  return [slope, intercept];
}

/** Σ −t log p − (1 − t) log(1 − p), with log p = −softplus(−z). */
function crossEntropy(x: Float64Array, target: Float64Array, slope: number, intercept: number): number {
  let loss = 0;
  for (let i = 0; i < x.length; i++) {
    const z = slope * x[i] + intercept;
    loss += Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - target[i] * z;
  }
  return loss;
}

/** The inverse Hessian times the gradient, by slope and by intercept. */
function newtonStep(
  x: Float64Array,
  target: Float64Array,
  slope: number,
  intercept: number,
): [number, number] {
  let [gradientSlope, gradientIntercept, xx, x1, one] = [0, 0, 1e-12, 0, 1e-12];
  for (let i = 0; i < x.length; i++) {
    const p = sigmoid(slope * x[i] + intercept);
    const weight = p * (1 - p);
    gradientSlope += (p - target[i]) * x[i];
    gradientIntercept += p - target[i];
    xx += weight * x[i] * x[i];
    x1 += weight * x[i];
    one += weight;
  }
  const determinant = xx * one - x1 * x1;
  return [
    (one * gradientSlope - x1 * gradientIntercept) / determinant,
    (xx * gradientIntercept - x1 * gradientSlope) / determinant,
  ];
}
