/** The names of images, by how they end. */
const imageEnding = /\.(jpe?g|jpe|jfif|png|webp|gif|tiff?|avif|pgm|ppm|pnm|bmp|dib)$/i;

/** A name without the ending of an image. */
export const withoutEnding = (name: string): string => name.replace(imageEnding, '');

/** Whether a field says that a pair shows one person, or two; nothing if it says neither. */
export function sameness(field: string): boolean | undefined {
  if (/^(1([.,]0+)?|true|same|yes)$/i.test(field)) return true;
  return /^(0([.,]0+)?|-1|false|diff(erent)?|no)$/i.test(field) ? false : undefined;
}

/** What separates the cells of a CSV. */
export type CellSeparator = ',' | ';' | '\t';

/** What separates the cells of a line, if it is of a CSV: tabs, else commas or semicolons, whichever it has more of. */
export function cellSeparator(line: string): CellSeparator {
  if (line.includes('\t')) return '\t';
  const outside = line.replaceAll(/"[^"]*"/g, '');
  return outside.split(';').length > outside.split(',').length ? ';' : ',';
}

/**
 * The fields of a line: separated by tabs, or by commas or semicolons as in CSV, or by spaces. Names may contain spaces if tabs, commas
 * or semicolons separate them, or if they end as images do.
 *
 * @param separator Of the list, as its first line has it.
 */
export function pairFields(line: string, separator: CellSeparator): string[] {
  if (line.includes('\t'))
    return line
      .trim()
      .split(/\t+/)
      .map(field => field.trim());
  if (line.includes(separator)) return csvFields(line, separator);
  const words = line.trim().split(/\s+/);
  return words.some(word => imageEnding.test(word)) ? joinedNames(words) : words;
}

/** Joins words up to one that ends as an image does; labels stand alone. */
function joinedNames(words: string[]): string[] {
  const fields: string[] = [];
  let begun: string[] = [];
  for (const word of words) {
    begun.push(word);
    const isAlone = begun.length === 1 && /^-?\d+$|^(true|false|same|diff)$/i.test(word);
    if (!isAlone && !imageEnding.test(word)) continue;
    fields.push(begun.join(' '));
    begun = [];
  }
  return begun.length === 0 ? fields : words;
}

/** A cell, with blanks but no separator around it, and what separates it from the next. */
const cellPatterns: Record<CellSeparator, RegExp> = {
  ',': /\s*(?:"((?:[^"]|"")*)"|([^,]*))\s*(,|$)/g,
  ';': /\s*(?:"((?:[^"]|"")*)"|([^;]*))\s*(;|$)/g,
  '\t': / *(?:"((?:[^"]|"")*)"|([^\t]*)) *(\t|$)/g,
};

/** The cells of a line of CSV; quotes around a cell may hold the separator, and two stand for one. */
export function csvFields(line: string, separator: CellSeparator): string[] {
  const cells = [...line.matchAll(cellPatterns[separator])];
  // The pattern matches once more, empty, at the end of a line.
  const ended = cells.findIndex(([, , , separator]) => separator === '');
  return cells.slice(0, ended + 1).map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain.trim());
}
