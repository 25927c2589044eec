import {createHash} from 'node:crypto';
import {describe, expect, it} from 'vitest';
import type {StoredTensor} from '../../../src/formats/storedTensor';
import {fingerprint} from '../../../src/train/checkpoints/fingerprint';

const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest();

const tensor = (length: number): StoredTensor => ({
  type: 'U8',
  shape: [length],
  bytes: Uint8Array.from({length}, (_, i) => (i * 37) % 251),
});

describe('a fingerprint', () => {
  it.each([
    [0, [0]],
    [99, [99]],
    [100, [100]],
    [101, [100, 1]],
    [350, [100, 100, 100, 50]],
  ])('of %i bytes, 100 at once, is that of pieces of %j', async (length, pieces) => {
    const {type, shape, bytes} = tensor(length);
    const digests = pieces.map((size, i) => [...sha256(bytes.subarray(100 * i, 100 * i + size))]);
    const expected = sha256(JSON.stringify(['w', type, shape, ...digests]));
    expect(await fingerprint(new Map([['w', tensor(length)]]), 100)).toEqual(Uint8Array.from(expected));
  });

  it('tells each byte of every piece', async () => {
    const of = (bytes: Uint8Array) => fingerprint(new Map([['w', {...tensor(250), bytes}]]), 100);
    const {bytes} = tensor(250);
    const whole = await of(bytes);
    for (let at = 0; at < bytes.length; at += 7) {
      const damaged = bytes.slice();
      damaged[at] ^= 1;
      expect(await of(damaged)).not.toEqual(whole);
    }
  });
});
