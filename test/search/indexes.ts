import {expect, it} from 'vitest';
import type {Embeddings} from '../../src/base/embeddings';
import type {SearchIndex} from '../../src/search/searchIndex';
import {testRandom} from '../support/random';

/** Rows around the directions of their people, of length 1 to 3. */
export function someFaces(
  seed: number,
  ids: readonly string[],
  dimension: number,
): Embeddings & {values: Float32Array} {
  const random = testRandom(seed);
  const centers = new Map<string, number[]>();
  const values = ids.flatMap(id => {
    const center = centers.get(id) ?? Array.from({length: dimension}, () => random.normal());
    centers.set(id, center);
    const length = random.uniform(1, 3);
    return center.map(value => length * (value + 0.6 * random.normal()));
  });
  return {values: Float32Array.from(values), dimension};
}

export const rowOf = ({values, dimension}: Embeddings, row: number): number[] =>
  Array.from({length: dimension}, (_, d) => values[row * dimension + d]);

export function cosine(a: number[], b: number[]): number {
  return a.reduce((sum, value, d) => sum + value * b[d], 0) / Math.hypot(...a) / Math.hypot(...b);
}

/** The people nearest to a probe, compared with every template one by one. */
export function nearestPeople(
  probe: number[],
  templates: Embeddings,
  ids: readonly string[],
  top: number,
): {id: string; cosine: number}[] {
  const best = new Map<string, number>();
  ids.forEach((id, row) => {
    best.set(id, Math.max(best.get(id) ?? -1, cosine(probe, rowOf(templates, row))));
  });
  return [...best]
    .map(([id, score]) => ({id, cosine: score}))
    .sort((a, b) => b.cosine - a.cosine)
    .slice(0, top);
}

/** Ids that break what quotes, splits or terminates text. */
export const hostileIds = [
  '',
  ' ',
  "Robert'); DROP TABLE faces;--",
  '"; DELETE FROM faces; --',
  '$1',
  '{"a": 1}',
  '\\',
  '\\u0000',
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\udc00\ud800',
  'Zoë',
  'Zoe\u0308',
  '漢字 🙂',
  '__proto__',
  'constructor',
  'toString',
  '../../etc/passwd',
  'line\nbreak\r\ttab',
  'x'.repeat(5000),
];

