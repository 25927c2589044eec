import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {PGlite} from '@electric-sql/pglite';
import {vector} from '@electric-sql/pglite-pgvector';
import type {Embeddings} from '../src/base/embeddings';
import {exactIndex} from '../src/search/exactIndex';
import {pgvectorIndex} from '../src/search/pgvectorIndex';
import type {SearchIndex} from '../src/search/searchIndex';
import {usearchIndex} from '../src/search/usearchIndex';
import {type Bench, benchCase, type Case} from './harness';
import {lfwEmbeddings} from './support/lfwEmbeddings';

export const description =
  'each index on LFW: who is found first, and recall of the ten best people (FACE_MARGINS_DATA)';

type Rows = Embeddings & {values: Float32Array};

interface People {
  gallery: Rows;
  ids: string[];
  /** The last image of everybody with two or more. */
  probes: Rows;
  mates: string[];
  /** The ten best people of each probe, by an exact index. */
  best: Set<string>[];
}

let people: Promise<People> | undefined;

async function openPeople(): Promise<People> {
  const {values, dimension, labels} = await lfwEmbeddings(1);
  const last = new Map(Array.from(labels, (label, i) => [label, i]));
  const isProbe = (i: number) => last.get(labels[i]) === i && labels.indexOf(labels[i]) !== i;
  const places = [...labels.keys()];
  const rowsOf = (chosen: number[]) => {
    const rows = new Float32Array(chosen.length * dimension);
    chosen.forEach((place, i) => {
      rows.set(values.subarray(place * dimension, (place + 1) * dimension), i * dimension);
    });
    return {values: rows, dimension};
  };
  const [enrolled, asked] = [places.filter(i => !isProbe(i)), places.filter(isProbe)];
  const named = (chosen: number[]) => chosen.map(i => String(labels[i]));
  const open = {gallery: rowsOf(enrolled), ids: named(enrolled), probes: rowsOf(asked), mates: named(asked)};
  const exact = await filled(exactIndex({dimension}), open);
  const found = await exact.search(open.probes, {top: 10});
  return {...open, best: found.map(candidates => new Set(candidates.map(({id}) => id)))};
}

async function filled(index: SearchIndex, {gallery, ids}: Pick<People, 'gallery' | 'ids'>) {
  await index.enroll(ids, gallery);
  return index;
}

interface Opened {
  index: SearchIndex;
  people: People;
  close(): Promise<void>;
}

type Made = Pick<Opened, 'index'> & Partial<Opened>;

function indexCase(name: string, make: (dimension: number) => Made | Promise<Made>): Case {
  return benchCase<Opened>({
    name,
    backend: 'wasm',
    setup: async () => {
      people ??= openPeople();
      const all = await people;
      const {index, close = async () => undefined} = await make(all.gallery.dimension);
      const started = performance.now();
      await filled(index, all);
      console.log(
        `  ${name}: enrolled ${all.ids.length} in ${((performance.now() - started) / 1000).toFixed(1)} s`,
      );
      return {index, people: all, close};
    },
    tell: async ({index, people: {probes, mates, best}}) => {
      const found = await index.search(probes, {top: 10});
      const right = found.filter(([candidate], i) => candidate?.id === mates[i]).length;
      const recalled = found.flatMap((candidates, i) => candidates.filter(({id}) => best[i].has(id))).length;
      console.log(
        `  ${name}: ${right} of ${mates.length} found first, recall@10 ${((10 * recalled) / mates.length).toFixed(2)} %`,
      );
    },
    run: ({index, people: {probes}}) =>
      index.search({...probes, values: probes.values.subarray(0, 64 * probes.dimension)}, {top: 10}),
    dispose: ({close}) => close(),
    work: {amount: 64, unit: 'probe'},
  });
}

async function onDisk(dimension: number, breadth?: number): Promise<Made> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-search-'));
  const index = await usearchIndex({dimension, folder, ...(breadth !== undefined && {breadth})});
  return {index, close: () => rm(folder, {recursive: true, force: true})};
}

async function inPostgres(dimension: number): Promise<Made> {
  const client = await PGlite.create({extensions: {vector}});
  return {index: await pgvectorIndex({client, dimension}), close: () => client.close()};
}

export function bench(): Bench {
  const storages = ['float32', 'float16', 'int8'] as const;
  return {
    cases: [
      ...storages.map(storage =>
        indexCase(`exactIndex ${storage}`, dimension => ({index: exactIndex({dimension, storage})})),
      ),
      indexCase('usearchIndex', onDisk),
      indexCase('usearchIndex, breadth 128', dimension => onDisk(dimension, 128)),
      indexCase('pgvectorIndex in PGlite', inPostgres),
    ],
    rounds: 5,
    warmUp: 1,
  };
}
