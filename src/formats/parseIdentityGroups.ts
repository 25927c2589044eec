import {DataFormatError} from './dataFormatError';
import {cellSeparator, csvFields} from './pairFields';
import {parseStrictJson} from './parseStrictJson';

/**
 * Reads which group each identity belongs to, such as a region of origin, a sex or a camera.
 *
 * Either CSV with two cells a line, the identity and its group, separated by a comma, a semicolon or a tab, with or without a first line
 * `identity,group`; or JSON, `{"ann": "day", "bo": "night"}`.
 *
 * @param text The content of the file.
 * @param file The name of the file in messages.
 * @returns The group of each identity, by name.
 * @throws {@link index.DataFormatError} if a line has not two cells, an identity comes twice with different groups, or there is none.
 *
 * @example
 * ```js
 * parseIdentityGroups('identity,group\nann,day\nbo,night\n').get('bo');   // 'night'
 * ```
 */
export function parseIdentityGroups(text: string, file = 'groups'): Map<string, string> {
  const entries = text.trimStart().startsWith('{') ? ofJson(text, file) : ofLines(text, file);
  const groups = new Map<string, string>();
  for (const {identity, group} of entries) {
    const known = groups.get(identity) ?? group;
    if (known !== group) {
      throw new DataFormatError(file, `must give ${identity} one group, but gives it ${known} and ${group}.`);
    }
    groups.set(identity, group);
  }
  if (groups.size === 0)
    throw new DataFormatError(file, 'must name the group of some identity, but is empty.');
  return groups;
}

interface Entry {
  identity: string;
  group: string;
}

function ofJson(text: string, file: string): Entry[] {
  let value: unknown;
  try {
    value = parseStrictJson(text, 1);
  } catch (error) {
    throw new DataFormatError(file, 'must be JSON of identities and their groups, or lines of CSV.', {
      cause: error,
    });
  }
  return Object.entries(value as Record<string, unknown>).map(([identity, group]) => {
    if (typeof group !== 'string' || group === '') {
      throw new DataFormatError(
        file,
        `must give the group of ${identity} by its name, but has ${JSON.stringify(group)}.`,
      );
    }
    return {identity, group};
  });
}

function ofLines(text: string, file: string): Entry[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const separator = cellSeparator(lines.find(line => line.trim() !== '') ?? '');
  const entries = lines.flatMap((line, i): Entry[] => {
    if (line.trim() === '') return [];
    const cells = csvFields(line, separator).map(cell => cell.trim());
    if (cells.length !== 2 || cells.includes('')) {
      throw new DataFormatError(
        file,
        `must have two cells in line ${i + 1}, an identity and its group, but has: ${line.slice(0, 80)}`,
      );
    }
    return [{identity: cells[0], group: cells[1]}];
  });
  return isHeader(entries[0]) ? entries.slice(1) : entries;
}

const isHeader = (first: Entry | undefined): boolean =>
  first !== undefined &&
  /^(identity|name|person|class)$/i.test(first.identity) &&
  /^group$/i.test(first.group);
