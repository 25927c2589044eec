import {checkOptions, type OptionNames} from '../../base/checkOptions';
import type {Random} from '../../base/random';
import {channelsOf, type Pixels} from '../images/pixels';
import {randomBox} from './randomBox';
import {resize} from './resize';

/** What {@link randomCrop} keeps. */
export interface RandomCropOptions {
  /** The part of the image's area that is kept, from and to. Default [0.2, 1]. */
  area?: readonly [low: number, high: number];
  /** Width over height of what is kept, from and to. Default [3/4, 4/3]. */
  ratio?: readonly [low: number, high: number];
  /**
   * Whether to enlarge what is kept to the whole image, as for objects. Default false: it stays where it is and the rest turns
   * black, so that eyes stay where the alignment has put them.
   */
  enlarge?: boolean;
}

/** The names of {@link RandomCropOptions}. */
export const randomCropOptions: OptionNames<RandomCropOptions> = {area: true, ratio: true, enlarge: true};

/**
 * Keeps a random rectangle of an image, in place. The defaults are those of AdaFace's training
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
