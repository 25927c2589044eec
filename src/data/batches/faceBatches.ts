import * as tf from '@tensorflow/tfjs-core';
import {check} from '../../base/check';
import {checkOptions, type OptionNames} from '../../base/checkOptions';
import {markNormalized} from '../../base/markNormalized';
import {checkedNormalization, type Normalization} from '../../base/normalization';
import {seededRandom} from '../../base/random';
import {type AugmentOptions, augment, flipOnly} from '../augment/augment';
import {batchValues, setPixels} from '../images/imageTensors';
import {normalize} from '../images/normalize';
import type {PixelArray} from '../images/pixels';
import type {ImageList} from '../sources/imageList';
import type {ReadableImages} from '../sources/readableImages';
import {
  balancedBatches,
  balancedOrder,
  evenOrder,
  type IdentitySampling,
  placesOfLabels,
  shuffledOrder,
} from './batchOrder';
import type {Batch, BatchSource} from './batchSource';
import {prefetchRange} from './prefetchRange';

/** Options of {@link FaceImages.batches}. */
export interface FaceBatchesOptions {
  /** Images of a batch. With `sample` it is P·K. */
  size?: number;
  /** P identities with K images each in every batch, for triplet losses. Default: every image once a pass. */
  sample?: IdentitySampling;
  /**
   * Whether every group of people comes equally often, whatever its number of images or people: people of a small group come more
   * often then, those of a large one less. The images need groups, see {@link FaceImages.withGroups}. Default false.
   */
  evenGroups?: boolean;
  /** Seed of order and augmentation. Default 1. */
  seed?: number;
  /** Whether to shuffle the images in each pass. Default true. `sample` always shuffles. */
  shuffle?: boolean;
  /**
   * Whether to `drop` or `keep` an incomplete last batch of a pass. Default `drop`: batch normalization cannot be trained on a batch
   * of one image, and learns little from one of a few.
   */
  last?: 'drop' | 'keep';
  /** The augmentation of each image. `true` mirrors half of the images. Default: none. */
  augment?: boolean | AugmentOptions;
  /** Default (x − 127.5) / 127.5, RGB; `normalizationOf(network)` is what a network says. */
  normalize?: Normalization;
  /** The number of batches to read, decode and augment ahead. Default 2. */
  prefetch?: number;
}

const batchesOptions: OptionNames<FaceBatchesOptions> = {
  size: true,
  sample: true,
  evenGroups: true,
  seed: true,
  shuffle: true,
  last: true,
  augment: true,
  normalize: true,
  prefetch: true,
};

/** The images that {@link faceBatches} draws from: indices and labels. */
export interface LabeledPlaces {
  source: ReadableImages;
  /** Indices in the source. */
  places: ArrayLike<number>;
  /** The class id of each index, from 0. */
  labels: Int32Array;
  /** The group of each identity, by class id. */
  groups?: readonly (string | undefined)[];
}

/**
 * Batches of labeled images, for {@link FaceImages.batches}.
 *
 * @throws If an option is invalid, or there are too few images for one batch.
 */
export function faceBatches(images: LabeledPlaces, options: FaceBatchesOptions): BatchSource {
  checkOptions('batches', options, batchesOptions);
  const {seed = 1, shuffle = true, last = 'drop', prefetch = 2, sample, evenGroups = false} = options;
  const {labels} = images;
  const groups = evenGroups ? groupsToEven(images) : undefined;
  if (sample) checkOptions('batches', sample, {identities: true, images: true}, 'sample');
  const size = batchSize(options);
  check.finite('batches', 'seed', seed);
  check.oneOf('batches', 'last', last, ['drop', 'keep']);
  check.notNegative('batches', 'prefetch', prefetch);
  if (sample === undefined && last === 'drop' && size > labels.length) {
    throw new Error(
      `batches: size must be at most ${labels.length}, the number of images, but is ${size} ` +
        `(or give last: 'keep').`,
    );
  }
  const order = (pass: number) => {
    if (sample) return balancedOrder(labels, sample, seed, pass, groups);
    if (groups)
      return evenOrder(
        labels.map(label => groups[label]),
        seed,
        pass,
      );
    return shuffle ? shuffledOrder(labels.length, seed, pass) : Int32Array.from(labels, (_, i) => i);
  };
  const batchesPerEpoch = sample
    ? balancedBatches(labels.length, sample)
    : Math[last === 'drop' ? 'floor' : 'ceil'](labels.length / size);
  const shown = shownImages(images, options, seed);
  // Fails now, not at a random step, if there are too few identities or an augmentation is impossible.
  order(0);
  augmentBlank(images.source.images, augmentation(options));
  const every = async function* (pass: number, from: number, step: number): AsyncGenerator<Batch> {
    const places = order(pass);
    const {height, width, channels} = images.source.images;
    const normalization = checkedNormalization(options.normalize, channels);
    const count = Math.max(0, Math.ceil((batchesPerEpoch - from) / step));
    const make = (i: number) => {
      const batch = from + i * step;
      return shown(pass, batch * size, places.subarray(batch * size, (batch + 1) * size));
    };
    for await (const {values, ids, read} of prefetchRange(0, count, prefetch, make)) {
      yield {
        images: markNormalized(tf.tensor4d(values, [ids.length, height, width, channels]), normalization),
        labels: tf.tensor1d(ids, 'int32'),
        places: read,
      };
    }
  };
  return {
    batchesPerEpoch,
    signature: {
      size,
      order: {
        images: labels.length,
        seed,
        ...(sample ? {sample: {...sample}} : {shuffle}),
        ...(groups && {evenGroups: digestOf(groups)}),
        labels: digestOf(labels, images.places),
      },
      images: {augment: augmentation(options), normalize: checkedNormalization(options.normalize)},
    },
    epoch: (pass, from = 0) => every(pass, from, 1),
    every,
  };
}

