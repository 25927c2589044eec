import * as tf from '@tensorflow/tfjs-core';
import {averageLinkage, completeLinkage, Dendrogram, singleLinkage} from 'face-margins/cluster';
import {expect, it} from 'vitest';
import {describeOnBackends} from '../support/backends';
import {golden} from './golden';

const methods = {average: averageLinkage, complete: completeLinkage, single: singleLinkage};

describeOnBackends('hierarchical clustering', () => {
  it.each(Object.keys(methods) as (keyof typeof methods)[])(
    'by %s linkage is the tree of SciPy, cut as by SciPy',
    async name => {
      const expected = golden.trees[name];
      const before = tf.memory().numTensors;
      const tree = await methods[name](golden);
      expect(tf.memory().numTensors).toBe(before);
      expect([...tree.merges]).toEqual(expected.merges);
      expected.cosines.forEach((cosine, m) => {
        expect(Math.abs(tree.cosines[m] - cosine)).toBeLessThan(2e-6);
      });
      for (const {cosine, labels} of expected.cuts) expect([...tree.cut(cosine).labels]).toEqual(labels);
      for (const {clusters, labels} of expected.into) {
        expect(tree.cutInto(clusters)).toEqual({labels: Int32Array.from(labels), count: clusters});
      }
    },
  );

  it('does not depend on the lengths of embeddings', async () => {
    const {dimension} = golden;
    const values = Array.from(
      golden.values,
      (value, at) => value * 10 ** (40 * (at % (2 * dimension) < dimension ? 1 : -1)),
    );
    const {merges} = await averageLinkage({values, dimension});
    expect([...merges]).toEqual(golden.trees.average.merges);
  });

  it('puts one face into one cluster, and equal faces at cosine 1', async () => {
    const one = await averageLinkage({values: [3, 4], dimension: 2});
    expect(one.cut(1)).toEqual({labels: Int32Array.of(0), count: 1});
    const equal = await averageLinkage({values: Array(50).fill(0.3), dimension: 1});
    expect([...equal.cosines]).toEqual(Array(49).fill(1));
    expect(equal.cut(0.999).count).toBe(1);
    expect(equal.cutInto(50).count).toBe(50);
  });

  it('takes a face of length 0 for one that is like nobody', async () => {
    const tree = await averageLinkage({values: [1, 0, 0, 0, 1, 0, 0, 0], dimension: 2});
    expect([...tree.cut(0.5).labels]).toEqual([0, 1, 0, 2]);
  });

  it('tells how far it is, up to all of it', async () => {
    const parts: number[] = [];
    await averageLinkage(golden, {onProgress: part => parts.push(part)});
    expect(parts).toEqual([...parts].sort((a, b) => a - b));
    expect(parts.at(-1)).toBe(1);
  });

  it('refuses what it cannot compare, and memory that is not allowed before it takes any', async () => {
    await expect(averageLinkage({values: [1, Number.NaN], dimension: 1})).rejects.toThrow(
      'averageLinkage: embeddings must hold finite numbers, but row 1 holds NaN',
    );
    await expect(averageLinkage({values: [], dimension: 2})).rejects.toThrow(
      'averageLinkage: embeddings must hold at least one row, but hold none.',
    );
    const many = {values: new Float32Array(200_000), dimension: 1};
    await expect(averageLinkage(many)).rejects.toThrow(
      'averageLinkage: megabytes must be 80,000 or more for 200,000 embeddings, but is 2000. infomap takes memory by the neighbor, not by the pair.',
    );
    await expect(averageLinkage(golden, {megabytes: 0.001})).rejects.toThrow('megabytes must be 1 or more');
  });
});

describeOnBackends('a dendrogram', () => {
  it('refuses merges that are none', () => {
    expect(() => new Dendrogram(3, [0, 1], [1])).toThrow(
      'Dendrogram: merges must have 2 numbers and cosines 1 for each of 2 merges of 3 images, but have 2 and 1.',
    );
    expect(() => new Dendrogram(3, [0, 1, 2, 4], [0.5, 0.2])).toThrow(
      'Dendrogram: merges[3] must be a whole number from 0 to 3, but is 4.',
    );
  });

  it('refuses a cut that is none', () => {
    const tree = new Dendrogram(2, [0, 1], [0.5]);
    expect(() => tree.cut(1.5)).toThrow('cut: cosine must be a number from -1 to 1, but is 1.5.');
    expect(() => tree.cut(Number.NaN)).toThrow('cut: cosine must be');
    expect(() => tree.cutInto(3)).toThrow('cutInto: clusters must be a number from 1 to 2, but is 3.');
    expect(() => tree.cutInto(0)).toThrow('cutInto: clusters must be a whole number of 1 or more, but is 0.');
  });

  it('merges at the very cosine of the cut', () => {
    const tree = new Dendrogram(2, [0, 1], [0.5]);
    expect([tree.cut(0.5).count, tree.cut(0.5000001).count]).toEqual([1, 2]);
  });
});
