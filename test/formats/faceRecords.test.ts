import {describe, expect, it} from 'vitest';
import {faceRecords, imageEnd, recordImage} from '../../src/formats/faceRecords';
import {parseRecordIndex, scanRecords} from '../../src/formats/parseRecordIndex';
import type {RecordIndex} from '../../src/formats/recordIndex';
import {bytesSource} from '../../src/formats/recordIo';
import {imageContent, insightFace, recordFile} from '../support/writeRecords';

describe('faceRecords', () => {
  const image = (text: string) => Buffer.from(text);
  const read = ({rec, idx}: {rec: Buffer; idx: string}, useIndex = true) => {
    const source = bytesSource('train.rec', rec);
    const records = useIndex ? parseRecordIndex(idx, 'train.idx', rec.length) : scanRecords(source);
    const {offsets, labels, classes} = faceRecords(source, records);
    const images = Array.from(offsets, offset => Buffer.from(recordImage(source, offset)).toString());
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

  it('takes the first of any number of labels, behind a header or without one', () => {
    const labels = (identity: number, count: number) => [
      identity,
      ...Array.from({length: count - 1}, () => 0.5),
    ];
    const images = [
      imageContent(labels(5, 3), image('x')),
      imageContent(labels(2, 2), image('y')),
      imageContent(labels(5, 2000), image('z')),
      imageContent(5, image('')),
    ];
    const expected = {images: ['x', 'y', 'z', ''], labels: [1, 0, 1, 1], classes: ['2', '5']};
    const withHeader = recordFile([
      imageContent([5, 7], image('')),
      ...images,
      imageContent([1, 3], image('')),
      imageContent([3, 5], image('')),
    ]);
    // Record 0 is an image of two labels, as InsightFace's rec_builder writes it: no header.
    const [first, second, ...others] = images;
    const bare = recordFile([second, first, ...others, imageContent([1, 3], image(''))]);
    for (const useIndex of [true, false]) {
      expect(read(withHeader, useIndex)).toEqual(expected);
      expect(read(bare, useIndex)).toEqual({...expected, images: ['y', 'x', 'z', ''], labels: [0, 1, 1, 1]});
    }
  });

  it.each([
    // What a float32 makes of the first.
    [2 ** 24 + 1, 2 ** 24],
    [2 ** 24 + 2, 2 ** 24 + 2],
    [2 ** 24 + 3, 2 ** 24 + 4],
    [42_474_558, 42_474_560],
    [42_474_561, 42_474_560],
  ])('finds that images end before record %i where the header says %i', (end, said) => {
    expect(Math.fround(end)).toBe(said);
    const {rec, idx} = recordFile([imageContent(7, image('x')), imageContent([1, 3], image(''))]);
    const [picture, range] = idx.split('\n').map(line => Number(line.split('\t')[1]));
    // An index of that size takes longer than all other tests here.
    const records = {
      size: end + 9,
      offsetOf: (number: number) => (number < end ? picture : range),
    } as RecordIndex;
    expect(imageEnd(bytesSource('x.rec', rec), records, said)).toBe(end);
  });

  it('finds records by their numbers in whatever order the index has them', () => {
    const offsets = (text: string, ...numbers: number[]) => {
      const index = parseRecordIndex(text, 'train.idx', 1e12);
      return [index.size, ...numbers.map(number => index.offsetOf(number))];
    };
    expect(offsets('0\t0\n1\t40\n2\t999999999999\n', 2, 1, 0, 3)).toEqual([
      3,
      999_999_999_999,
      40,
      0,
      undefined,
    ]);
    expect(offsets('3\t0\n7\t40\n1000000000000\t80', 3, 7, 1e12, 5, 0)).toEqual([
      3,
      0,
      40,
      80,
      undefined,
      undefined,
    ]);
    expect(offsets('2\t0\n0\t40\r\n\n1 \t 80  \n', 0, 1, 2, 3)).toEqual([3, 40, 80, 0, undefined]);
    expect(offsets('', 0)).toEqual([0, undefined]);
  });

  it('reads an index in pieces, cut anywhere', () => {
    const lines = Array.from({length: 50}, (_, i) => `${i}\t${i ** 3}\n`).join('');
    const bytes = new TextEncoder().encode(lines);
    for (const size of [1, 2, 3, 7, 64, 1000]) {
      const pieces = Array.from({length: Math.ceil(bytes.length / size)}, (_, i) =>
        bytes.subarray(i * size, (i + 1) * size),
      );
      const index = parseRecordIndex(pieces, 'train.idx', 1e6);
      expect([...index.offsets]).toEqual(Array.from({length: 50}, (_, i) => i ** 3));
    }
    const broken = [...lines.matchAll(/.*\n/g)].map(([line]) => line.replace('7\t343', '7 x'));
    const halves = broken.join('').match(/[\d\D]{1,5}/g) as string[];
    const encoded = halves.map(half => new TextEncoder().encode(half));
    expect(() => parseRecordIndex(encoded, 'train.idx', 1e6)).toThrow("has '7 x' in line 8");
    let taken = 0;
    const endless = function* () {
      for (; taken < 1000; taken++) yield new TextEncoder().encode('12345678');
    };
    expect(() => parseRecordIndex(endless(), 'train.idx', 1e6)).toThrow("train.idx has '1234567812345678");
    expect(taken).toBeLessThan(40);
  });

  it('says what is wrong', () => {
    const {rec, idx} = insightFace([[image('a')], [image('b')]]);
    const index = (text: string) => () => parseRecordIndex(text, 'train.idx', 100);
    expect(index('0\t0\n1\tx\n')).toThrow("train.idx has '1\tx' in line 2");
    expect(index('0\t0\n1\t100\n')).toThrow(
      'line 2 that a record begins at byte 100, but the .rec file has 100 bytes',
    );
    expect(index('1\t0\n\n0\t8\n\n1\t9\n')).toThrow('has record 1 twice, again in line 5');
    expect(index('0\t')).toThrow("has '0\t' in line 1");
    expect(index('01234567890123456\t0')).toThrow('in line 1');
    expect(index('0 0 0')).toThrow('in line 1');
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
