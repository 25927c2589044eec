import {readFile} from 'node:fs/promises';
import {extname} from 'node:path';
import {checkOptions} from '../../base/checkOptions';
import {type NamedPairs, parsePairs} from '../../formats/parsePairs';
import {type FoldOptions, parseVerificationBin} from '../../formats/parseVerificationBin';
import type {FaceImages} from '../faceImages';
import {type DecodeOptions, decodeOptions, encodedImages} from '../sources/encodedImages';
import {imageFolder} from '../sources/imageFolder';
import type {VerificationPairs} from './verificationPairs';
import {withNamedImages} from './withNamedImages';

/** Options of {@link verificationPairs}. */
export interface VerificationPairsOptions extends DecodeOptions, FoldOptions {
  /**
   * For `pairs.txt`: the folder or `.tar` with its images, `Name/Name_0001.jpg`, or the result of {@link imageFolder}. A `.bin`
   * contains its images.
   */
  images?: string | FaceImages;
}

/**
 * Opens a verification protocol: InsightFace's `.bin`, or LFW's `pairs.txt` with the folder of its images. Node only.
 *
 * @throws {@link index.DataFormatError} if the file is damaged.
 * @throws If `images` is missing for a `pairs.txt`, or does not have an image that the file names.
 *
 * @example
 * ```ts
 * const {pairs, images} = await verificationPairs('pairs.txt', {images: 'lfw'});
 * const more = await verificationPairs('cfp_fp.bin');
 * ```
 */
export async function verificationPairs(
  path: string,
  options: VerificationPairsOptions = {},
): Promise<VerificationPairs> {
  checkOptions('verificationPairs', options, {images: true, folds: true, ...decodeOptions});
  const {images, folds, ...decode} = options;
  if (extname(path).toLowerCase() === '.bin') {
    const bin = parseVerificationBin(await readFile(path), path, {folds});
    const names = bin.images.map((_, i) => `${path}, image ${i}`);
    return {...bin, images: encodedImages(names, i => bin.images[i], decode)};
  }
  const named = parsePairs(await readFile(path, 'utf8'), path);
  if (images === undefined) {
    throw new Error(
      `verificationPairs: images must be the folder or the .tar that has the images of ${path}, but is left out.`,
    );
  }
  const faces = typeof images === 'string' ? await imageFolder(images, decode) : images;
  return {...pairsAmong(named, faces, path), folds: named.folds};
}

/** The pairs by image index, and only the images they name. */
function pairsAmong({pairs}: NamedPairs, faces: FaceImages, path: string): Omit<VerificationPairs, 'folds'> {
  const places = new Map<string, number>();
  for (const [place, name] of faces.images.names.entries()) {
    const numbered = /([^/\\]+)_(\d+)\.\w+$/.exec(name);
    if (numbered) places.set(`${numbered[1]} ${Number(numbered[2])}`, place);
  }
  const index = ({name, number}: {name: string; number: number}) => {
    const place = places.get(`${name} ${number}`);
    if (place === undefined) {
      const file = `${name}/${name}_${String(number).padStart(4, '0')}`;
      throw new Error(`${path} names ${file}, which is not among the ${faces.length} images given.`);
    }
    return place;
  };
  const found = pairs.map(({a, b, same, fold}) => ({a: index(a), b: index(b), same, fold}));
  return withNamedImages(found, faces.images);
}
