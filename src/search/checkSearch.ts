import {check} from '../base/check';
import {checkOptions} from '../base/checkOptions';
import {described} from '../base/described';
import {checkEmbeddings, type Embeddings} from '../base/embeddings';
import {unitDivisors} from '../base/rowGeometry';
import type {EnrollOptions, SearchOptions} from './searchIndex';

/** Templates as they are stored: the id of each row, and the rows scaled to length 1. */
export interface CheckedTemplates {
  ids: readonly string[];
  units: Float32Array;
  group: string;
}

/** Checks what is to be enrolled. */
export function checkTemplates(
  where: string,
  ids: string | readonly string[],
  templates: Embeddings,
  options: EnrollOptions,
  dimension: number,
): CheckedTemplates {
  const {group = ''} = checkOptions(where, options, {group: true});
  checkText(where, 'group', group);
  checkDimension(where, 'templates', templates, dimension);
  const rows = checkEmbeddings(where, 'templates', templates);
  const list = typeof ids === 'string' ? new Array<string>(rows).fill(ids) : ids;
  if (!Array.isArray(list) || list.length !== rows) {
    throw new Error(
      `${where}: ids must be one string, or one for each of ${rows} templates, but ${Array.isArray(list) ? `are ${list.length}` : `is ${described(list)}`}.`,
    );
  }
  list.forEach((id, i) => {
    checkText(where, `ids[${i}]`, id);
  });
  return {ids: list, units: unitsOf(where, templates, rows), group};
}

/** Checks an id or a group. */
export function checkText(where: string, name: string, text: unknown): void {
  if (typeof text !== 'string') {
    throw new Error(`${where}: ${name} must be a string, but is ${described(text)}.`);
  }
}

function unitsOf(where: string, {values, dimension}: Embeddings, rows: number): Float32Array {
  const units = new Float32Array(rows * dimension);
  for (let row = 0; row < rows; row++) {
    const {shift, length} = unitDivisors({values, dimension}, row);
    if (length === 0) {
      throw new Error(
        `${where}: templates must have a length above 0, but row ${row} is all zeros and is like nobody.`,
      );
    }
    const scale = 1 / length;
    for (let d = row * dimension; d < (row + 1) * dimension; d++) units[d] = values[d] * shift * scale;
  }
  return units;
}

/** A search with all its options. */
export interface CheckedSearch {
  rows: number;
  top: number;
  threshold: number;
  groups: readonly string[] | undefined;
}

/** Checks a search. */
export function checkSearch(
  where: string,
  probes: Embeddings,
  options: SearchOptions,
  dimension: number,
): CheckedSearch {
  const {
    top = 1,
    threshold = -1,
    groups,
  } = checkOptions(where, options, {
    top: true,
    threshold: true,
    groups: true,
  });
  check.count(where, 'top', top);
  check.between(where, 'threshold', threshold, -1, 1);
  if (groups !== undefined && !Array.isArray(groups)) {
    throw new Error(`${where}: groups must be a list of strings, but is ${described(groups)}.`);
  }
  groups?.forEach((group, i) => {
    checkText(where, `groups[${i}]`, group);
  });
  checkDimension(where, 'probes', probes, dimension);
  return {rows: checkEmbeddings(where, 'probes', probes), top, threshold, groups};
}

function checkDimension(where: string, name: string, embeddings: Embeddings, dimension: number): void {
  if (embeddings.dimension !== dimension) {
    throw new Error(
      `${where}: ${name} must have the dimension of the index, ${dimension}, but has ${embeddings.dimension}.`,
    );
  }
}
