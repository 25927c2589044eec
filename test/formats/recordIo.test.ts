import {describe, expect, it} from 'vitest';
import {bufferedSource, bytesSource, recordAt, recordContent} from '../../src/formats/recordIo';
import {record} from '../support/writeRecords';

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
    expect(at(good.subarray(0, 20))).toThrow('is truncated: it has 19 bytes, but only 12 are left');
    expect(at(good.subarray(0, 6))).toThrow('is truncated in the head of a part');
    const middle = Buffer.from(good);
    middle[7] = 0x40;
    expect(at(middle)).toThrow('has a misplaced part of kind 2');
    const begun = Buffer.from(good);
    begun[7] = 0x20;
    expect(at(begun)).toThrow('is truncated in the head of a part');
    expect(at(Buffer.concat([begun, good]))).toThrow('the record at byte 28 has a misplaced part of kind 0');
  });
});

function faceLabels(content: Uint8Array): number[] {
  const view = new DataView(content.buffer, content.byteOffset);
  return [view.getFloat32(24, true), view.getFloat32(28, true)];
}

describe('bufferedSource', () => {
  it.each([
    ['small ones in few', 100, 40],
    ['large ones in one each', 10_000, 300],
  ])('reads the heads of 300 records, %s', (_, size, mostReads) => {
    const contents = Array.from({length: 300}, (_, i) => Buffer.alloc(size + (i % 13), i % 251));
    const bytes = bytesSource('x', Buffer.concat(contents.map(record)));
    let reads = 0;
    const source = bufferedSource({
      ...bytes,
      read: (offset, length) => {
        reads++;
        return bytes.read(offset, length);
      },
    });
    let at = 0;
    for (const content of contents) {
      const span = recordAt(source, at);
      expect(Buffer.from(recordContent(source, span, 32))).toEqual(content.subarray(0, 32));
      at = span.end;
    }
    expect(at).toBe(bytes.byteLength);
    expect(reads).toBeLessThanOrEqual(mostReads);
  });
});
