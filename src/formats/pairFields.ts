/** The names of images, by how they end. */
const imageEnding = /\.(jpe?g|jpe|jfif|png|webp|gif|tiff?|avif|pgm|ppm|pnm|bmp)$/i;

/** A name without the ending of an image. */
export const withoutEnding = (name: string): string => name.replace(imageEnding, '');

/** Whether a field says that a pair shows one person, or two; nothing if it says neither. */
export function sameness(field: string): boolean | undefined {
  if (/^(1(\.0+)?|true|same|yes)$/i.test(field)) return true;
  return /^(0(\.0+)?|-1|false|diff(erent)?|no)$/i.test(field) ? false : undefined;
}

/**
 * The fields of a line: separated by tabs, or by commas as in CSV, or by spaces. Names may contain spaces if tabs or commas separate
 * them, or if they end as images do.
 */
export function pairFields(line: string): string[] {
  if (line.includes('\t'))
    return line
      .trim()
      .split(/\t+/)
      .map(field => field.trim());
  if (line.includes(',')) return csvFields(line);
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

/** The cells of a line of CSV; quotes around a cell may hold commas, and two stand for one. */
function csvFields(line: string): string[] {
  const cells = [...line.matchAll(/\s*(?:"((?:[^"]|"")*)"|([^,]*))\s*(,|$)/g)];
  // The pattern matches once more, empty, at the end of a line.
  const ended = cells.findIndex(([, , , separator]) => separator === '');
  return cells.slice(0, ended + 1).map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain.trim());
}
