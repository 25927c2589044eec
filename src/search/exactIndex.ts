import * as tf from '@tensorflow/tfjs-core';
import {check} from '../base/check';
import {checkOptions} from '../base/checkOptions';
import type {Embeddings} from '../base/embeddings';
import {nextTask} from '../base/nextTask';
import {DataFormatError} from '../formats/dataFormatError';
import {UnitRows} from '../neighbours/unitRows';
import {BestPeople} from './bestPeople';
import {type CheckedSearch, checkSearch, checkTemplates} from './checkSearch';
import type {IndexStore} from './indexStore';
import type {Candidate, EnrollOptions, IndexSize, SearchIndex, SearchOptions} from './searchIndex';
import {decodeIndex, encodeIndex, type IndexContent} from './stored/indexFile';
import {type StorageType, storageTypes} from './stored/storageType';
import {BLOCK, TemplateBlocks} from './stored/templateBlocks';

/** Options of {@link exactIndex}. */
export interface ExactIndexOptions {
  /** The dimension of the embeddings. */
  dimension: number;
  /**
   * How templates are kept in memory and in the file. `float32` takes 4 bytes a value. `float16` takes 2 and moves a cosine by less than
   * 0.001, `int8` takes 1 and moves it by less than 0.02. Default: `float32`.
   */
  storage?: StorageType;
  /** Where `save` and `load` keep it: {@link indexedDbStore}, {@link node.fileStore} or your own. Default: nowhere. */
  store?: IndexStore;
}

/** Probes that are searched at once. */
const PROBES = 512;
/** People ranked exactly beyond those asked for: products of float32 may order the last ones otherwise. */
const SPARE = 8;

/**
 * An index that compares a probe with every template, on the backend in use, in Node and in browsers: no one is missed. For up to a million
 * faces.
 *
 * Matrix products find the nearest people; their cosines are then computed again in float64 from what is stored, and ordered by these.
 * Memory is one row a template: 2 kB at 512 dimensions of float32, 1 kB of float16, 0.5 kB of int8. Search many probes at once: a
 * block of templates is uploaded once for all of them.
 *
 * @throws If `dimension` is not a count or `storage` is none of these.
 *
 * @example
 * ```js
 * const index = exactIndex({dimension: 2});
 * await index.enroll(['ann', 'ann', 'bo'], {values: [1, 0, 0.9, 0.2, 0, 1], dimension: 2});
 * const [candidates] = await index.search({values: [0.9, 0.3], dimension: 2}, {top: 2, threshold: 0.2});
 * candidates.map(({id}) => id).join();   // 'ann,bo'
 * candidates[0].cosine;                  // 0.995
 * ```
 */
export function exactIndex(options: ExactIndexOptions): SearchIndex {
  checkOptions('exactIndex', options, {dimension: true, storage: true, store: true});
  const {dimension, storage = 'float32', store} = options;
  check.count('exactIndex', 'dimension', dimension);
  check.oneOf('exactIndex', 'storage', storage, Object.keys(storageTypes));
  return new ExactIndex(dimension, storage, store);
}

class ExactIndex implements SearchIndex {
  private templates: TemplateBlocks;
  /** The numbers of each person's templates. */
  private templatesOf = new Map<string, number[]>();
  /** The person that a number stands for; numbers are never given twice. */
  private ids: string[] = [];
  private numberOf = new Map<string, number>();
  private groupNames: string[] = [];
  private removed = 0;

  constructor(
    readonly dimension: number,
    private readonly storage: StorageType,
    private readonly store: IndexStore | undefined,
  ) {
    this.templates = new TemplateBlocks(dimension, storage);
  }

  async enroll(
    ids: string | readonly string[],
    templates: Embeddings,
    options: EnrollOptions = {},
  ): Promise<void> {
    const {dimension} = this;
    const {ids: list, units, group} = checkTemplates('enroll', ids, templates, options, dimension);
    list.forEach((id, row) => {
      this.add(id, group, units.subarray(row * dimension, (row + 1) * dimension));
    });
  }

  private add(id: string, group: string, unit: Float32Array): void {
    let person = this.numberOf.get(id);
    if (person === undefined) {
      person = this.ids.push(id) - 1;
      this.numberOf.set(id, person);
      this.templatesOf.set(id, []);
    }
    let place = this.groupNames.indexOf(group);
    if (place < 0) place = this.groupNames.push(group) - 1;
    this.templatesOf.get(id)?.push(this.templates.push(unit, person, place));
  }

  async remove(id: string): Promise<number> {
    const numbers = this.templatesOf.get(id);
    if (numbers === undefined) return 0;
    for (const template of numbers) this.templates.remove(template);
    this.templatesOf.delete(id);
    this.numberOf.delete(id);
    this.removed += numbers.length;
    if (this.removed > BLOCK && this.removed > this.templates.count / 2) this.restore(this.content());
    return numbers.length;
  }

