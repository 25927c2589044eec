import {check} from '../../base/check';
import {channelsOf, type Pixels, rounding, samePixelArray} from '../images/pixels';

/** How {@link resize} interpolates. */
export type Interpolation = 'nearest' | 'bilinear' | 'area';

/**
 * Resizes an image. Pixels are squares, and the edges of old and new image coincide (OpenCV's and Pillow's convention).
 *
 * `area` averages the pixels that a new pixel covers, `bilinear` interpolates between the four nearest, `nearest` takes one.
 */
export function resize(
  image: Pixels,
  width: number,
  height: number,
  interpolation: Interpolation = 'bilinear',
): Pixels {
  check.count('resize', 'width', width);
  check.count('resize', 'height', height);
  const channels = channelsOf('resize', image);
  const across = taps(image.width, width, interpolation);
  const down = taps(image.height, height, interpolation);
  // Horizontal first, into floats, so that the result is rounded once.
  const rows = new Float32Array(image.height * width * channels);
  for (let y = 0; y < image.height; y++) {
    for (let x = 0; x < width; x++) {
      const {first, weights} = across[x];
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        let from = (y * image.width + first) * channels + c;
        for (const weight of weights) {
          sum += weight * image.data[from];
          from += channels;
        }
        rows[(y * width + x) * channels + c] = sum;
      }
    }
  }
  const data = samePixelArray(image.data, height * width * channels);
  const roundingTerm = rounding(data);
  const stride = width * channels;
  for (let y = 0; y < height; y++) {
    const {first, weights} = down[y];
    for (let x = 0; x < stride; x++) {
      let sum = roundingTerm;
      let from = first * stride + x;
      for (const weight of weights) {
        sum += weight * rows[from];
        from += stride;
      }
      data[y * stride + x] = sum;
    }
  }
  return {data, width, height};
}

interface Taps {
  /** The first old pixel with a weight. */
  first: number;
  /** The weights of it and of the next pixels. */
  weights: number[];
}

function taps(from: number, to: number, interpolation: Interpolation): Taps[] {
  const ratio = from / to;
  return Array.from({length: to}, (_, i) => {
    if (interpolation === 'nearest') return {first: Math.floor((i + 0.5) * ratio), weights: [1]};
    if (interpolation === 'area' && ratio > 1) return covered(i * ratio, Math.min(from, (i + 1) * ratio));
    const at = Math.min(Math.max((i + 0.5) * ratio - 0.5, 0), from - 1);
    const first = Math.min(Math.floor(at), Math.max(0, from - 2));
    return from === 1 ? {first, weights: [1]} : {first, weights: [1 - (at - first), at - first]};
  });
}

/** The part of an interval that each pixel covers. */
function covered(start: number, end: number): Taps {
  const first = Math.floor(start);
  const weights: number[] = [];
  for (let i = first; i < end - 1e-9; i++) {
    weights.push((Math.min(i + 1, end) - Math.max(i, start)) / (end - start));
  }
  return {first, weights};
}
