import {readFile, stat} from 'node:fs/promises';
import {extname} from 'node:path';
import {check} from '../../base/check';
import {checkOptions} from '../../base/checkOptions';
import {DataFormatError} from '../../formats/dataFormatError';
import {type PairList, type PairListForm, parsePairList} from '../../formats/parsePairList';
import {type FoldOptions, parseVerificationBin} from '../../formats/parseVerificationBin';
import type {FaceImages} from '../faceImages';
import {type DecodeOptions, decodeOptions, encodedImages} from '../sources/encodedImages';
import {imageFiles} from '../sources/imageFiles';
import type {ImageList} from '../sources/imageList';
import {ImageFinder} from './imageFinder';
import {pairFolders} from './pairFolders';
import type {VerificationProtocol} from './verificationProtocol';
import {withNamedImages} from './withNamedImages';

/** Options of {@link verificationPairs}. */
export interface VerificationPairsOptions extends DecodeOptions, FoldOptions {
  /**
   * The folder or `.tar` with the images of a list, or the result of {@link imageFolder}. Folders in it may be more or fewer than in the
   * list, and endings others. A `.bin` contains its images. Default for folders of CFP and RFW: where the data set keeps them.
   */
  images?: string | FaceImages;
  /** How a list writes its pairs. Default: told by its first line. */
  form?: PairListForm;
}

/**
 * Opens a verification protocol. Node only.
 *
 * - InsightFace's `.bin`, which contains its images
 * - a list of pairs: LFW's `pairs.txt`, `pathA pathB 1`, `1 pathA pathB`, the two lines a pair of CALFW and CPLFW, CSV with a header
 * - a split of CFP: the folder `Protocol/Split/FP` or `Protocol/Split/FF`
 * - RFW: the folder with `txts` and `data`; each pair has its `group`, for `groupRates`
 *
 * @throws {@link index.DataFormatError} if the file is damaged, or a line of it is invalid.
 * @throws If `images` is missing for a list, does not have an image that the list names, or has two of its name.
 *
 * @example
 * ```ts
 * const {pairs, images} = await verificationPairs('pairs.txt', {images: 'lfw'});
 * const more = await verificationPairs('cfp_fp.bin');
 * const races = await verificationPairs('RFW/test');
 * ```
 */
export async function verificationPairs(
  path: string,
  options: VerificationPairsOptions = {},
): Promise<VerificationProtocol> {
  checkOptions('verificationPairs', options, {images: true, folds: true, form: true, ...decodeOptions});
  const {images, folds, form, ...decode} = options;
  if (folds !== undefined) check.count('verificationPairs', 'folds', folds);
  if ((await stat(path)).isDirectory()) {
    const list = await pairFolders(path, {folds, form});
    return pairsAmong(list, await listOf(images ?? list.images, decode), path);
  }
  if (extname(path).toLowerCase() === '.bin') {
    const bin = parseVerificationBin(await readFile(path), path, {folds});
    return {
      ...bin,
      images: encodedImages(
        bin.images.length,
        i => `${path}, image ${i}`,
        i => bin.images[i],
        decode,
      ),
    };
  }
  const list = parsePairList(await textOf(path), path, {folds, form});
  if (images === undefined) {
    throw new Error(
      `verificationPairs: images must be the folder or the .tar that has the images of ${path}, but is left out.`,
    );
  }
  return pairsAmong(list, await listOf(images, decode), path);
}

async function listOf(images: string | FaceImages, decode: DecodeOptions): Promise<ImageList> {
  return typeof images === 'string' ? imageFiles(images, decode) : images.images;
}

async function textOf(path: string): Promise<string> {
  const bytes = await readFile(path);
  if (bytes.subarray(0, 6).toString('latin1') === 'MATLAB') {
    throw new DataFormatError(
      path,
      "is a MATLAB file, as AgeDB publishes its protocols. Write a line 'pathA pathB 1' for each pair of its splits, or take agedb_30.bin " +
        'of InsightFace.',
    );
  }
  // As PowerShell writes a list.
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  return bytes.toString(isUtf16 ? 'utf16le' : 'utf8');
}

/** The pairs by image index, and only the images they name. */
function pairsAmong({pairs, folds}: PairList, images: ImageList, path: string): VerificationProtocol {
  const finder = new ImageFinder(images.names, path);
  const found = pairs.map(({a, b, ...pair}) => ({
    ...pair,
    a: finder.place(a, pair.group),
    b: finder.place(b, pair.group),
  }));
  return {...withNamedImages(found, images), folds};
}
