import * as tf from '@tensorflow/tfjs-core';
import {beforeAll, describe, expect, it} from 'vitest';
import {useBackend} from '../../../src/backend/useBackend';
import {checkEmbeddings} from '../../../src/base/embeddings';
import {angle, dot, norm} from '../../../src/base/rowGeometry';
import {aggregateTemplates} from '../../../src/evaluate/embeddings/aggregateTemplates';
import {angularStatistics} from '../../../src/evaluate/embeddings/angularStatistics';
import {embedImages} from '../../../src/evaluate/embeddings/embedImages';
import {projectEmbeddings} from '../../../src/evaluate/embeddings/projectEmbeddings';

beforeAll(() => useBackend('cpu'));

describe('embedImages', () => {
  const model = {predict: (images: tf.Tensor4D) => tf.reshape(images, [images.shape[0], -1])};

  it('embeds 64 images at once, none of them mirrored, where nothing is said', async () => {
    const images = tf.tensor4d(
      Array.from({length: 130 * 2}, (_, i) => i),
      [130, 1, 2, 1],
    );
    const seen: number[] = [];
    const {values, count, dimension} = await embedImages(model, images, {
      onProgress: done => seen.push(done),
    });
    expect(seen).toEqual([64, 128, 130]);
    expect([count, dimension]).toEqual([130, 2]);
    expect([...values]).toEqual(Array.from({length: 260}, (_, i) => i));
    images.dispose();
  });

  it('names the image whose embedding is not finite, of whichever batch', async () => {
    const images = tf.tensor4d([1, 2, 3, 4, 5, 6, 7, Infinity], [4, 1, 2, 1]);
    await expect(embedImages(model, images, {batchSize: 3})).rejects.toThrow(
      'the embedding of image 3 must be finite, but holds Infinity',
    );
    images.dispose();
  });

  it.each<[string, (images: tf.Tensor4D) => unknown]>([
    ['shape [1]', () => tf.zeros([1])],
    ['shape [3,2]', () => tf.zeros([3, 2])],
    ['shape [2,2,1]', () => tf.zeros([2, 2, 1])],
    ['several outputs', () => [tf.zeros([2, 2])]],
  ])('refuses a model that gives %s', async (what, predict) => {
    const images = tf.zeros([2, 1, 2, 1]);
    await expect(embedImages({predict}, images)).rejects.toThrow(
      `the model must give embeddings [2, D] for images [2,1,2,1], but gives ${what}.`,
    );
  });
});

describe('projectEmbeddings', () => {
  it('scales to length 1 where nothing is said', () => {
    const embeddings = {values: [3, 0, 0, 0, 2, 0, -1, 0, 0, 1, 1, 5], dimension: 3};
    const plain = projectEmbeddings(embeddings);
    expect(plain).toEqual(projectEmbeddings(embeddings, {normalize: true}));
    expect(plain).not.toEqual(projectEmbeddings(embeddings, {normalize: false}));
  });

  it('takes two rows of two dimensions, the fewest that span a plane', () => {
    const {points, explained} = projectEmbeddings({values: [2, 0, 0, 3], dimension: 2});
    expect(explained[0]).toBeCloseTo(1, 12);
    expect(Math.abs(points[0] - points[2])).toBeCloseTo(Math.SQRT2, 6);
    expect(() => projectEmbeddings({values: [1, 2, 3], dimension: 1})).toThrow('but are [3, 1]');
  });

  it('leaves an embedding of length zero where it is', () => {
    const {points} = projectEmbeddings({values: [0, 0, 1, 0, -1, 0], dimension: 2});
    expect([...points].filter((_, i) => i % 2 === 0)).toEqual([0, 1, -1]);
  });

  it('makes the largest component of each direction positive', () => {
    // Along (−3, 1) and (1, 3), each of which would do with the other sign.
    const along = [
      [-3, 1],
      [3, -1],
      [0.1, 0.3],
      [-0.1, -0.3],
    ].flat();
    const {points} = projectEmbeddings({values: along, dimension: 2}, {normalize: false});
    const expected = [-Math.sqrt(10), 0, Math.sqrt(10), 0, 0, Math.sqrt(0.1), 0, -Math.sqrt(0.1)];
    for (const [i, value] of expected.entries()) expect(points[i]).toBeCloseTo(value, 5);
  });
});

describe('rows', () => {
  const of = (...values: number[]) => ({values, dimension: 2});

  it('have lengths beyond what squares hold', () => {
    for (const [row, length] of [
      [[3, 4], 5],
      [[3e-200, 4e-200], 5e-200],
      [[3e200, 4e200], 5e200],
      [[0, 0], 0],
    ] as const) {
      const found = norm(of(9, 9, ...row), 1);
      expect(Math.abs(found - length)).toBeLessThanOrEqual(1e-14 * length);
    }
  });

  it('have a product and an angle each, a right one to a row of length zero', () => {
    const [a, b] = [of(1, 2, 3, 4), of(5, 6, 0, 0)];
    expect(dot(a, 1, b, 0)).toBe(39);
    expect(angle(a, 0, Math.sqrt(5), b, 1, 0)).toBe(Math.PI / 2);
    expect(angle(b, 1, 0, a, 0, Math.sqrt(5))).toBe(Math.PI / 2);
    expect(angle(of(2, 0), 0, 2, of(0, 3), 0, 3)).toBeCloseTo(Math.PI / 2, 15);
    expect(angle(of(2, 0), 0, 2, of(-3, 0), 0, 3)).toBeCloseTo(Math.PI, 15);
  });

  it('are counted, and have to be rows', () => {
    expect(checkEmbeddings('x', 'embeddings', of(1, 2, 3, 4))).toBe(2);
    expect(checkEmbeddings('x', 'embeddings', of())).toBe(0);
    for (const dimension of [0, -1, 1.5]) {
      expect(() => checkEmbeddings('x', 'embeddings', {values: [1, 2, 3], dimension})).toThrow(
        'must hold rows of dimension',
      );
    }
    expect(() => checkEmbeddings('x', 'embeddings', of(1, 2, Infinity, 4))).toThrow('row 1 holds Infinity');
  });
});

describe('angularStatistics', () => {
  it('asks for finite rows of one length, and class ids', async () => {
    const refused = (embeddings: number[], labels: number[], classes = 2) =>
      expect(angularStatistics(embeddings, labels, classes)).rejects;
    await refused([], []).toThrow('must hold equal rows for 0 labels');
    await refused([], [0, 1]).toThrow('must hold equal rows for 2 labels, but hold 0 values');
    await refused([1, 2, 3], [0, 1]).toThrow('but hold 3 values');
    for (const label of [-1, 2, 0.5])
      await refused([1, 2, 3, 4], [0, label]).toThrow(
        `labels[1] must be a class id from 0 to 1, but is ${label}`,
      );
    await refused([1, Number.NaN, 3, 4], [0, 1]).toThrow('embeddings[1] must be a finite number, but is NaN');
    await refused([1, 2, 3, 4], [1, 1]).toThrow('labels must name at least 2 classes, but name 1');
    const parts: number[] = [];
    await angularStatistics([1, 0, 0, 1], [0, 1], 2, {onProgress: part => parts.push(part)});
    expect(parts).toEqual([1]);
  });
});

it('aggregateTemplates leaves a template whose images cancel at zero', () => {
  const found = aggregateTemplates({
    embeddings: {values: [1, 0, -1, 0, 0, 2], dimension: 2},
    templates: [9, 9, 3],
    media: [1, 2, 1],
  });
  expect(found.templates).toEqual([3, 9]);
  expect([...found.values]).toEqual([0, 1, 0, 0]);
});
