import {readdir, stat} from 'node:fs/promises';
import {extname, join} from 'node:path';
import {useBackend} from 'face-margins';
import {type ImageList, imageTensors} from 'face-margins/data';
import {embedImages} from 'face-margins/evaluate';
import {decodeImage, imageFolder, imageRecords} from 'face-margins/node';
import type {EmbedOptions} from './embedOptions';
import {imageSizeOf, openModel} from './openModel';
import {pixelsOf} from './pixelsOf';
import {progressDisplay} from './progressBars';
import {writeEmbeddings} from './writeEmbeddings';

const isPicture = (name: string) => /\.(jpe?g|png|webp|bmp|gif|tiff?|avif)$/i.test(name);

/** Embeds images, and prints or writes what comes of it. */
export async function embed(options: EmbedOptions): Promise<void> {
  const {images: paths, flip, batch, unitLength, out} = options;
  const backend = await useBackend(options.backend);
  const model = await openModel(options);
  const normalize = pixelsOf(model, options);
  const images = await openImages(paths, imageSizeOf(model));
  const display = progressDisplay();
  const {values, dimension} = await embedImages(model, imageTensors(images, {normalize, size: batch}), {
    flip,
    batchSize: batch,
    onProgress: display.addImages('embedding', images.length),
  }).finally(() => display.stop());
  if (unitLength) scaleToLengthOne(values, dimension);
  await writeEmbeddings({names: images.names, values, dimension}, out);
  if (out !== undefined) {
    console.error(`${images.length} embeddings of ${dimension} numbers are in ${out} (${backend} backend).`);
  }
}

/** A folder per identity, a flat folder, an archive or RecordIO; or the images named. */
async function openImages(paths: readonly string[], size: [number, number]): Promise<ImageList> {
  const [path] = paths;
  const kind = extname(path).toLowerCase();
  const isFolder = (await stat(path)).isDirectory();
  if (paths.length > 1 || !(isFolder || kind === '.tar' || kind === '.rec')) {
    for (const each of paths) {
      if ((await stat(each)).isDirectory())
        throw new Error(`embed: give one folder, or images, but not ${each} beside others.`);
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
  if (names.length === 0) throw new Error(`embed: ${path} has no images in it.`);
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

function scaleToLengthOne(values: Float32Array, dimension: number): void {
  for (let at = 0; at < values.length; at += dimension) {
    const row = values.subarray(at, at + dimension);
    const length = Math.hypot(...row) || 1;
    for (let i = 0; i < dimension; i++) row[i] /= length;
  }
}
