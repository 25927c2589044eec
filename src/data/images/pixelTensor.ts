import * as tf from '@tensorflow/tfjs-core';
import {checkOptions} from '../../base/checkOptions';
import {markNormalized} from '../../base/markNormalized';
import {checkedNormalization, type Normalization} from '../../base/normalization';
import {normalize} from './normalize';
import type {Pixels} from './pixels';

/** Options of {@link pixelTensor}. */
export interface PixelTensorOptions {
  /** Default (x − 127.5) / 127.5, RGB; `normalizationOf(network)` is what a network says. */
  normalize?: Normalization;
}

/**
 * A few images of one size, such as faces that {@link alignFace} cut out, as one tensor `[B, height, width, channels]` for a network. The
 * caller disposes it.
 *
 * The fourth channel of a canvas, its opacity, is left out.
 *
 * @param images RGB, RGBA or gray, 0 to 255.
 * @throws If there is no image, or two differ in size.
 *
 * @example
 * ```ts
 * import {compact, normalizationOf} from 'face-margins';
 *
 * const network = compact({inputShape: [112, 112, 3]});
 * const photo = {data: new Uint8ClampedArray(200 * 300 * 4), width: 200, height: 300};
 * const face = alignFace(photo, [[70, 120], [130, 118], [100, 160], [76, 195], [126, 194]]);
 * const images = pixelTensor([face], {normalize: normalizationOf(network)});
 * console.log(images.shape.join());   // 1,112,112,3
 * ```
 */
export function pixelTensor(images: readonly Pixels[], options: PixelTensorOptions = {}): tf.Tensor4D {
  const {normalize: how} = checkOptions('pixelTensor', options, {normalize: true});
  if (images.length === 0) throw new Error('pixelTensor: images must be one or more, but are none.');
  const [{width, height}] = images;
  const given = images[0].data.length / (width * height);
  const channels = given === 4 ? 3 : given;
  const normalization = checkedNormalization(how, channels);
  const values = new Float32Array(images.length * width * height * channels);
  for (const [i, image] of images.entries()) {
    if (image.width !== width || image.height !== height || image.data.length !== given * width * height) {
      throw new Error(
        `pixelTensor: images must be of one size, ${width} × ${height} × ${given}, but image ${i} is ${image.width} × ${image.height} × ${image.data.length / (image.width * image.height)}.`,
      );
    }
    const slot = values.subarray(i * width * height * channels, (i + 1) * width * height * channels);
    for (let at = 0; at < slot.length; at++) {
      slot[at] = image.data[Math.floor(at / channels) * given + (at % channels)];
    }
    normalize(slot, normalization, channels);
  }
  return markNormalized(tf.tensor4d(values, [images.length, height, width, channels]), normalization);
}
