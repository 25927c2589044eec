import {check} from '../base/check';
import {checkOptions} from '../base/checkOptions';
import {consecutiveFolds} from '../base/consecutiveFolds';
import {DataFormatError} from './dataFormatError';
import {isHeader, numbersImages, pairColumns} from './pairColumns';
import {type CellSeparator, cellSeparator, csvFields, pairFields, sameness} from './pairFields';
import {type NamedImage, parsePairs} from './parsePairs';

/**
 * How a list writes its pairs.
 *
 * - `lfw`: `name n1 n2` and `name1 n1 name2 n2`, as {@link parsePairs}
 * - `pathsThenLabel`: `pathA pathB 1`, as lists of AgeDB-30 and CFP-FP
 * - `labelThenPaths`: `1 pathA pathB`
 * - `twoLines`: `pathA 1` and `pathB 1`, as `pairs_CALFW.txt` and `pairs_CPLFW.txt`; any number but 0 is one person
 * - `csv`: a first line with names of columns; commas, semicolons or tabs between cells
 */
export type PairListForm = 'lfw' | 'pathsThenLabel' | 'labelThenPaths' | 'twoLines' | 'csv';

const forms: PairListForm[] = ['lfw', 'pathsThenLabel', 'labelThenPaths', 'twoLines', 'csv'];

/** A pair of a list. */
export interface ListedPair {
  /** The first image: its path in the list, or person and number. */
  a: string | NamedImage;
  /** The second image. */
  b: string | NamedImage;
  /** Whether both show one person. */
  same: boolean;
  /** From 0. */
  fold: number;
  /** The group of both people, where the protocol has groups. */
  group?: string;
}

/** The content of a list of pairs. */
export interface PairList {
  /** The pairs, in the order of the file. */
  pairs: ListedPair[];
  /** The number of folds. */
  folds: number;
}

/** Options of {@link parsePairList}. */
export interface PairListOptions {
  /** How the list writes its pairs. Default: told by its first line. */
  form?: PairListForm;
  /** The number of folds of a list that has none of its own. Default 10, or the number of pairs if that is smaller. */
  folds?: number;
}

/** A line that is not blank. */
interface Line {
  text: string;
  fields: string[];
  number: number;
}

type Pair = Omit<ListedPair, 'fold'>;

/**
 * Reads a list of verification pairs in any of the forms of the field: see {@link PairListForm}. Tabs, commas, semicolons or spaces
 * separate fields, the same in the whole list.
 *
 * A list without folds is cut in its order, pairs of one person and of two apart, so that each fold has both: folds of LFW's layout come
 * out as they are in the file.
 *
 * @param text The whole file.
 * @param file The name of the file in messages.
 * @throws {@link index.DataFormatError} if a line is invalid; it names the line.
 * @throws If an option is invalid.
 *
 * @example
 * ```js
 * const {pairs} = parsePairList('Ann/1.jpg Ann/2.jpg 1\nAnn/1.jpg Bob/1.jpg 0', 'pairs.txt', {folds: 1});
 * pairs[0];   // {a: 'Ann/1.jpg', b: 'Ann/2.jpg', same: true, fold: 0}
 * ```
 */
export function parsePairList(text: string, file: string, options: PairListOptions = {}): PairList {
  checkOptions('parsePairList', options, {form: true, folds: true});
  if (options.form !== undefined) check.oneOf('parsePairList', 'form', options.form, forms);
  // Spreadsheets begin a file with a byte order mark.
  const rows = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  // As a spreadsheet says what separates cells.
  if (/^sep=.$/i.test(rows[0].trim())) rows[0] = '';
  const separator = cellSeparator(rows.find(row => row.trim() !== '') ?? '');
  const lines = rows
    .map((row, i) => ({text: row.trim(), fields: pairFields(row, separator), number: i + 1}))
    .filter(line => line.text !== '');
  const [first] = lines;
  if (first === undefined) throw new DataFormatError(file, 'has no pairs.');
  const form = options.form ?? formOf(first, separator, file);
  const tabbed = (row: string) => withTabs(row, separator);
  if (form === 'lfw') return parsePairs(rows.map(tabbed).join('\n'), file);
  if (form === 'csv') {
    if (numbersImages(first.fields)) {
      return parsePairs(rows.map((row, i) => (i < first.number ? '' : tabbed(row))).join('\n'), file);
    }
    // Cells may be empty here, also between tabs.
    const cells = lines.map(line => ({
      ...line,
      fields: first.text.includes(separator) ? csvFields(rows[line.number - 1], separator) : line.fields,
    }));
    return pairsOfColumns(cells, file, options);
  }
  const pairs =
    form === 'twoLines' ? ofTwoLines(lines, file) : lines.map(line => ofOneLine(line, form, file));
  return folded(pairs, options);
}

/** The row with tabs for what separates its cells, without empty cells at its end. */
const withTabs = (row: string, separator: CellSeparator) =>
  row.includes(separator) && !row.includes('\t') ? pairFields(row, separator).join('\t').trim() : row;

