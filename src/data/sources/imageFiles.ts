import {stat} from 'node:fs/promises';
import {relative} from 'node:path';
import {type DecodeOptions, encodedImages} from './encodedImages';
import {unsupportedImages} from './folderRules';
import {imagesIn} from './imageFolder';
import type {ImageList} from './imageList';
import {imagesInTar} from './openImageTar';

/**
 * All images in a folder and its subfolders, or in a tar archive, whoever they show: a list of pairs needs no identities. Node only.
 *
 * @throws If there are no images.
 */
export async function imageFiles(path: string, options: DecodeOptions = {}): Promise<ImageList> {
  if ((await stat(path)).isFile()) {
    const {images, others} = await imagesInTar(path);
    if (images.length === 0) throw noImages(path, others);
    return encodedImages(
      images.length,
      i => images[i].place.join('/'),
      i => images[i].bytes,
      options,
    );
  }
  const {images, others} = await imagesIn(path);
  if (images.length === 0) throw noImages(path, others);
  return encodedImages(
    images.length,
    i => relative(path, images[i]),
    i => images[i],
    options,
  );
}

function noImages(path: string, others: string[]): Error {
  return new Error(`${path} holds no images.${others.length > 0 ? ` ${unsupportedImages(others)}.` : ''}`);
}
