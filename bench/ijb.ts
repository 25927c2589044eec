import {mkdtemp, readFile, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {Embeddings} from '../src/base/embeddings';
import {aggregateTemplates} from '../src/evaluate/embeddings/aggregateTemplates';
import {identifySets} from '../src/evaluate/identification/identifySets';
import {tarAtFar} from '../src/evaluate/verification/tarAtFar';
import {templateScores} from '../src/evaluate/verification/templateScores';
import {parseFacePoints, parseTemplateImages, parseTemplatePairs} from '../src/formats/parseIjbMeta';
import {type Bench, benchCase, type OwnMeasurement} from './harness';
import {PythonPeer, peersPython} from './support/pythonPeer';
import {templateSizes, writeTemplateFiles} from './support/templateFiles';

export const description =
  'verification and identification of templates from files of the size of IJB-C, beside NumPy and scikit-learn';

const {dimension, people, pairs} = templateSizes;
const fars = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1];
const fpirs = [0.01, 0.1];
/** As many templates as the galleries G1 and G2 of IJB-C have, of other people each, and probes of everybody. */
const [first, second, probed] = [1772, 1759, 19_593];

interface Figures {
  tars: number[];
  tops: number[];
  tpirs: number[];
}

interface Files {
  folder: string;
  personOf: Int32Array;
}

/** Every figure, by the peer if it was asked. */
const figures: {ours?: Figures; theirs?: Figures; scores?: Float32Array} = {};

/** Written once, for both. */
let written: Promise<Files> | undefined;
const files = () => {
  written ??= mkdtemp(join(tmpdir(), 'bench-ijb-')).then(async folder => ({
    folder,
    personOf: await writeTemplateFiles(folder),
  }));
  return written;
};

const count = (length: number, from: number) => Array.from({length}, (_, i) => from + i);
/** Templates 1 to 3531 show one person each. */
const galleries = [count(first, 1), count(second, first + 1)];
const probes = count(probed, people + 1);

async function parsed({folder}: Files) {
  const read = (name: string) => readFile(join(folder, name));
  const embeddings = await read('embeddings.f32');
  const values = new Float32Array(embeddings.buffer, embeddings.byteOffset, embeddings.length / 4);
  const {templates, media} = parseTemplateImages(await read('tid_mid.txt'), 'tid_mid.txt');
  const {scores} = parseFacePoints(await read('5pts_score.txt'), '5pts_score.txt');
  return {embeddings: {values, dimension}, templates, media, detectorScores: scores};
}

function print(): void {
  const {ours, theirs, scores} = figures;
  if (!ours) return;
  console.log(`  TAR at FAR ${fars.join(', ')}: ${ours.tars.map(rate => rate.toFixed(6)).join(', ')}`);
  console.log(`  top-1, 5, 10: ${ours.tops.map(rate => rate.toFixed(6)).join(', ')}`);
  console.log(`  TPIR at FPIR ${fpirs.join(', ')}: ${ours.tpirs.map(rate => rate.toFixed(6)).join(', ')}`);
  if (!theirs || !scores) return;
  const all = (of: Figures) => [...of.tars, ...of.tops, ...of.tpirs];
  const furthest = Math.max(...all(ours).map((rate, i) => Math.abs(rate - all(theirs)[i])));
  console.log(`  the furthest rate from the peer's: ${furthest.toExponential(1)}`);
}

const verification = benchCase<Files>({
  name: `${pairs.toLocaleString('en-US')} pairs of templates`,
  backend: 'wasm',
  memory: true,
  work: {amount: pairs / 1e6, unit: 'M pairs'},
  setup: files,
  async run(files) {
    const images = await parsed(files);
    const read = parseTemplatePairs(await readFile(join(files.folder, 'pair_label.txt')), 'pair_label.txt');
    const scored = templateScores({...images, pairs: read});
    figures.scores = scored.scores;
    figures.ours = {
      ...{tops: [], tpirs: []},
      ...figures.ours,
      tars: tarAtFar(scored, fars).map(({tar}) => tar),
    };
  },
});

const identification = benchCase<Files & {rows: Embeddings}>({
  name: `${probed} probes in two galleries`,
  backend: 'wasm',
  async setup() {
    const given = await files();
    const {embeddings, templates, media, detectorScores} = await parsed(given);
    const values = embeddings.values.map((value, i) => value * detectorScores[Math.floor(i / dimension)]);
    return {...given, rows: aggregateTemplates({embeddings: {values, dimension}, templates, media})};
  },
  async run({rows, personOf}) {
    const labeled = (of: number[]) => ({
      embeddings: {
        values: Float32Array.from(
          {length: of.length * dimension},
          (_, i) => rows.values[(of[Math.floor(i / dimension)] - 1) * dimension + (i % dimension)],
        ),
        dimension,
      },
      labels: of.map(template => personOf[template]),
    });
    const {ranks, tpirs} = await identifySets({
      probes: labeled(probes),
      galleries: galleries.map(labeled),
      fpirs,
    });
    figures.ours = {
      tars: figures.ours?.tars ?? [],
      tops: ranks.map(({rate}) => rate),
      tpirs: tpirs.map(({tpir}) => tpir),
    };
  },
  async dispose({folder}) {
    print();
    await rm(folder, {recursive: true, force: true});
  },
});

const peer = benchCase<Files & {python: PythonPeer}>({
  name: 'the pairs by NumPy and scikit-learn',
  work: {amount: pairs / 1e6, unit: 'M pairs'},
  setup: async () => ({...(await files()), python: new PythonPeer('ijb_peer.py')}),
  async run({folder, personOf, python}) {
    const labels = (of: number[]) => of.map(template => personOf[template]);
    const answer = await python.ask({
      folder,
      dimension,
      fars,
      fpirs,
      probes,
      labels: labels(probes),
      galleries: galleries.map(of => ({templates: of, labels: labels(of)})),
    });
    figures.theirs = answer as OwnMeasurement & Figures;
    const bytes = await readFile(join(folder, 'scores.f64'));
    const theirs = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
    const furthest = theirs.reduce(
      (most, score, i) => Math.max(most, Math.abs(score - (figures.scores?.[i] ?? NaN))),
      0,
    );
    console.log(`  the furthest score from the peer's: ${furthest.toExponential(1)}`);
    return {milliseconds: answer.milliseconds};
  },
  dispose: ({python}) => python.close(),
});

export function bench(): Bench {
  const cases =
    peersPython === undefined ? [verification, identification] : [verification, peer, identification];
  return {
    cases,
    rounds: 1,
    warmUp: 0,
    ratios: peersPython === undefined ? {} : {'pairs / the peer': [verification.name, peer.name]},
  };
}
