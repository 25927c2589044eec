import type {LayersModel} from '@tensorflow/tfjs-layers';
import {cosineDecay, sgd, Trainer} from 'face-margins';
import type {FaceImages} from 'face-margins/data';
import {backbones} from '../../cli/backbones';
import {makeHead} from '../../cli/heads';
import type {Progress} from '../../cli/progressBars';

/** How to train. */
export interface TrainingSettings {
  backbone: string;
  size: number;
  batch: number;
  /** However many images there are, so that all trainings take as long. */
  steps: number;
  seed: number;
  onReport(progress: Progress): void;
}

/** A network that has been trained on some faces under ArcFace. */
export async function trainOn(
  faces: FaceImages,
  {backbone, size, batch, steps, seed, onReport}: TrainingSettings,
): Promise<LayersModel> {
  const network = backbones[backbone]({inputShape: [size, size, 3], seed});
  const batches = faces.batches({size: Math.min(batch, faces.length), seed, augment: true});
  const epochs = Math.max(1, Math.round(steps / batches.batchesPerEpoch));
  const taken = epochs * batches.batchesPerEpoch;
  const trainer = new Trainer({
    backbone: network,
    objective: makeHead('arcface', {classes: faces.classes.length, seed}),
    optimizer: sgd({momentum: 0.9, weightDecay: 5e-4, decay: 'all'}),
    learningRate: cosineDecay({peak: 0.1, warmupSteps: Math.floor(taken / 10), steps: taken}),
    clipNorm: 5,
    seed,
  });
  await trainer.run(batches, {epochs, callbacks: {onReport}});
  trainer.dispose();
  return network;
}
