import * as tf from '@tensorflow/tfjs-core';
import {check} from '../../base/check';
import {checkOptions, type OptionNames} from '../../base/checkOptions';
import {seededRandom} from '../../base/random';
import {type AugmentOptions, augment, flipOnly} from '../augment/augment';
import {batchValues} from '../images/imageTensors';
import {checkedNormalization, type Normalization, normalize} from '../images/normalization';
import type {PixelArray} from '../images/pixels';
import type {ImageList} from '../sources/imageList';
import type {ReadableImages} from '../sources/readableImages';
import {
  balancedBatches,
  balancedOrder,
  type IdentitySampling,
  placesOfLabels,
  shuffledOrder,
} from './batchOrder';
import type {Batch, BatchSource} from './batchSource';
import {prefetchRange} from './prefetchRange';

/** How labeled images are cut into batches. */
export interface FaceBatchesOptions {
  /** Images of a batch. Not with `sample`, which says it. */
  size?: number;
  /** P identities with K images each in every batch, for triplet losses. Default: every image once a pass. */
  sample?: IdentitySampling;
  /** What order and augmentation follow from, with the pass and the place in it. Default 1. */
  seed?: number;
  /** Whether to mix the images anew for each pass. Default true. Always so with `sample`. */
  shuffle?: boolean;
  /** What to do with the last images of a pass where they do not fill a batch: `drop`, the default, or `keep`. */
  last?: 'drop' | 'keep';
  /** What may happen to each image. `true` is mirror images, half of the time. Default: nothing. */
  augment?: boolean | AugmentOptions;
  /** Default (x − 127.5) / 127.5. */
  normalize?: Normalization;
  /** How many batches to read, decode and augment ahead. Default 2. */
  prefetch?: number;
}

const batchesOptions: OptionNames<FaceBatchesOptions> = {
  size: true,
  sample: true,
  seed: true,
  shuffle: true,
  last: true,
  augment: true,
  normalize: true,
  prefetch: true,
};

/** What {@link faceBatches} draws from: the places of some images, and the label of each. */
export interface LabeledPlaces {
  source: ReadableImages;
  /** Places in the source. */
  places: ArrayLike<number>;
  /** Class ids from 0, one a place. */
  labels: Int32Array;
}

/**
 * Batches of labeled images. See {@link FaceImages.batches}.
 *
 * @throws If an option is wrong, or there are too few images for one batch.
 */
export function faceBatches(images: LabeledPlaces, options: FaceBatchesOptions): BatchSource {
  checkOptions('batches', options, batchesOptions);
  const {seed = 1, shuffle = true, last = 'drop', prefetch = 2, sample} = options;
  const {labels} = images;
  if (sample) checkOptions('batches', sample, {identities: true, images: true}, 'sample');
  const size = batchSize(options);
  check.finite('batches', 'seed', seed);
  check.oneOf('batches', 'last', last, ['drop', 'keep']);
  check.notNegative('batches', 'prefetch', prefetch);
  if (sample === undefined && last === 'drop' && size > labels.length) {
    throw new Error(
      `batches: size must be at most ${labels.length}, as many images as there are, but is ${size} ` +
        `(or give last: 'keep').`,
    );
  }
  const order = (pass: number) => {
    if (sample) return balancedOrder(labels, sample, seed, pass);
    return shuffle ? shuffledOrder(labels.length, seed, pass) : Int32Array.from(labels, (_, i) => i);
  };
  const batchesPerEpoch = sample
    ? balancedBatches(labels.length, sample)
    : Math[last === 'drop' ? 'floor' : 'ceil'](labels.length / size);
  const shown = shownImages(images, options, seed);
  // Tells at once, not at a random step, that there are too few identities, or that an augmentation cannot be done.
  order(0);
  augmentBlank(images.source.images, augmentation(options));
  return {
    batchesPerEpoch,
    async *epoch(pass, from = 0): AsyncGenerator<Batch> {
      const places = order(pass);
      const {height, width, channels} = images.source.images;
      const make = (batch: number) =>
        shown(pass, batch * size, places.subarray(batch * size, (batch + 1) * size));
      for await (const {values, ids} of prefetchRange(from, batchesPerEpoch, prefetch, make)) {
        yield {
          images: tf.tensor4d(values, [ids.length, height, width, channels]),
          labels: tf.tensor1d(ids, 'int32'),
        };
      }
    },
  };
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

/** Does to a black image all that may happen to one: draws of 0 are below every chance. */
function augmentBlank({height, width, channels}: ImageList, how: AugmentOptions): void {
  augment({data: new Float32Array(height * width * channels), width, height}, () => 0, how);
}

/** Reads, decodes, augments and normalizes the images at some places. */
function shownImages(images: LabeledPlaces, options: FaceBatchesOptions, seed: number) {
  const {source, labels} = images;
  const {height, width, channels} = source.images;
  const normalization = checkedNormalization(options.normalize);
  const how = augmentation(options);
  const readable = nearestReadable(images);
  return async (pass: number, start: number, chosen: Int32Array) => {
    const ids = new Int32Array(chosen.length);
    const values = await batchValues(chosen.length, height * width * channels, async (i, slot) => {
      const {place, pixels} = await readable(chosen[i]);
      ids[i] = labels[place];
      slot.set(pixels);
      augment({data: slot, width, height}, seededRandom(seed, pass, start + i), how);
      normalize(slot, normalization);
    });
    return {values, ids};
  };
}

/** The image at a place or, where it cannot be read, the next of the same identity or, where there is none, the next of all. */
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
