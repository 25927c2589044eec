import {existsSync} from 'node:fs';
import {readdir, stat} from 'node:fs/promises';
import {extname, join} from 'node:path';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import {type ImageList, imageTensors} from 'face-margins/data';
import {embedImages} from 'face-margins/evaluate';
import {decodeImage, imageFolder, imageRecords} from 'face-margins/node';
import {hintToAlign} from './hintToAlign';
import type {ModelArguments} from './modelArguments';
import {imageSizeOf} from './openModel';
import {pixelsOf} from './pixelsOf';
import {progressDisplay} from './progressBars';
import type {NamedEmbeddings} from './writeEmbeddings';

/** Which images to embed, and how. */
export interface EmbedSettings extends ModelArguments {
  images: readonly string[];
  batch: number;
}

const isPicture = (name: string) => /\.(jpe?g|png|webp|bmp|gif|tiff?|avif)$/i.test(name);

/** Embeds images, one folder of them, an archive or RecordIO, with a bar of progress. */
export async function embedPaths(
  model: LayersModel,
  {images: paths, flip, batch, ...options}: EmbedSettings,
): Promise<NamedEmbeddings> {
  const normalize = pixelsOf(model, options);
  const images = await openImages(paths, imageSizeOf(model));
  // Images of a folder are named within it.
  await hintToAlign(images, existsSync(images.names[0] ?? '') ? '' : paths[0]);
  const display = progressDisplay();
  const {values, dimension} = await embedImages(model, imageTensors(images, {normalize, size: batch}), {
    flip,
    batchSize: batch,
    onProgress: display.addImages('embedding', images.length),
  }).finally(() => display.stop());
  return {names: images.names, values, dimension};
}

/** A folder per identity, a flat folder, an archive or RecordIO; or the images named. */
async function openImages(paths: readonly string[], size: [number, number]): Promise<ImageList> {
  const [path] = paths;
  const kind = extname(path).toLowerCase();
  const isFolder = (await stat(path)).isDirectory();
  if (paths.length > 1 || !(isFolder || kind === '.tar' || kind === '.rec')) {
    for (const each of paths) {
      if ((await stat(each)).isDirectory())
        throw new Error(`Give one folder, or images, but not ${each} beside others.`);
    }
    return listOf(paths, size);
  }
  if (kind === '.rec') return (await imageRecords(path, {size})).images;
  if (!isFolder) return (await imageFolder(path, {size})).images;
  const entries = await readdir(path, {withFileTypes: true});
  if (entries.some(entry => entry.isDirectory())) return (await imageFolder(path, {size})).images;
  const names = entries
    .map(({name}) => name)
    .filter(isPicture)
    .sort();
  if (names.length === 0) throw new Error(`${path} has no images in it.`);
  return listOf(
    names.map(name => join(path, name)),
    size,
  );
}

const listOf = (names: readonly string[], [height, width]: [number, number]): ImageList => ({
  length: names.length,
  names,
  height,
  width,
  channels: 3,
  pixels: i => decodeImage(names[i], [height, width]),
});
