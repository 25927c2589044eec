import {mkdtemp, readdir, rm, stat} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import {seededRandom} from '../src/base/random';
import {searchGallery} from '../src/evaluate/identification/searchGallery';
import {exactIndex} from '../src/search/exactIndex';
import type {SearchIndex} from '../src/search/searchIndex';
import type {StorageType} from '../src/search/stored/storageType';
import {usearchIndex} from '../src/search/usearchIndex';
import {type Bench, benchCase, type Case} from './harness';

export const description =
  'indexes among vectors with planted mates, FACE_MARGINS_SEARCH of them (1,000,000), and searchGallery; exact beside plain products';

const FACES = Number(process.env.FACE_MARGINS_SEARCH ?? 1_000_000);
const DIMENSION = 128;
const PROBES = 64;
/** Every hundredth vector has a mate among the probes. */
const PLANTED = Math.min(10_000, Math.ceil(FACES / 100));
/** Of so many mates the ten best are compared with those of the exact index. */
const RECALLED = Math.min(1000, PLANTED);
const BLOCK = 4096;

/** Directions spread evenly; `seed` and the row decide each. */
function rows(first: number, count: number): Float32Array {
  const values = new Float32Array(count * DIMENSION);
  for (let row = 0; row < count; row++) {
    const random = seededRandom(1, first + row);
    // The sum of four even numbers is normal enough.
    for (let d = 0; d < DIMENSION; d++)
      values[row * DIMENSION + d] = random() + random() + random() + random() - 2;
  }
  return values;
}

/** Another image of each hundredth face: its cosine with the first is about 0.6. */
function mates(count: number): Float32Array {
  const random = seededRandom(2);
  const values = new Float32Array(count * DIMENSION);
  for (let i = 0; i < count; i++) {
    rows(100 * i, 1).forEach((value, d) => {
      values[i * DIMENSION + d] = value + 1.33 * (random() + random() + random() + random() - 2);
    });
  }
  return values;
}

async function filled(index: SearchIndex): Promise<SearchIndex> {
  const started = performance.now();
  for (let first = 0; first < FACES; first += 10_000) {
    const count = Math.min(10_000, FACES - first);
    const ids = Array.from({length: count}, (_, i) => String(first + i));
    await index.enroll(ids, {values: rows(first, count), dimension: DIMENSION});
  }
  console.log(`  enrolled ${FACES} in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  return index;
}

/** The ten best of each mate that recall is counted on, by the first index that was asked: the exact one. */
let exactBest: Set<string>[] | undefined;

/** Prints the part of planted mates that come first, and of the exact index's ten best that are found. */
async function tellMates(name: string, index: SearchIndex): Promise<void> {
  const found = await index.search({values: mates(PLANTED), dimension: DIMENSION});
  const right = found.filter(([candidate], i) => candidate?.id === String(100 * i)).length;
  const best = await index.search({values: mates(RECALLED), dimension: DIMENSION}, {top: 10});
  const idsOf = best.map(candidates => candidates.map(({id}) => id));
  exactBest ??= idsOf.map(ids => new Set(ids));
  const recalled = idsOf.flatMap((ids, i) => ids.filter(id => exactBest?.[i].has(id))).length;
  console.log(
    `  ${name}: ${right} of ${PLANTED} planted mates first, recall@10 ${((100 * recalled) / (10 * RECALLED)).toFixed(2)} %`,
  );
}

const probes = {values: mates(Math.min(PROBES, PLANTED)), dimension: DIMENSION};

function exactCase(name: string, storage: StorageType): Case {
  return benchCase<SearchIndex>({
    name,
    backend: 'wasm',
    memory: true,
    setup: () => filled(exactIndex({dimension: DIMENSION, storage})),
    tell: index => tellMates(name, index),
    run: index => index.search(probes, {top: 10}),
    work: {amount: probes.values.length / DIMENSION, unit: 'probe'},
  });
}

/** The ten best of each probe by products of blocks of unit rows, and nothing else. */
async function plainProducts(gallery: Float32Array): Promise<Int32Array> {
  const count = probes.values.length / DIMENSION;
  const units = tf.tensor2d(probes.values, [count, DIMENSION]);
  const [best, scores] = [new Int32Array(count * 10), new Float32Array(count * 10).fill(-Infinity)];
  for (let first = 0; first < FACES; first += BLOCK) {
    const columns = Math.min(BLOCK, FACES - first);
    const product = tf.tidy(() =>
      tf.matMul(
        units,
        tf.tensor2d(gallery.subarray(first * DIMENSION, (first + columns) * DIMENSION), [columns, DIMENSION]),
        false,
        true,
      ),
    );
    const cosines = await product.data<'float32'>();
    product.dispose();
    for (let i = 0, at = 0; i < count; i++) {
      const last = 10 * i + 9;
      for (let j = 0; j < columns; j++, at++) {
        if (cosines[at] <= scores[last]) continue;
        let place = last;
        for (; place > 10 * i && scores[place - 1] < cosines[at]; place--) {
          scores[place] = scores[place - 1];
          best[place] = best[place - 1];
        }
        scores[place] = cosines[at];
        best[place] = first + j;
      }
    }
  }
  units.dispose();
  return best;
}

interface OnDisk {
  index: SearchIndex;
  folder: string;
}

const graphCase = benchCase<OnDisk>({
  name: 'usearchIndex',
  backend: 'wasm',
  memory: true,
  setup: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'bench-search-'));
    const index = await filled(await usearchIndex({dimension: DIMENSION, folder}));
    await index.save();
    return {index, folder};
  },
  tell: async ({index, folder}) => {
    for (const name of await readdir(folder)) {
      console.log(`  ${name}: ${((await stat(join(folder, name))).size / 1e6).toFixed(1)} MB`);
    }
    await tellMates('usearchIndex', index);
  },
  run: ({index}) => index.search(probes, {top: 10}),
  dispose: ({folder}) => rm(folder, {recursive: true}),
  work: {amount: probes.values.length / DIMENSION, unit: 'probe'},
});

export function bench(): Bench {
  const [exact, plain, gallery] = ['exactIndex float32', 'plain blocked products', 'searchGallery'];
  const cases: Case[] = [
    exactCase(exact, 'float32'),
    benchCase<Float32Array>({
      name: plain,
      backend: 'wasm',
      setup: () => rows(0, FACES),
      run: plainProducts,
      work: {amount: probes.values.length / DIMENSION, unit: 'probe'},
    }),
    exactCase('exactIndex float16', 'float16'),
    exactCase('exactIndex int8', 'int8'),
    benchCase<Float32Array>({
      name: gallery,
      backend: 'wasm',
      setup: () => rows(0, FACES),
      run: values =>
        searchGallery({
          probes,
          probeLabels: [...Array(probes.values.length / DIMENSION).keys()],
          gallery: {values: values.subarray(0, 100 * DIMENSION), dimension: DIMENSION},
          galleryLabels: [...Array(100).keys()],
          distractors: {values: values.subarray(100 * DIMENSION), dimension: DIMENSION},
        }),
      work: {amount: probes.values.length / DIMENSION, unit: 'probe'},
    }),
    graphCase,
  ];
  return {
    cases,
    ratios: {[`${exact} / ${plain}`]: [exact, plain]},
    rounds: 3,
    warmUp: 1,
  };
}
