import {check} from '../../base/check';
import {checkOptions, type OptionNames} from '../../base/checkOptions';
import type {Random} from '../../base/random';
import {channelsOf, type Pixels, rounding} from '../images/pixels';

/** Ranges of {@link colorJitter}: each factor is drawn from 1 − x to 1 + x. */
export interface ColorJitterOptions {
  /** Default 0.5. */
  brightness?: number;
  /** Around the mean gray of the image. Default 0.5. */
  contrast?: number;
  /** Default 0.5. */
  saturation?: number;
  /** In turns of the color wheel, from −x to x; at most 0.5. Default 0, since skin of another hue is another person. */
  hue?: number;
}

/** The names of {@link ColorJitterOptions}. */
export const colorJitterOptions: OptionNames<ColorJitterOptions> = {
  brightness: true,
  contrast: true,
  saturation: true,
  hue: true,
};

/** Weights of red, green and blue in a gray level (ITU-R BT.601). */
export const luma = [0.299, 0.587, 0.114] as const;

/**
 * Changes brightness, contrast, saturation and hue at random, in place. The defaults are AdaFace's
 * ([arXiv 2204.00964](https://arxiv.org/abs/2204.00964)).
 *
 * The four form one linear map of red, green and blue, applied in one pass and clamped once to 0 to 255. (Torchvision applies them
 * one by one in random order, clamps after each, and rotates hues in HSV.)
 *
 * @param image Three channels, or four, of which the last is kept.
 */
export function colorJitter(image: Pixels, random: Random, options: ColorJitterOptions = {}): void {
  checkOptions('colorJitter', options, colorJitterOptions);
  const {brightness = 0.5, contrast = 0.5, saturation = 0.5, hue = 0} = options;
  const factor = (name: string, range: number) =>
    1 + check.between('colorJitter', name, range, 0, 1) * (2 * random() - 1);
  const bright = factor('brightness', brightness);
  const steep = factor('contrast', contrast);
  const saturated = factor('saturation', saturation);
  const turn = 2 * Math.PI * check.between('colorJitter', 'hue', hue, 0, 0.5) * (2 * random() - 1);
  const gray = bright * (1 - steep) * meanGray(image);
  mapColors(image, scaled(product(saturationMatrix(saturated), hueMatrix(turn)), bright * steep), gray);
}

type Matrix = number[];

/** Applies `m · rgb + offset` to every pixel. */
function mapColors(image: Pixels, m: Matrix, offset: number): void {
  const {data} = image;
  const channels = colorChannels('colorJitter', image);
  const add = offset + rounding(data);
  for (let i = 0; i < data.length; i += channels) {
    const [r, g, b] = [data[i], data[i + 1], data[i + 2]];
    data[i] = clamp(m[0] * r + m[1] * g + m[2] * b + add);
    data[i + 1] = clamp(m[3] * r + m[4] * g + m[5] * b + add);
    data[i + 2] = clamp(m[6] * r + m[7] * g + m[8] * b + add);
  }
}

/**
 * The number of channels of a color image: 3 or 4.
 *
 * @throws If the image does not have three colors.
 */
export function colorChannels(where: string, image: Pixels): number {
  const channels = channelsOf(where, image);
  if (channels !== 3 && channels !== 4) {
    throw new Error(`${where}: the image must have 3 channels (RGB) or 4, but has ${channels}.`);
  }
  return channels;
}

const clamp = (value: number) => Math.min(Math.max(value, 0), 255);

function meanGray(image: Pixels): number {
  const {data} = image;
  const channels = colorChannels('colorJitter', image);
  const sums = [0, 0, 0];
  for (let i = 0; i < data.length; i += channels) {
    sums[0] += data[i];
    sums[1] += data[i + 1];
    sums[2] += data[i + 2];
  }
  const pixels = data.length / channels;
  return sums.reduce((gray, sum, c) => gray + (luma[c] * sum) / pixels, 0);
}

/** Gray at 0, unchanged at 1, more saturated above. */
function saturationMatrix(s: number): Matrix {
  return [0, 1, 2].flatMap(row => luma.map((weight, c) => (1 - s) * weight + (row === c ? s : 0)));
}

/** A rotation about the gray axis (Rodrigues), which keeps r + g + b. */
function hueMatrix(angle: number): Matrix {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle) / Math.sqrt(3)];
  const [same, next, last] = [cos + (1 - cos) / 3, (1 - cos) / 3 - sin, (1 - cos) / 3 + sin];
  return [same, next, last, last, same, next, next, last, same];
}

function product(a: Matrix, b: Matrix): Matrix {
  return a.map((_, i) => {
    const [row, column] = [i - (i % 3), i % 3];
    return a[row] * b[column] + a[row + 1] * b[column + 3] + a[row + 2] * b[column + 6];
  });
}

const scaled = (m: Matrix, by: number): Matrix => m.map(value => by * value);
