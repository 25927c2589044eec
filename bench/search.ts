import {mkdtemp, readdir, rm, stat} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import type {Embeddings} from '../src/base/embeddings';
import {seededRandom} from '../src/base/random';
import {searchGallery} from '../src/evaluate/identification/searchGallery';
import {exactIndex} from '../src/search/exactIndex';
import type {SearchIndex} from '../src/search/searchIndex';
import type {StorageType} from '../src/search/stored/storageType';
import {usearchIndex} from '../src/search/usearchIndex';
import {type Bench, benchCase, type Case} from './harness';
import {facesLikeLfw} from './support/facesLikeLfw';
import {lfwData} from './support/lfwEmbeddings';

export const description =
  'indexes among vectors with planted mates, spread evenly and like people of LFW, FACE_MARGINS_SEARCH of them (1,000,000), and searchGallery; exact beside plain products';

const FACES = Number(process.env.FACE_MARGINS_SEARCH ?? 1_000_000);
const DIMENSION = 128;
/** Every hundredth vector has a mate among the probes. */
const PLANTED = Math.min(10_000, Math.ceil(FACES / 100));
const PROBES = Math.min(64, PLANTED);
/** Of so many mates the ten best are compared with those of the exact index. */
const RECALLED = Math.min(1000, PLANTED);
const BLOCK = 4096;
/** Faces enrolled at once. */
const AT_ONCE = 1000;

/** Faces to enroll, and other images of some of them. */
interface Drawn {
  rows(first: number, count: number): Float32Array;
  /** Another image of each hundredth face. */
  mates(count: number): Float32Array;
}

/** Directions spread evenly; a seed and the row decide each. The cosine of two images is about 0.6. */
const even: Drawn = {
  rows(first, count) {
    const values = new Float32Array(count * DIMENSION);
    for (let row = 0; row < count; row++) {
      const random = seededRandom(1, first + row);
      // The sum of four even numbers is normal enough.
      for (let d = 0; d < DIMENSION; d++)
        values[row * DIMENSION + d] = random() + random() + random() + random() - 2;
    }
    return values;
  },
  mates(count) {
    const random = seededRandom(2);
    const values = new Float32Array(count * DIMENSION);
    for (let i = 0; i < count; i++) {
      even.rows(100 * i, 1).forEach((value, d) => {
        values[i * DIMENSION + d] = value + 1.33 * (random() + random() + random() + random() - 2);
      });
    }
    return values;
  },
};

/** People drawn from the normal distribution of LFW's. */
async function likeLfw(): Promise<Drawn> {
  const {rows} = await facesLikeLfw(DIMENSION);
  return {
    rows: (first, count) => rows(first, count, 0),
    // The draw of a row depends on where its block begins.
    mates: count => {
      const values = new Float32Array(count * DIMENSION);
      for (let i = 0; i < count; i += AT_ONCE / 100) {
        const block = rows(100 * i, AT_ONCE, 1);
        for (let k = 0; k < AT_ONCE / 100 && i + k < count; k++) {
          values.set(block.subarray(100 * k * DIMENSION, (100 * k + 1) * DIMENSION), (i + k) * DIMENSION);
        }
      }
      return values;
    },
  };
}

