import {
  type ChineseWhispersOptions,
  chineseWhispers,
  clusterScores,
  connectedComponents,
  densityPeaks,
  infomap,
  type Neighbours,
  nearestNeighbours,
} from 'face-margins/cluster';
import {beforeAll, describe, expect, it} from 'vitest';
import {useBackend} from '../../src/backend/useBackend';
import {seededRandom} from '../../src/base/random';
import {golden} from './golden';

beforeAll(() => useBackend('cpu'));

const near = (): Promise<Neighbours> => nearestNeighbours(golden, golden.k);

describe('connectedComponents', () => {
  it.each(golden.components)('at $threshold are those of SciPy', async ({threshold, labels}) => {
    expect([...(await connectedComponents(await near(), {threshold})).labels]).toEqual(labels);
  });

  it.each(golden.sized)(
    'of at most $largest are split by steps of $step',
    async ({threshold, largest, step, labels}) => {
      const found = await connectedComponents(await near(), {threshold, largest, step});
      expect([...found.labels]).toEqual(labels);
      expect(found.count).toBe(new Set(labels).size);
    },
  );

  it('keep what no threshold splits, each component by itself', async () => {
    // Two people with seven equal pictures each.
    const values = Array.from({length: 14}, (_, i) => (i % 2 === 0 ? [1, 0] : [0, 1])).flat();
    const twins = await nearestNeighbours({values, dimension: 2}, 6);
    const {labels, count} = await connectedComponents(twins, {threshold: 0, largest: 3});
    expect(count).toBe(2);
    expect([...labels]).toEqual(Array.from({length: 14}, (_, i) => i % 2));
  });

  it('count a pair that one of both names', async () => {
    const oneWay = {indices: Int32Array.of(1, 2, 1), cosines: Float32Array.of(0.7, 0.9, 0.9), k: 1};
    expect((await connectedComponents(oneWay, {threshold: 0.6})).count).toBe(1);
    expect((await connectedComponents(oneWay, {threshold: 0.8})).count).toBe(2);
  });
});

describe('densityPeaks', () => {
  it.each(golden.densityPeaks)(
    'at $threshold, following from $separation on, are those of the formula',
    async ({threshold, separation, labels}) => {
      expect([...(await densityPeaks(await near(), {threshold, separation})).labels]).toEqual(labels);
    },
  );

  it('makes one cluster of equal faces', async () => {
    const equal = await nearestNeighbours({values: Array(20).fill(1), dimension: 1}, 19);
    expect((await densityPeaks(equal, {threshold: 0.9})).count).toBe(1);
  });
});

/** The sums of cosines of an image's links to each cluster, from the rows of neighbors themselves. */
function linkSums({indices, cosines, k}: Neighbours, threshold: number, labels: Int32Array, i: number) {
  const linked = new Map<number, number>();
  indices.forEach((j, at) => {
    const row = Math.floor(at / k);
    if (cosines[at] < threshold) return;
    if (row === i) linked.set(j, cosines[at]);
    else if (j === i) linked.set(row, cosines[at]);
  });
  const sums = new Map<number, number>();
  for (const [j, cosine] of linked) sums.set(labels[j], (sums.get(labels[j]) ?? 0) + cosine);
  return sums;
}

describe('chineseWhispers', () => {
  const whisper = async (options: Partial<ChineseWhispersOptions>) =>
    chineseWhispers(await near(), {threshold: 0.5, ...options});

  it('ends where no image has heavier links to another cluster', async () => {
    const neighbours = await near();
    for (const threshold of [0.3, 0.5, 0.7]) {
      const {labels, count} = await whisper({threshold, rounds: 200});
      expect(new Set(labels).size).toBe(count);
      labels.forEach((label, i) => {
        const sums = linkSums(neighbours, threshold, labels, i);
        const own = sums.get(label) ?? 0;
        for (const sum of sums.values()) expect(sum).toBeLessThanOrEqual(own + 1e-6);
      });
    }
  });

  it('finds people who are far apart, and numbers them in the order of their images', async () => {
    const people = [0, 1, 0, 2, 1, 2, 0, 1, 2];
    const values = people.flatMap((person, i) => [0, 1, 2].map(d => (d === person ? 1 : 0.01 * i)));
    const neighbours = await nearestNeighbours({values, dimension: 3}, 4);
    expect([...(await chineseWhispers(neighbours, {threshold: 0.5})).labels]).toEqual(people);
  });

  it('is the same for a seed, and leaves an image without a link by itself', async () => {
    expect(await whisper({seed: 5})).toEqual(await whisper({seed: 5}));
    expect((await whisper({threshold: 1})).count).toBe(golden.values.length / golden.dimension);
  });

  it('crosses a bridge only in the direction of more weight', async () => {
    // 0, 1 and 2 know each other well; 3 knows 2 a little and 4 well.
    const cosines = {'0,1': 0.9, '0,2': 0.9, '1,2': 0.9, '2,3': 0.6, '3,4': 0.8};
    const neighbours = linked(5, new Map(Object.entries(cosines)));
    for (let seed = 1; seed < 20; seed++) {
      const {labels} = await chineseWhispers(neighbours, {threshold: 0.5, seed});
      expect([labels[0] === labels[1], labels[1] === labels[2], labels[3] === labels[4]]).toEqual([
        true,
        true,
        true,
      ]);
    }
  });
});

