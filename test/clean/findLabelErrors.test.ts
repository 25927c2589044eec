import * as tf from '@tensorflow/tfjs-core';
import {findLabelErrors, nearDuplicates} from 'face-margins/clean';
import {describe, expect, it} from 'vitest';
import {describeOnBackends} from '../support/backends';
import {planted} from './planted';

const people = 20;
const faces = planted(1, people, 8);
const truth = Int32Array.from({length: 8 * people}, (_, i) => i % people);

describeOnBackends('findLabelErrors', backend => {
  it('finds nothing in a set that is right, and keeps no tensor', async () => {
    const before = tf.memory().numTensors;
    const report = await findLabelErrors(faces, truth);
    expect(tf.memory().numTensors).toBe(before);
    expect(report).toEqual({
      images: 160,
      classes: 20,
      outliers: [],
      splits: [],
      mixed: [],
      duplicates: [],
      lowQuality: [],
    });
  });

  it('finds the images of other people, and whom they show', async () => {
    const labels = truth.slice();
    const wrong = [3, 25, 26, 90, 159];
    for (const i of wrong) labels[i] = (labels[i] + 7) % people;
    const {outliers} = await findLabelErrors(faces, labels);
    expect(outliers.map(({image}) => image).sort((a, b) => a - b)).toEqual(wrong);
    for (const {image, label, suggested, cosine, suggestedCosine = 0} of outliers) {
      expect([label, suggested]).toEqual([labels[image], truth[image]]);
      expect(suggestedCosine).toBeGreaterThan(cosine + 0.3);
    }
    const margins = outliers.map(({cosine, suggestedCosine = 0}) => suggestedCosine - cosine);
    expect(margins).toEqual([...margins].sort((a, b) => b - a));
  });

  it('compares an image with its class without it', async () => {
    // 1 is at cosine 0.4 with 0, whose name it has, and at 0.8 with class 1.
    const values = [1, 0, 0, 0.4, 0.9165, 0, 0, 0.87, 0.49, 0, 0.87, 0.5, 0, 0.86, 0.49];
    const {outliers} = await findLabelErrors({values, dimension: 3}, [0, 0, 1, 1, 1], {
      duplicateThreshold: 1,
    });
    expect(outliers.map(({image, suggested}) => [image, suggested])).toEqual([[1, 1]]);
    expect(outliers[0].cosine).toBeCloseTo(0.4, 3);
    expect(outliers[0].suggestedCosine).toBeCloseTo(0.8, 1);
  });

  it('finds an image of nobody in the set, without a name for it', async () => {
    const values = Float32Array.from(faces.values);
    // Two stray images of person 0 that are like nothing else.
    const [stray] = [planted(99, 1, 1).values];
    for (let d = 0; d < 96; d++) values[20 * 96 + d] = stray[d];
    const {outliers} = await findLabelErrors({values, dimension: 96}, truth);
    expect(outliers.map(({image}) => image)).toEqual([20]);
    expect(outliers[0].suggestedCosine ?? 0).toBeLessThan(0.5);
  });

  it('finds a person under two names, the larger class first', async () => {
    const labels = truth.slice();
    // Three of the eight images of person 4.
    for (const i of [4, 24, 44]) labels[i] = 100;
    const {splits, outliers} = await findLabelErrors(faces, labels);
    expect(splits.map(({into, from}) => [into, from])).toEqual([[4, 100]]);
    expect(splits[0].cosine).toBeGreaterThan(0.8);
    expect(outliers.every(({label}) => [4, 100].includes(label))).toBe(true);
  });

  it('finds a class of two people', async () => {
    const labels = truth.map(label => (label === 9 ? 2 : label));
    const {mixed} = await findLabelErrors(faces, labels);
    expect(mixed).toHaveLength(1);
    const [{label, others}] = mixed;
    expect(label).toBe(2);
    expect([2, 9]).toContain(truth[others[0][0]]);
    expect(new Set(others[0].map(i => truth[i])).size).toBe(1);
    expect(others[0]).toHaveLength(8);
    const few = await findLabelErrors(faces, labels, {leastImages: 9});
    expect(few.mixed).toEqual([]);
  });

  it('finds one picture under two names', async () => {
    const values = Float32Array.from(faces.values);
    values.copyWithin(7 * 96, 0, 96);
    const {duplicates} = await findLabelErrors({values, dimension: 96}, truth, {duplicateThreshold: 0.999});
    expect(duplicates.map(({a, b}) => [a, b])).toEqual([[0, 7]]);
    expect(duplicates[0].cosine).toBeCloseTo(1, 6);
  });

  it('lists the images of the lowest quality', async () => {
    const qualities = Float32Array.from(truth, (_, i) => (i * 37) % 160);
    const {lowQuality} = await findLabelErrors(faces, truth, {qualities, lowestPart: 0.02});
    expect(lowQuality.map(({quality}) => quality)).toEqual([0, 1, 2]);
    expect(qualities[lowQuality[1].image]).toBe(1);
  });

  it('works on classes of one image, on faces of length 0, and on equal ones', async () => {
    const report = await findLabelErrors({values: [1, 0, 0, 0, 0, 1, 1, 1], dimension: 2}, [0, 1, 2, 3]);
    expect(report.outliers).toEqual([]);
    expect(report.splits.map(({into, from}) => [into, from])).toEqual([
      [0, 3],
      [2, 3],
    ]);
    const equal = await findLabelErrors({values: Array(12).fill(1), dimension: 2}, [0, 0, 0, 1, 1, 1]);
    expect(equal.outliers).toEqual([]);
    expect(equal.splits.map(({into, from}) => [into, from])).toEqual([[0, 1]]);
  });

  it.skipIf(backend === 'cpu')('finds further people of a class of thousands', async () => {
    const [large, wrong] = [planted(7, 1, 4100).values, planted(8, 1, 5).values];
    const values = Float32Array.from(
      [large, wrong, planted(9, 1, 4).values].flatMap(part => Array.from(part)),
    );
    const labels = Int32Array.from({length: 4109}, (_, i) => (i < 4105 ? 0 : 1));
    const {mixed} = await findLabelErrors({values, dimension: 96}, labels);
    expect(mixed).toEqual([{label: 0, others: [[4100, 4101, 4102, 4103, 4104]]}]);
  });

  it('tells how far it is, up to all of it', async () => {
    const parts: number[] = [];
    await findLabelErrors(faces, truth, {onProgress: part => parts.push(part)});
    expect(parts).toEqual([...parts].sort((a, b) => a - b));
    expect(parts.at(-1)).toBe(1);
  });

  it('refuses labels that do not match, and one class', async () => {
    await expect(findLabelErrors(faces, truth.slice(1))).rejects.toThrow(
      'findLabelErrors: labels must be one for each of 160 embeddings, but are 159.',
    );
    await expect(findLabelErrors(faces, new Int32Array(160))).rejects.toThrow(
      'findLabelErrors: labels must name at least 2 classes, but name 1.',
    );
    await expect(findLabelErrors({values: [Number.NaN, 1], dimension: 1}, [0, 1])).rejects.toThrow('finite');
    await expect(findLabelErrors(faces, truth, {qualities: [1]})).rejects.toThrow(
      'qualities must be one for each of 160 images, but are 1.',
    );
  });
});

