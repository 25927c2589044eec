import {checkOptions, type OptionNames} from '../../base/checkOptions';
import type {Random} from '../../base/random';
import {channelsOf, type Pixels} from '../images/pixels';
import {randomBox} from './randomBox';
import {resize} from './resize';

/** Options of {@link randomCrop}. */
export interface RandomCropOptions {
  /** Range of the kept part of the area. Default [0.2, 1]. */
  area?: readonly [low: number, high: number];
  /** Range of width over height. Default [3/4, 4/3]. */
  ratio?: readonly [low: number, high: number];
  /**
   * Whether to enlarge the rectangle to the whole image, as for objects. Default false: it stays in place and the rest becomes black,
   * so that the eyes stay aligned.
   */
  enlarge?: boolean;
}

/** The names of {@link RandomCropOptions}. */
export const randomCropOptions: OptionNames<RandomCropOptions> = {area: true, ratio: true, enlarge: true};

/**
 * Keeps a random rectangle of an image, in place. The defaults are AdaFace's
 * ([arXiv 2204.00964](https://arxiv.org/abs/2204.00964)).
 */
export function randomCrop(image: Pixels, random: Random, options: RandomCropOptions = {}): void {
  const {
    area = [0.2, 1],
    ratio = [3 / 4, 4 / 3],
    enlarge = false,
  } = checkOptions('randomCrop', options, randomCropOptions);
  const box = randomBox('randomCrop', image, random, area, ratio);
  if (box === undefined) return;
  const {data, width} = image;
  const channels = channelsOf('randomCrop', image);
  const kept = data.slice(0, box.width * box.height * channels);
  for (let y = 0; y < box.height; y++) {
    const from = ((box.top + y) * width + box.left) * channels;
    kept.set(data.subarray(from, from + box.width * channels), y * box.width * channels);
  }
  if (enlarge) {
    data.set(resize({...box, data: kept}, width, image.height).data);
    return;
  }
  data.fill(0);
  for (let y = 0; y < box.height; y++) {
    const row = kept.subarray(y * box.width * channels, (y + 1) * box.width * channels);
    data.set(row, ((box.top + y) * width + box.left) * channels);
  }
}
