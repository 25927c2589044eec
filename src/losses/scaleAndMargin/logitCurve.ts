import * as tf from '@tensorflow/tfjs-core';
import {check} from '../../base/check';
import {marginLogits} from '../../ops/margin/marginLogits';
import type {MarginHead} from '../heads/marginHead';

/** A head's target logit as a function of the angle; see {@link logitCurve}. */
export interface LogitCurve {
  /** Angles θ between embedding and class weight, in radians from 0 to π. */
  angles: number[];
  /** The target's logit at each angle. */
  target: number[];
  /** The logit of any other class at that angle: the target's without margin. */
  other: number[];
}

/**
 * The target logit of a head over all angles, at the head's present step, for an embedding and a weight of length 1.
 *
 * Papers plot it to compare margins: it shows how much lower the target's logit is than another class's at the same angle. The values
 * are read back from the device, asynchronously as webgpu requires. It is for plots, not for training.
 *
 * @param head Any head; need not be built.
 * @param points How many angles, evenly from 0 to π. Default 181, one a degree.
 * @returns A promise of the curve.
 * @throws If `points` is not a whole number of 1 or more.
 *
 * @example
 * ```js
 * const {angles, target} = await logitCurve(arcFace({classes: 2, scale: 1, margin: 0.5}));
 * ```
 */
export async function logitCurve(head: MarginHead, points = 181): Promise<LogitCurve> {
  check.count('logitCurve', 'points', points);
  const angles = Array.from({length: points}, (_, i) => (Math.PI * i) / Math.max(1, points - 1));
  const onDevice = tf.tidy(() => {
    const {subCenters = 1, ...row} = head.row();
    const embeddings = tf.tensor2d(angles.map(theta => [Math.cos(theta), Math.sin(theta)]));
    const weights = tf.tensor2d(Array.from({length: 2 * subCenters}, () => [1, 0]));
    const labels = tf.zeros([points], 'int32') as tf.Tensor1D;
    return marginLogits(embeddings, weights, labels, {...row, subCenters});
  });
  try {
    const logits = await onDevice.array();
    return {angles, target: logits.map(([own]) => own), other: logits.map(([, second]) => second)};
  } finally {
    onDevice.dispose();
  }
}
