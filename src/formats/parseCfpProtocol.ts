import {DataFormatError} from './dataFormatError';
import type {ListedPair, PairList} from './parsePairList';

/** A text file and its name in messages. */
export interface NamedText {
  /** The name in messages. */
  file: string;
  /** The whole file. */
  text: string;
}

/** The files of CFP's protocol, Celebrities in Frontal-Profile (Sengupta et al., WACV 2016). */
export interface CfpFiles {
  /** `Pair_list_F.txt`: the number and the path of each frontal image. */
  first: NamedText;
  /** `Pair_list_P.txt`, the profiles, for frontal with profile; `Pair_list_F.txt` again for frontal with frontal. */
  second: NamedText;
  /** `same.txt` and `diff.txt` of each fold: the numbers of a pair's images in a line, `12,3`. */
  folds: {same: NamedText; diff: NamedText}[];
}

/**
 * Reads the protocol of CFP: lists of numbered images, and pairs of their numbers in folds.
 *
 * @throws {@link index.DataFormatError} if a line is invalid; it names the line.
 */
export function parseCfpProtocol({first, second, folds}: CfpFiles): PairList {
  const [firsts, seconds] = [first, second].map(pathsByNumber);
  const pairs = folds.flatMap(({same, diff}, fold) =>
    [same, diff].flatMap(list =>
      rowsOf(list, /^(\d+)\s*,\s*(\d+)$/, 'the numbers of two images').map(
        ({fields: [a, b], line}): ListedPair => ({
          a: pathOf(firsts, a, list, line),
          b: pathOf(seconds, b, list, line),
          same: list === same,
          fold,
        }),
      ),
    ),
  );
  if (pairs.length === 0) throw new DataFormatError(first.file, 'has no folds of pairs beside it.');
  return {pairs, folds: folds.length};
}

function pathsByNumber(list: NamedText): Map<number, string> {
  const rows = rowsOf(list, /^(\d+)\s+(\S.*)$/, 'the number and the path of an image');
  return new Map(rows.map(({fields: [number, path]}) => [Number(number), path]));
}

function pathOf(paths: Map<number, string>, number: string, {file}: NamedText, line: number): string {
  const path = paths.get(Number(number));
  if (path !== undefined) return path;
  throw new DataFormatError(
    file,
    `has image ${number} in line ${line}, which is not among the ${paths.size} images of the list.`,
  );
}

/** The fields of each line that is not blank. */
function rowsOf({text, file}: NamedText, pattern: RegExp, right: string): {fields: string[]; line: number}[] {
  return text.split('\n').flatMap((row, i) => {
    if (row.trim() === '') return [];
    const found = pattern.exec(row.trim());
    if (found) return [{fields: found.slice(1), line: i + 1}];
    throw new DataFormatError(
      file,
      `has '${row.trim().slice(0, 60)}' in line ${i + 1}, but must have ${right} there.`,
    );
  });
}
