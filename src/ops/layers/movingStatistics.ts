import * as tf from '@tensorflow/tfjs-core';
import {runRegistered} from '../runRegistered';

/** The name under which a backend may register a kernel: inputs {@link BatchStatistics}, outputs the next moving mean and variance. */
export const MOVING_STATISTICS = 'FaceMarginsMovingStatistics';

/** Mean and variance of each channel: of the batch, and those that follow them. */
export type BatchStatistics = {
  mean: tf.Tensor;
  variance: tf.Tensor;
  movingMean: tf.Tensor;
  movingVariance: tf.Tensor;
};

/** How they follow. */
export type MovingRates = {
  /** What stays of them, from 0 to 1. */
  momentum: number;
  /** What the variance of the batch is multiplied with first. */
  correction: number;
};

export type MovingStatistics = [mean: tf.Tensor, variance: tf.Tensor];

/** {@link movingStatistics} from stock operations. */
export function composedMovingStatistics(
  {mean, variance, movingMean, movingVariance}: BatchStatistics,
  {momentum, correction}: MovingRates,
): MovingStatistics {
  return tf.tidy(() => {
    const follow = (before: tf.Tensor, batch: tf.Tensor) =>
      tf.sub(before, tf.mul(tf.sub(before, batch), 1 - momentum));
    return [
      follow(movingMean, mean),
      follow(movingVariance, tf.mul(variance, correction)),
    ] as MovingStatistics;
  });
}

/**
 * The moving mean and variance after a batch: `moving · momentum + batch · (1 − momentum)`. Not differentiable. One kernel where the
 * backend has it, seven otherwise.
 */
export function movingStatistics(statistics: BatchStatistics, rates: MovingRates): MovingStatistics {
  return (
    runRegistered<MovingStatistics>(MOVING_STATISTICS, statistics, rates) ??
    composedMovingStatistics(statistics, rates)
  );
}
