import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {
  type CleaningReport,
  findLabelErrors,
  imageQualities,
  type KeepList,
  keepListOf,
} from 'face-margins/clean';
import {arrayImages, type FaceImages, imageKey} from 'face-margins/data';
import {imageFolder} from 'face-margins/node';
import sharp from 'sharp';
import {beforeAll, describe, expect, it} from 'vitest';
import {useBackend} from '../../src/backend/useBackend';
import {checkKeepList} from '../../src/data/keepList';
import {temporaryFolder} from '../support/temporaryFolder';
import {planted} from './planted';

beforeAll(() => useBackend('cpu'));

const format = 'face-margins keep-list 1';
const faces = arrayImages({
  images: Uint8Array.from({length: 6 * 12}, (_, at) => Math.floor(at / 12)),
  shape: [6, 2, 2, 3],
  labels: [0, 0, 1, 1, 2, 2],
  classes: ['Ann', 'Bob', 'Cy'],
});
const named = (set: FaceImages) =>
  Array.from(set.labels, (label, i) => `${set.images.names[i]} ${set.classes[label]}`);

describe('FaceImages.subset', () => {
  it('leaves out, moves and merges as a list says', async () => {
    const kept = faces.subset({
      format,
      drop: ['image 0'],
      move: {'image 2': 'Cy', 'image 5': 'Zoe'},
      merge: {Ann: 'Bob'},
    });
    expect(kept.classes).toEqual(['Bob', 'Cy', 'Zoe']);
    expect(named(kept)).toEqual(['image 1 Bob', 'image 2 Cy', 'image 3 Bob', 'image 4 Cy', 'image 5 Zoe']);
    expect([...(await kept.images.pixels(1))]).toEqual(Array(12).fill(2));
    expect(kept.subset({format, merge: {Zoe: 'Cy'}}).classes).toEqual(['Bob', 'Cy']);
  });

  it('follows merges of merges', () => {
    expect(faces.subset({format, move: {'image 0': 'Dee'}, merge: {Bob: 'Ann', Ann: 'Cy'}}).classes).toEqual([
      'Cy',
      'Dee',
    ]);
  });

  it('refuses a list for another set, or one that leaves too little', () => {
    expect(() => faces.subset({format, drop: ['image 6'], merge: {Ann: 'Eve'}})).toThrow(
      'subset: keep must name images and identities of this set, but names image 6, Eve.',
    );
    expect(() => faces.subset({format, merge: {Ann: 'Bob', Cy: 'Bob'}})).toThrow(
      'subset: at least two identities must be left, but there are 1.',
    );
  });

  it.each<[unknown, string]>([
    [undefined, 'but is undefined'],
    [{format: 'x'}, 'but is of format x'],
    [{format, drop: 'image 0'}, "keep.drop must be a list of names of images, but is 'image 0'"],
    [{format, move: {a: 1}}, 'keep.move must be names by names'],
    [{format, merge: ['a']}, 'keep.merge must be names by names'],
    [{format, merge: {a: 'b', b: 'c', c: 'a'}}, 'from a back to itself'],
    [{format, merge: {a: 'b', b: 'c', c: 'b'}}, 'back to itself'],
  ])('refuses %j', (list, message) => {
    expect(() => checkKeepList('subset', list)).toThrow(message);
  });
});

describe('a keep-list in a file', () => {
  const folder = temporaryFolder();

  it('is applied to a folder that is opened', async () => {
    await makeFaces(folder.path);
    const list: KeepList = {format, drop: ['Ann/1.png'], merge: {Cy: 'Bob'}};
    const path = join(folder.path, 'keep.json');
    writeFileSync(path, JSON.stringify(list));
    const opened = await imageFolder(join(folder.path, 'faces'), {size: 4, keep: path});
    expect(named(opened).map(name => name.replaceAll('\\', '/'))).toEqual([
      'Ann/2.png Ann',
      'Bob/1.png Bob',
      'Bob/2.png Bob',
      'Cy/1.png Bob',
      'Cy/2.png Bob',
    ]);
    expect((await imageFolder(join(folder.path, 'faces'), {size: 4, keep: list})).length).toBe(5);
    writeFileSync(path, 'no');
    await expect(imageFolder(join(folder.path, 'faces'), {keep: path})).rejects.toThrow(
      'must be a keep-list as npm run clean saves it, but is no JSON.',
    );
  });

  it('names an image of a file of records by its byte, wherever the file lies', () => {
    expect(imageKey('/data/faces_emore/train.rec, byte 1234')).toBe('byte 1234');
    expect(imageKey('Ann\\sub\\1.png')).toBe('Ann/sub/1.png');
  });
});

