import {check} from '../base/check';
import {checkOptions} from '../base/checkOptions';
import type {Embeddings} from '../base/embeddings';
import {unitDivisors} from '../base/rowGeometry';
import {DataFormatError} from '../formats/dataFormatError';
import {type CheckedSearch, checkSearch, checkTemplates, checkText} from './checkSearch';
import type {Candidate, EnrollOptions, IndexSize, SearchIndex, SearchOptions} from './searchIndex';

/** What a statement gives. */
export interface SqlResult {
  /** The rows, as objects by the names of their columns. */
  rows: unknown[];
}

/** What {@link pgvectorIndex} needs of a client: `pg`'s `Pool` and `Client` have it, and PGlite. */
export interface SqlClient {
  /** Runs one statement with parameters `$1`, `$2`, …, and resolves to its rows. */
  query(sql: string, params?: unknown[]): Promise<SqlResult>;
}

/** Options of {@link pgvectorIndex}. */
export interface PgvectorIndexOptions {
  /** The client. Closing it is the caller's. */
  client: SqlClient;
  /** The dimension of the embeddings, at most 2000: what an index of pgvector takes. */
  dimension: number;
  /** The name of the table: letters, digits and underscores, at most 50. Default: `face_templates`. */
  table?: string;
  /**
   * `hnsw` makes an index of pgvector, which finds nearly everyone and looks at few templates. `none` compares with every template, on
   * the server. Default: `hnsw`.
   */
  index?: 'hnsw' | 'none';
  /**
   * How many templates a search over `hnsw` looks at closely, 1 to 1000: more find more, and take longer. Default: 200, which finds
   * 1,635 of LFW's 1,680 people where `exactIndex` finds 1,636. With 400 PostgreSQL may compare with every template, of so few.
   */
  breadth?: number;
}

/** The layout of the table. */
const VERSION = 'face-margins search index 1';

/** Templates sent in one statement: some 6 MB of text at 512 dimensions. */
const BATCH = 1000;

/**
 * An index in PostgreSQL with pgvector: for galleries beyond one process, which a server keeps, backs up and shares. PGlite
 * (`@electric-sql/pglite`) runs the same statements within Node and browsers.
 *
 * Makes the extension, the table and the index where they are missing. Everything but the table's name is a parameter of a statement.
 * `save` and `load` have nothing to do but to check the table: what is enrolled is kept. Cosines are pgvector's, of float32.
 *
 * @throws If the name of the table is none, a number is out of range, or the table is another program's, of another version or another dimension.
 *
 * @example
 * ```ts
 * import {pgvectorIndex} from 'face-margins/search';
 *
 * const client = {query: async (sql: string, params?: unknown[]) => ({rows: [] as unknown[]})};   // new pg.Pool() of the package pg
 * const options = {client, dimension: 512};
 * const open = async () => pgvectorIndex(options);
 * ```
 */
export async function pgvectorIndex(options: PgvectorIndexOptions): Promise<SearchIndex> {
  const where = 'pgvectorIndex';
  checkOptions(where, options, {client: true, dimension: true, table: true, index: true, breadth: true});
  const {client, dimension, table = 'face_templates', index = 'hnsw', breadth = 200} = options;
  check.count(where, 'dimension', dimension);
  check.between(where, 'dimension', dimension, 1, 2000);
  check.oneOf(where, 'index', index, ['hnsw', 'none']);
  check.count(where, 'breadth', breadth);
  check.between(where, 'breadth', breadth, 1, 1000);
  checkText(where, 'table', table);
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,49}$/.test(table)) {
    throw new Error(
      `${where}: table must be letters, digits and underscores, at most 50, but is ${JSON.stringify(table)}.`,
    );
  }
  const opened = new PgvectorIndex(client, dimension, table, index, breadth);
  await opened.open();
  return opened;
}

class PgvectorIndex implements SearchIndex {
  constructor(
    private readonly client: SqlClient,
    readonly dimension: number,
    private readonly table: string,
    private readonly index: 'hnsw' | 'none',
    private readonly breadth: number,
  ) {}

  /** Makes what is missing. */
  async open(): Promise<void> {
    const {table, dimension} = this;
    await this.rows('CREATE EXTENSION IF NOT EXISTS vector');
    if (!(await this.isThere())) {
      await this.rows(
        `CREATE TABLE IF NOT EXISTS "${table}" (template bigserial PRIMARY KEY, id text NOT NULL, face_group text NOT NULL, embedding vector(${dimension}) NOT NULL)`,
      );
      await this.rows(`COMMENT ON TABLE "${table}" IS '${VERSION}'`);
    }
    await this.checkTable();
    await this.rows(`CREATE INDEX IF NOT EXISTS "${table}_id" ON "${table}" USING hash (id)`);
    if (this.index === 'hnsw') {
      await this.rows(
        `CREATE INDEX IF NOT EXISTS "${table}_hnsw" ON "${table}" USING hnsw (embedding vector_cosine_ops)`,
      );
    }
  }

  private async rows<Row>(sql: string, params: unknown[] = []): Promise<Row[]> {
    return (await this.client.query(sql, params)).rows as Row[];
  }

  private async isThere(): Promise<boolean> {
    const [{there}] = await this.rows<{there: boolean}>('SELECT to_regclass($1) IS NOT NULL AS there', [
      `"${this.table}"`,
    ]);
    return there;
  }

