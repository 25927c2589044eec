import {mkdtemp, open, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {seededRandom} from '../src/base/random';
import {imageRecords} from '../src/data/sources/imageRecords';
import {aggregateTemplates} from '../src/evaluate/embeddings/aggregateTemplates';
import {angularStatistics} from '../src/evaluate/embeddings/angularStatistics';
import {pairScores} from '../src/evaluate/verification/pairDistances';
import {insightFace} from '../test/support/writeRecords';
import {type Bench, benchCase, type Case} from './harness';

export const description = 'evaluation and opening records beside plain loops over flat arrays';

const DIMENSION = 512;
const PAIRS = 10_000;
const CLASSES = 800;
const IMAGES = 20_000;
const RECORDS = 20_000;

function randomEmbeddings(rows: number): Float32Array {
  const random = seededRandom(1);
  return Float32Array.from({length: rows * DIMENSION}, () => random() - 0.5);
}

const values = randomEmbeddings(2 * PAIRS);

/** The cosines of rows 0 and 1, 2 and 3, and so on. */
function plainScores(): Float64Array {
  const scale = (at: number) => {
    let squares = 0;
    for (let d = at; d < at + DIMENSION; d++) squares += values[d] * values[d];
    return 1 / Math.sqrt(squares);
  };
  const scores = new Float64Array(PAIRS);
  for (let pair = 0; pair < PAIRS; pair++) {
    const [a, b] = [2 * pair * DIMENSION, (2 * pair + 1) * DIMENSION];
    const [scaleA, scaleB] = [scale(a), scale(b)];
    for (let d = 0; d < DIMENSION; d++) scores[pair] += values[a + d] * scaleA * (values[b + d] * scaleB);
  }
  return scores;
}

/** The largest cosine between two of the first rows, in float64. */
function plainNearest(): number {
  const units = Float64Array.from(values.subarray(0, CLASSES * DIMENSION));
  for (let row = 0; row < CLASSES; row++) {
    const unit = units.subarray(row * DIMENSION, (row + 1) * DIMENSION);
    const length = Math.hypot(...unit);
    for (let d = 0; d < DIMENSION; d++) unit[d] /= length;
  }
  let largest = -1;
  for (let i = 0; i < CLASSES; i++) {
    for (let j = i + 1; j < CLASSES; j++) {
      let sum = 0;
      for (let d = 0; d < DIMENSION; d++) sum += units[i * DIMENSION + d] * units[j * DIMENSION + d];
      largest = Math.max(largest, sum);
    }
  }
  return largest;
}

/** The mean of the rows. */
function plainMean(): Float64Array {
  const mean = new Float64Array(DIMENSION);
  for (let image = 0; image < IMAGES; image++) {
    for (let d = 0; d < DIMENSION; d++) mean[d] += values[image * DIMENSION + d] / IMAGES;
  }
  return mean;
}

const labels = Int32Array.from({length: 2 * CLASSES}, (_, i) => i % CLASSES);
const oneTemplate = {
  embeddings: {values: values.subarray(0, IMAGES * DIMENSION), dimension: DIMENSION},
  templates: new Int32Array(IMAGES),
  media: new Int32Array(IMAGES),
};

/** A folder with a `.rec` file of images of about 3 kB, and its index. */
async function recordFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-evaluate-'));
  const random = seededRandom(2);
  const image = () => new Uint8Array(1500 + Math.floor(3000 * random()));
  const {rec, idx} = insightFace(Array.from({length: 100}, () => Array.from({length: RECORDS / 100}, image)));
  await writeFile(join(folder, 'train.rec'), rec);
  await writeFile(join(folder, 'train.idx'), idx);
  return folder;
}

function recordCase(name: string, run: (path: string) => Promise<unknown>): Case {
  return benchCase<string>({
    name,
    setup: recordFile,
    run: folder => run(join(folder, 'train.rec')),
    dispose: folder => rm(folder, {recursive: true}),
  });
}

/** Goes over the file once, a megabyte at a time. */
async function readThrough(path: string): Promise<void> {
  const file = await open(path);
  const buffer = new Uint8Array(2 ** 20);
  while ((await file.read(buffer, 0, buffer.length)).bytesRead > 0);
  await file.close();
}

export function bench(): Bench {
  const [scores, statistics, templates, records] = [
    `pairScores, ${PAIRS} pairs`,
    `angularStatistics, ${CLASSES} classes`,
    `aggregateTemplates, ${IMAGES} images of one medium`,
    `imageRecords, ${RECORDS} records`,
  ];
  const cases: Case[] = [
    {name: scores, run: () => pairScores({values, dimension: DIMENSION})},
    {name: 'pairs, plain loops', run: plainScores},
    {
      name: statistics,
      backend: 'wasm',
      run: () => angularStatistics(values.subarray(0, labels.length * DIMENSION), labels, CLASSES),
    },
    {name: 'pairs of classes, plain loops', run: plainNearest},
    {name: templates, run: () => aggregateTemplates(oneTemplate)},
    {name: 'mean, plain loops', run: plainMean},
    recordCase(records, path => imageRecords(path)),
    recordCase('the same file read through', readThrough),
  ];
  const ratios = Object.fromEntries(
    [0, 2, 4, 6].map(i => [`${cases[i].name} / ${cases[i + 1].name}`, [cases[i].name, cases[i + 1].name]]),
  ) as Record<string, [string, string]>;
  return {cases, ratios, rounds: 7, warmUp: 1};
}
