import {mkdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {useBackend} from 'face-margins';
import {findLabelErrors, imageQualities, keepListOf} from 'face-margins/clean';
import {type FaceImages, imageTensors} from 'face-margins/data';
import {embedImages} from 'face-margins/evaluate';
import {imageFolder, imageRecords} from 'face-margins/node';
import {hintToAlign} from '../hintToAlign';
import {imageUrl} from '../imageUrl';
import {needPackagesOfModel} from '../missingPackages';
import {imageSizeOf, openModel} from '../openModel';
import {pixelsOf} from '../pixelsOf';
import {progressDisplay} from '../progressBars';
import {sectionsOf} from './candidates';
import type {CleanOptions} from './cleanOptions';
import {cleanPage} from './cleanPage';

/** Finds what is probably wrong in a set, and writes the page. */
export async function clean(options: CleanOptions): Promise<void> {
  const {data, flip, batch, most, out} = options;
  await needPackagesOfModel('Cleaning a set', options.model);
  await useBackend(options.backend);
  const model = await openModel(options);
  const size = imageSizeOf(model);
  const opened: FaceImages = await (/\.rec$/i.test(data) ? imageRecords : imageFolder)(data, {size});
  await hintToAlign(opened.images, data);
  const display = progressDisplay();
  const reading = display.addImages('reading', opened.length);
  // What cannot be read is left out before anything is measured.
  const faces = await opened.readAll(reading);
  const embedding = display.addImages('embedding', faces.length);
  const embeddings = await embedImages(
    model,
    imageTensors(faces.images, {size: batch, normalize: pixelsOf(model, options)}),
    {flip, batchSize: batch, onProgress: embedding},
  ).finally(() => display.stop());
  const {sharpness} = await imageQualities(faces.images);
  const report = await findLabelErrors(embeddings, faces.labels, {qualities: sharpness});

  const sections = sectionsOf(report, faces, most);
  const shown = new Set(
    sections.flatMap(({candidates}) =>
      candidates.flatMap(({groups}) => groups.flatMap(({images}) => images)),
    ),
  );
  const urls = new Map<number, string>();
  for (const i of shown) urls.set(i, await imageUrl(faces.images, i));
  await mkdir(out, {recursive: true});
  await writeFile(join(out, 'report.json'), `${JSON.stringify({data, ...report}, null, 2)}\n`);
  await writeFile(join(out, 'keep-list.json'), `${JSON.stringify(keepListOf(report, faces), null, 2)}\n`);
  await writeFile(
    join(out, 'index.html'),
    cleanPage({summary: `${data}: ${faces.summary()}`, sections, urlOf: i => urls.get(i) ?? ''}),
  );
  for (const {title, found} of sections) console.log(`${title}: ${found}`);
  console.log(
    `\n${join(out, 'index.html')} has the pictures; ${join(out, 'keep-list.json')} takes all that is suggested.`,
  );
}
