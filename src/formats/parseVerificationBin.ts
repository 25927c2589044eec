import {check} from '../base/check';
import {checkOptions} from '../base/checkOptions';
import {consecutiveFolds} from '../base/consecutiveFolds';
import {DataFormatError} from './dataFormatError';
import {parsePickle} from './parsePickle';
import type {PickleValue} from './pickleBuildable';
import {NumpyArray} from './pickleBuildable';
import type {VerificationPair} from './verificationPair';

/** The content of a `.bin` verification set. */
export interface VerificationBin {
  /** The pairs, in the order of the file. */
  pairs: VerificationPair[];
  /** The number of folds. */
  folds: number;
  /** Encoded images, usually JPEG: two for each pair, views of the file. */
  images: Uint8Array[];
}

/** Options of {@link parseVerificationBin}. */
export interface FoldOptions {
  /** The number of folds, in the order of the pairs. Default 10, as in insightface's `verification.py`. */
  folds?: number;
}

/**
 * Reads an InsightFace verification set (`lfw.bin`, `cfp_fp.bin`, `agedb_30.bin`, …): a Python pickle of a list of encoded
 * images, two for each pair, and a list of booleans, whether each pair shows one person.
 *
 * Nothing in the file is executed: see the notes on pickles in `docs/data.md`.
 *
 * @param bytes The whole file.
 * @param name The name of the file in messages.
 * @throws {@link index.DataFormatError} if the file is damaged, has other content, or imports code.
 * @throws If `folds` is not a whole number of at least 1.
 */
export function parseVerificationBin(
  bytes: Uint8Array,
  name: string,
  options: FoldOptions = {},
): VerificationBin {
  const {folds = 10} = checkOptions('parseVerificationBin', options, {folds: true});
  check.count('parseVerificationBin', 'folds', folds);
  const value = parsePickle(bytes, name);
  if (!Array.isArray(value) || value.length !== 2) {
    throw new DataFormatError(
      name,
      'is not a verification set: it must have a list of images and a list of booleans.',
    );
  }
  const images = items(value[0], name, 'images').map((image, i) => imageBytes(image, name, i));
  const same = items(value[1], name, 'booleans').map((flag, i) => isSame(flag, name, i));
  if (images.length !== 2 * same.length) {
    throw new DataFormatError(
      name,
      `has ${images.length} images for ${same.length} pairs, but must have two for each.`,
    );
  }
  if (same.length < folds) {
    throw new DataFormatError(name, `has ${same.length} pairs, fewer than the ${folds} folds.`);
  }
  const fold = consecutiveFolds(same.length, folds);
  const pairs = same.map((isOne, i) => ({a: 2 * i, b: 2 * i + 1, same: isOne, fold: fold[i]}));
  return {pairs, folds, images};
}

function items(value: PickleValue, name: string, what: string): PickleValue[] {
  if (value instanceof NumpyArray) return [...value.values];
  if (!Array.isArray(value))
    throw new DataFormatError(name, `is not a verification set: its ${what} are not a list.`);
  return value;
}

function imageBytes(value: PickleValue, name: string, index: number): Uint8Array {
  const bytes = value instanceof NumpyArray ? value.values : value;
  if (bytes instanceof Uint8Array) return bytes;
  throw new DataFormatError(name, `is not a verification set: image ${index} is not bytes.`);
}

function isSame(value: PickleValue, name: string, index: number): boolean {
  const [flag] = value instanceof NumpyArray && value.values.length === 1 ? value.values : [value];
  if (flag === true || flag === 1) return true;
  if (flag === false || flag === 0) return false;
  throw new DataFormatError(
    name,
    `is not a verification set: the answer for pair ${index} is not a boolean.`,
  );
}
