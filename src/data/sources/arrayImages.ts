import * as tf from '@tensorflow/tfjs-core';
import {checkIds} from '../../base/checkIds';
import {checkOptions} from '../../base/checkOptions';
import {FaceImages} from '../faceImages';
import type {PixelArray} from '../images/pixels';

/** Options of {@link arrayImages}. */
export interface ArrayImagesOptions {
  /** Pixels, 0 to 255: a tensor `[N, height, width, channels]`, or its values in order, with `shape`. */
  images: tf.Tensor4D | PixelArray;
  /** `[N, height, width, channels]`. Not needed for a tensor. */
  shape?: readonly [number, number, number, number];
  /** The class id of each image, from 0. */
  labels: ArrayLike<number>;
  /** The name of each class. Default: its number. */
  classes?: readonly string[];
}

/**
 * Images in memory as a data set, with batches, splits and pairs as for a folder.
 *
 * @throws If shape, values and labels do not match, or there is only one class.
 *
 * @example
 * ```ts
 * const faces = arrayImages({images: new Uint8Array(4 * 8 * 8 * 3), shape: [4, 8, 8, 3], labels: [0, 0, 1, 1]});
 * const batches = faces.batches({size: 2, augment: {flip: 0.5}});
 * ```
 */
export function arrayImages(options: ArrayImagesOptions): FaceImages {
  checkOptions('arrayImages', options, {images: true, shape: true, labels: true, classes: true});
  const {images, shape, labels, classes} = options;
  const ofTensor = images instanceof tf.Tensor;
  const [count, height, width, channels] = (ofTensor ? images.shape : shape) ?? [0, 0, 0, 0];
  const size = height * width * channels;
  const valueCount = ofTensor ? images.size : images.length;
  if (valueCount !== count * size || !(size > 0)) {
    throw new Error(
      `arrayImages: shape must be [N, height, width, channels] of ${valueCount} values, but is ` +
        `${shape === undefined ? 'left out' : `[${shape.join(', ')}]`}.`,
    );
  }
  const values = ofTensor ? readBack(images) : images;
  const list = {
    length: count,
    names: Array.from({length: count}, (_, i) => `image ${i}`),
    height,
    width,
    channels,
    pixels: async (index: number) => (await values).subarray(index * size, (index + 1) * size),
  };
  return FaceImages.of('arrayImages', list, labels, classes ?? numbers(labels));
}

/** The names of classes from 0 to the largest label. */
function numbers(labels: ArrayLike<number>): string[] {
  checkIds('arrayImages', 'labels', labels);
  const present = new Set(Array.from(labels));
  let first = 0;
  while (present.has(first)) first++;
  const largest = Array.from(present).reduce((most, label) => Math.max(most, label), 0);
  // Before an array of that length is made: a label may be a person's number in a register.
  if (first <= largest) {
    throw new Error(
      `arrayImages: there is no image of ${first}, though labels reach ${largest}: number the classes from 0 without gaps.`,
    );
  }
  return Array.from({length: largest + 1}, (_, i) => String(i));
}

/** The values of a tensor, asynchronously, as webgpu requires. The caller may dispose the tensor meanwhile. */
async function readBack(images: tf.Tensor4D): Promise<PixelArray> {
  const copy = tf.keep(tf.clone(images));
  try {
    return (await copy.data()) as PixelArray;
  } finally {
    copy.dispose();
  }
}
