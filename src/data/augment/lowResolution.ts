import {check} from '../../base/check';
import {checkOptions, type OptionNames} from '../../base/checkOptions';
import type {Random} from '../../base/random';
import type {Pixels} from '../images/pixels';
import {type Interpolation, resize} from './resize';

/** Options of {@link lowResolution}. */
export interface LowResolutionOptions {
  /** Range of the shrunk side, as a part of the image's. Default [0.2, 1]. */
  scale?: readonly [low: number, high: number];
}

/** The names of {@link LowResolutionOptions}. */
export const lowResolutionOptions: OptionNames<LowResolutionOptions> = {scale: true};

const ways: Interpolation[] = ['nearest', 'bilinear', 'area'];

/**
 * Shrinks an image and enlarges it again, each by a random method, in place, like a face far away. The default is AdaFace's
 * ([arXiv 2204.00964](https://arxiv.org/abs/2204.00964)).
 */
export function lowResolution(image: Pixels, random: Random, options: LowResolutionOptions = {}): void {
  const {scale = [0.2, 1]} = checkOptions('lowResolution', options, lowResolutionOptions);
  const [low, high] = scale;
  check.between('lowResolution', 'scale', low, 0, high);
  check.between('lowResolution', 'scale', high, low, 1);
  const side = low + (high - low) * random();
  const [shrink, enlarge] = [way(random), way(random)];
  const small = (size: number) => Math.max(1, Math.round(side * size));
  const smaller = resize(image, small(image.width), small(image.height), shrink);
  image.data.set(resize(smaller, image.width, image.height, enlarge).data);
}

const way = (random: Random) => ways[Math.floor(random() * ways.length)];
