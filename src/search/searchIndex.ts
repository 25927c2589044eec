import type {Embeddings} from '../base/embeddings';

/** Options of {@link SearchIndex.enroll}. */
export interface EnrollOptions {
  /** A name that searches can be restricted to: a watch-list, a building, a tenant. Default: the empty name. */
  group?: string;
}

/** Options of {@link SearchIndex.search}. */
export interface SearchOptions {
  /** The number of people to find for each probe. Default: 1. */
  top?: number;
  /** The lowest cosine of a candidate, −1 to 1. Default: −1, which leaves nobody out. */
  threshold?: number;
  /** Only templates enrolled in one of these groups. Default: all. */
  groups?: readonly string[];
}

/** Somebody whom a search found. */
export interface Candidate {
  /** The person, as enrolled. */
  id: string;
  /** The cosine of the probe with the person's best template, −1 to 1. */
  cosine: number;
}

/** How much an index holds. */
export interface IndexSize {
  /** The number of people. */
  people: number;
  /** The number of templates: embeddings, of which a person may have several. */
  templates: number;
}

/**
 * An index of enrolled faces: {@link exactIndex}, {@link pgvectorIndex} and {@link node.usearchIndex} are made alike.
 *
 * Ids and groups are any strings. Enrolling, removing and searching may overlap: a search finds what was enrolled when it began, and
 * nobody who was removed before it ended.
 */
export interface SearchIndex {
  /** The dimension of its embeddings. */
  readonly dimension: number;
  /**
   * Adds templates. Who is enrolled already gets them in addition.
   *
   * @param ids The person of all rows, or of each row.
   * @param templates The embeddings, of any length above 0.
   * @param options Where they belong.
   * @throws If the dimension is another, a value is not finite, an embedding has length 0, or a row has no id.
   */
  enroll(ids: string | readonly string[], templates: Embeddings, options?: EnrollOptions): Promise<void>;
  /**
   * Removes a person with all templates. Nothing happens if nobody has the id.
   *
   * @returns The number of templates removed.
   */
  remove(id: string): Promise<number>;
  /**
   * Finds the people nearest to each probe, the nearest first. Each person counts once, by the best template. Of equal cosines who was
   * enrolled first comes first.
   *
   * @param probes The embeddings to find; several at once take less time each.
   * @param options How many, above which cosine, in which groups.
   * @returns The candidates of each probe.
   * @throws If the dimension is another, a value is not finite, or an option is out of range.
   */
  search(probes: Embeddings, options?: SearchOptions): Promise<Candidate[][]>;
  /** How much is enrolled. */
  size(): Promise<IndexSize>;
  /** Keeps everything for {@link SearchIndex.load}. A process that ends meanwhile leaves what was saved before, or all of it. */
  save(): Promise<void>;
  /**
   * Replaces what is enrolled by what was saved.
   *
   * @returns Whether anything was saved; if not, the index stays as it is.
   * @throws {@link index.DataFormatError} if what was saved is damaged, of another version or another dimension.
   */
  load(): Promise<boolean>;
}
