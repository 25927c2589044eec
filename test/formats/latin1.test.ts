import {expect, it} from 'vitest';
import {latin1} from '../../src/formats/latin1';

it('makes one character of every byte, also of more than a call takes arguments', () => {
  for (const length of [0, 1, 255, 4096, 4097, 300_000]) {
    const bytes = Uint8Array.from({length}, (_, i) => (i * 7 + (i >> 8)) % 256);
    expect(latin1(bytes)).toBe(Buffer.from(bytes).toString('latin1'));
  }
  // Where Windows-1252, the "latin1" of browsers, has other characters.
  expect(latin1(Uint8Array.of(0x80, 0x9f))).toBe('\u0080\u009f');
});
