import {stat} from 'node:fs/promises';
import {relative} from 'node:path';
import {checkOptions} from '../../base/checkOptions';
import {type DecodeOptions, decodeOptions, encodedImages} from './encodedImages';
import {unsupportedImages} from './folderRules';
import {imagesIn} from './imageFolder';
import type {ImageList} from './imageList';
import {imagesInTar} from './openImageTar';

/**
 * Opens all images in a folder and its subfolders, or in a `.tar` or `.tgz`, whoever they show: photographs without names, or those that a
 * list of pairs names. Node only.
 *
 * Images come in the order of their paths, and are decoded on demand. An archive is read into memory, with images encoded.
 *
 * @param path The folder or the archive.
 * @param options How to decode.
 * @throws If there are no images, or an option is unknown.
 *
 * @example
 * ```ts
 * const photographs = await imageFiles('faces', {size: 112});
 * photographs.names[0];   // 'Person_0/Person_0_0001.png'
 * ```
 */
export async function imageFiles(path: string, options: DecodeOptions = {}): Promise<ImageList> {
  checkOptions('imageFiles', options, decodeOptions);
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
