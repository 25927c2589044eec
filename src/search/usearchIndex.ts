import {existsSync} from 'node:fs';
import {mkdir, open, readdir, readFile, rm, stat} from 'node:fs/promises';
import {join} from 'node:path';
import type {Index} from 'usearch';
import {check} from '../base/check';
import {checkOptions} from '../base/checkOptions';
import {described} from '../base/described';
import type {Embeddings} from '../base/embeddings';
import {readWholeFile} from '../base/readWholeFile';
import {unitDivisors} from '../base/rowGeometry';
import {writeAtomically} from '../base/writeAtomically';
import {DataFormatError} from '../formats/dataFormatError';
import {type CheckedSearch, checkSearch, checkTemplates} from './checkSearch';
import {loadUsearch} from './loadUsearch';
import {RowsFile} from './rowsFile';
import type {Candidate, EnrollOptions, IndexSize, SearchIndex, SearchOptions} from './searchIndex';
import {PeopleOfTemplates} from './stored/peopleOfTemplates';

/** Options of {@link usearchIndex}. */
export interface UsearchIndexOptions {
  /** The dimension of the embeddings. */
  dimension: number;
  /** Where it is kept: a folder of its own, made if missing. One process at a time may use it. */
  folder: string;
  /**
   * The neighbors of a template in the graph, 2 to 128: more find more, and take more memory. Default: 32, with which a search
   * finds about as much as with 16 and four times the breadth.
   */
  connectivity?: number;
  /**
   * How many templates a search looks at closely: more find more, and take longer. Default: 512, which finds everyone of LFW's 1,680
   * people that `exactIndex` finds.
   */
  breadth?: number;
  /** The threads that enroll, 1 to 1024. Default: 1, so that the same faces give the same graph; with more, the graph depends on who comes first. */
  threads?: number;
}

/** What a folder of this library says, and its version. */
const [FORMAT, VERSION] = ['face-margins usearch index', 1];

/** `current.json`: which files are the index. */
interface Current {
  format: string;
  version: number;
  dimension: number;
  /** `graph-3` and `people-3` are the files of the third save. */
  save: number;
}

/**
 * An index of ten million faces in one process: a graph (HNSW) of the package `usearch`, an optional peer: `npm i usearch`. Node only.
 *
 * The graph keeps templates as float16 and finds nearly everyone without looking at every template. What it finds is compared again in
 * float64 with the float32 templates, which lie in the file `rows`: cosines and order are exact. A loaded graph is mapped from its file, and
 * read into memory when somebody is enrolled or removed.
 *
 * `save` writes new files beside the old ones and then names them in `current.json`: a process that is killed at any moment leaves what was saved
 * before, or all of it. Where something was saved, load it before you enroll.
 *
 * @throws If `usearch` is not installed, a number is out of range, or the folder cannot be written.
 *
 * @example
 * ```ts
 * import {usearchIndex} from 'face-margins/node';
 *
 * const open = () => usearchIndex({dimension: 512, folder: 'visitors'});
 * ```
 */
export async function usearchIndex(options: UsearchIndexOptions): Promise<SearchIndex> {
  const where = 'usearchIndex';
  checkOptions(where, options, {
    dimension: true,
    folder: true,
    connectivity: true,
    breadth: true,
    threads: true,
  });
  const {dimension, folder, connectivity = 32, breadth = 512, threads = 1} = options;
  check.count(where, 'dimension', dimension);
  check.count(where, 'connectivity', connectivity);
  check.between(where, 'connectivity', connectivity, 2, 128);
  check.count(where, 'breadth', breadth);
  check.count(where, 'threads', threads);
  check.between(where, 'threads', threads, 1, 1024);
  if (typeof folder !== 'string' || folder === '') {
    throw new Error(`${where}: folder must be a path, but is ${described(folder)}.`);
  }
  const {Index: Graph, MetricKind, ScalarKind} = await loadUsearch();
  await mkdir(folder, {recursive: true});
  return new UsearchIndex(
    dimension,
    folder,
    threads,
    () =>
      new Graph({
        dimensions: dimension,
        metric: MetricKind.IP,
        quantization: ScalarKind.F16,
        connectivity,
        // With 512 the same searches find no more.
        expansion_add: 128,
        expansion_search: breadth,
        multi: false,
      }),
  );
}