  private async checkTable(): Promise<void> {
    const [found] = await this.rows<{version: string | null; size: number | null}>(
      `SELECT obj_description(to_regclass($1)::oid, 'pg_class') AS version,
        (SELECT atttypmod FROM pg_attribute WHERE attrelid = to_regclass($1)::oid AND attname = 'embedding') AS size`,
      [`"${this.table}"`],
    );
    const name = `The table ${this.table}`;
    if (found.version !== VERSION) {
      throw new DataFormatError(
        name,
        found.version?.startsWith('face-margins search index')
          ? `is of another version, ${JSON.stringify(found.version)}, but this library has ${JSON.stringify(VERSION)}.`
          : 'is there, but is no index of this library: give another table.',
      );
    }
    if (Number(found.size) !== this.dimension) {
      throw new DataFormatError(
        name,
        `holds embeddings of dimension ${String(found.size)}, but the index has ${this.dimension}.`,
      );
    }
  }

  async enroll(
    ids: string | readonly string[],
    templates: Embeddings,
    options: EnrollOptions = {},
  ): Promise<void> {
    const {dimension} = this;
    const {ids: list, units, group} = checkTemplates('enroll', ids, templates, options, dimension);
    for (let from = 0; from < list.length; from += BATCH) {
      const rows = list.slice(from, from + BATCH).map((id, i) => ({
        i: stored(id),
        v: vectorText(units.subarray((from + i) * dimension, (from + i + 1) * dimension)),
      }));
      await this.rows(
        `INSERT INTO "${this.table}" (id, face_group, embedding)
          SELECT row->>'i', $2, (row->>'v')::vector FROM json_array_elements($1::json) WITH ORDINALITY AS list(row, place) ORDER BY place`,
        [JSON.stringify(rows), stored(group)],
      );
    }
  }

  async remove(id: string): Promise<number> {
    const [{count}] = await this.rows<{count: number | string}>(
      `WITH gone AS (DELETE FROM "${this.table}" WHERE id = $1 RETURNING 1) SELECT count(*) AS count FROM gone`,
      [stored(id)],
    );
    return Number(count);
  }

  async search(probes: Embeddings, options: SearchOptions = {}): Promise<Candidate[][]> {
    const search = checkSearch('search', probes, options, this.dimension);
    const found: Candidate[][] = [];
    for (let probe = 0; probe < search.rows; probe++) {
      const unit = unitOf(probes, probe);
      // Nothing is near to no direction at all, as to an image that is all black.
      found.push(unit === undefined ? [] : await this.nearest(unit, search));
    }
    return found;
  }

  /** Looks at more templates until they are of enough people, or there are no more. */
  private async nearest(unit: Float32Array, {top, threshold, groups}: CheckedSearch): Promise<Candidate[]> {
    const params = [vectorText(unit), groups === undefined ? null : JSON.stringify(groups.map(stored))];
    for (let limit = Math.max(2 * top, 16); ; limit *= 4) {
      const rows = await this.rows<{id: string; cosine: number; looked: number | string}>(
        `WITH settings AS MATERIALIZED (SELECT set_config('hnsw.ef_search', $5, false), set_config('hnsw.iterative_scan', 'strict_order', false)),
          near AS MATERIALIZED (
            SELECT id, template, 1 - (embedding <=> $1::vector) AS cosine FROM "${this.table}"
            WHERE (SELECT count(*) FROM settings) = 1
              AND ($2::json IS NULL OR face_group IN (SELECT json_array_elements_text($2::json)))
            ORDER BY embedding <=> $1::vector LIMIT $3),
          best AS (SELECT DISTINCT ON (id) id, template, cosine FROM near ORDER BY id, cosine DESC, template)
        SELECT id, cosine, (SELECT count(*) FROM near) AS looked FROM best ORDER BY cosine DESC, template LIMIT $4`,
        [...params, limit, top, String(Math.min(1000, Math.max(this.breadth, limit)))],
      );
      const isLast = rows.length === 0 || Number(rows[0].looked) < limit;
      if (!isLast && rows.length < top && rows[rows.length - 1].cosine >= threshold) continue;
      return rows
        .map(({id, cosine}) => ({id: JSON.parse(id) as string, cosine: Math.max(-1, Math.min(1, cosine))}))
        .filter(({cosine}) => cosine >= threshold);
    }
  }

  async size(): Promise<IndexSize> {
    const [{people, templates}] = await this.rows<{people: number | string; templates: number | string}>(
      `SELECT count(DISTINCT id) AS people, count(*) AS templates FROM "${this.table}"`,
    );
    return {people: Number(people), templates: Number(templates)};
  }

  async save(): Promise<void> {
    await this.checkTable();
  }

  async load(): Promise<boolean> {
    await this.checkTable();
    return true;
  }
}

/** A string as the server takes any: its texts have no NUL and no half of a surrogate pair, which JSON escapes. */
const stored = (text: string) => JSON.stringify(text);

/** `[0.6,0.8]`, as pgvector reads it. */
const vectorText = (unit: Float32Array) => `[${unit.join(',')}]`;

/** A probe of length 1; undefined for one of length 0. */
function unitOf(probes: Embeddings, row: number): Float32Array | undefined {
  const {values, dimension} = probes;
  const {shift, length} = unitDivisors(probes, row);
  if (length === 0) return undefined;
  const scale = 1 / length;
  return Float32Array.from({length: dimension}, (_, d) => values[row * dimension + d] * shift * scale);
}
