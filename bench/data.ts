import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import {drawPeople} from '../cli/synthetic/drawPeople';
import {mobileFaceNet} from '../src/backbones/mobileFaceNet';
import {type AugmentOptions, adaFaceAugmentation, flipOnly} from '../src/data/augment/augment';
import type {FaceImages} from '../src/data/faceImages';
import {imageFolder} from '../src/data/sources/imageFolder';
import {installed} from '../test/support/installed';
import {type Bench, benchCase, type Case} from './harness';
import {stepCase} from './support/trainingStep';

export const description = 'the loader (JPEG of 112×112, decoded and augmented) beside a training step';

const BATCH = 32;
const IMAGES = 256;
const people = {identities: 16, images: 16, size: 112, seed: 1};

/** One pass over a folder: read, decode, augment, normalize, to tensors. Nothing decoded is kept. */
function loaderCase(name: string, augment: AugmentOptions | false, backend: 'tensorflow' | 'wasm'): Case {
  return benchCase<{folder: string; faces: FaceImages}>({
    name,
    backend,
    work: {amount: IMAGES, unit: 'img'},
    setup: async () => {
      const folder = await mkdtemp(join(tmpdir(), 'bench-data-'));
      await drawPeople(folder, people, [...Array(people.identities).keys()], () => undefined);
      return {folder, faces: await imageFolder(folder, {keepDecoded: 0})};
    },
    run: async ({faces}) => {
      for await (const {images, labels} of faces.batches({size: BATCH, augment}).epoch(0)) {
        tf.dispose([images, labels]);
      }
    },
    dispose: ({folder}) => rm(folder, {recursive: true}),
  });
}

export function bench(): Bench {
  const backend = installed('@tensorflow/tfjs-node') ? 'tensorflow' : 'wasm';
  const step = {
    ...stepCase({name: 'MobileFaceNet', backend, network: () => mobileFaceNet(), batch: BATCH}),
    memory: false,
  };
  const [plain, flip, all] = ['loader', 'loader, flip', 'loader, AdaFace’s augmentation'];
  return {
    cases: [
      loaderCase(plain, false, backend),
      loaderCase(flip, flipOnly, backend),
      loaderCase(all, adaFaceAugmentation, backend),
      step,
    ],
    ratios: Object.fromEntries(
      [plain, flip, all].map(name => [`${name}: ${IMAGES} images / a step of ${BATCH}`, [name, step.name]]),
    ),
    rounds: 5,
    warmUp: 1,
  };
}
