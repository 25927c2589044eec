import {createWriteStream, existsSync} from 'node:fs';
import {mkdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {pipeline} from 'node:stream/promises';
import {pack} from 'tar-stream';
import {describe, expect, it} from 'vitest';
import {type VerificationPairsOptions, verificationPairs} from '../../../src/data/pairs/verificationPairs';
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
    await writeFile(path, '\uFEFF1 1\nAnn 2 1\nBob 1 Ann 2\n', 'utf16le');
    expect((await verificationPairs(path, {images: join(folder.path, 'faces')})).pairs).toEqual(pairs);
    await expect(verificationPairs(path)).rejects.toThrow(
      'images must be the folder or the .tar that has the images of',
    );
    await writeFile(path, '1 1\nAnn 2 7\nBob 1 Ann 2\n');
    await expect(verificationPairs(path, {images: join(folder.path, 'faces')})).rejects.toThrow(
      'names Ann/Ann_0007, which is not among the 4 images given; the nearest is Ann/Ann_0001.png.',
    );
  });

  /** The names and the answer of each pair, and the pixel that its first image begins with. */
  const opened = async (path: string, options: VerificationPairsOptions = {}) => {
    const {pairs, folds, images} = await verificationPairs(join(folder.path, path), {size: 2, ...options});
    const shown = pairs.map(({a, b, same, fold, group}) => [
      images.names[a].replaceAll('\\', '/'),
      images.names[b].replaceAll('\\', '/'),
      same,
      fold,
      ...(group === undefined ? [] : [group]),
    ]);
    return {shown, folds, first: [...(await images.pixels(pairs[0].a)).subarray(0, 3)]};
  };

  it('finds paths among images of a flat folder, of one person, and of a tar', async () => {
    await writeFiles(folder.path, {
      'flat/Ann_0001.png': await plain('red'),
      'flat/Ann_0002_0.png': await plain('lime'),
      'flat/Bob_0001.png': await plain('blue'),
      'list.txt': 'Ann/Ann_0001.jpg Ann/Ann_0002.jpg 1\nAnn/Ann_0001.jpg Bob/Bob_0001.jpg 0\n',
      'calfw.txt': 'Ann_0001.jpg 4\nAnn_0002.jpg 4\nAnn_0001.jpg 0\nBob_0001.jpg 0\n',
      'lfw.txt': '1 1\nAnn 1 2\nAnn 1 Bob 1\n',
    });
    const expected = {
      shown: [
        ['Ann_0001.png', 'Ann_0002_0.png', true, 0],
        ['Ann_0001.png', 'Bob_0001.png', false, 0],
      ],
      folds: 1,
      first: [255, 0, 0],
    };
    const archive = pack();
    for (const name of ['Ann_0001.png', 'Ann_0002_0.png', 'Bob_0001.png']) {
      archive.entry({name: `flat/${name}`}, await readFile(join(folder.path, 'flat', name)));
    }
    archive.finalize();
    await pipeline(archive, createWriteStream(join(folder.path, 'flat.tar')));
    for (const images of [join(folder.path, 'flat'), join(folder.path, 'flat.tar')]) {
      for (const list of ['list.txt', 'calfw.txt', 'lfw.txt']) {
        expect(await opened(list, {images, ...(list === 'lfw.txt' ? {} : {folds: 1})})).toEqual(expected);
      }
    }
    await mkdir(join(folder.path, 'none'));
    await expect(opened('list.txt', {images: join(folder.path, 'none')})).rejects.toThrow(
      'none holds no images.',
    );
    await expect(opened('list.txt', {form: 'twoLines'})).rejects.toThrow(
      'must have a path and a number there',
    );
  });

  it('opens the splits of CFP', async () => {
    const image = (person: string, pose: string) => `cfp/Data/Images/${person}/${pose}/01.jpg`;
    await writeFiles(folder.path, {
      [image('001', 'frontal')]: await plain('red'),
      [image('002', 'frontal')]: await plain('lime'),
      [image('001', 'profile')]: await plain('blue'),
      [image('002', 'profile')]: await plain('white'),
      'cfp/Protocol/Pair_list_F.txt':
        '1 ../Data/Images/001/frontal/01.jpg\n2 ../Data/Images/002/frontal/01.jpg\n',
      'cfp/Protocol/Pair_list_P.txt':
        '1 ../Data/Images/001/profile/01.jpg\r\n2 ../Data/Images/002/profile/01.jpg\r\n',
      'cfp/Protocol/Split/FP/01/same.txt': '1,1\n',
      'cfp/Protocol/Split/FP/01/diff.txt': '2,1\n',
      'cfp/Protocol/Split/FP/10/same.txt': '2,2\n',
      'cfp/Protocol/Split/FP/10/diff.txt': '1,2\n',
      'cfp/Protocol/Split/FP/2/same.txt': '',
      'cfp/Protocol/Split/FP/2/diff.txt': '1,2\n',
      'cfp/Protocol/Split/FF/01/same.txt': '1,1\n',
      'cfp/Protocol/Split/FF/01/diff.txt': '1,2\n',
    });
    expect(await opened('cfp/Protocol/Split/FP')).toEqual({
      shown: [
        ['001/frontal/01.jpg', '001/profile/01.jpg', true, 0],
        ['002/frontal/01.jpg', '001/profile/01.jpg', false, 0],
        ['001/frontal/01.jpg', '002/profile/01.jpg', false, 1],
        ['002/frontal/01.jpg', '002/profile/01.jpg', true, 2],
        ['001/frontal/01.jpg', '002/profile/01.jpg', false, 2],
      ],
      folds: 3,
      first: [255, 0, 0],
    });
    expect((await opened('cfp/Protocol/Split/FF')).shown[1]).toEqual([
      '001/frontal/01.jpg',
      '002/frontal/01.jpg',
      false,
      0,
    ]);
    await writeFile(join(folder.path, 'cfp/Protocol/Split/FF/01/same.txt'), '1,1\n1,3\n');
    await expect(opened('cfp/Protocol/Split/FF')).rejects.toThrow(
      'same.txt has image 3 in line 2, which is not among the 2 images of the list.',
    );
    await expect(opened('cfp/Protocol')).rejects.toThrow(
      'path must be a file of pairs, a split of CFP (Protocol/Split/FP or Protocol/Split/FF) or the folder of RFW',
    );
  });

  it('opens the four races of RFW at once', async () => {
    const races = ['African', 'Asian', 'Caucasian', 'Indian'];
    for (const race of races) {
      await writeFiles(join(folder.path, 'rfw'), {
        // A person of the same name in each, to see that races are not mixed.
        [`data/${race}/m.01/m.01_0001.jpg`]: await plain('red'),
        [`data/${race}/m.01/m.01_0002.jpg`]: await plain('lime'),
        [`data/${race}/m.02/m.02_0001.jpg`]: await plain('blue'),
        [`txts/${race}/${race}_pairs.txt`]: 'm.01\t1\t2\nm.01\t1\tm.02\t1\n',
        [`txts/${race}/${race}_people.txt`]: 'm.01\t2\n',
      });
    }
    const expected = races.flatMap(race => [
      [`${race}/m.01/m.01_0001.jpg`, `${race}/m.01/m.01_0002.jpg`, true, 0, race],
      [`${race}/m.01/m.01_0001.jpg`, `${race}/m.02/m.02_0001.jpg`, false, 1, race],
    ]);
    expect(await opened('rfw')).toEqual({shown: expected, folds: 2, first: [255, 0, 0]});
    const apart = await opened('rfw/txts', {images: join(folder.path, 'rfw', 'data')});
    expect(apart.shown).toEqual(expected);
  });

  it('says how to convert what AgeDB publishes', async () => {
    await writeFiles(folder.path, {
      '04_FINAL_protocol_30_years.mat': 'MATLAB 5.0 MAT-file, Platform: GLNXA64',
    });
    await expect(opened('04_FINAL_protocol_30_years.mat')).rejects.toThrow(
      '.mat is a MATLAB file, as AgeDB publishes its protocols. Write a line',
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