async function filled(index: SearchIndex, faces: Drawn): Promise<SearchIndex> {
  const started = performance.now();
  for (let first = 0; first < FACES; first += AT_ONCE) {
    const count = Math.min(AT_ONCE, FACES - first);
    const ids = Array.from({length: count}, (_, i) => String(first + i));
    await index.enroll(ids, {values: faces.rows(first, count), dimension: DIMENSION});
  }
  console.log(`  enrolled ${FACES} in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  return index;
}

/** The ten best of each mate that recall is counted on, by an exact index. */
const exactBest = new Map<Drawn, Promise<Set<string>[]>>();

async function bestOf(faces: Drawn): Promise<Set<string>[]> {
  const index = await filled(exactIndex({dimension: DIMENSION}), faces);
  const best = await index.search({values: faces.mates(RECALLED), dimension: DIMENSION}, {top: 10});
  return best.map(candidates => new Set(candidates.map(({id}) => id)));
}

/** Prints the part of planted mates that come first, and of the exact index's ten best that are found. */
async function tellMates(name: string, index: SearchIndex, faces: Drawn): Promise<void> {
  if (!exactBest.has(faces)) exactBest.set(faces, bestOf(faces));
  const exact = await exactBest.get(faces);
  const found = await index.search({values: faces.mates(PLANTED), dimension: DIMENSION});
  const right = found.filter(([candidate], i) => candidate?.id === String(100 * i)).length;
  const best = await index.search({values: faces.mates(RECALLED), dimension: DIMENSION}, {top: 10});
  const recalled = best.flatMap((candidates, i) => candidates.filter(({id}) => exact?.[i].has(id))).length;
  console.log(
    `  ${name}: ${right} of ${PLANTED} planted mates first, recall@10 ${((100 * recalled) / (10 * RECALLED)).toFixed(2)} %`,
  );
}

const probes = {values: even.mates(PROBES), dimension: DIMENSION};

function exactCase(name: string, storage: StorageType): Case {
  return benchCase<SearchIndex>({
    name,
    backend: 'wasm',
    memory: true,
    setup: () => filled(exactIndex({dimension: DIMENSION, storage}), even),
    tell: index => tellMates(name, index, even),
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
  faces: Drawn;
  probes: Embeddings;
}

/** A graph, opened with several breadths. */
function graphCase(name: string, draw: () => Drawn | Promise<Drawn>): Case {
  return benchCase<OnDisk>({
    name,
    backend: 'wasm',
    memory: true,
    setup: async () => {
      const folder = await mkdtemp(join(tmpdir(), 'bench-search-'));
      const faces = await draw();
      const index = await filled(await usearchIndex({dimension: DIMENSION, folder}), faces);
      await index.save();
      return {index, folder, faces, probes: {values: faces.mates(PROBES), dimension: DIMENSION}};
    },
    tell: async ({folder, faces, probes}) => {
      for (const file of await readdir(folder)) {
        console.log(`  ${file}: ${((await stat(join(folder, file))).size / 1e6).toFixed(1)} MB`);
      }
      for (const breadth of [128, 512, 2048]) {
        const index = await usearchIndex({dimension: DIMENSION, folder, breadth});
        await index.load();
        const started = performance.now();
        await index.search(probes, {top: 10});
        const each = (performance.now() - started) / PROBES;
        await tellMates(`${name}, breadth ${breadth}, ${each.toFixed(2)} ms a probe`, index, faces);
      }
    },
    run: ({index, probes}) => index.search(probes, {top: 10}),
    dispose: ({folder}) => rm(folder, {recursive: true}),
    work: {amount: PROBES, unit: 'probe'},
  });
}

export function bench(): Bench {
  const [exact, plain, gallery] = ['exactIndex float32', 'plain blocked products', 'searchGallery'];
  const cases: Case[] = [
    exactCase(exact, 'float32'),
    benchCase<Float32Array>({
      name: plain,
      backend: 'wasm',
      setup: () => even.rows(0, FACES),
      run: plainProducts,
      work: {amount: probes.values.length / DIMENSION, unit: 'probe'},
    }),
    exactCase('exactIndex float16', 'float16'),
    exactCase('exactIndex int8', 'int8'),
    benchCase<Float32Array>({
      name: gallery,
      backend: 'wasm',
      setup: () => even.rows(0, FACES),
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
    graphCase('usearchIndex', () => even),
    ...(lfwData === undefined ? [] : [graphCase('usearchIndex, people like LFW', likeLfw)]),
  ];
  return {
    cases,
    ratios: {[`${exact} / ${plain}`]: [exact, plain]},
    rounds: 3,
    warmUp: 1,
  };
}
