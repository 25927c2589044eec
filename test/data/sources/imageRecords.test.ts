import {existsSync} from 'node:fs';
import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {imageFolder} from '../../../src/data/sources/imageFolder';
import {imageRecords} from '../../../src/data/sources/imageRecords';
import {DataFormatError} from '../../../src/formats/dataFormatError';
import {plain} from '../../support/pictures';
import {temporaryFolder} from '../../support/temporaryFolder';
import {insightFace} from '../../support/writeRecords';

describe('imageRecords', () => {
  const folder = temporaryFolder();

  it.each([true, false])('gives the images of a file on disk, with its index: %s', async withIndex => {
    const colors = ['red', 'lime', 'blue'];
    const [red, green, blue] = await Promise.all(colors.map(color => plain(color)));
    const {rec, idx} = insightFace([[red], [green, blue]]);
    const path = join(folder.path, 'train.rec');
    await writeFile(path, rec);
    if (withIndex) await writeFile(join(folder.path, 'train.idx'), idx);
    const faces = await imageRecords(path, {size: 4});
    expect(faces.summary()).toBe('3 images of 2 identities.');
    const first = await Promise.all(
      [0, 1, 2].map(async i => [...(await faces.images.pixels(i)).subarray(0, 3)]),
    );
    expect(first).toEqual([
      [255, 0, 0],
      [0, 255, 0],
      [0, 0, 255],
    ]);
  });

  it('names the place of an image that is none', async () => {
    const path = join(folder.path, 'train.rec');
    await writeFile(path, insightFace([[Buffer.from('no image')], [await plain('red')]]).rec);
    const faces = await imageRecords(path);
    await expect(faces.images.pixels(0)).rejects.toThrow(`${path}, byte 40 cannot be read as an image`);
    await expect(imageRecords(join(folder.path, 'none.rec'))).rejects.toThrow('ENOENT');
    await expect(imageRecords(folder.path)).rejects.toThrow(
      `${folder.path} is a folder: give the .rec in it, ${path}.`,
    );
    await writeFile(path, 'x');
    await expect(imageRecords(path)).rejects.toThrow(DataFormatError);
  });
});

const data = process.env.FACE_MARGINS_DATA ?? '';

describe.skipIf(!existsSync(join(data, 'insightface', 'train.rec')))(
  'a real train.rec (skipped unless FACE_MARGINS_DATA names its folder)',
  () => {
    it('has the images of the 62 people with 20 or more in LFW', async () => {
      const faces = await imageRecords(join(data, 'insightface', 'train.rec'));
      expect(faces.summary()).toBe('3023 images of 62 identities.');
      const lfw = await imageFolder(join(data, 'lfw', 'lfw-112x112.tar'));
      const people = lfw.select((_, images) => images >= 20);
      expect(people.summary()).toBe('3023 images of 62 identities.');
      // Same people in the same order, image by image.
      expect(faces.labels).toEqual(people.labels);
      for (const i of [0, 1500, 3022])
        expect(await faces.images.pixels(i)).toEqual(await people.images.pixels(i));
    });
  },
);