describe('nearDuplicates', () => {
  it('finds who is in both sets, most similar first', async () => {
    const test = {values: Float32Array.from(faces.values).slice(5 * 96, 7 * 96), dimension: 96};
    const found = await nearDuplicates(test, {to: faces, threshold: 0.9999});
    expect(found.map(({a, b}) => [a, b]).sort()).toEqual([
      [0, 5],
      [1, 6],
    ]);
    const alike = await nearDuplicates(test, {to: faces, threshold: 0.8});
    expect(alike).toHaveLength(16);
    expect(alike.every(({a, b}) => truth[b] === truth[5 + a])).toBe(true);
    expect(alike.map(({cosine}) => cosine)).toEqual(alike.map(({cosine}) => cosine).sort((a, b) => b - a));
  });

  it('finds each pair of one set once, without those of one class', async () => {
    const all = await nearDuplicates(faces, {threshold: 0.8, k: 20});
    expect(all).toHaveLength((people * 8 * 7) / 2);
    expect(all.every(({a, b}) => a < b)).toBe(true);
    expect(await nearDuplicates(faces, {threshold: 0.8, labels: truth})).toEqual([]);
    await expect(nearDuplicates(faces, {to: faces, labels: truth})).rejects.toThrow(
      'labels must be left out with another set',
    );
  });
});
