import {existsSync} from 'node:fs';
import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {verificationPairs} from '../../../src/data/pairs/openVerificationPairs';
import {plain, writeFiles} from '../../support/pictures';
import {temporaryFolder} from '../../support/temporaryFolder';

describe('verificationPairs', () => {
  const folder = temporaryFolder();

  it('finds the images that pairs.txt names, and only those', async () => {
    await writeFiles(folder.path, {
      'faces/Ann/Ann_0001.png': await plain('red'),
      'faces/Ann/Ann_0002.png': await plain('lime'),
      'faces/Ann/Ann_0003.png': await plain('white'),
      'faces/Bob/Bob_0001.png': await plain('blue'),
      'pairs.txt': '1 1\nAnn 2 1\nBob 1 Ann 2\n',
    });
    const path = join(folder.path, 'pairs.txt');
    const {pairs, folds, images} = await verificationPairs(path, {
      images: join(folder.path, 'faces'),
      size: 2,
    });
    expect(folds).toBe(1);
    expect(images.names).toEqual(['Ann/Ann_0002.png', 'Ann/Ann_0001.png', 'Bob/Bob_0001.png']);
    expect(pairs).toEqual([
      {a: 0, b: 1, same: true, fold: 0},
      {a: 2, b: 0, same: false, fold: 0},
    ]);
    expect([...(await images.pixels(2)).subarray(0, 3)]).toEqual([0, 0, 255]);
    await expect(verificationPairs(path)).rejects.toThrow(
      'images must be the folder or the .tar that has the images of',
    );
    await writeFile(path, '1 1\nAnn 2 7\nBob 1 Ann 2\n');
    await expect(verificationPairs(path, {images: join(folder.path, 'faces')})).rejects.toThrow(
      'names Ann/Ann_0007, which is not among the 4 images given',
    );
  });
});

const data = process.env.FACE_MARGINS_DATA ?? '';

describe.skipIf(!existsSync(join(data, 'lfw', 'pairs.txt')))(
  'LFW (skipped unless FACE_MARGINS_DATA names its folder)',
  () => {
    it('has 6,000 pairs in ten folds of 300 and 300', async () => {
      const {pairs, folds, images} = await verificationPairs(join(data, 'lfw', 'pairs.txt'), {
        images: join(data, 'lfw', 'lfw-112x112.tar'),
      });
      expect(folds).toBe(10);
      // 7,701 different images stand in the file.
      expect(images.length).toBe(7701);
      for (let fold = 0; fold < 10; fold++) {
        const own = pairs.filter(pair => pair.fold === fold);
        expect([own.length, own.filter(({same}) => same).length]).toEqual([600, 300]);
      }
    });

    it('has 600 pairs in lfw-fold1.bin, those of the first fold', async () => {
      const {pairs, images} = await verificationPairs(join(data, 'insightface', 'lfw-fold1.bin'));
      expect([pairs.length, images.length, pairs.filter(({same}) => same).length]).toEqual([600, 1200, 300]);
      const first = await verificationPairs(join(data, 'lfw', 'pairs.txt'), {
        images: join(data, 'lfw', 'lfw-112x112.tar'),
      });
      expect(pairs.map(({same}) => same)).toEqual(first.pairs.slice(0, 600).map(({same}) => same));
      for (const i of [0, 299, 599]) {
        expect(await images.pixels(pairs[i].a)).toEqual(await first.images.pixels(first.pairs[i].a));
        expect(await images.pixels(pairs[i].b)).toEqual(await first.images.pixels(first.pairs[i].b));
      }
    });
  },
);
