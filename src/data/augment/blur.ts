import {check} from '../../base/check';
import {checkOptions, type OptionNames} from '../../base/checkOptions';
import type {Random} from '../../base/random';
import {channelsOf, type Pixels, rounding} from '../images/pixels';

/** Options of {@link blur}. */
export interface BlurOptions {
  /** Range of the Gaussian's standard deviation, in pixels. Default [0.1, 2]. */
  sigma?: readonly [low: number, high: number];
}

/** The names of {@link BlurOptions}. */
export const blurOptions: OptionNames<BlurOptions> = {sigma: true};

/** Blurs an image with a Gaussian of random width, in place, like a lens out of focus. Edge pixels repeat beyond the border. */
export function blur(image: Pixels, random: Random, options: BlurOptions = {}): void {
  const {sigma = [0.1, 2]} = checkOptions('blur', options, blurOptions);
  const low = check.positive('blur', 'sigma', sigma[0]);
  const width = low + (check.atLeast('blur', 'sigma', sigma[1], low) - low) * random();
  const kernel = gaussian(width);
  const channels = channelsOf('blur', image);
  const {data, width: columns, height: rows} = image;
  const across = new Float32Array(data.length);
  for (let y = 0; y < rows; y++) {
    const row = y * columns * channels;
    convolve(data, across, {kernel, start: row, count: columns, stride: channels, lanes: channels}, 0);
  }
  const stride = columns * channels;
  convolve(across, data, {kernel, start: 0, count: rows, stride, lanes: stride}, rounding(data));
}

interface Line {
  kernel: Float64Array;
  start: number;
  /** The number of positions, `stride` apart, each with `lanes` adjacent values. */
  count: number;
  stride: number;
  lanes: number;
}

function convolve(
  from: Pixels['data'],
  to: Pixels['data'],
  {kernel, start, count, stride, lanes}: Line,
  add: number,
): void {
  const radius = (kernel.length - 1) / 2;
  for (let i = 0; i < count; i++) {
    for (let lane = 0; lane < lanes; lane++) {
      let sum = add;
      for (let k = -radius; k <= radius; k++) {
        const at = Math.min(Math.max(i + k, 0), count - 1);
        sum += kernel[k + radius] * from[start + at * stride + lane];
      }
      to[start + i * stride + lane] = sum;
    }
  }
}

function gaussian(sigma: number): Float64Array {
  const radius = Math.ceil(3 * sigma);
  const kernel = Float64Array.from({length: 2 * radius + 1}, (_, i) =>
    Math.exp(-0.5 * ((i - radius) / sigma) ** 2),
  );
  const sum = kernel.reduce((total, value) => total + value, 0);
  return kernel.map(value => value / sum);
}
