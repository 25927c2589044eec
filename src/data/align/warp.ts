import {channelsOf, type Pixels, rounding, samePixelArray} from '../images/pixels';
import type {SimilarityTransform} from './similarityTransform';

/**
 * Transforms an image by a similarity, with bilinear interpolation. Pixels from outside the image are black, as in OpenCV's
 * `warpAffine`. (OpenCV rounds the weights to multiples of 1/32; here they are exact.)
 *
 * @param transform From the image to the result.
 * @param width Columns of the result.
 * @param height Rows of the result.
 */
export function warp(image: Pixels, transform: SimilarityTransform, width: number, height: number): Pixels {
  const channels = channelsOf('warp', image);
  const {a, b, tx, ty} = transform;
  const square = a * a + b * b;
  const data = samePixelArray(image.data, width * height * channels);
  const roundingTerm = rounding(data);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      // The inverse transform gives the pixel's source.
      const [u, v] = [(a * (x - tx) + b * (y - ty)) / square, (a * (y - ty) - b * (x - tx)) / square];
      const [left, top] = [Math.floor(u), Math.floor(v)];
      const [right, down] = [u - left, v - top];
      for (let c = 0; c < channels; c++) {
        data[(y * width + x) * channels + c] =
          roundingTerm +
          (1 - down) *
            ((1 - right) * at(image, channels, left, top, c) +
              right * at(image, channels, left + 1, top, c)) +
          down *
            ((1 - right) * at(image, channels, left, top + 1, c) +
              right * at(image, channels, left + 1, top + 1, c));
      }
    }
  }
  return {data, width, height};
}

function at({data, width, height}: Pixels, channels: number, x: number, y: number, c: number): number {
  return x < 0 || y < 0 || x >= width || y >= height ? 0 : data[(y * width + x) * channels + c];
}
