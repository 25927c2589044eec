import {readFileSync} from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import {compact, type LinearReduction, withReduction} from 'face-margins';
import {embedImages, fitReduction, joinEmbeddings, pairScores, reduceEmbeddings} from 'face-margins/evaluate';
import {beforeAll, describe, expect, it} from 'vitest';
import {useBackend} from '../../../src/backend/useBackend';
import {saveAndLoad} from '../../support/saveAndLoad';

interface Golden {
  directions: number[][];
  explained: number[];
  reduced: number[][];
}

/** From NumPy's singular values and scikit-learn's PCA; see make_reduction.py beside the file. */
const golden = JSON.parse(
  readFileSync(new URL('../../fixtures/evaluate/reduction.json', import.meta.url), 'utf8'),
) as Record<'unit' | 'raw' | 'unitCentered' | 'rawCentered', Golden> & {embeddings: number[][]};
const embeddings = {values: golden.embeddings.flat(), dimension: 7};

function expectAll(found: ArrayLike<number>, expected: number[], digits: number) {
  expect(found).toHaveLength(expected.length);
  expected.forEach((value, i) => {
    expect(found[i]).toBeCloseTo(value, digits);
  });
}

const allPairs = (count: number) =>
  Array.from({length: count}, (_, a) => Array.from({length: a}, (_, b) => ({a, b}))).flat();

describe('fitReduction', () => {
  it.each([
    ['unit', true, false],
    ['raw', false, false],
    ['unitCentered', true, true],
    ['rawCentered', false, true],
  ] as const)('finds the directions of NumPy and scikit-learn: %s', (name, normalize, center) => {
    const reduction = fitReduction(embeddings, {dimension: 3, normalize, center});
    const {directions, explained, reduced} = golden[name];
    expectAll(reduction.directions, directions.flat(), 9);
    expectAll(reduction.explained, explained, 12);
    const kept = JSON.parse(JSON.stringify(reduction)) as LinearReduction;
    const found = reduceEmbeddings(kept, embeddings);
    expect(found.dimension).toBe(3);
    expectAll(found.values, reduced.flat(), 5);
  });

  it('keeps every cosine at full length', () => {
    const reduction = fitReduction(embeddings, {dimension: 7});
    const pairs = allPairs(30);
    expectAll(
      pairScores(reduceEmbeddings(reduction, embeddings), pairs),
      [...pairScores(embeddings, pairs)],
      6,
    );
    expect(reduction.explained.reduce((sum, part) => sum + part, 0)).toBeCloseTo(1, 12);
  });

  it('takes embeddings that leave directions over', () => {
    const reduction = fitReduction({values: [1, 0, 0, 2, 0, 0], dimension: 3}, {dimension: 3});
    expect(reduction.explained).toEqual([1, 0, 0]);
    const none = fitReduction({values: [0, 0], dimension: 2}, {dimension: 1, center: true});
    expect(none.explained).toEqual([0]);
  });

  it('names what is wrong with its arguments', () => {
    expect(() => fitReduction(embeddings, {dimension: 8})).toThrow(
      'fitReduction: dimension must be at most 7, that of the embeddings, of which there must be some, but is 8 of 30',
    );
    const reduction = fitReduction(embeddings, {dimension: 2});
    expect(() => reduceEmbeddings(reduction, {values: [1, 2], dimension: 2})).toThrow(
      'reduceEmbeddings: embeddings must be of dimension 7, as the reduction was fitted, but are of 2',
    );
    expect(() => reduceEmbeddings({...reduction, directions: [1]}, embeddings)).toThrow(
      'reduction must have 2 directions of 7 numbers, but has 1 numbers',
    );
  });
});

describe('joinEmbeddings', () => {
  it('makes the cosine of joined rows the mean of the cosines of the parts', () => {
    const parts = [
      {values: [3, 4, 0, 2, 1, 1], dimension: 2},
      {values: [1e200, 0, 0, 0, 2, 0, 1, 1, 1], dimension: 3},
    ];
    const joined = joinEmbeddings(parts);
    expect(joined.dimension).toBe(5);
    const pairs = allPairs(3);
    const [first, second] = parts.map(part => pairScores(part, pairs));
    expectAll(
      pairScores(joined, pairs),
      [...first].map((score, i) => (score + second[i]) / 2),
      6,
    );
    const raw = joinEmbeddings(parts.slice(0, 1), {normalize: false});
    expect([...raw.values]).toEqual([3, 4, 0, 2, 1, 1]);
    expect(() => joinEmbeddings([])).toThrow('joinEmbeddings: parts must be one or more embeddings');
    expect(() => joinEmbeddings([parts[0], {values: [1, 2], dimension: 1}])).toThrow(
      'joinEmbeddings: parts must have the same number of rows, but have 3, 2',
    );
  });
});

describe('withReduction', () => {
  beforeAll(() => useBackend('cpu'));

  it('gives in one saved model what the network and the reduction give', async () => {
    const network = compact({embeddingSize: 6, inputShape: [8, 8, 1], seed: 1});
    const images = tf.randomNormal([12, 8, 8, 1], 0, 1, 'float32', 1) as tf.Tensor4D;
    const whole = await embedImages(network, [tf.clone(images)]);
    const pairs = allPairs(12);
    for (const options of [{normalize: true}, {normalize: false}, {normalize: false, center: true}]) {
      const reduction = fitReduction(whole, {dimension: 3, ...options});
      const loaded = await saveAndLoad(withReduction(network, reduction));
      const short = await embedImages(loaded, [tf.clone(images)]);
      const expected = reduceEmbeddings(reduction, whole);
      expectAll(pairScores(short, pairs), [...pairScores(expected, pairs)], 5);
      if (!options.normalize) expectAll(short.values, [...expected.values], 5);
    }
  });

  it('refuses what a layer cannot do', () => {
    const network = compact({embeddingSize: 6, inputShape: [8, 8, 1], seed: 1});
    expect(() => withReduction(network, fitReduction(embeddings, {dimension: 2}))).toThrow(
      'withReduction: network must give embeddings [batch, 7], as the reduction was fitted, but gives [, 6]',
    );
    const seven = compact({embeddingSize: 7, inputShape: [8, 8, 1], seed: 1});
    expect(() => withReduction(seven, fitReduction(embeddings, {dimension: 2, center: true}))).toThrow(
      'withReduction: reduction must be fitted with normalize: false or center: false, but has both',
    );
  });
});
