import {mkdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {useBackend} from 'face-margins';
import {clusteredFaces, type FaceImages} from 'face-margins/data';
import {imageFolder} from 'face-margins/node';
import {drawnPairs} from '../../cli/drawnPairs';
import {needPackages} from '../../cli/missingPackages';
import {progressDisplay} from '../../cli/progressBars';
import {verifyModel} from '../../cli/verifyModel';
import {clusterPeople} from './clusterPeople';
import {parseUnlabeledOptions, type UnlabeledOptions} from './options';
import {trainOn} from './trainOn';

/** The accuracy of one training, and what it was trained on. */
interface Trained {
  seed: number;
  on: string;
  identities: number;
  images: number;
  accuracy: number;
  tarAt1e2: number;
}

const options = parseUnlabeledOptions(process.argv);
const {labeled, epochs, batch, seeds, out, minImages, size} = options;
await needPackages('Reading images', {sharp: () => import('sharp')});
const backend = await useBackend();
const faces = (await openFaces(options)).select((_, images) => images >= minImages);
console.log(`${faces.summary()} ${backend} backend.`);
const rows: Trained[] = [];
for (let seed = 1; seed <= seeds; seed++) rows.push(...(await compare(faces, seed)));
await mkdir(out, {recursive: true});
await writeFile(join(out, 'results.json'), `${JSON.stringify({options, backend, rows}, null, 2)}\n`);
console.log(`\n${table(rows)}\nAll figures are in ${join(out, 'results.json')}.`);

async function openFaces({data, identities}: UnlabeledOptions): Promise<FaceImages> {
  if (data !== undefined) return imageFolder(data, {size});
  const {syntheticFaces} = await import('../../cli/synthetic/syntheticFaces');
  const folder = await syntheticFaces('out/synthetic-faces', {identities, images: 16, size, seed: 1});
  return imageFolder(folder, {size});
}

/** One seed: the named people alone, with clusters of the others, and with the others' true names. */
async function compare(everybody: FaceImages, seed: number): Promise<Trained[]> {
  const {train, validation} = everybody.split({validation: 0.2, seed});
  const {train: unnamed, validation: named} = train.split({validation: labeled, seed});
  const {train: most, validation: known} = named.split({validation: 0.2, seed});
  const pairs = drawnPairs(validation, seed, 6000);
  if (pairs === undefined) throw new Error('Nobody of those who are held back has two images to verify on.');
  const steps = Math.round((epochs * train.length) / batch);
  const settings = {...options, steps, seed};
  const trainAndVerify = async (on: string, set: FaceImages): Promise<Trained> => {
    const display = progressDisplay();
    const network = await trainOn(set, {...settings, onReport: display.add(on)}).finally(() =>
      display.stop(),
    );
    const {report} = await verifyModel(network, pairs, {thresholds: 'every', fars: [0.01]});
    network.dispose();
    return {
      ...{seed, on, identities: set.classes.length, images: set.length},
      accuracy: report.accuracy.accuracy,
      tarAt1e2: report.tarAtFar[0].tar,
    };
  };

  const display = progressDisplay();
  const first = await trainOn(most, {...settings, onReport: display.add('to cluster')}).finally(() =>
    display.stop(),
  );
  const found = await clusterPeople(first, unnamed, known);
  first.dispose();
  const {bCubed, pairwise} = found.scores;
  const clusters = new Set(found.clusters.filter(cluster => cluster >= 0)).size;
  console.log(
    `Seed ${seed}: ${clusters} clusters of ${unnamed.classes.length} people without names at cosine ` +
      `${found.threshold.toFixed(2)}; BCubed F ${percent(bCubed.f)}, pairwise F ${percent(pairwise.f)}.`,
  );
  const {images} = unnamed;
  return [
    await trainAndVerify('named people alone', named),
    await trainAndVerify('with clusters', clusteredFaces({images, clusters: found.clusters, labeled: named})),
    await trainAndVerify('with true names', train),
  ];
}

function table(trained: readonly Trained[]): string {
  return trained
    .map(
      ({seed, on, identities, images, accuracy, tarAt1e2}) =>
        `seed ${seed}  ${on.padEnd(20)}${String(identities).padStart(6)} identities ${images.toLocaleString('en').padStart(7)} images  ` +
        `accuracy ${percent(accuracy)}  TAR at FAR 1 % ${percent(tarAt1e2)}`,
    )
    .join('\n');
}

function percent(part: number): string {
  return `${(100 * part).toFixed(2)} %`;
}
