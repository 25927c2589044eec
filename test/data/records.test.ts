import {existsSync} from 'node:fs';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {faceRecords, recordImage} from '../../src/data/faceRecords';
import {imageFolder} from '../../src/data/imageFolder';
import {imageRecords} from '../../src/data/imageRecords';
import {parseRecordIndex, scanRecords} from '../../src/data/recordIndex';
import {bytesSource, recordAt, recordContent} from '../../src/data/recordIo';
import {DataFormatError} from '../../src/dataFormatError';
import {plain} from './pictures';
import {imageContent, insightFace, record, recordFile} from './writeRecords';

const magic = Buffer.from([0x0a, 0x23, 0xd7, 0xce]);

describe('recordAt and recordContent', () => {
  it.each([
    ['nothing', Buffer.alloc(0)],
    ['a length that needs filling', Buffer.from('seven..')],
    ['the magic number alone', magic],
    ['it at the start', Buffer.concat([magic, Buffer.from('rest')])],
    ['it at the end', Buffer.concat([Buffer.from('rest'), magic])],
    ['it twice over', Buffer.concat([magic, magic, Buffer.from('and'), magic])],
    ['it where no word begins', Buffer.concat([Buffer.from('ab'), magic, Buffer.from('cd')])],
    [
      'it three times, in four parts',
      Buffer.concat([magic, Buffer.from('four'), magic, Buffer.from('more'), magic]),
    ],
  ])('gives back %s', (_, content) => {
    const source = bytesSource('x', Buffer.concat([record(Buffer.from('before')), record(content)]));
    const {end} = recordAt(source, 0);
    const span = recordAt(source, end);
    expect(Buffer.from(recordContent(source, span))).toEqual(content);
    expect(span.end).toBe(source.byteLength);
  });

  it('knows the words of a file that MXNet wrote', () => {
    // The first record of a train.rec: 32 bytes, two labels (3024 and 3086), two ids of 0.
    const hex = '0a23d7ce2000000002000000000000000000000000000000000000000000000000003d4500e04045';
    const source = bytesSource('train.rec', Buffer.from(hex, 'hex'));
    expect(faceLabels(recordContent(source, recordAt(source, 0)))).toEqual([3024, 3086]);
  });

  it('says what is wrong, and where', () => {
    const at =
      (bytes: Buffer, start = 0) =>
      () =>
        recordAt(bytesSource('x.rec', bytes), start);
    const good = record(Buffer.from('content of a record'));
    expect(at(good, 4)).toThrow('the record at byte 4 does not begin with the magic number');
    expect(at(good.subarray(0, 20))).toThrow('is truncated: it has 19 bytes, of which 12 are there');
    expect(at(good.subarray(0, 6))).toThrow('is truncated in the head of a part');
    const middle = Buffer.from(good);
    middle[7] = 0x40;
    expect(at(middle)).toThrow('has a part of kind 2 where it cannot stand');
    const begun = Buffer.from(good);
    begun[7] = 0x20;
    expect(at(begun)).toThrow('is truncated in the head of a part');
    expect(at(Buffer.concat([begun, good]))).toThrow(
      'the record at byte 28 has a part of kind 0 where it cannot stand',
    );
  });
});

function faceLabels(content: Uint8Array): number[] {
  const view = new DataView(content.buffer, content.byteOffset);
  return [view.getFloat32(24, true), view.getFloat32(28, true)];
}

describe('faceRecords', () => {
  const image = (text: string) => Buffer.from(text);
  const read = ({rec, idx}: {rec: Buffer; idx: string}, useIndex = true) => {
    const source = bytesSource('train.rec', rec);
    const records = useIndex ? parseRecordIndex(idx, 'train.idx', rec.length) : scanRecords(source);
    const {offsets, labels, classes} = faceRecords(source, records);
    const images = offsets.map(offset => Buffer.from(recordImage(source, offset)).toString());
    return {images, labels: [...labels], classes};
  };

  it('reads InsightFace’s layout, with its index or without', () => {
    const file = insightFace([[image('a1'), image('a2')], [image('b1')]]);
    const expected = {images: ['a1', 'a2', 'b1'], labels: [0, 0, 1], classes: ['0', '1']};
    expect(read(file)).toEqual(expected);
    expect(read(file, false)).toEqual(expected);
  });

  it('reads a file of images alone, and numbers labels that have gaps anew', () => {
    const file = recordFile(
      [
        [7, 'x'],
        [3, 'y'],
        [7, 'z'],
      ].map(([label, text]) => imageContent(label as number, image(text as string))),
    );
    expect(read(file)).toEqual({images: ['x', 'y', 'z'], labels: [1, 0, 1], classes: ['3', '7']});
  });

  it('takes the first of several labels, as InsightFace does', () => {
    const file = recordFile([
      imageContent([3, 3], Buffer.alloc(0)),
      imageContent([4, 1.5], image('x')),
      imageContent([9], image('y')),
    ]);
    expect(read(file)).toEqual({images: ['x', 'y'], labels: [0, 1], classes: ['4', '9']});
  });

  it('says what is wrong', () => {
    const {rec, idx} = insightFace([[image('a')], [image('b')]]);
    const index = (text: string) => () => parseRecordIndex(text, 'train.idx', 100);
    expect(index('0\t0\n1\tx\n')).toThrow("train.idx has '1\tx' in line 2");
    expect(index('0\t0\n1\t100\n')).toThrow(
      'line 2 that a record begins at byte 100, but the .rec file has 100 bytes',
    );
    expect(index('0\t0\n0\t8\n')).toThrow('has record 0 twice, again in line 2');
    expect(() => read({rec, idx: idx.replace(/^2.*\n/m, '')})).toThrow('has no record 2 in its index');
    expect(() => read({rec, idx: idx.slice(0, 4)})).toThrow(
      'images end before record 3, but there are 1 records',
    );
    expect(() => read(recordFile([imageContent(0.5, image('x'))]))).toThrow('has the label 0.5 at byte 0');
    expect(() => read(recordFile([imageContent(-1, image('x'))]))).toThrow('has the label -1');
    expect(() => read(recordFile([Buffer.alloc(10)]))).toThrow('has 10 bytes, fewer than the 24 of its head');
    const many = imageContent(0, image('x'));
    many.writeUInt32LE(5, 0);
    expect(() => read(recordFile([many]))).toThrow('says that it has 5 labels, more than fit into it');
  });
});

describe('imageRecords', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'records-'));
  });
  afterEach(() => rm(folder, {recursive: true}));

  it.each([true, false])('gives the images of a file on disk, with its index: %s', async withIndex => {
    const colors = ['red', 'lime', 'blue'];
    const [red, green, blue] = await Promise.all(colors.map(color => plain(color)));
    const {rec, idx} = insightFace([[red], [green, blue]]);
    const path = join(folder, 'train.rec');
    await writeFile(path, rec);
    if (withIndex) await writeFile(join(folder, 'train.idx'), idx);
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
    const path = join(folder, 'train.rec');
    await writeFile(path, insightFace([[Buffer.from('no image')], [await plain('red')]]).rec);
    const faces = await imageRecords(path);
    await expect(faces.images.pixels(0)).rejects.toThrow(`${path}, byte 40 cannot be read as an image`);
    await expect(imageRecords(join(folder, 'none.rec'))).rejects.toThrow('ENOENT');
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
