import {consecutiveFolds} from '../base/consecutiveFolds';
import {DataFormatError} from './dataFormatError';

/** An image of `pairs.txt`. */
export interface NamedImage {
  /** The person it shows, as the folder is named. */
  name: string;
  /** Its number among the images of that person, from 1. */
  number: number;
}

/** A line of `pairs.txt`: two images of the person who is named, or one each of two. Images are numbered from 1. */
export interface NamedPair {
  /** The first image: whose it is, and its number. */
  a: NamedImage;
  /** The second image. */
  b: NamedImage;
  /** Whether both show one person. */
  same: boolean;
  /** From 0. */
  fold: number;
}

/** What a `pairs.txt` holds. */
export interface NamedPairs {
  /** The pairs, in the order of the file. */
  pairs: NamedPair[];
  /** How many folds there are. */
  folds: number;
}

/**
 * Reads LFW's `pairs.txt`: a line with the number of folds and of pairs of a kind in each, then for each fold as many lines
 * `name n1 n2` of one person as lines `name1 n1 name2 n2` of two, with tabs or spaces between.
 *
 * A first line with one number, as `pairsDevTrain.txt` has it, is one fold. Where the first line is a pair already, the pairs
 * are cut into ten folds in their order.
 *
 * @param text The whole file.
 * @param file What error messages call the file.
 * @throws {@link index.DataFormatError} if a line is wrong; it names the line.
 */
export function parsePairs(text: string, file: string): NamedPairs {
  const lines = text.split(/\r?\n/).map((line, i) => ({fields: fieldsOf(line), number: i + 1}));
  const filled = lines.filter(({fields}) => fields[0] !== '');
  const first = filled[0]?.fields ?? [];
  const header =
    first.length <= 2 && first.every(field => /^\d+$/.test(field)) ? first.map(Number) : undefined;
  if (header) filled.shift();
  if (filled.length === 0) throw new DataFormatError(file, 'holds no pairs.');
  const pairs = filled.map(({fields, number}) => pairOf(fields, file, number));
  const folds = foldCount(header, pairs.length, file);
  const fold = consecutiveFolds(pairs.length, folds);
  return {folds, pairs: pairs.map((pair, i) => ({...pair, fold: fold[i]}))};
}

/** Names may hold spaces where tabs stand between the fields. */
const fieldsOf = (line: string) => line.trim().split(line.includes('\t') ? /\t+/ : /\s+/);

function pairOf(fields: string[], file: string, line: number): Omit<NamedPair, 'fold'> {
  const [name, first, other, second] = fields;
  const image = (person: string, field: string) => {
    if (!/^\d{1,9}$/.test(field)) {
      throw new DataFormatError(
        file,
        `has '${field.slice(0, 40)}' in line ${line}, where the number of an image belongs.`,
      );
    }
    return {name: person, number: Number(field)};
  };
  if (fields.length === 3) return {a: image(name, first), b: image(name, other), same: true};
  if (fields.length === 4) return {a: image(name, first), b: image(other, second), same: false};
  throw new DataFormatError(
    file,
    `has ${fields.length} fields in line ${line}, where a pair has three (name n1 n2) or four (name1 n1 name2 n2).`,
  );
}

function foldCount(header: number[] | undefined, count: number, file: string): number {
  if (header === undefined) return Math.min(10, count);
  const [folds, perKind] = header.length === 1 ? [1, header[0]] : header;
  if (folds * perKind * 2 !== count) {
    throw new DataFormatError(
      file,
      `has ${count} pairs, where its first line (${header.join(' ')}) says ${folds} folds of ${perKind} pairs of one ` +
        'person and as many of two.',
    );
  }
  return folds;
}
