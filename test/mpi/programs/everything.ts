import {createHash} from 'node:crypto';
import type * as tf from '@tensorflow/tfjs-core';
import {initializers, layers, sequential} from '@tensorflow/tfjs-layers';
import {arcFace, cosineDecay, linearRamp, sgd, Trainer, tripletLoss, useBackend} from 'face-margins';
import {arrayImages} from 'face-margins/data';
import {type Collective, openCollective, shardBatches, sharded} from 'face-margins/distributed';
import {seededRandom} from '../../../src/base/random';
import {tell} from './tell';

/*
 * All that a training may have at once, in ranks and in one process: batches of identities, two of them a step, batch normalization, a layer
 * that is frozen, schedules, a moving average of the weights, clipping, two losses. Tells the largest differences after some steps, and
 * what every rank has to the bit after many.
 */
const collective = await openCollective();
await useBackend('wasm');
const {size} = collective;

const random = seededRandom(4);
// Twelve batches in a pass, so that steps of two and of three ranks have whole ones.
const labels = Int32Array.from({length: 72}, (_, i) => Math.floor(i / 6));
const pixels = Uint8Array.from({length: 72 * 64}, () => Math.floor(256 * random()));
const faces = arrayImages({images: pixels, labels, shape: [72, 8, 8, 1]});
const batches = faces.batches({sample: {identities: 3, images: 2}, seed: 2, augment: true});

function trainerOf(together: Collective | undefined, accumulate: number) {
  const dense = initializers.glorotNormal({seed: 3});
  const backbone = sequential({
    layers: [
      layers.conv2d({
        ...{name: 'first', inputShape: [8, 8, 1], filters: 4, kernelSize: 3},
        kernelInitializer: initializers.glorotNormal({seed: 2}),
      }),
      layers.batchNormalization({name: 'norm'}),
      layers.activation({activation: 'relu'}),
      layers.flatten(),
      layers.dense({units: 6, kernelInitializer: dense}),
    ],
  });
  const margin = linearRamp({from: 0, to: 0.3, steps: 5});
  const head = arcFace({classes: 12, scale: 8, margin, learnScale: true, seed: 3});
  if (together) sharded(head, {collective: together});
  const trainer = new Trainer({
    ...{backbone, accumulate, objective: [head, [0.1, tripletLoss({margin: 0.2})]]},
    ...{optimizer: sgd({momentum: 0.9, weightDecay: 1e-3}), freeze: ['first'], ema: 0.9, clipNorm: 1},
    learningRate: cosineDecay({peak: 0.05, steps: 50, warmupSteps: 3}),
    ...(together && {collective: together}),
  });
  return {trainer, backbone, head};
}

const numbersOf = (weights: readonly tf.Tensor[]) => weights.flatMap(weight => [...weight.dataSync()]);
const largest = (a: number[], b: number[]) => Math.max(...a.map((value, i) => Math.abs(value - b[i])));

const [few, many] = [6, 50];
const here = trainerOf(collective, 2);
const alone = trainerOf(undefined, 2 * size);
const frozen = numbersOf(here.backbone.layers[0].getWeights());
const reports = {
  here: await here.trainer.run(shardBatches(batches, collective), {steps: few}),
  alone: await alone.trainer.run(batches, {steps: few}),
};
const trained = ({backbone}: typeof here) => numbersOf(backbone.trainableWeights.map(each => each.read()));
const averaged = (of: typeof here) => of.trainer.withAverage(() => trained(of));
const {first, count} = here.head.classRange;
const difference = {
  weights: largest(trained(here), trained(alone)),
  average: largest(await averaged(here), await averaged(alone)),
  classes: largest(
    numbersOf([here.head.classWeights]),
    numbersOf([alone.head.classWeights]).slice(6 * first, 6 * (first + count)),
  ),
  loss: Math.abs((reports.here?.loss ?? 0) / (reports.alone?.loss ?? 0) - 1),
  frozen: largest(numbersOf(here.backbone.layers[0].getWeights()), frozen),
};
await here.trainer.run(shardBatches(batches, collective), {steps: many});
const bits = createHash('sha256');
const averages = await here.trainer.withAverage(() => numbersOf(here.backbone.getWeights()));
for (const values of [numbersOf(here.backbone.getWeights()), averages])
  bits.update(Float32Array.from(values));
tell(collective, {difference, step: here.trainer.position.step, bits: bits.digest('hex')});
await collective.close();
