import type {Tensor1D} from '@tensorflow/tfjs-core';
import {
  type ArcFace,
  arcFace,
  type BackendName,
  type CenterLoss,
  centerLoss,
  cosineDecay,
  customHead,
  mobileFaceNet,
  type StepReport,
  sgd,
  Trainer,
  type TrainerConfig,
  useBackend,
} from 'face-margins';
import type {Batch} from 'face-margins/data';
import type {VerificationReport} from 'face-margins/evaluate';
import {imageFolder, type Mnist, mnist} from 'face-margins/node';

export const head: ArcFace = arcFace({classes: 10, scale: 64, margin: 0.5});
export const center: CenterLoss = centerLoss({classes: 10});
export const loss = (x: Parameters<ArcFace['loss']>[0], labels: Tensor1D) => head.loss(x, labels);
export const backend: Promise<BackendName> = useBackend();
export const digits: Promise<Mnist> = mnist();
export const own = customHead({classes: 3, scale: 16, margin: {value: ({cos}) => cos}});

const config: TrainerConfig = {
  backbone: mobileFaceNet({embeddingSize: 128}),
  objective: [head, [0.003, center]],
  optimizer: sgd({momentum: 0.9, weightDecay: 5e-4}),
  learningRate: cosineDecay({peak: 0.1, warmupSteps: 500, steps: 20_000}),
};

export async function train(): Promise<StepReport | undefined> {
  const faces = await imageFolder('faces');
  const trainer = new Trainer(config);
  let last: StepReport | undefined;
  for await (const report of trainer.fit(faces.batches({size: 64}), {epochs: 1})) last = report;
  return last;
}

export const count = (batch: Batch) => batch.labels.shape[0];
export const areaUnderCurve = (report: VerificationReport) => report.auc;

// @ts-expect-error: were the types lost to `any`, this would be no error.
arcFace({classes: 'ten', scale: 64, margin: 0.5});
