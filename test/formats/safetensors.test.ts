import {describe, expect, it} from 'vitest';
import {looksLikeSafetensors, parseSafetensors, serializeSafetensors} from '../../src/formats/safetensors';
import type {StoredTensor} from '../../src/formats/storedTensor';

const of = (type: StoredTensor['type'], shape: number[], ...bytes: number[]): StoredTensor => ({
  type,
  shape,
  bytes: Uint8Array.from(bytes),
});

/** Whose elements are of one, two, four and eight bytes, the narrow ones first. */
const tensors = new Map([
  ['flag', of('BOOL', [3], 1, 0, 1)],
  ['half', of('F16', [1, 1], 5, 6)],
  ['w', of('F32', [], 1, 2, 3, 4)],
  ['long', of('I64', [1], 1, 2, 3, 4, 5, 6, 7, 8)],
  ['none', of('F64', [0, 2])],
]);

describe('serializeSafetensors', () => {
  it('writes what is read again, wide elements first, each aligned to its size', () => {
    const file = serializeSafetensors(tensors);
    const length = Number(new DataView(file.buffer).getBigUint64(0, true));
    expect(length % 8).toBe(0);
    const header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length)));
    expect(header).toEqual({
      __metadata__: {format: 'pt'},
      long: {dtype: 'I64', shape: [1], data_offsets: [0, 8]},
      none: {dtype: 'F64', shape: [0, 2], data_offsets: [8, 8]},
      w: {dtype: 'F32', shape: [], data_offsets: [8, 12]},
      half: {dtype: 'F16', shape: [1, 1], data_offsets: [12, 14]},
      flag: {dtype: 'BOOL', shape: [3], data_offsets: [14, 17]},
    });
    expect([...file.subarray(8 + length)]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 1, 0, 1]);
    const found = parseSafetensors(file, 'x');
    expect([...found.keys()]).toEqual(['long', 'none', 'w', 'half', 'flag']);
    for (const [name, tensor] of tensors) {
      expect({...found.get(name), bytes: [...(found.get(name)?.bytes ?? [])]}).toEqual({
        ...tensor,
        bytes: [...tensor.bytes],
      });
    }
  });

  it.each([0, 1, 2, 3, 4, 5, 6, 7])(
    'pads a header of any length with spaces to eight bytes, %i more',
    more => {
      const file = serializeSafetensors(new Map([[`a${'b'.repeat(more)}`, of('U8', [1], 9)]]));
      const length = Number(new DataView(file.buffer).getBigUint64(0, true));
      expect(length % 8).toBe(0);
      expect(new TextDecoder().decode(file.subarray(8, 8 + length))).toMatch(/^\{.*\} {0,7}$/);
      expect(file.length).toBe(8 + length + 1);
      expect(file.at(-1)).toBe(9);
    },
  );
});

describe('parseSafetensors', () => {
  it('gives views of the file, which may begin within its buffer', () => {
    const file = serializeSafetensors(tensors);
    const moved = new Uint8Array(3 + file.length);
    moved.set(file, 3);
    const found = parseSafetensors(moved.subarray(3), 'x');
    expect(found.get('w')?.bytes.buffer).toBe(moved.buffer);
    expect([...(found.get('w')?.bytes ?? [])]).toEqual([1, 2, 3, 4]);
  });

  it('takes ranges in any order, those of no length too', () => {
    const text =
      '{"b":{"dtype":"U8","shape":[1],"data_offsets":[1,2]},"none":{"dtype":"U8","shape":[0],"data_offsets":[1,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}';
    const file = Uint8Array.of(text.length, 0, 0, 0, 0, 0, 0, 0, ...new TextEncoder().encode(text), 7, 8);
    const found = parseSafetensors(file, 'x');
    expect([...found].map(([name, {bytes}]) => [name, [...bytes]])).toEqual([
      ['b', [8]],
      ['none', []],
      ['a', [7]],
    ]);
  });

  it('reads the smallest file there is, and refuses one that is shorter', () => {
    const smallest = Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0x7d);
    expect(parseSafetensors(smallest, 'x').size).toBe(0);
    expect(() => parseSafetensors(smallest.subarray(0, 8), 'x')).toThrow('is truncated: it has 8 bytes');
    expect(() => parseSafetensors(smallest.subarray(0, 9), 'x')).toThrow(
      'its header claims 2 bytes, but 1 follow',
    );
    expect(looksLikeSafetensors(smallest)).toBe(true);
    expect(looksLikeSafetensors(Uint8Array.of(2, 0, 0, 0, 0, 0, 0, 0, 0x5b))).toBe(false);
    expect(looksLikeSafetensors(smallest.subarray(0, 8))).toBe(false);
  });

  it.each([
    ['a space before its brace', ' {}'],
    ['a list for a tensor', '{"a":[]}'],
    ['nothing for a tensor', '{"a":null}'],
    ['nothing for its metadata', '{"__metadata__":null}'],
    ['a text for its metadata', '{"__metadata__":"a"}'],
    ['a list for its metadata', '{"__metadata__":["a"]}'],
    ['a number for its metadata', '{"__metadata__":1}'],
    ['a number among its metadata, not the first', '{"__metadata__":{"a":"b","c":1}}'],
    ['a number among its metadata', '{"__metadata__":{"a":1}}'],
    ['a shape that is no list', '{"a":{"dtype":"U8","shape":1,"data_offsets":[0,0]}}'],
    ['a shape with a fraction', '{"a":{"dtype":"U8","shape":[0.5],"data_offsets":[0,0]}}'],
    ['a range of three', '{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0,0]}}'],
    ['a range that is no list', '{"a":{"dtype":"U8","shape":[0],"data_offsets":0}}'],
    ['a type that is a number', '{"a":{"dtype":1,"shape":[0],"data_offsets":[0,0]}}'],
  ])('refuses a header with %s', (_, text) => {
    const file = Uint8Array.of(text.length, 0, 0, 0, 0, 0, 0, 0, ...new TextEncoder().encode(text));
    expect(() => parseSafetensors(file, 'x')).toThrow(/^x (is damaged|has a damaged header)/);
  });

  it('takes texts by name for metadata', () => {
    const text = '{"__metadata__":{"a":"b"}}';
    const file = Uint8Array.of(text.length, 0, 0, 0, 0, 0, 0, 0, ...new TextEncoder().encode(text));
    expect(parseSafetensors(file, 'x').size).toBe(0);
  });
});
