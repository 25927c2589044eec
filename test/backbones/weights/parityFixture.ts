import {readFileSync} from 'node:fs';
import {gunzipSync} from 'node:zlib';
import {serializeSafetensors} from '../../../src/formats/safetensors';
import type {StoredTensor} from '../../../src/formats/storedTensor';

/** The norm of a tensor, and its products with a few directions. */
type Summary = number[];

export interface Golden {
  /** Name, shape, and middle and half-width of the values of each tensor of the state dict. */
  tensors: [string, number[], number, number][];
  embeddings: number[];
  trainedEmbeddings: number[];
  gradients: Record<string, Summary>;
  runningStatistics: Record<string, Summary>;
}

interface Size {
  /** Of the images, `[B, C, H, W]`. */
  shape: [number, number, number, number];
  embeddingSize: number;
}

/** What PyTorch makes of a network, and of which images. */
export type GoldenNetwork = Golden & Size;

interface Parity extends Size {
  networks: Record<string, Golden>;
}

/** The options of a network for images of that size. */
export const sizeOf = ({shape: [, channels, height, width], embeddingSize}: Size) => ({
  embeddingSize,
  inputShape: [height, width, channels] as [number, number, number],
});

/** What `test/fixtures/backbones/make_parity.py` wrote. */
export const parity = JSON.parse(
  readFileSync(new URL('../../fixtures/backbones/parity.json', import.meta.url), 'utf8'),
) as Parity;

/** What `test/fixtures/backbones/make_networks.py` wrote. */
export const networksParity = JSON.parse(
  gunzipSync(readFileSync(new URL('../../fixtures/backbones/networks.json.gz', import.meta.url))).toString(),
) as Record<string, GoldenNetwork>;

/** `uniform` of make_parity.py: numbers in [-1, 1) from a name and an index. */
export function uniform(name: string): (index: number) => number {
  let seed = 2166136261;
  for (const byte of new TextEncoder().encode(name)) seed = Math.imul(seed ^ byte, 16777619);
  return index => {
    let x = (Math.imul(index + 1, 0x9e3779b9) + seed) | 0;
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
    return ((x ^ (x >>> 16)) >>> 0) / 2 ** 31 - 1;
  };
}

export const uniforms = (name: string, count: number): Float32Array<ArrayBuffer> => {
  const value = uniform(name);
  const values = new Float32Array(count);
  // Not `Float32Array.from`, which takes ten times as long; some networks have ten million weights.
  for (let i = 0; i < count; i++) values[i] = value(i);
  return values;
};

/** The state dict of the fixture as a safetensors file. */
export function stateDictFile({tensors}: Pick<Golden, 'tensors'>): Uint8Array {
  const stored = new Map<string, StoredTensor>();
  for (const [name, shape, middle, width] of tensors) {
    const count = shape.reduce((size, length) => size * length, 1);
    const value = uniform(name);
    const values = new Float32Array(count);
    for (let i = 0; i < count; i++) values[i] = middle + width * value(i);
    stored.set(name, {type: 'F32', shape, bytes: new Uint8Array(values.buffer)});
  }
  return serializeSafetensors(stored);
}

/** `summary` of make_parity.py. */
export function summary(name: string, values: ArrayLike<number>, projections: number): Summary {
  const directions = Array.from({length: projections}, (_, k) => uniform(`${name}#${k}`));
  const sums = new Array<number>(projections).fill(0);
  let square = 0;
  for (let i = 0; i < values.length; i++) {
    square += values[i] * values[i];
    for (let k = 0; k < projections; k++) sums[k] += values[i] * directions[k](i);
  }
  return [Math.sqrt(square), ...sums];
}