class UsearchIndex implements SearchIndex {
  private graph: Index;
  /** The file that the graph is mapped from; undefined where it is in memory. */
  private mapped: string | undefined;
  private people = new PeopleOfTemplates();
  private readonly rows: RowsFile;
  /** Whose values go when the index that has them is no longer the saved one. */
  private toErase: number[] = [];
  /** Whether the folder has an index that is not this one: enrolling would write over its rows. */
  private mustLoad: boolean;
  /** One save after another. */
  private saving: Promise<void> = Promise.resolve();

  constructor(
    readonly dimension: number,
    private readonly folder: string,
    private readonly threads: number,
    private readonly makeGraph: () => Index,
  ) {
    this.graph = makeGraph();
    this.rows = new RowsFile(this.path('rows'), dimension);
    this.mustLoad = existsSync(this.path('current.json'));
  }

  private path(name: string): string {
    return join(this.folder, name);
  }

  async enroll(
    ids: string | readonly string[],
    templates: Embeddings,
    options: EnrollOptions = {},
  ): Promise<void> {
    const {ids: list, units, group} = checkTemplates('enroll', ids, templates, options, this.dimension);
    if (list.length === 0) return;
    if (this.mustLoad) {
      throw new Error(
        `enroll: the index that was saved in ${this.folder} must be loaded first, but is not: call load, or give another folder.`,
      );
    }
    this.readGraph();
    const first = this.people.count;
    this.rows.write(first, units);
    const keys = BigUint64Array.from(list, (_, i) => BigInt(first + i));
    this.graph.add(keys, units, this.threads);
    for (const id of list) this.people.add(id, group);
  }

  async remove(id: string): Promise<number> {
    const templates = this.people.remove(id);
    if (templates.length > 0) {
      this.readGraph();
      this.graph.remove(BigUint64Array.from(templates, BigInt));
      this.toErase.push(...templates);
    }
    return templates.length;
  }

  /** A mapped graph cannot be changed. */
  private readGraph(): void {
    if (this.mapped === undefined) return;
    const graph = this.makeGraph();
    graph.load(this.mapped);
    this.graph = graph;
    this.mapped = undefined;
  }

  async search(probes: Embeddings, options: SearchOptions = {}): Promise<Candidate[][]> {
    const search = checkSearch('search', probes, options, this.dimension);
    return Array.from({length: search.rows}, (_, probe) => {
      const {shift, length} = unitDivisors(probes, probe);
      if (length === 0) return [];
      const [start, scale] = [probe * this.dimension, 1 / length];
      const unit = Float64Array.from(
        {length: this.dimension},
        (_, d) => probes.values[start + d] * shift * scale,
      );
      return this.nearest(unit, search);
    });
  }

  /** Looks at more templates until they are of enough people, or there are no more. */
  private nearest(unit: Float64Array, {top, threshold, groups}: CheckedSearch): Candidate[] {
    const [size, single] = [this.graph.size(), Float32Array.from(unit)];
    for (let limit = Math.max(2 * top, 16); size > 0; limit *= 4) {
      const {keys} = this.graph.search(single, Math.min(limit, size), 1);
      const best = new Map<string, {id: string; cosine: number; template: number}>();
      for (const key of keys) {
        const template = Number(key);
        const of = this.people.of(template);
        if (of === undefined || !(groups?.includes(of.group) ?? true)) continue;
        const cosine = this.cosine(unit, template);
        if (cosine > (best.get(of.id)?.cosine ?? -Infinity)) best.set(of.id, {id: of.id, cosine, template});
      }
      const found = [...best.values()].sort((a, b) => b.cosine - a.cosine || a.template - b.template);
      const isEnough = found.length >= top || (found.at(-1)?.cosine ?? Infinity) < threshold;
      if (!isEnough && limit < size) continue;
      return found
        .filter(({cosine}) => cosine >= threshold)
        .slice(0, top)
        .map(({id, cosine}) => ({id, cosine}));
    }
    return [];
  }