/** What every index must do. */
export function describesIndex(
  make: (dimension: number) => Promise<SearchIndex>,
  {digits = 6}: {digits?: number} = {},
): void {
  it('finds the nearest people, each once by the best template', async () => {
    const index = await make(8);
    const ids = Array.from({length: 120}, (_, i) => `person ${i % 40}`);
    const templates = someFaces(1, ids, 8);
    await index.enroll(ids, templates);
    expect(await index.size()).toEqual({people: 40, templates: 120});
    const probes = someFaces(2, ids.slice(0, 15), 8);
    const found = await index.search(probes, {top: 5});
    found.forEach((candidates, i) => {
      const expected = nearestPeople(rowOf(probes, i), templates, ids, 5);
      // Rounded cosines may change places.
      if (digits >= 6) expect(candidates.map(({id}) => id)).toEqual(expected.map(({id}) => id));
      expect(candidates).toHaveLength(5);
      candidates.forEach((candidate, place) => {
        expect(candidate.cosine).toBeCloseTo(expected[place].cosine, digits);
      });
    });
  });

  it('leaves out who is below the threshold, and other groups', async () => {
    const index = await make(2);
    await index.enroll('ann', {values: [1, 0], dimension: 2}, {group: 'staff'});
    await index.enroll('bo', {values: [0.8, 0.6], dimension: 2}, {group: "guests'; --"});
    await index.enroll('ann', {values: [0, 1], dimension: 2});
    const probe = {values: [2, 0.02], dimension: 2};
    const ids = async (options: object) =>
      (await index.search(probe, {top: 9, ...options}))[0].map(({id}) => id);
    expect(await ids({})).toEqual(['ann', 'bo']);
    expect(await ids({threshold: 0.9})).toEqual(['ann']);
    expect(await ids({threshold: 1})).toEqual([]);
    expect(await ids({groups: ["guests'; --"]})).toEqual(['bo']);
    expect(await ids({groups: ['staff', "guests'; --"]})).toEqual(['ann', 'bo']);
    expect(await ids({groups: ['nobody']})).toEqual([]);
    expect(await ids({groups: []})).toEqual([]);
    const [[{cosine: own}]] = await index.search(probe, {groups: ['']});
    expect(own).toBeCloseTo(0.01, 3);
  });

  it('removes a person with all templates, who may come again', async () => {
    const index = await make(2);
    await index.enroll(['ann', 'bo', 'ann'], {values: [1, 0, 0, 1, 0.9, 0.1], dimension: 2});
    expect(await index.remove('ann')).toBe(2);
    expect(await index.remove('ann')).toBe(0);
    expect(await index.remove('nobody')).toBe(0);
    expect(await index.size()).toEqual({people: 1, templates: 1});
    const probe = {values: [1, 0], dimension: 2};
    expect((await index.search(probe, {top: 2}))[0].map(({id}) => id)).toEqual(['bo']);
    await index.enroll('ann', {values: [0, 2], dimension: 2});
    const [found] = await index.search({values: [0, 1], dimension: 2}, {top: 3});
    expect(found.map(({id}) => id)).toEqual(['bo', 'ann']);
  });

  it('finds nobody where nobody is enrolled', async () => {
    const index = await make(3);
    expect(await index.search({values: [1, 2, 3, 4, 5, 6], dimension: 3})).toEqual([[], []]);
    expect(await index.search({values: [], dimension: 3})).toEqual([]);
    await index.enroll([], {values: [], dimension: 3});
    expect(await index.size()).toEqual({people: 0, templates: 0});
  });

  it('keeps ids of any string apart', async () => {
    const index = await make(8);
    const templates = someFaces(3, hostileIds, 8);
    await index.enroll(hostileIds, templates, {group: '\u0000\ud800"\''});
    const found = await index.search(templates, {groups: ['\u0000\ud800"\'']});
    expect(found.map(([{id}]) => id)).toEqual(hostileIds);
    for (const id of hostileIds) expect(await index.remove(id)).toBe(1);
    expect((await index.size()).templates).toBe(0);
  });

  it('searches while others enroll and are removed', async () => {
    const index = await make(8);
    const ids = Array.from({length: 400}, (_, i) => `person ${i}`);
    const faces = someFaces(4, ids, 8);
    const part = (from: number, to: number) => ({
      values: faces.values.slice(8 * from, 8 * to),
      dimension: 8,
    });
    await index.enroll(ids.slice(0, 200), part(0, 200));
    const [found] = await Promise.all([
      index.search(part(0, 100)),
      index.enroll(ids.slice(200), part(200, 400)),
      ...ids.slice(150, 200).map(id => index.remove(id)),
    ]);
    expect(found.map(([{id}]) => id)).toEqual(ids.slice(0, 100));
    expect(await index.size()).toEqual({people: 350, templates: 350});
    expect((await index.search(part(200, 400))).map(([{id}]) => id)).toEqual(ids.slice(200));
  });

  it('names what is wrong with its arguments', async () => {
    const index = await make(2);
    const two = {values: [1, 0, 0, 1], dimension: 2};
    await expect(index.enroll('ann', {values: [1, 2, 3], dimension: 3})).rejects.toThrow(
      'enroll: templates must have the dimension of the index, 2, but has 3.',
    );
    await expect(index.enroll('ann', {values: [0, 0], dimension: 2})).rejects.toThrow(
      'enroll: templates must have a length above 0, but row 0 is all zeros and is like nobody.',
    );
    await expect(index.enroll('ann', {values: [1, Number.NaN], dimension: 2})).rejects.toThrow(
      'enroll: templates must hold finite numbers, but row 0 holds NaN.',
    );
    await expect(index.enroll(['ann'], two)).rejects.toThrow(
      'enroll: ids must be one string, or one for each of 2 templates, but are 1.',
    );
    await expect(index.enroll(['ann', 7 as unknown as string], two)).rejects.toThrow(
      'enroll: ids[1] must be a string, but is 7.',
    );
    await expect(index.enroll('ann', two, {group: 3 as unknown as string})).rejects.toThrow(
      'enroll: group must be a string, but is 3.',
    );
    await expect(index.enroll('ann', two, {grup: 'x'} as object)).rejects.toThrow('Did you mean group?');
    await expect(index.search({values: [1, 2, 3], dimension: 3})).rejects.toThrow(
      'search: probes must have the dimension of the index, 2, but has 3.',
    );
    await expect(index.search(two, {top: 0})).rejects.toThrow(
      'search: top must be a whole number of 1 or more',
    );
    await expect(index.search(two, {threshold: 2})).rejects.toThrow(
      'threshold must be a number from -1 to 1',
    );
    await expect(index.search(two, {groups: 'x' as unknown as string[]})).rejects.toThrow(
      "search: groups must be a list of strings, but is 'x'.",
    );
    await expect(index.search(two, {tops: 1} as object)).rejects.toThrow('Did you mean top?');
    expect(await index.size()).toEqual({people: 0, templates: 0});
  });
}