/** The neighbors of a graph that is given by its links' cosines; nodes without a link to each other have 0. */
function linked(count: number, cosines: ReadonlyMap<string, number>): Neighbours {
  const rows = Array.from({length: count}, (_, i) =>
    Array.from({length: count}, (_, j) => j)
      .filter(j => j !== i)
      .map(j => ({j, cosine: cosines.get([Math.min(i, j), Math.max(i, j)].join()) ?? 0}))
      .sort((a, b) => b.cosine - a.cosine),
  ).flat();
  return {
    indices: Int32Array.from(rows, ({j}) => j),
    cosines: Float32Array.from(rows, ({cosine}) => cosine),
    k: count - 1,
  };
}

/** The map equation as it is printed: L = q H(Q) + Σ p_m H(P_m). */
function mapEquation(links: ReadonlyMap<string, number>, labels: ArrayLike<number>): number {
  const total = 2 * [...links.values()].reduce((sum, cosine) => sum + cosine, 0);
  const count = labels.length;
  const visits = new Array<number>(count).fill(0);
  const exits = new Map<number, number>();
  for (const [ends, cosine] of links) {
    const [i, j] = ends.split(',').map(Number);
    for (const [from, to] of [
      [i, j],
      [j, i],
    ]) {
      visits[from] += cosine / total;
      if (labels[from] === labels[to]) continue;
      exits.set(labels[from], (exits.get(labels[from]) ?? 0) + cosine / total);
    }
  }
  const entropy = (parts: number[]) => {
    const sum = parts.reduce((a, b) => a + b, 0);
    return -parts
      .filter(part => part > 0)
      .reduce((bits, part) => bits + (part / sum) * Math.log2(part / sum), 0);
  };
  const q = [...exits.values()].reduce((a, b) => a + b, 0);
  let length = q > 0 ? q * entropy([...exits.values()]) : 0;
  for (const module of new Set(Array.from(labels))) {
    const parts = [exits.get(module) ?? 0, ...visits.filter((_, i) => labels[i] === module)];
    const sum = parts.reduce((a, b) => a + b, 0);
    if (sum > 0) length += sum * entropy(parts);
  }
  return length;
}

/** Every partition of so many nodes, as labels. */
function* partitions(count: number, labels: number[] = []): Generator<number[]> {
  if (labels.length === count) return yield labels;
  const next = labels.reduce((most, label) => Math.max(most, label + 1), 0);
  for (let label = 0; label <= next; label++) yield* partitions(count, [...labels, label]);
}

describe('infomap', () => {
  /** People of the given sizes, alike within, with as many links between them as asked for. */
  const people = (sizes: readonly number[], between: number, seed: number) => {
    const random = seededRandom(seed);
    const person = sizes.flatMap((size, p) => Array.from({length: size}, () => p));
    const links = new Map<string, number>();
    person.forEach((p, i) => {
      for (let j = i + 1; j < person.length; j++) {
        if (person[j] === p) links.set(`${i},${j}`, Math.fround(0.6 + 0.3 * random()));
      }
    });
    while (between > 0) {
      const [i, j] = [random(), random()].map(r => Math.floor(r * person.length)).sort((a, b) => a - b);
      if (person[i] === person[j] || links.has(`${i},${j}`)) continue;
      links.set(`${i},${j}`, Math.fround(0.5 + 0.1 * random()));
      between--;
    }
    return {person, links};
  };

  it.each([
    [[3, 3], 1],
    [[4, 3, 1], 2],
    [[4, 4], 3],
    [[2, 3, 3], 3],
    [[5, 3], 4],
  ])(
    'finds the partition of people of %j with %d links between that is shortest of all',
    async (sizes, between) => {
      for (let seed = 1; seed <= 5; seed++) {
        const {links, person} = people(sizes, between, seed);
        const {labels, count, codeLength} = await infomap(linked(person.length, links), {threshold: 0.5});
        expect(new Set(labels).size).toBe(count);
        expect(codeLength).toBeCloseTo(mapEquation(links, labels), 6);
        let least = Number.POSITIVE_INFINITY;
        for (const partition of partitions(person.length))
          least = Math.min(least, mapEquation(links, partition));
        expect(codeLength).toBeCloseTo(least, 6);
      }
    },
  );

  it('says the length of the map equation of larger graphs, and finds their people', async () => {
    const {links, person} = people([30, 12, 7, 5, 4, 4, 3, 2, 1], 40, 1);
    const {labels, codeLength} = await infomap(linked(person.length, links), {threshold: 0.5});
    expect(codeLength).toBeCloseTo(mapEquation(links, labels), 6);
    expect(clusterScores(labels, person).bCubed.f).toBeGreaterThan(0.9);
    expect(codeLength).toBeLessThanOrEqual(mapEquation(links, person) + 1e-6);
  });

  it('joins what single moves leave in parts', async () => {
    const ring = new Map<string, number>();
    for (let i = 0; i < 60; i++) {
      for (const step of [1, 2, 3]) {
        const [a, b] = [i, (i + step) % 60].sort((x, y) => x - y);
        ring.set(`${a},${b}`, Math.fround(0.7));
      }
    }
    const {labels, codeLength} = await infomap(linked(60, ring), {threshold: 0.5});
    const best = Math.min(
      ...[3, 4, 5, 6, 10, 12, 15, 20, 30, 60].map(size =>
        mapEquation(
          ring,
          Array.from({length: 60}, (_, i) => Math.floor(i / size)),
        ),
      ),
    );
    expect(codeLength).toBeCloseTo(mapEquation(ring, labels), 6);
    expect(codeLength).toBeLessThan(1.02 * best);
  });

  it('is the same for a seed, and leaves an image without a link by itself', async () => {
    const neighbours = await near();
    expect(await infomap(neighbours, {threshold: 0.3, seed: 5})).toEqual(
      await infomap(neighbours, {threshold: 0.3, seed: 5}),
    );
    const {count, codeLength} = await infomap(neighbours, {threshold: 1});
    expect([count, codeLength]).toEqual([golden.values.length / golden.dimension, 0]);
  });

  it('says what part keeps its cluster, which never falls and ends at 1', async () => {
    const parts: number[] = [];
    await infomap(await near(), {threshold: 0.3, onProgress: part => parts.push(part)});
    expect(parts).toEqual([...parts].sort((a, b) => a - b));
    expect(parts.length).toBeGreaterThan(1);
    expect(parts.at(-1)).toBe(1);
  });
});

