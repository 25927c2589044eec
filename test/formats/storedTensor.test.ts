import {describe, expect, it} from 'vitest';
import {parseSafetensors} from '../../src/formats/safetensors';
import {type ElementType, floatValues, isFloating, type StoredTensor} from '../../src/formats/storedTensor';

/** A safetensors file of one tensor `w`. */
function fileOf(type: string, shape: number[], byteLength: number): Uint8Array {
  const header = JSON.stringify({w: {dtype: type, shape, data_offsets: [0, byteLength]}});
  const file = new Uint8Array(8 + header.length + byteLength);
  file.set([header.length], 0);
  file.set(new TextEncoder().encode(header), 8);
  return file;
}

/** Bits of each type in the specification of safetensors. */
const bits: Record<ElementType, number> = {
  F64: 64,
  F32: 32,
  F16: 16,
  BF16: 16,
  F8_E4M3: 8,
  F8_E5M2: 8,
  I64: 64,
  I32: 32,
  I16: 16,
  I8: 8,
  U64: 64,
  U32: 32,
  U16: 16,
  U8: 8,
  BOOL: 8,
};

describe('a stored tensor', () => {
  it.each(Object.entries(bits))('of %s takes %i bits for an element', (type, size) => {
    const bytes = (6 * size) / 8;
    expect(parseSafetensors(fileOf(type, [2, 3], bytes), 'x').get('w')?.bytes.byteLength).toBe(bytes);
    for (const wrong of [bytes - 1, bytes + 1]) {
      expect(() => parseSafetensors(fileOf(type, [2, 3], wrong), 'x')).toThrow(
        `x is damaged: tensor w has ${wrong} bytes, which does not match ${type} of shape [2, 3].`,
      );
    }
  });

  it('has as many elements as its sizes say, also one and none', () => {
    expect(parseSafetensors(fileOf('F32', [], 4), 'x').get('w')?.shape).toEqual([]);
    expect(parseSafetensors(fileOf('F32', [2 ** 40, 2 ** 40, 0], 0), 'x').get('w')?.bytes).toHaveLength(0);
    expect(() => parseSafetensors(fileOf('F32', [2, 0], 4), 'x')).toThrow(
      'has 4 bytes, which does not match',
    );
  });

  const stored = (type: ElementType, words: number[], Words: typeof Uint16Array | typeof Uint32Array) => {
    // At an odd place, as in a file.
    const bytes = new Uint8Array(1 + words.length * Words.BYTES_PER_ELEMENT);
    bytes.set(new Uint8Array(Words.from(words).buffer), 1);
    return {type, shape: [words.length], bytes: bytes.subarray(1)} as StoredTensor;
  };

  it('gives half precision its values: normal, subnormal, infinite and none', () => {
    const words = [0x3c00, 0xc000, 0x3555, 0x7bff, 0x0400, 0x03ff, 0x0001, 0x8001, 0, 0x8000, 0x7c00, 0xfc00];
    expect([...floatValues(stored('F16', [...words, 0x7e00, 0x7c01], Uint16Array))]).toEqual([
      1,
      -2,
      0.333251953125,
      65504,
      2 ** -14,
      1023 * 2 ** -24,
      2 ** -24,
      -(2 ** -24),
      0,
      -0,
      Infinity,
      -Infinity,
      NaN,
      NaN,
    ]);
  });

  it('gives bfloat16, float32 and float64 theirs', () => {
    const brain = stored('BF16', [0x3f80, 0xc040, 0x7f80, 0x0001], Uint16Array);
    expect([...floatValues(brain)]).toEqual([1, -3, Infinity, 2 ** -133]);
    expect([...floatValues(stored('F32', [0x40490fdb, 0x80000000], Uint32Array))]).toEqual([
      Math.fround(Math.PI),
      -0,
    ]);
    const double = stored('F64', [0x54442d18, 0x400921fb], Uint32Array);
    expect([...floatValues({...double, shape: [1]})]).toEqual([Math.fround(Math.PI)]);
  });

  it('is a weight only where its type has a fraction', () => {
    for (const type of Object.keys(bits) as ElementType[]) {
      const tensor = {type, shape: [0], bytes: new Uint8Array(0)};
      const isWeight = ['F64', 'F32', 'F16', 'BF16'].includes(type);
      expect(isFloating(tensor)).toBe(isWeight);
      if (!isWeight) expect(() => floatValues(tensor)).toThrow(`A weight cannot be of type ${type}.`);
    }
  });
});
