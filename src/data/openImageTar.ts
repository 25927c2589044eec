import {createReadStream} from 'node:fs';
import {posix} from 'node:path';
import {DataFormatError} from '../formats/dataFormatError';
import {type DecodeOptions, encodedImages} from './encodedImages';
import {FaceImages} from './faceImages';
import {isImageName} from './isImageName';
import type {UnreadableOptions} from './readableImages';

/**
 * Opens a tar archive that has one folder per identity, as LFW is published. It is read into memory whole. Node only.
 *
 * The identity is the name of the folder an image lies in.
 *
 * @throws `DataFormatError` when it is no tar archive; an error when it holds no images, or those of one identity only.
 */
export async function openImageTar(
  path: string,
  options: DecodeOptions & UnreadableOptions,
): Promise<FaceImages> {
  const files = await imagesInTar(path);
  if (files.size === 0) {
    throw new Error(
      `${path} holds no images: it must have a folder for each person, with JPEG, PNG or WebP files inside.`,
    );
  }
  const names = [...files.keys()].sort();
  const identities = names.map(name => posix.basename(posix.dirname(name)));
  const classes = [...new Set(identities)].sort();
  const labels = new Map(classes.map((name, label) => [name, label]));
  const images = encodedImages(names, index => files.get(names[index]) as Uint8Array, options);
  return FaceImages.of(
    path,
    images,
    identities.map(name => labels.get(name) as number),
    classes,
    options,
  );
}

async function imagesInTar(path: string): Promise<Map<string, Uint8Array>> {
  const {extract} = await loadTarStream();
  const archive = createReadStream(path).pipe(extract());
  const files = new Map<string, Uint8Array>();
  try {
    for await (const entry of archive) {
      const {name, type} = entry.header;
      const chunks: Uint8Array[] = [];
      for await (const chunk of entry) chunks.push(chunk as Uint8Array);
      if (type === 'file' && isImageName(name)) files.set(posix.normalize(name), Buffer.concat(chunks));
    }
  } catch (error) {
    throw new DataFormatError(path, `is not a tar archive, or is damaged: ${(error as Error).message}.`, {
      cause: error,
    });
  }
  return files;
}

async function loadTarStream(): Promise<typeof import('tar-stream')> {
  try {
    return await import('tar-stream');
  } catch (error) {
    throw new Error(
      'Reading tar archives needs tar-stream, which could not be loaded: run `npm i tar-stream`.',
      {
        cause: error,
      },
    );
  }
}