async function makeFaces(folder: string): Promise<void> {
  for (const person of ['Ann', 'Bob', 'Cy']) {
    mkdirSync(join(folder, 'faces', person), {recursive: true});
    for (const name of ['1.png', '2.png']) {
      const create = {width: 4, height: 4, channels: 3 as const, background: '#888'};
      await sharp({create})
        .png()
        .toFile(join(folder, 'faces', person, name));
    }
  }
}

describe('keepListOf', () => {
  const people = 6;
  const embeddings = planted(5, people, 8);
  const truth = Array.from({length: 48}, (_, i) => i % people);
  const setOf = (labels: ArrayLike<number>) =>
    arrayImages({images: new Uint8Array(48 * 3), shape: [48, 1, 1, 3], labels});

  it('repairs a set with swapped, split and mixed people', async () => {
    const labels = truth.map((label, i) =>
      i === 0 || i === 13 ? (label + 3) % people : i % 12 === 4 ? 6 : label,
    );
    const dirty = setOf(labels);
    const report = await findLabelErrors(embeddings, labels);
    const clean = dirty.subset(keepListOf(report, dirty, {outliers: 'move'}));
    const found = new Map(clean.images.names.map((name, i) => [name, clean.labels[i]]));
    expect(found.size).toBe(48);
    for (const [i, person] of truth.entries()) {
      expect(found.get(`image ${i}`) === found.get(`image ${person + 6}`)).toBe(true);
    }
  });

  it('separates or drops the further people of a class', async () => {
    const labels = truth.map(label => (label === 5 ? 1 : label));
    const dirty = setOf(labels);
    const report = await findLabelErrors(embeddings, labels);
    const separate = dirty.subset(keepListOf(report, dirty, {mixed: 'separate'}));
    expect(separate.classes).toEqual(['0', '1', '2', '3', '4', '1 (2)']);
    expect(separate.length).toBe(48);
    expect(dirty.subset(keepListOf(report, dirty)).length).toBe(40);
    expect(dirty.subset(keepListOf(report, dirty, {mixed: 'keep', outliers: 'keep'})).length).toBe(48);
  });

  it('merges chains of names into one, and never in a circle', () => {
    const report: CleaningReport = {
      images: 6,
      classes: 3,
      outliers: [],
      mixed: [],
      duplicates: [],
      lowQuality: [{image: 5, quality: 0}],
      splits: [
        {into: 0, from: 1, cosine: 0.9},
        {into: 1, from: 2, cosine: 0.8},
        {into: 2, from: 0, cosine: 0.7},
      ],
    };
    const {merge, drop} = keepListOf(report, faces, {lowQuality: 'drop'});
    expect(merge).toEqual({Bob: 'Ann', Cy: 'Ann'});
    expect(drop).toEqual(['image 5']);
    expect(() => keepListOf({...report, images: 7}, faces)).toThrow(
      'keepListOf: report must be of the 6 images given, but is of 7.',
    );
  });
});

describe('imageQualities', () => {
  it('tells sharp from blurred and plain pictures, and unreadable ones apart', async () => {
    const [size, pixels] = [
      8,
      (value: (x: number, y: number) => number) =>
        Uint8Array.from({length: 64 * 3}, (_, at) => value(Math.floor(at / 3) % 8, Math.floor(at / 24))),
    ];
    const pictures = [pixels((x, y) => ((x + y) % 2) * 255), pixels(x => 32 * x), pixels(() => 100)];
    const images = {
      length: 4,
      names: ['a', 'b', 'c', 'd'],
      height: size,
      width: size,
      channels: 3,
      pixels: async (i: number) => {
        if (i === 3) throw new Error('no picture');
        return pictures[i];
      },
    };
    const {sharpness, contrast} = await imageQualities(images);
    // A ramp has no second derivative; a chessboard is ±4 · 255 about its mean.
    expect(sharpness[0]).toBeCloseTo(1040400, 1);
    expect(sharpness[1]).toBeCloseTo(0, 9);
    expect(sharpness[2]).toBe(0);
    expect(contrast[0]).toBeCloseTo(127.5, 4);
    expect(contrast[1]).toBeCloseTo(32 * Math.sqrt(5.25), 4);
    expect([contrast[2], sharpness[3], contrast[3]]).toEqual([0, Number.NaN, Number.NaN]);
  });
});