const isNumber = (field: string) => /^\d+$/.test(field);

function formOf({text, fields, number}: Line, separator: CellSeparator, file: string): PairListForm {
  if (text.includes(separator) && isHeader(fields)) return 'csv';
  if (fields.length <= 2 && fields.every(isNumber)) return 'lfw';
  if ((fields.length === 3 || fields.length === 4) && isNumber(fields[1])) return 'lfw';
  if (fields.length === 3 && sameness(fields[2]) !== undefined) return 'pathsThenLabel';
  if (fields.length === 3 && sameness(fields[0]) !== undefined) return 'labelThenPaths';
  if (fields.length === 2 && isNumber(fields[1])) return 'twoLines';
  throw new DataFormatError(
    file,
    `has '${text.slice(0, 80)}' in line ${number}, but must have a pair there: name n1 n2, name1 n1 name2 n2, pathA pathB 1, ` +
      '1 pathA pathB, or pathA 1 and pathB 1 in two lines, or the names of columns of a CSV.',
  );
}

function ofOneLine({fields, number, text}: Line, form: PairListForm, file: string): Pair {
  const [label, a, b] = form === 'labelThenPaths' ? fields : [fields[2], fields[0], fields[1]];
  if (fields.length !== 3) {
    const right = form === 'labelThenPaths' ? '1 pathA pathB' : 'pathA pathB 1';
    throw new DataFormatError(
      file,
      `has '${text.slice(0, 80)}' in line ${number}, but must have ${right} there.`,
    );
  }
  return {a, b, same: answer(label, file, number)};
}

function ofTwoLines(lines: Line[], file: string): Pair[] {
  const read = ({text, fields, number}: Line) => {
    if (fields.length !== 2 || !isNumber(fields[1])) {
      throw new DataFormatError(
        file,
        `has '${text.slice(0, 80)}' in line ${number}, but must have a path and a number there.`,
      );
    }
    return {path: fields[0], isSame: Number(fields[1]) !== 0};
  };
  if (lines.length % 2 !== 0) {
    throw new DataFormatError(file, `has ${lines.length} lines, but must have two for each pair.`);
  }
  return Array.from({length: lines.length / 2}, (_, i) => {
    const [first, second] = [read(lines[2 * i]), read(lines[2 * i + 1])];
    if (first.isSame !== second.isSame) {
      throw new DataFormatError(
        file,
        `says in line ${lines[2 * i].number} and the next one that their pair shows one person, and that it does not.`,
      );
    }
    return {a: first.path, b: second.path, same: first.isSame};
  });
}

function pairsOfColumns([header, ...lines]: Line[], file: string, options: PairListOptions): PairList {
  const {images, label, fold} = pairColumns(header.fields, file);
  const cell = ({fields, number}: Line, column: number) => {
    const value = fields[column] ?? '';
    if (value === '') {
      throw new DataFormatError(file, `has no ${header.fields[column]} in line ${number}.`);
    }
    return value;
  };
  if (lines.length === 0) throw new DataFormatError(file, 'has no pairs.');
  const pairs = lines.map(line => ({
    a: cell(line, images[0]),
    b: cell(line, images[1]),
    same: answer(cell(line, label), file, line.number),
  }));
  if (fold === undefined) return folded(pairs, options);
  // Folds may count from 0 or 1, or have names.
  const names = lines.map(line => cell(line, fold));
  const order = new Map([...new Set(names)].sort(byNumber).map((name, i) => [name, i]));
  return {pairs: pairs.map((pair, i) => ({...pair, fold: order.get(names[i]) as number})), folds: order.size};
}

const byNumber = (one: string, other: string) => Number(one) - Number(other) || (one < other ? -1 : 1);

function answer(field: string, file: string, line: number): boolean {
  const same = sameness(field);
  if (same !== undefined) return same;
  throw new DataFormatError(
    file,
    `has '${field.slice(0, 40)}' in line ${line}, but must have 1 for one person or 0 for two there.`,
  );
}

/** Cuts pairs in their order: those of one person and those of two apart, if each fold gets both. */
function folded(pairs: Pair[], {folds = Math.min(10, pairs.length)}: PairListOptions): PairList {
  check.count('parsePairList', 'folds', folds);
  check.between('parsePairList', 'folds', folds, 1, pairs.length, ', the number of pairs');
  const ofKind = [true, false].map(kind => pairs.filter(({same}) => same === kind).length);
  if (Math.min(...ofKind) < folds) {
    const fold = consecutiveFolds(pairs.length, folds);
    return {pairs: pairs.map((pair, i) => ({...pair, fold: fold[i]})), folds};
  }
  const [ofOne, ofTwo] = ofKind.map(count => consecutiveFolds(count, folds));
  let [one, two] = [0, 0];
  return {pairs: pairs.map(pair => ({...pair, fold: pair.same ? ofOne[one++] : ofTwo[two++]})), folds};
}
