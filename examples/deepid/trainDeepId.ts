import {
  adamW,
  contrastiveLoss,
  cosineDecay,
  deepId,
  type Network,
  type ObjectiveTerm,
  softmax,
  supervisedLevels,
  Trainer,
} from 'face-margins';
import type {FaceImages} from 'face-margins/data';
import type {Progress} from '../../cli/progressBars';
import {cropSize} from './crops';

/** How to train a network. */
export interface DeepIdTraining {
  /** Where softmax and contrastive loss supervise: at the embedding alone, or at the three poolings before it too. */
  supervision: Supervision;
  epochs: number;
  seed: number;
  onReport?(progress: Progress): void;
}

/** Supervision at the embedding alone, or at four levels as in DeepID2+. */
export const supervisions = ['top', 'levels'] as const;

export type Supervision = (typeof supervisions)[number];

/** Trains DeepID's network on crops of 39×31 of some people. */
export async function trainDeepId(
  people: FaceImages,
  {supervision, epochs, seed, onReport}: DeepIdTraining,
): Promise<Network> {
  const network = deepId({inputShape: [cropSize.height, cropSize.width, 3], seed});
  let heads = 0;
  // DeepID2's weight of the contrastive loss.
  const terms = (): ObjectiveTerm[] => [
    softmax({classes: people.classes.length, seed: 10 * seed + heads++}),
    [0.05, contrastiveLoss()],
  ];
  const levels =
    supervision === 'top'
      ? []
      : supervisedLevels(network, {layers: ['pool1', 'pool2', 'pool3'], terms, units: 160, seed});
  const batches = people.batches({sample: {identities: 16, images: 4}, seed, augment: true});
  const steps = epochs * batches.batchesPerEpoch;
  const trainer = new Trainer({
    backbone: network,
    objective: [...terms(), ...levels],
    optimizer: adamW(),
    learningRate: cosineDecay({peak: 2e-3, warmupSteps: Math.floor(steps / 10), steps}),
    clipNorm: 5,
    seed,
  });
  await trainer.run(batches, {epochs, callbacks: {onReport}});
  trainer.dispose();
  return network;
}
