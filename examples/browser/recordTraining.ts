/*
 * Records what the page shows before TensorFlow.js has loaded, and the weights from which it goes on:
 *
 *     npm run demo:record
 *
 * One epoch of all 60,000 training images under softmax, and from there both heads on the same batches, with the training of the page itself.
 */
import {mkdir, writeFile} from 'node:fs/promises';
import * as tf from '@tensorflow/tfjs-core';
import {logitCurve, useBackend} from 'face-margins';
import {mnist} from 'face-margins/node';
import {plain} from './choices';
import {firstImages, shuffledDigits} from './digits';
import {makeHead} from './makeHead';
import type {Side, Wish} from './messages';
import {shownImages} from './mnistFiles';
import {packArrays} from './quantized';
import {recordedWish, sides} from './recording';
import {aimingImages, type Material, type Start, Training} from './training';

/** The steps after which the planes are kept. */
const frames = [0, 60, 120, 240, 360, 480, 600, 770, 938];
const last = frames[frames.length - 1];
const folder = new URL('./recorded/', import.meta.url);

const heads: Record<Side, Wish> = {plain: {head: plain, margin: 0}, margin: recordedWish};

await useBackend('wasm');
const {train, test} = await mnist();
const material: Material = {
  source: shuffledDigits(train, {images: train.count, batch: 64}),
  aim: firstImages(train, aimingImages),
  shown: firstImages(test, shownImages),
};

/** Trains until so many steps are done. */
async function trainTo(step: number, training: Training): Promise<void> {
  while (training.steps < step) {
    for await (const report of training.train(Math.min(100, step - training.steps), () => false))
      if (report.step % 100 === 0) console.log(`step ${report.step}: loss ${report.loss.toFixed(3)}`);
  }
}

const warmUp = await Training.begin(material, heads.plain);
await trainTo(material.source.batchesPerEpoch, warmUp);
const start: Start = {weights: await warmUp.weights(), wish: heads.plain};
warmUp.dispose();

/** The recipe of mnist-2d for what comes after the warm-up, for a whole epoch. */
const rate = (step: number) =>
  0.001 * Math.min(1, (10 * step) / last) * 0.5 * (1 + Math.cos((Math.PI * step) / last));

const pictures: Record<string, ArrayLike<number>> = {steps: frames, labels: material.shown.labels};
const weights: Record<string, ArrayLike<number>> = {};
for (const side of sides) {
  const training = await Training.begin(material, heads[side], start, rate);
  const before = training.steps;
  for (const [i, step] of frames.entries()) {
    await trainTo(before + step, training);
    for (const [name, values] of Object.entries(await training.picture()))
      pictures[`${side}/${i}/${name}`] = values;
  }
  const {network, classWeights} = await training.weights();
  network.forEach((values, i) => {
    weights[`${side}/network/${i}`] = values;
  });
  weights[`${side}/classWeights`] = classWeights;
  training.dispose();
}
const {angles, target, other} = await logitCurve(makeHead(recordedWish), 181);
Object.assign(pictures, {angles, target, other});
tf.dispose([material.aim.images, material.shown.images]);

await mkdir(folder, {recursive: true});
for (const [name, arrays] of Object.entries({frames: pictures, weights})) {
  const file = packArrays(arrays);
  await writeFile(new URL(`${name}.bin`, folder), file);
  console.log(`examples/browser/recorded/${name}.bin: ${file.length} bytes`);
}