describe('methods of neighbors', () => {
  it.each<[string, (neighbours: Neighbours) => unknown]>([
    ['connectedComponents', neighbours => connectedComponents(neighbours, {threshold: 0.5})],
    ['chineseWhispers', neighbours => chineseWhispers(neighbours, {threshold: 0.5})],
    ['infomap', neighbours => infomap(neighbours, {threshold: 0.5})],
    ['densityPeaks', neighbours => densityPeaks(neighbours, {threshold: 0.5})],
  ])('refuse what are none: %s', async (where, call) => {
    const good = {indices: Int32Array.of(1, 0), cosines: Float32Array.of(0.5, 0.5), k: 1};
    const bad: [Partial<Neighbours>, string][] = [
      [{k: 3}, 'neighbours must have k indices a row, as nearestNeighbours gives them, but have 2 for k 3.'],
      [
        {indices: Int32Array.of(1, 2)},
        'neighbours must have indices from 0 to 1, of the same set, but row 1 has 2.',
      ],
      [
        {cosines: Float32Array.of(0.5, Number.NaN)},
        'neighbours must have cosines that are numbers, but row 1 has NaN.',
      ],
      [{cosines: Float32Array.of(0.5)}, 'neighbours must have one cosine for each of 2 indices, but have 1.'],
    ];
    for (const [change, message] of bad) {
      await expect(async () => call({...good, ...change})).rejects.toThrow(`${where}: ${message}`);
    }
  });

  it('refuse a threshold that is no cosine, and sizes that are none', async () => {
    const neighbours = await near();
    await expect(connectedComponents(neighbours, {threshold: 1.2})).rejects.toThrow(
      'threshold must be a number from -1 to 1',
    );
    await expect(connectedComponents(neighbours, {threshold: 0.5, largest: 0})).rejects.toThrow(
      'largest must be',
    );
    await expect(connectedComponents(neighbours, {threshold: 0.5, step: 1})).rejects.toThrow('step must be');
    await expect(chineseWhispers(neighbours, {threshold: 0.5, rounds: 0})).rejects.toThrow('rounds must be');
    await expect(densityPeaks(neighbours, {threshold: Number.NaN})).rejects.toThrow('threshold must be');
  });

  it.each<[string, (neighbours: Neighbours, onProgress: (part: number) => void) => Promise<unknown>]>([
    [
      'connectedComponents',
      (near, onProgress) => connectedComponents(near, {threshold: 0.2, largest: 3, onProgress}),
    ],
    ['chineseWhispers', (near, onProgress) => chineseWhispers(near, {threshold: 0.5, onProgress})],
    ['densityPeaks', (near, onProgress) => densityPeaks(near, {threshold: 0.5, onProgress})],
  ])('tell how far they are, up to all of it: %s', async (_, call) => {
    const parts: number[] = [];
    await call(await near(), part => parts.push(part));
    expect(parts).toEqual([...parts].sort((a, b) => a - b));
    expect(parts.at(-1)).toBe(1);
  });
});
