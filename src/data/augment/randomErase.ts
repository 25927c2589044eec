import {check} from '../../base/check';
import {checkOptions, type OptionNames} from '../../base/checkOptions';
import type {Random} from '../../base/random';
import {channelsOf, type Pixels} from '../images/pixels';
import {randomBox} from './randomBox';

/** Options of {@link randomErase}. */
export interface RandomEraseOptions {
  /** Range of the covered part of the area. Default [0.02, 0.4], as in the paper. */
  area?: readonly [low: number, high: number];
  /** Range of width over height. Default [0.3, 1/0.3], as in the paper. */
  ratio?: readonly [low: number, high: number];
  /** The value written, 0 to 255. Default 'noise': random values, which were best in the paper. */
  fill?: number | 'noise';
}

/** The names of {@link RandomEraseOptions}. */
export const randomEraseOptions: OptionNames<RandomEraseOptions> = {area: true, ratio: true, fill: true};

/**
 * Covers a random rectangle of an image, in place (random erasing, Zhong et al.,
 * [arXiv 1708.04896](https://arxiv.org/abs/1708.04896)). It imitates masks, scarves and hands.
 */
export function randomErase(image: Pixels, random: Random, options: RandomEraseOptions = {}): void {
  const {
    area = [0.02, 0.4],
    ratio = [0.3, 1 / 0.3],
    fill = 'noise',
  } = checkOptions('randomErase', options, randomEraseOptions);
  if (fill !== 'noise') check.between('randomErase', 'fill', fill, 0, 255);
  const box = randomBox('randomErase', image, random, area, ratio);
  if (box === undefined) return;
  const channels = channelsOf('randomErase', image);
  for (let y = box.top; y < box.top + box.height; y++) {
    const start = (y * image.width + box.left) * channels;
    const end = start + box.width * channels;
    if (fill === 'noise') {
      for (let i = start; i < end; i++) image.data[i] = Math.floor(256 * random());
    } else {
      image.data.fill(fill, start, end);
    }
  }
}
