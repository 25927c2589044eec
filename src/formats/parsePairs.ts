import {consecutiveFolds} from '../base/consecutiveFolds';
import {DataFormatError} from './dataFormatError';

/** An image of `pairs.txt`. */
export interface NamedImage {
  /** The person, by name of the folder. */
  name: string;
  /** The number of the image among the person's, from 1. */
  number: number;
}

/** A line of `pairs.txt`: two images of one person, or one image each of two people. Images are numbered from 1. */
export interface NamedPair {
  /** The first image: person and number. */
  a: NamedImage;
  /** The second image. */
  b: NamedImage;
  /** Whether both show one person. */
  same: boolean;
  /** From 0. */
  fold: number;
}

/** The content of a `pairs.txt`. */
export interface NamedPairs {
  /** The pairs, in the order of the file. */
  pairs: NamedPair[];
  /** The number of folds. */
  folds: number;
}

/**
 * Reads LFW's `pairs.txt`. Its first line has the number of folds and the number of pairs of each kind in a fold. Each fold has this
 * number of lines `name n1 n2` for one person, and of lines `name1 n1 name2 n2` for two people, separated by tabs or spaces.
 *
 * A first line with one number, as in `pairsDevTrain.txt`, is one fold. If the first line is a pair, the pairs form ten folds in
 * their order.
 *
 * @param text The whole file.
 * @param file The name of the file in messages.
 * @throws {@link index.DataFormatError} if a line is invalid; it names the line.
 */
export function parsePairs(text: string, file: string): NamedPairs {
  const lines = text.split(/\r?\n/).map((line, i) => ({fields: fieldsOf(line), number: i + 1}));
  const filled = lines.filter(({fields}) => fields[0] !== '');
  const first = filled[0]?.fields ?? [];
  const header =
    first.length <= 2 && first.every(field => /^\d+$/.test(field)) ? first.map(Number) : undefined;
  if (header) filled.shift();
  if (filled.length === 0) throw new DataFormatError(file, 'has no pairs.');
  const pairs = filled.map(({fields, number}) => pairOf(fields, file, number));
  const folds = foldCount(header, pairs.length, file);
  const fold = consecutiveFolds(pairs.length, folds);
  return {folds, pairs: pairs.map((pair, i) => ({...pair, fold: fold[i]}))};
}

/** Names may contain spaces if tabs separate the fields. */
const fieldsOf = (line: string) => line.trim().split(line.includes('\t') ? /\t+/ : /\s+/);

function pairOf(fields: string[], file: string, line: number): Omit<NamedPair, 'fold'> {
  const [name, first, other, second] = fields;
  const image = (person: string, field: string) => {
    if (!/^\d{1,9}$/.test(field)) {
      throw new DataFormatError(
        file,
        `has '${field.slice(0, 40)}' in line ${line}, but must have the number of an image there.`,
      );
    }
    return {name: person, number: Number(field)};
  };
  if (fields.length === 3) return {a: image(name, first), b: image(name, other), same: true};
  if (fields.length === 4) return {a: image(name, first), b: image(other, second), same: false};
  throw new DataFormatError(
    file,
    `has ${fields.length} fields in line ${line}, but a pair has three (name n1 n2) or four (name1 n1 name2 n2).`,
  );
}

function foldCount(header: number[] | undefined, count: number, file: string): number {
  if (header === undefined) return Math.min(10, count);
  const [folds, perKind] = header.length === 1 ? [1, header[0]] : header;
  if (folds * perKind * 2 !== count) {
    throw new DataFormatError(
      file,
      `has ${count} pairs, but its first line (${header.join(' ')}) says ${folds} folds with ${perKind} pairs of one ` +
        `person and ${perKind} of two.`,
    );
  }
  return folds;
}
