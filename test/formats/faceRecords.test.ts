import {describe, expect, it} from 'vitest';
import {faceRecords, recordImage} from '../../src/formats/faceRecords';
import {parseRecordIndex, scanRecords} from '../../src/formats/parseRecordIndex';
import {bytesSource} from '../../src/formats/recordIo';
import {imageContent, insightFace, recordFile} from '../support/writeRecords';

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
