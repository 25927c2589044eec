import * as tf from '@tensorflow/tfjs-core';
import {dbscan, kMeans} from 'face-margins/cluster';
import {expect, it} from 'vitest';
import {describeOnBackends} from '../support/backends';
import {golden} from './golden';

describeOnBackends('dbscan', () => {
  it.each(golden.dbscan)(
    'at $threshold with $minimum near gives the labels of scikit-learn',
    async ({threshold, minimum, labels}) => {
      const before = tf.memory().numTensors;
      const found = await dbscan(golden, {threshold, minimum});
      expect([...found.labels]).toEqual(labels);
      expect(found.count).toBe(Math.max(...labels) + 1);
      expect(tf.memory().numTensors).toBe(before);
    },
  );

  it('gives a face between two clusters to the first of them', async () => {
    const faces = (degrees: number[]) => ({
      values: degrees.flatMap(angle => [
        Math.cos((angle * Math.PI) / 180),
        Math.sin((angle * Math.PI) / 180),
      ]),
      dimension: 2,
    });
    const options = {threshold: Math.cos((12.5 * Math.PI) / 180), minimum: 4};
    expect([...(await dbscan(faces([40, 36, 32, 20, 8, 4, 0]), options)).labels]).toEqual([
      0, 0, 0, 0, 1, 1, 1,
    ]);
    expect([...(await dbscan(faces([20, 8, 4, 0, 32, 36, 40]), options)).labels]).toEqual([
      0, 0, 0, 0, 1, 1, 1,
    ]);
  });

  it('sets one face aside, and a face of length 0', async () => {
    expect([...(await dbscan({values: [1, 2], dimension: 2}, {threshold: 0.5})).labels]).toEqual([-1]);
    const {labels} = await dbscan({values: [1, 0, 0, 0, 1, 0], dimension: 2}, {threshold: 0.5, minimum: 2});
    expect([...labels]).toEqual([0, -1, 0]);
  });

  it('refuses what it cannot compare', async () => {
    await expect(dbscan({values: [], dimension: 2}, {threshold: 0.5})).rejects.toThrow(
      'dbscan: embeddings must hold at least one row',
    );
    await expect(dbscan(golden, {threshold: 2})).rejects.toThrow(
      'dbscan: threshold must be a number from -1 to 1, but is 2.',
    );
    await expect(dbscan(golden, {threshold: 0.5, minimum: 0})).rejects.toThrow('dbscan: minimum must be');
    await expect(dbscan({values: [Infinity], dimension: 1}, {threshold: 0.5})).rejects.toThrow('finite');
  });
});

describeOnBackends('kMeans', () => {
  const rowsOf = (places: number[]) => ({
    values: places.flatMap(i =>
      Array.from(golden.values).slice(i * golden.dimension, (i + 1) * golden.dimension),
    ),
    dimension: golden.dimension,
  });

  it.each(golden.kMeans)('from images $first is the formula in NumPy', async ({first, labels, centers}) => {
    const before = tf.memory().numTensors;
    const found = await kMeans(golden, {clusters: first.length, centers: rowsOf(first)});
    expect([...found.labels]).toEqual(labels);
    centers.flat().forEach((value, at) => {
      expect(Math.abs(found.centers[at] - value)).toBeLessThan(1e-6);
    });
    expect(found.meanCosine).toBeGreaterThan(0.5);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('draws first centers by the seed, far from each other', async () => {
    const [one, again] = [
      await kMeans(golden, {clusters: 6, seed: 3}),
      await kMeans(golden, {clusters: 6, seed: 3}),
    ];
    expect(one).toEqual(again);
    const values = Array.from({length: 60}, (_, i) =>
      [0, 1, 2].map(d => (i % 3 === d ? 1 : 0.001 * i)),
    ).flat();
    for (let seed = 1; seed < 30; seed++) {
      const {labels, meanCosine} = await kMeans({values, dimension: 3}, {clusters: 3, seed});
      expect(labels.every((label, i) => label === labels[i % 3])).toBe(true);
      expect(meanCosine).toBeGreaterThan(0.99);
    }
  });

  it('makes as many clusters as there are faces, and gives an empty one another face', async () => {
    const three = {values: [1, 0, 0, 1, -1, 0], dimension: 2};
    expect(new Set((await kMeans(three, {clusters: 3})).labels).size).toBe(3);
    const {labels} = await kMeans(three, {clusters: 2, centers: {values: [1, 1, 1, 1], dimension: 2}});
    expect(new Set(labels).size).toBe(2);
    const equal = await kMeans({values: Array(9).fill(1), dimension: 1}, {clusters: 4, rounds: 5});
    expect(equal.labels).toHaveLength(9);
  });

  it('refuses more clusters than faces, and other centers', async () => {
    await expect(kMeans(golden, {clusters: 45})).rejects.toThrow(
      'kMeans: clusters must be 44 or fewer for 44 embeddings, but is 45.',
    );
    await expect(kMeans(golden, {clusters: 2, centers: rowsOf([0])})).rejects.toThrow(
      'kMeans: centers must be 2 rows of dimension 7, but are 1 of 7.',
    );
    await expect(kMeans({values: [], dimension: 1}, {clusters: 1})).rejects.toThrow(
      'clusters must be 0 or fewer',
    );
  });
});
