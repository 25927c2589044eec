import {createReadStream} from 'node:fs';
import {open, stat} from 'node:fs/promises';
import {pipeline} from 'node:stream';
import {createGunzip} from 'node:zlib';
import {DataFormatError} from '../../formats/dataFormatError';
import {FaceImages} from '../faceImages';
import {type DecodeOptions, encodedImages} from './encodedImages';
import {isHidden, isImageName, isUnsupportedImageName, noIdentities} from './folderRules';
import type {UnreadableOptions} from './readableImages';

/**
 * Opens a tar archive, gzipped or not, with one folder per identity. The whole archive is read into memory. Node only.
 *
 * The identities are the same as for the archived folder: an image's identity is the first folder below the ones that contain all
 * images, such as `lfw` of `lfw/Ann/1.jpg`.
 *
 * @throws {@link index.DataFormatError} if the file is not a tar archive, or its images inflate to more than 100 times its size.
 * @throws If it has no images, or images of only one identity.
 */
export async function openImageTar(
  path: string,
  options: DecodeOptions & UnreadableOptions,
): Promise<FaceImages> {
  const {unreadable, onUnreadable} = options;
  const {images: below, root, others} = await imagesInTar(path);
  const found = below.filter(({place}) => place.length > 1);
  if (found.length === 0 && root.length > 0) {
    // All images are in one folder: one identity, or loose images.
    throw new Error(
      `${path} holds images of ${root[root.length - 1]} alone: at least two identities are needed to tell apart.`,
    );
  }
  if (found.length === 0) throw noIdentities(path, below.length, others);
  const classes = [...new Set(found.map(({place}) => place[0]))];
  const labels = new Map(classes.map((name, label) => [name, label]));
  return FaceImages.of(
    path,
    encodedImages(
      found.length,
      index => found[index].place.join('/'),
      index => found[index].bytes,
      options,
    ),
    found.map(({place}) => labels.get(place[0]) as number),
    classes,
    {unreadable, onUnreadable},
    others,
  );
}

/** An image in an archive: its path, name last. */
interface ArchivedImage {
  place: string[];
  bytes: Uint8Array;
}

/** Encoded images hardly shrink under gzip; zeros shrink to a thousandth. */
const mostInflation = 100;
/** A small archive may inflate to this in any case. */
const leastRoom = 2 ** 26;

/** The images in an archive. */
interface ArchivedImages {
  /** Sorted by name, with names below the folders that contain all images. */
  images: ArchivedImage[];
  /** The folders that contain all images. */
  root: string[];
  /** The names of images of formats that nothing here reads. */
  others: string[];
}

/** Reads the images in a tar archive, gzipped or not, into memory, encoded. */
export async function imagesInTar(path: string): Promise<ArchivedImages> {
  const {images, others} = await readTar(path);
  images.sort((one, other) => compare(one.place, other.place));
  const root = commonFolders(images.map(({place}) => place.slice(0, -1)));
  return {
    images: images.map(({place, bytes}) => ({place: place.slice(root.length), bytes})),
    root,
    others: others.sort(),
  };
}

async function readTar(path: string): Promise<Pick<ArchivedImages, 'images' | 'others'>> {
  const {extract} = await loadTarStream();
  const archive = extract();
  // Reading the archive throws the errors.
  const ended = () => undefined;
  const gzipped = await isGzipped(path);
  let room = gzipped ? Math.max(leastRoom, mostInflation * (await stat(path)).size) : Infinity;
  if (gzipped) pipeline(createReadStream(path), createGunzip(), archive, ended);
  else pipeline(createReadStream(path), archive, ended);
  // An archive may contain a file twice: the later one counts.
  const images = new Map<string, ArchivedImage>();
  const others = new Set<string>();
  try {
    for await (const entry of archive) {
      const {name, type, size = 0} = entry.header;
      const place = name.split('/').filter(part => !['', '.', '..'].includes(part));
      const isVisible = type === 'file' && !place.some(isHidden);
      const isImage = isVisible && isImageName(name);
      if (isVisible && isUnsupportedImageName(name)) others.add(place.join('/'));
      if (isImage) room -= size;
      if (room < 0) {
        throw new DataFormatError(
          path,
          `inflates to images of more than ${mostInflation} times its size at ${name}, which alone has ${size} bytes: no images compress so well.`,
        );
      }
      const chunks: Uint8Array[] = [];
      for await (const chunk of entry) if (isImage) chunks.push(chunk as Uint8Array);
      if (isImage) images.set(place.join('/'), {place, bytes: Buffer.concat(chunks)});
    }
  } catch (error) {
    if (error instanceof DataFormatError) throw error;
    throw new DataFormatError(path, `is not a tar archive, or is damaged: ${(error as Error).message}.`, {
      cause: error,
    });
  }
  return {images: [...images.values()], others: [...others]};
}

/** Whether a file begins like gzip, whatever its name. */
async function isGzipped(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const {buffer} = await file.read(Buffer.alloc(2), 0, 2, 0);
    return buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await file.close();
  }
}

/** The common leading folders. */
function commonFolders(places: string[][]): string[] {
  const [first = []] = places;
  const other = first.findIndex((name, depth) => places.some(place => place[depth] !== name));
  return other < 0 ? first : first.slice(0, other);
}

/** The order of reading folders: name by name, by code unit. */
function compare(one: string[], other: string[]): number {
  const at = one.findIndex((name, depth) => name !== other[depth]);
  if (at < 0) return one.length - other.length;
  return at < other.length && one[at] < other[at] ? -1 : 1;
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
