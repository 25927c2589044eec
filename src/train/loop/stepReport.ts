/** What `fit` reports of the steps since its last report. */
export interface StepReport {
  /** Steps taken since the training began, from 1, resumed ones counted. */
  step: number;
  /** How many there will be; unknown in the first pass over a source that does not know its length. */
  steps?: number;
  /** The pass over the data, from 0. */
  epoch: number;
  /** Whether the pass ends with this step. */
  endOfEpoch: boolean;
  /** The weighted sum of the terms, a mean over the steps since the last report. */
  loss: number;
  /** The loss of each term, not weighted: `{arcFace: 21.3, centerLoss: 0.4}`. */
  terms: Record<string, number>;
  /**
   * Part of the last batch that the head takes for what it is, by its logits without margin; nothing where no term is a head.
   */
  accuracy?: number;
  /** The rate of this step. */
  learningRate: number;
  /** The length of the gradient over all trained weights, before clipping; a mean as the loss. */
  gradientNorm: number;
  /** Since the last report, without validation and checkpoints. */
  imagesPerSecond: number;
  /** Until the training ends, as far as that is known. */
  secondsLeft?: number;
  /** At the end of an epoch: the mean loss of it, and what `validate` found. */
  metrics?: Record<string, number>;
}
