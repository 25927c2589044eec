import {mkdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {useBackend} from 'face-margins';
import {FaceImages} from 'face-margins/data';
import {needPackages} from '../../cli/missingPackages';
import {openFaces} from '../../cli/openFaces';
import {progressDisplay} from '../../cli/progressBars';
import {croppedImages, crops} from './crops';
import {type DeepIdFigures, deepIdFigures} from './deepIdFigures';
import {parseDeepIdOptions} from './options';
import {supervisions} from './trainDeepId';

const options = parseDeepIdOptions(process.argv);
const {data, validate, minImages, epochs, seed, out} = options;
await needPackages('Reading images', {sharp: () => import('sharp')});
const backend = await useBackend(options.backend);
const {train, protocol, description} = await openFaces(
  {data, validate, minImages, disjoint: true, size: 112, seed, out, identities: 0, imagesEach: 0},
  () => undefined,
);
console.log(`${description} ${backend} backend.`);
const parts = crops.slice(0, options.crops);
const [people, images] = [
  await croppedImages(train.images, parts),
  await croppedImages(protocol.images, parts),
];
const faces = parts.map(({name}, i) => ({
  name,
  people: FaceImages.of(name, people[i], train.labels, train.classes),
  images: images[i],
}));
await mkdir(out, {recursive: true});
const rows: DeepIdFigures[] = [];
for (const supervision of supervisions) {
  const display = progressDisplay();
  try {
    const settings = {supervision, epochs, seed, reduced: 150, onReport: display.add};
    for await (const row of deepIdFigures(faces, protocol.pairs, settings)) {
      rows.push(row);
      await writeFile(join(out, 'results.json'), `${JSON.stringify({options, backend, rows}, null, 2)}\n`);
    }
  } finally {
    display.stop();
  }
}
for (const row of rows) console.log(line(row));
console.log(`All figures are in ${join(out, 'results.json')}.`);

function line({supervision, of, dimension, accuracy, equalErrorRate, tarAt1e2}: DeepIdFigures): string {
  return (
    `${supervision.padEnd(8)}${of.padEnd(20)}${String(dimension).padStart(4)} numbers  accuracy ${percent(accuracy)}  ` +
    `EER ${percent(equalErrorRate)}  TAR at FAR 1 % ${percent(tarAt1e2)}`
  );
}

function percent(part: number): string {
  return `${(100 * part).toFixed(2)} %`;
}
