import * as tf from '@tensorflow/tfjs-core';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import {mobileFaceNet} from '../../src/backbones/mobileFaceNet';
import {type ArcFace, arcFace} from '../../src/losses/heads/arcFace';
import {trainableVariables} from '../../src/train/step/trainableVariables';
import {benchCase, type Case} from '../harness';

/** What a step needs: MobileFaceNet, ArcFace, and a batch that stays. */
export interface StepParts {
  backbone: LayersModel;
  head: ArcFace;
  images: tf.Tensor;
  labels: tf.Tensor1D;
}

export function stepParts(batch: number, classes: number): StepParts {
  return {
    backbone: mobileFaceNet({seed: 1}),
    head: arcFace({classes, seed: 2}),
    images: tf.randomNormal([batch, 112, 112, 3], 0, 1, 'float32', 1),
    labels: tf.tensor1d(
      Array.from({length: batch}, (_, i) => (37 * i) % classes),
      'int32',
    ),
  };
}

/** Forward, backward and the stock optimizer's update, `steps` times a run. */
export function bareStep(
  name: string,
  backend: 'tensorflow' | 'wasm',
  {batch, classes, steps = 1}: {batch: number; classes: number; steps?: number},
): Case {
  return benchCase<StepParts & {optimizer: tf.Optimizer}>({
    name,
    backend,
    work: {amount: steps * batch, unit: 'img'},
    setup: () => {
      const parts = stepParts(batch, classes);
      parts.head.build(parts.backbone.outputShape as [null, number]);
      return {...parts, optimizer: tf.train.momentum(0.1, 0.9)};
    },
    run: async ({backbone, head, images, labels, optimizer}) => {
      const loss = () =>
        tf.mean(head.loss(backbone.apply(images, {training: true}) as tf.Tensor2D, labels)) as tf.Scalar;
      for (let step = 0; step < steps; step++) {
        const value = optimizer.minimize(loss, true, trainableVariables(backbone, head));
        await value?.data();
        value?.dispose();
      }
    },
    dispose: parts => tf.dispose(Object.values(parts) as unknown as tf.TensorContainer),
  });
}