  /** With the float32 template, in float64. */
  private cosine(unit: Float64Array, template: number): number {
    const row = this.rows.read(template);
    let [sum, squares] = [0, 0];
    for (let d = 0; d < row.length; d++) {
      sum += unit[d] * row[d];
      squares += row[d] * row[d];
    }
    return Math.max(-1, Math.min(1, sum / Math.sqrt(squares)));
  }

  async size(): Promise<IndexSize> {
    return this.people.size();
  }

  save(): Promise<void> {
    this.saving = this.saving.catch(() => undefined).then(() => this.write());
    return this.saving;
  }

  private async write(): Promise<void> {
    const {dimension} = this;
    const save = ((await this.current())?.save ?? 0) + 1;
    this.readGraph();
    // At once, so that both are of the same people.
    const people = this.people.encode();
    const erased = this.toErase;
    this.toErase = [];
    this.graph.save(this.path(`graph-${save}`));
    await writeAtomically(this.path(`people-${save}`), people);
    await synced(this.path(`graph-${save}`));
    await this.rows.sync();
    const current: Current = {format: FORMAT, version: VERSION, dimension, save};
    await writeAtomically(this.path('current.json'), JSON.stringify(current));
    for (const name of await readdir(this.folder)) {
      const match = /^(?:graph|people)-(\d+)/.exec(name);
      if (match !== null && Number(match[1]) !== save) await rm(this.path(name), {force: true});
    }
    for (const template of erased) this.rows.write(template, new Float32Array(dimension));
  }

  async load(): Promise<boolean> {
    const current = await this.current();
    if (current === undefined) return false;
    const wrong = (problem: string) => new DataFormatError(this.folder, problem);
    if (current.dimension !== this.dimension) {
      throw wrong(`holds embeddings of dimension ${current.dimension}, but the index has ${this.dimension}.`);
    }
    const [graphFile, peopleFile] = [this.path(`graph-${current.save}`), this.path(`people-${current.save}`)];
    if (!existsSync(graphFile) || !existsSync(peopleFile)) {
      throw wrong(`is damaged: it has no files of save ${current.save}.`);
    }
    const people = PeopleOfTemplates.decode(await readWholeFile(peopleFile), peopleFile);
    const graph = this.makeGraph();
    try {
      graph.view(graphFile);
    } catch (cause) {
      throw new DataFormatError(this.folder, `has a damaged graph: ${(cause as Error).message}.`, {cause});
    }
    if (graph.size() !== people.size().templates || graph.dimensions() !== this.dimension) {
      throw wrong('is damaged: its graph and its people do not fit.');
    }
    if ((await stat(this.path('rows'))).size < people.count * 4 * this.dimension) {
      throw wrong('is damaged: its rows are incomplete.');
    }
    [this.graph, this.mapped, this.people, this.toErase] = [graph, graphFile, people, []];
    this.mustLoad = false;
    return true;
  }

  /** What `current.json` says; undefined where nothing was saved. */
  private async current(): Promise<Current | undefined> {
    const path = this.path('current.json');
    if (!existsSync(path)) return undefined;
    let current: Partial<Current> | null;
    try {
      current = JSON.parse(await readFile(path, 'utf8'));
    } catch (cause) {
      throw new DataFormatError(path, `is damaged: ${(cause as Error).message}.`, {cause});
    }
    if (current?.format !== FORMAT) throw new DataFormatError(path, 'is not of a search index.');
    if (current.version !== VERSION) {
      throw new DataFormatError(
        path,
        `is of version ${String(current.version)}, but this library reads version ${VERSION}.`,
      );
    }
    return current as Current;
  }
}

/** Brings a file to the disk. */
async function synced(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
