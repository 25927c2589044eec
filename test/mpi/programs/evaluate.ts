import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs-core';
import {type BackendName, compact, normalizationOf, useBackend} from 'face-margins';
import {imageTensors} from 'face-margins/data';
import {openCollective} from 'face-margins/distributed';
import {
  allPairsScores,
  embedImages,
  identifySets,
  megaFaceSearch,
  nearestNeighbours,
  retrievalFigures,
  searchGallery,
} from 'face-margins/evaluate';
import {tell} from './tell';

/*
 * Each evaluation shared by the ranks beside the same in this process alone. Tells which differ in a bit, how many images this rank has
 * decoded, and what it says where an image of rank 1 cannot be read.
 */
const [backend = 'wasm'] = process.argv.slice(2) as BackendName[];
const collective = await openCollective();
await useBackend(backend);
const {rank, size} = collective;

const rows = (count: number, dimension: number, seed: number) => {
  const values = tf.tidy(() => tf.randomNormal([count, dimension], 0, 1, 'float32', seed).dataSync());
  return {values: values as Float32Array, dimension};
};
const network = compact({embeddingSize: 6, inputShape: [12, 12, 1], seed: 1});
let decoded = 0;
const images = (spoiled = -1) => ({
  ...{length: 43, height: 12, width: 12, channels: 1},
  names: Array.from({length: 43}, (_, i) => `image ${i}`),
  pixels: async (index: number) => {
    decoded++;
    if (index === spoiled) throw new Error(`image ${index} is torn`);
    return Uint8Array.from({length: 144}, (_, i) => (i * (index + 3) * 7) % 256);
  },
});
const tensors = (spoiled?: number) =>
  imageTensors(images(spoiled), {size: 5, normalize: normalizationOf(network)});
const whole = tf.randomUniform([43, 12, 12, 1], -1, 1, 'float32', 3);
/** Batches that are larger than those to embed, and one without images. */
function* batches() {
  for (const [from, count] of [
    [0, 7],
    [7, 0],
    [7, 30],
    [37, 6],
  ])
    yield tf.slice(whole, [from], [count]);
}

// Person 3 has more embeddings than a tile, and others lie across the ends of tiles.
const gallery = rows(13_000, 5, 4);
const galleryLabels = Array.from({length: 13_000}, (_, i) => (i > 2000 && i < 8000 ? 3 : Math.floor(i / 3)));
const probes = rows(700, 5, 5);
const probeLabels = Array.from({length: 700}, (_, i) => (5 * i) % 5000);
const search = {probes, probeLabels, gallery, galleryLabels, distractors: rows(5000, 5, 6)};
const people = Array.from({length: 700}, (_, i) => i % 200);

type Together = {collective?: typeof collective};
const cases: Record<string, (together: Together) => Promise<unknown>> = {
  'embedImages of a tensor': together => embedImages(network, whole, {batchSize: 4, ...together}),
  'embedImages of batches': together =>
    embedImages(network, batches(), {batchSize: 8, flip: true, ...together}),
  'embedImages of files': together => embedImages(network, tensors(), together),
  searchGallery: together => searchGallery({...search, ...together}),
  'searchGallery without distractors': together =>
    searchGallery({...search, distractors: undefined, ...together}),
  megaFaceSearch: together => megaFaceSearch({faces: probes, ids: people, distractors: gallery, ...together}),
  identifySets: together =>
    identifySets({
      probes: {embeddings: probes, labels: probeLabels},
      galleries: [{embeddings: gallery, labels: galleryLabels}],
      ...together,
    }),
  retrievalFigures: together => retrievalFigures(probes, people, together),
  nearestNeighbours: together => nearestNeighbours(probes, 3, together),
  allPairsScores: together => allPairsScores(probes, people, {exact: 500, ...together}),
};
const different: string[] = [];
const count: Record<string, number> = {};
for (const [name, compute] of Object.entries(cases)) {
  const before = tf.memory().numTensors;
  decoded = 0;
  const shared = await compute({collective});
  count[name] = decoded;
  const leaked = tf.memory().numTensors - before;
  try {
    assert.deepStrictEqual([shared, leaked], [await compute({}), 0]);
  } catch {
    different.push(name);
  }
}
const failed = await embedImages(network, tensors(6), {collective}).catch((error: Error) => error.message);
tell(collective, {different, decoded: count['embedImages of files'], failed, rank, size});
await collective.close();
