import {DataFormatError} from './dataFormatError';

/** Where the columns of a CSV of pairs stand. */
export interface PairColumns {
  /** The two images. */
  images: [first: number, second: number];
  /** Whether they show one person. */
  label: number;
  /** The fold, if there is such a column. */
  fold: number | undefined;
}

const simplified = (name: string) => name.replaceAll(/[^a-z0-9]/gi, '').toLowerCase();

const labelNames =
  /^(is)?(same(person)?|match(ed)?|genuine|positive)$|^(labels?|target|y|decision|truth|gt|groundtruth)$/;
const foldNames = /^folds?(id|number|no)?$/;
const imageNames =
  /image|img|file|path|photo|picture|^(p|a|b|x|left|right|first|second|enroll(ment)?|probe|query|reference|gallery)\d?$/;

/** Whether a line of a CSV names columns: it has no number and no path. */
export const isHeader = (fields: readonly string[]): boolean =>
  fields.length >= 3 && fields.every(field => !/^-?[\d.]+$|[/\\]|\.\w{3,4}$/.test(field));

/** Whether a header has the columns of LFW in a CSV: a name and the numbers of two images. */
export const numbersImages = (header: readonly string[]): boolean =>
  /^name/i.test(header[0]) && header.slice(1).some(field => /num/i.test(field));

/**
 * Finds the images, the label and the fold in the header of a CSV of pairs, by the names that people give them.
 *
 * @throws {@link DataFormatError} if there is no column for one of them.
 */
export function pairColumns(header: readonly string[], file: string): PairColumns {
  const names = header.map(simplified);
  const label = names.findIndex(name => labelNames.test(name));
  const images = [...names.keys()].filter(i => i !== label && imageNames.test(names[i]));
  const fold = names.findIndex(name => foldNames.test(name));
  if (label < 0 || images.length < 2) {
    throw new DataFormatError(
      file,
      `has the columns ${header.join(', ').slice(0, 200)}, but must have two of images (image1, image2; path1, path2; p1, p2) and one ` +
        'with 1 for one person and 0 for two (label, same).',
    );
  }
  return {images: [images[0], images[1]], label, fold: fold < 0 ? undefined : fold};
}
