import {existsSync} from 'node:fs';
import {extname} from 'node:path';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import {useBackend} from 'face-margins';
import {imageTensors} from 'face-margins/data';
import {embedImages} from 'face-margins/evaluate';
import {fileStore, imageFolder, imageRecords} from 'face-margins/node';
import {type Candidate, exactIndex, type IndexSize, type SearchIndex} from 'face-margins/search';
import {embedPaths} from '../embedPaths';
import {hintToAlign} from '../hintToAlign';
import {needPackagesOfModel} from '../missingPackages';
import {imageSizeOf, openModel} from '../openModel';
import {pixelsOf} from '../pixelsOf';
import {progressDisplay} from '../progressBars';
import type {SearchCommandOptions} from './searchCommandOptions';

/** What a search of one image found. */
interface Found {
  image: string;
  people: Candidate[];
}

/** Removes and enrolls people, and finds who is in images. */
export async function search(options: SearchCommandOptions): Promise<void> {
  const {index: file, enroll, remove = [], image, json} = options;
  if (enroll === undefined && !existsSync(file)) {
    throw new Error(`--index: ${file} must be an index, but is not there: make it by --enroll.`);
  }
  await needPackagesOfModel('Searching images', options.model);
  await useBackend(options.backend);
  const model = await openModel(options);
  const dimension = model.outputs[0].shape.at(-1) ?? 0;
  const index = exactIndex({dimension, storage: options.storage, store: fileStore(file)});
  await index.load();
  let removed = 0;
  for (const person of remove) removed += await index.remove(person);
  const enrolled = enroll === undefined ? undefined : await enrollFolder(index, model, enroll, options);
  if (enroll !== undefined || removed > 0) await index.save();
  const found = image === undefined ? undefined : await searchImages(index, model, image, options);
  const size = await index.size();
  if (json) return console.log(JSON.stringify({index: file, ...size, enrolled, removed, found}));
  for (const line of inWords({file, size, enrolled, removed, remove, found})) console.log(line);
}

/** Enrolls the people of a folder, each in place of whoever has the name. */
async function enrollFolder(
  index: SearchIndex,
  model: LayersModel,
  path: string,
  {batch, flip, ...options}: SearchCommandOptions,
): Promise<IndexSize> {
  const open = extname(path).toLowerCase() === '.rec' ? imageRecords : imageFolder;
  const {images, labels, classes} = await open(path, {size: imageSizeOf(model)});
  await hintToAlign(images, path);
  const display = progressDisplay();
  const normalize = pixelsOf(model, options);
  const embeddings = await embedImages(model, imageTensors(images, {size: batch, normalize}), {
    flip,
    batchSize: batch,
    onProgress: display.addImages('enrolling', images.length),
  }).finally(() => display.stop());
  const ids = Array.from(labels, label => String(classes[label]));
  const people = new Set(ids);
  for (const person of people) await index.remove(person);
  await index.enroll(ids, embeddings);
  return {people: people.size, templates: ids.length};
}

async function searchImages(
  index: SearchIndex,
  model: LayersModel,
  images: readonly string[],
  options: SearchCommandOptions,
): Promise<Found[]> {
  const {names, ...probes} = await embedPaths(model, {...options, images});
  const {top, threshold} = options;
  const people = await index.search(probes, {top, threshold});
  return names.map((image, i) => ({image, people: people[i]}));
}

function inWords({
  file,
  size,
  enrolled,
  removed,
  remove,
  found,
}: {
  file: string;
  size: IndexSize;
  enrolled?: IndexSize;
  removed: number;
  remove: readonly string[];
  found?: Found[];
}): string[] {
  const lines: string[] = [];
  if (remove.length > 0) lines.push(`${removed} faces of ${remove.join(', ')} are removed.`);
  if (enrolled) lines.push(`${enrolled.templates} faces of ${enrolled.people} people are enrolled.`);
  if (lines.length > 0) lines.push(`${file} holds ${size.templates} faces of ${size.people} people.`);
  for (const {image, people} of found ?? []) {
    lines.push(people.length > 0 ? image : `${image}: nobody in the index`);
    for (const {id, cosine} of people) lines.push(`  ${cosine.toFixed(4)}  ${id}`);
  }
  return lines;
}