/** The group of each identity as a number. */
function groupsToEven({groups}: LabeledPlaces): Int32Array {
  const unknown = groups === undefined ? 0 : groups.indexOf(undefined);
  if (groups === undefined || unknown >= 0) {
    throw new Error(
      `batches: evenGroups must be left out where an identity has no group, such as identity ${unknown} of these: ` +
        'give every identity its group by withGroups.',
    );
  }
  const numbers = new Map([...new Set(groups)].map((group, i) => [group, i]));
  return Int32Array.from(groups, group => numbers.get(group) as number);
}

/** A number that other labels, or other places, most likely do not have: FNV-1a over both. */
function digestOf(...lists: ArrayLike<number>[]): number {
  let digest = 0x811c9dc5;
  for (const list of lists) {
    for (let i = 0; i < list.length; i++) digest = Math.imul(digest ^ list[i], 0x01000193);
  }
  return digest >>> 0;
}

function batchSize({size, sample}: FaceBatchesOptions): number {
  if (sample === undefined) return check.count('batches', 'size', size as number);
  const product = sample.identities * sample.images;
  if (size !== undefined && size !== product) {
    throw new Error(
      `batches: size must be left out, or be sample.identities × sample.images = ${product}, but is ${size}.`,
    );
  }
  return product;
}

function augmentation({augment: how = false}: FaceBatchesOptions): AugmentOptions {
  if (typeof how !== 'boolean') return how;
  return how ? flipOnly : {};
}

/** Applies every augmentation to a black image: draws of 0 are below every probability. */
function augmentBlank({height, width, channels}: ImageList, how: AugmentOptions): void {
  augment({data: new Float32Array(height * width * channels), width, height}, () => 0, how);
}

/** Reads, decodes, augments and normalizes the images at some indices. */
function shownImages(images: LabeledPlaces, options: FaceBatchesOptions, seed: number) {
  const {source, labels} = images;
  const {height, width, channels} = source.images;
  const normalization = checkedNormalization(options.normalize, channels);
  const how = augmentation(options);
  const readable = nearestReadable(images);
  return async (pass: number, start: number, chosen: Int32Array) => {
    const ids = new Int32Array(chosen.length);
    const read = new Int32Array(chosen.length);
    const values = await batchValues(chosen.length, height * width * channels, async (i, slot) => {
      const {place, pixels} = await readable(chosen[i]);
      ids[i] = labels[place];
      read[i] = place;
      setPixels(slot, pixels);
      augment({data: slot, width, height}, seededRandom(seed, pass, start + i), how);
      normalize(slot, normalization, channels);
    });
    return {values, ids, read};
  };
}

/** The image at an index. If it is unreadable: the next of the same identity, or else the next of all. */
function nearestReadable({source, places, labels}: LabeledPlaces) {
  const ofLabel = placesOfLabels(labels);
  const onwards = (own: number[], at: number) => [...own.slice(at), ...own.slice(0, at)];
  return async (wanted: number): Promise<{place: number; pixels: PixelArray}> => {
    const pixels = await source.pixels(places[wanted]);
    if (pixels !== undefined) return {place: wanted, pixels};
    const own = ofLabel[labels[wanted]];
    const all = Array.from(labels, (_, i) => (wanted + i) % labels.length);
    for (const place of [...onwards(own, own.indexOf(wanted)), ...all]) {
      const other = await source.pixels(places[place]);
      if (other !== undefined) return {place, pixels: other};
    }
    throw new Error(
      `None of the ${labels.length} images can be read: ${source.unreadable.get(places[wanted])}`,
    );
  };
}
