import {PGlite} from '@electric-sql/pglite';
import {vector} from '@electric-sql/pglite-pgvector';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {useBackend} from '../../src/backend/useBackend';
import {exactIndex} from '../../src/search/exactIndex';
import {pgvectorIndex} from '../../src/search/pgvectorIndex';
import {describesIndex, someFaces} from './indexes';

let client: PGlite;
let tables = 0;
const nextTable = () => `faces_${tables++}`;

beforeAll(async () => {
  await useBackend('wasm');
  client = await PGlite.create({extensions: {vector}});
});

afterAll(() => client.close());

describe.each(['none', 'hnsw'] as const)('pgvectorIndex with the index %s', index => {
  describesIndex(dimension => pgvectorIndex({client, dimension, table: nextTable(), index}));
});

describe('pgvectorIndex', () => {
  it.each(['none', 'hnsw'] as const)('finds who exactIndex finds: %s', async index => {
    const ids = Array.from({length: 600}, (_, i) => `person ${i % 200}`);
    const [templates, probes] = [someFaces(1, ids, 32), someFaces(2, ids.slice(0, 60), 32)];
    const indexes = [
      exactIndex({dimension: 32}),
      await pgvectorIndex({client, dimension: 32, table: nextTable(), index}),
    ];
    for (const each of indexes) {
      await each.enroll(
        ids.slice(0, 300),
        {...templates, values: templates.values.slice(0, 9600)},
        {group: 'a'},
      );
      await each.enroll(ids.slice(300), {...templates, values: templates.values.slice(9600)}, {group: 'b'});
    }
    for (const options of [{}, {top: 10}, {top: 5, threshold: 0.4}, {top: 5, groups: ['b']}]) {
      const [exact, found] = await Promise.all(indexes.map(each => each.search(probes, options)));
      expect(found.map(list => list.map(({id}) => id))).toEqual(exact.map(list => list.map(({id}) => id)));
      found.forEach((list, i) => {
        list.forEach((candidate, place) => {
          expect(candidate.cosine).toBeCloseTo(exact[i][place].cosine, 6);
        });
      });
    }
  });

  it('finds enough people where one has most templates', async () => {
    const index = await pgvectorIndex({client, dimension: 2, table: nextTable()});
    const many = Array.from({length: 300}, (_, i) => [1, i / 1e4]).flat();
    await index.enroll('ann', {values: many, dimension: 2});
    await index.enroll(['bo', 'cy'], {values: [0.8, 0.6, 0.6, 0.8], dimension: 2});
    const [found] = await index.search({values: [1, 0], dimension: 2}, {top: 3});
    expect(found.map(({id}) => id)).toEqual(['ann', 'bo', 'cy']);
  });

  it('keeps what is enrolled in its table', async () => {
    const table = nextTable();
    const index = await pgvectorIndex({client, dimension: 2, table});
    await index.enroll('ann', {values: [1, 0], dimension: 2});
    await index.save();
    const again = await pgvectorIndex({client, dimension: 2, table});
    expect(await again.load()).toBe(true);
    expect(await again.size()).toEqual({people: 1, templates: 1});
  });

  it('refuses a table of another program, version or dimension', async () => {
    const table = nextTable();
    await client.query(`CREATE TABLE "${table}" (template int, embedding int)`);
    await expect(pgvectorIndex({client, dimension: 2, table})).rejects.toThrow(
      `The table ${table} is there, but is no index of this library: give another table.`,
    );
    await client.query(`COMMENT ON TABLE "${table}" IS 'face-margins search index 0'`);
    await expect(pgvectorIndex({client, dimension: 2, table})).rejects.toThrow('is of another version');
    const own = nextTable();
    await pgvectorIndex({client, dimension: 2, table: own});
    await expect(pgvectorIndex({client, dimension: 3, table: own})).rejects.toThrow(
      `The table ${own} holds embeddings of dimension 2, but the index has 3.`,
    );
  });

  it('takes no name of a table that is more than a name', async () => {
    const sent: string[] = [];
    const spy = {
      query: async (sql: string) => {
        sent.push(sql);
        return {rows: []};
      },
    };
    for (const table of ['', 'a"b', "x'; DROP TABLE faces; --", 'a b', 'x'.repeat(51), '1a', 'ä']) {
      await expect(pgvectorIndex({client: spy, dimension: 2, table})).rejects.toThrow(
        'table must be letters, digits and underscores',
      );
    }
    expect(sent).toEqual([]);
  });

  it('puts nothing of its users into statements', async () => {
    const sent: string[] = [];
    const spy = {
      query: (sql: string, params?: unknown[]) => {
        sent.push(sql);
        return client.query(sql, params);
      },
    };
    const index = await pgvectorIndex({client: spy, dimension: 2, table: nextTable()});
    await index.enroll('secret id', {values: [0.123, 0.456], dimension: 2}, {group: 'secret group'});
    await index.search({values: [0.123, 0.456], dimension: 2}, {groups: ['secret group'], top: 77_777});
    await index.remove('secret id');
    for (const sql of sent) expect(sql).not.toMatch(/secret|123|77/);
  });

  it('names what is wrong with its options', async () => {
    await expect(pgvectorIndex({client, dimension: 2001})).rejects.toThrow('a number from 1 to 2000');
    await expect(pgvectorIndex({client, dimension: 2, index: 'ivf' as 'hnsw'})).rejects.toThrow(
      'index must be one of hnsw, none, but is ivf.',
    );
    await expect(pgvectorIndex({client, dimension: 2, breadth: 0})).rejects.toThrow('breadth must be');
  });
});