  async search(probes: Embeddings, options: SearchOptions = {}): Promise<Candidate[][]> {
    const search = checkSearch('search', probes, options, this.dimension);
    const {templates, ids} = this;
    const count = templates.count;
    const groups = search.groups?.map(group => this.groupNames.indexOf(group));
    const rows = new UnitRows(probes);
    const best = new BestPeople(search.rows, search.top + SPARE, search.threshold - 0.001);
    for (let first = 0; first < count; first += BLOCK) {
      const block = templates.blocks[first / BLOCK];
      const columns = Math.min(BLOCK, count - first);
      const others = tf.tensor2d(templates.rows(block, 0, columns), [columns, this.dimension]);
      try {
        for (let probe = 0; probe < search.rows; probe += PROBES) {
          const some = Math.min(PROBES, search.rows - probe);
          const product = tf.tidy(() => tf.matMul(rows.block(probe, some), others, false, true));
          const cosines = await product.data<'float32'>();
          product.dispose();
          for (let i = probe, at = 0; i < probe + some; i++) {
            let least = best.least[i];
            for (let j = 0; j < columns; j++, at++) {
              if (cosines[at] < least || block.people[j] < 0) continue;
              if (groups !== undefined && !groups.includes(block.groups[j])) continue;
              best.offer(i, block.people[j], first + j, cosines[at]);
              least = best.least[i];
            }
          }
        }
      } finally {
        others.dispose();
      }
      await nextTask();
    }
    return Array.from({length: search.rows}, (_, probe) =>
      this.candidates(best, probe, rows, templates, ids, search),
    );
  }

  /** The candidates of a probe, by their cosines in float64, without those removed meanwhile. */
  private candidates(
    best: BestPeople,
    probe: number,
    rows: UnitRows,
    templates: TemplateBlocks,
    ids: readonly string[],
    {top, threshold}: CheckedSearch,
  ): Candidate[] {
    const found: {id: string; cosine: number; template: number}[] = [];
    for (let at = probe * best.k; at < (probe + 1) * best.k && best.people[at] >= 0; at++) {
      const [id, template] = [ids[best.people[at]], best.templates[at]];
      const block = templates.blocks[Math.floor(template / BLOCK)];
      // Whoever was removed has left an empty row, or has another number where enrolled anew.
      if (block.people[template % BLOCK] < 0 || !this.numberOf.has(id)) continue;
      const values = templates.rows(block, template % BLOCK, 1);
      const exact = rows.cosine(probe, new UnitRows({values, dimension: this.dimension}), 0);
      const cosine = Math.max(-1, Math.min(1, exact));
      if (cosine >= threshold) found.push({id, cosine, template});
    }
    found.sort((a, b) => b.cosine - a.cosine || a.template - b.template);
    return found.slice(0, top).map(({id, cosine}) => ({id, cosine}));
  }

  async size(): Promise<IndexSize> {
    return {people: this.templatesOf.size, templates: this.templates.count - this.removed};
  }

  async save(): Promise<void> {
    await this.storeFor('save').write(encodeIndex(this.content()));
  }

  async load(): Promise<boolean> {
    const store = this.storeFor('load');
    const bytes = await store.read();
    if (bytes === undefined) return false;
    const content = decodeIndex(bytes, store.name);
    if (content.dimension !== this.dimension) {
      throw new DataFormatError(
        store.name,
        `holds embeddings of dimension ${content.dimension}, but the index has ${this.dimension}.`,
      );
    }
    this.restore(content);
    return true;
  }

  private storeFor(method: string): IndexStore {
    if (this.store !== undefined) return this.store;
    throw new Error(`${method}: store must be an option of exactIndex, such as indexedDbStore('faces').`);
  }

  /** What is enrolled, without gaps. */
  private content(): IndexContent {
    const {dimension, storage, templates} = this;
    const count = templates.count - this.removed;
    const ids = [...this.templatesOf.keys()];
    const places = new Map(ids.map((id, place) => [this.numberOf.get(id), place]));
    const content: IndexContent = {
      dimension,
      storage,
      codes: storageTypes[storage].codes(count * dimension),
      scales: new Float32Array(count),
      people: new Int32Array(count),
      groups: new Int32Array(count),
      ids,
      groupNames: [...this.groupNames],
    };
    let at = 0;
    for (let template = 0; template < templates.count; template++) {
      const [block, row] = [templates.blocks[Math.floor(template / BLOCK)], template % BLOCK];
      if (block.people[row] < 0) continue;
      content.codes.set(block.codes.subarray(row * dimension, (row + 1) * dimension), at * dimension);
      content.scales[at] = block.scales[row];
      content.people[at] = places.get(block.people[row]) as number;
      content.groups[at] = block.groups[row];
      at++;
    }
    return content;
  }

  /** Replaces everything. Searches that run go on with the blocks that they began with. */
  private restore(content: IndexContent): void {
    const {dimension, storage} = this;
    const {codes, scales, people, groups, ids, groupNames} = content;
    const templates = new TemplateBlocks(dimension, storage);
    const templatesOf = new Map<string, number[]>(ids.map(id => [id, []]));
    const unit = new Float32Array(dimension);
    people.forEach((person, row) => {
      const at = row * dimension;
      if (content.storage === storage) {
        const own = codes.subarray(at, at + dimension);
        templatesOf.get(ids[person])?.push(templates.pushStored(own, scales[row], person, groups[row]));
        return;
      }
      storageTypes[content.storage].decode(codes, at, scales[row], unit, 0, dimension);
      templatesOf.get(ids[person])?.push(templates.push(unit, person, groups[row]));
    });
    this.templates = templates;
    this.templatesOf = templatesOf;
    this.ids = ids;
    this.numberOf = new Map(ids.map((id, place) => [id, place]));
    this.groupNames = groupNames;
    this.removed = 0;
  }
}
