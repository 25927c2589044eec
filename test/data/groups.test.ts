import {beforeAll, describe, expect, it} from 'vitest';
import {useBackend} from '../../src/backend/useBackend';
import type {BatchSource} from '../../src/data/batches/batchSource';
import {FaceImages} from '../../src/data/faceImages';
import {imageFolder} from '../../src/data/sources/imageFolder';
import {numbered, plain, writeFiles} from '../support/pictures';
import {temporaryFolder} from '../support/temporaryFolder';

beforeAll(async () => {
  await useBackend('cpu');
});

/** Twelve people of `large` and four of `small`, with three images each. */
const people = Array.from({length: 16}, (_, i) => `${i % 4 === 3 ? 'small' : 'large'} ${i}`);
const faces = () =>
  FaceImages.of(
    'test',
    numbered(48),
    Array.from({length: 48}, (_, i) => Math.floor(i / 3)),
    people,
  ).withGroups(name => name.split(' ')[0]);

/** The labels of the batches of a pass. */
async function labelsOf(source: BatchSource, pass = 0, from = 0): Promise<number[][]> {
  const found: number[][] = [];
  for await (const {images, labels} of source.epoch(pass, from)) {
    found.push([...labels.dataSync()]);
    images.dispose();
    labels.dispose();
  }
  return found;
}
const smallOf = (labels: number[]) => labels.filter(label => people[label].startsWith('small')).length;

describe('groups of identities', () => {
  it('stay with parts of a set, which hold out the same part of each group', () => {
    const {train, validation} = faces().split({validation: 0.25, seed: 5});
    const count = ({groups = []}: FaceImages) => groups.filter(group => group === 'small').length;
    expect([count(validation), validation.classes.length]).toEqual([1, 4]);
    expect([count(train), train.classes.length]).toEqual([3, 12]);
    for (const {classes, groups} of [train, validation]) {
      expect(groups).toEqual(classes.map(name => name.split(' ')[0]));
    }
    const merged = faces().subset({
      format: 'face-margins keep-list 1',
      drop: [],
      merge: {[people[1]]: people[0]},
    });
    expect(merged.groups).toEqual(merged.classes.map(name => name.split(' ')[0]));
  });

  it('come equally often with evenGroups, each image of the large one at most once a pass', async () => {
    const source = faces().batches({size: 8, evenGroups: true, seed: 2});
    const batches = await labelsOf(source);
    expect(batches.map(smallOf)).toEqual([4, 4, 4, 4, 4, 4]);
    const counts = new Map<number, number>();
    for (const label of batches.flat()) counts.set(label, (counts.get(label) ?? 0) + 1);
    // 24 places of the small group are two passes over its 12 images, of the large one two thirds of a pass over its 36.
    for (const [label, count] of counts) {
      if (people[label].startsWith('small')) expect(count).toBe(6);
      else expect(count).toBeLessThanOrEqual(3);
    }
    expect(await labelsOf(source)).toEqual(batches);
    expect(await labelsOf(source, 0, 3)).toEqual(batches.slice(3));
    expect(await labelsOf(source, 1)).not.toEqual(batches);
  });

  it('come equally often as P × K too', async () => {
    const source = faces().batches({sample: {identities: 4, images: 2}, evenGroups: true});
    for (const labels of await labelsOf(source)) {
      expect(smallOf(labels)).toBe(4);
      expect(new Set(labels).size).toBe(4);
    }
    expect(() => faces().batches({sample: {identities: 10, images: 2}, evenGroups: true})).toThrow(
      'sample.identities must be at most 8 with evenGroups, 4 for each of 2 groups, but is 10',
    );
  });

  it('make batches of another signature, so that a resumed training cannot change them', () => {
    const order = (options: object) => faces().batches({size: 8, ...options}).signature?.order;
    expect(order({evenGroups: true})).not.toEqual(order({}));
    expect(order({evenGroups: false})).toEqual(order({}));
  });

  it('must be known of every identity for even batches, and of some at all', () => {
    const known = faces().withGroups(name => (name === people[2] ? undefined : 'one'));
    expect(() => known.batches({size: 8, evenGroups: true})).toThrow(
      'evenGroups must be left out where an identity has no group, such as identity 2 of these',
    );
    expect(() => faces().withGroups(() => undefined)).toThrow(
      'groupOf must give the group of some identity, but gives none of 16',
    );
  });
});

describe('imageFolder with groups', () => {
  const folder = temporaryFolder();

  it('takes folders of groups, or a file that names them', async () => {
    const white = await plain('white');
    await writeFiles(folder.path, {
      'sets/north/ann/1.png': white,
      'sets/north/bo/1.png': white,
      'sets/south/ann/1.png': white,
      'flat/ann/1.png': white,
      'flat/bo/1.png': white,
      'groups.csv': 'identity,group\nann,north\n',
    });
    const nested = await imageFolder(`${folder.path}/sets`, {size: 8, groups: 'folders'});
    expect(nested.classes).toEqual(['north/ann', 'north/bo', 'south/ann']);
    expect(nested.groups).toEqual(['north', 'north', 'south']);
    expect(nested.images.names?.[2]).toMatch(/^south.ann.1\.png$/);
    const listed = await imageFolder(`${folder.path}/flat`, {size: 8, groups: `${folder.path}/groups.csv`});
    expect(listed.groups).toEqual(['north', undefined]);
  });
});
