import * as tf from '@tensorflow/tfjs-core';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import {expect} from 'vitest';
import {type ImportWeightsOptions, importWeights} from '../../../src/backbones/weights/importWeights';
import {WeightsMismatchError} from '../../../src/backbones/weights/weightsMismatchError';
import {type Random, seededRandom} from '../../../src/base/random';
import {DataFormatError} from '../../../src/formats/dataFormatError';
import {allocatedBy} from '../../support/allocatedBy';

/** What a call throws. */
export function reasonOf(work: () => unknown): unknown {
  try {
    work();
  } catch (reason) {
    return reason;
  }
  return undefined;
}

/** Bytes that lengths, types and brackets are made of. */
const awkward = [0x00, 0x01, 0x0b, 0x22, 0x2d, 0x39, 0x5b, 0x7b, 0x7d, 0x7f, 0x80, 0xff];

type Mutation = (bytes: number[], random: Random) => void;

const below = (random: Random, limit: number) => Math.floor(random() * limit);

/** A place in the file, half the time near its beginning, where what is claimed of the rest is. */
const place = (random: Random, {length}: number[]) =>
  below(random, random() < 0.5 ? Math.min(length, 4096) : length);

const mutations: Mutation[] = [
  (bytes, random) => {
    bytes[place(random, bytes)] ^= 1 << below(random, 8);
  },
  (bytes, random) => {
    bytes[place(random, bytes)] = awkward[below(random, awkward.length)];
  },
  (bytes, random) => {
    bytes.length = place(random, bytes);
  },
  (bytes, random) => {
    bytes.splice(place(random, bytes), 1 + below(random, 16));
  },
  (bytes, random) => {
    const from = place(random, bytes);
    bytes.splice(place(random, bytes), 0, ...bytes.slice(from, from + below(random, 64)));
  },
  (bytes, random) => {
    bytes.fill(random() < 0.5 ? 0xff : 0, place(random, bytes), place(random, bytes));
  },
];

/** The file with one to four changes that the seed names. */
export function mutated(whole: Uint8Array, seed: number): Uint8Array {
  const random = seededRandom(seed);
  const bytes = [...whole];
  for (let change = 1 + below(random, 4); change > 0 && bytes.length > 0; change--) {
    mutations[below(random, mutations.length)](bytes, random);
  }
  return Uint8Array.from(bytes);
}

/** The bytes allowed for each of a file's. The tiny network's own weights, which are expanded and copied, come to 17. */
const mostBytes = 20;

/**
 * Imports a file, which must load or be refused with an error made for that, in time, without taking memory on the file's word,
 * and leave no tensors.
 */
export async function expectSound(
  network: LayersModel,
  file: Uint8Array,
  label: string,
  options?: ImportWeightsOptions,
): Promise<void> {
  const tensors = tf.memory().numTensors;
  const begun = performance.now();
  let reason: unknown;
  const allocated = await allocatedBy(async () => {
    await importWeights(network, file, options).catch((error: unknown) => {
      reason = error;
    });
  });
  const typed =
    reason === undefined || reason instanceof DataFormatError || reason instanceof WeightsMismatchError;
  expect(typed, `${label}: ${reason instanceof Error ? reason.stack : reason}`).toBe(true);
  expect(performance.now() - begun, `${label}: milliseconds`).toBeLessThan(5_000);
  expect(tf.memory().numTensors, `${label}: tensors`).toBe(tensors);
  expect(allocated, `${label}: bytes allocated`).toBeLessThan(mostBytes * file.length + 1024);
}
