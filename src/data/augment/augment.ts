import {check} from '../../base/check';
import {checkOptions, type OptionNames} from '../../base/checkOptions';
import type {Random} from '../../base/random';
import type {Pixels} from '../images/pixels';
import {type BlurOptions, blur, blurOptions} from './blur';
import {type ColorJitterOptions, colorJitter, colorJitterOptions} from './colorJitter';
import {flip} from './flip';
import {gray} from './gray';
import {type LowResolutionOptions, lowResolution, lowResolutionOptions} from './lowResolution';
import {type RandomCropOptions, randomCrop, randomCropOptions} from './randomCrop';
import {type RandomEraseOptions, randomErase, randomEraseOptions} from './randomErase';

/** The probability of an augmentation. */
export interface Chance {
  /** From 0, never, to 1, always. */
  chance: number;
}

/** The augmentations of an image. A number alone is the probability; an omitted augmentation is off. */
export interface AugmentOptions {
  /** {@link randomCrop}. */
  crop?: number | (Chance & RandomCropOptions);
  /** {@link lowResolution}. */
  lowResolution?: number | (Chance & LowResolutionOptions);
  /** {@link blur}. */
  blur?: number | (Chance & BlurOptions);
  /** {@link colorJitter}. */
  colorJitter?: number | (Chance & ColorJitterOptions);
  /** {@link gray}. */
  gray?: number;
  /** {@link flip}. */
  flip?: number;
  /** {@link randomErase}. */
  erase?: number | (Chance & RandomEraseOptions);
}

/** InsightFace's augmentation: mirrors half of the images. */
export const flipOnly: AugmentOptions = {flip: 0.5};

/** AdaFace's augmentation ([arXiv 2204.00964](https://arxiv.org/abs/2204.00964)), for low-quality faces. */
export const adaFaceAugmentation: AugmentOptions = {
  crop: 0.2,
  lowResolution: 0.2,
  colorJitter: 0.2,
  flip: 0.5,
};

type Step = (image: Pixels, random: Random, options: object) => void;

/** The augmentations in order, and the options of each beside `chance`. */
const steps: Record<keyof AugmentOptions, [Step, Record<string, boolean>]> = {
  crop: [randomCrop, randomCropOptions],
  lowResolution: [lowResolution, lowResolutionOptions],
  blur: [blur, blurOptions],
  colorJitter: [colorJitter, colorJitterOptions],
  gray: [gray, {}],
  flip: [flip, {}],
  erase: [randomErase, randomEraseOptions],
};

const augmentOptions = Object.fromEntries(
  Object.keys(steps).map(name => [name, true]),
) as OptionNames<AugmentOptions>;

/**
 * Augments an image at random, in place: crop, low resolution, blur, color jitter, gray, flip, erase, in this order, each with its
 * probability.
 *
 * @param image RGB pixels, 0 to 255.
 * @param random The same generator state gives the same result.
 *
 * @example
 * ```ts
 * const image = {data: new Uint8Array(112 * 112 * 3), width: 112, height: 112};
 * augment(image, seededRandom(1), {flip: 0.5, colorJitter: {chance: 0.2, hue: 0.02}});
 * ```
 */
export function augment(image: Pixels, random: Random, options: AugmentOptions): void {
  checkOptions('augment', options, augmentOptions);
  for (const [name, [step, names]] of Object.entries(steps)) {
    const option = options[name as keyof AugmentOptions];
    if (option === undefined) continue;
    const own = typeof option === 'number' ? {chance: option} : option;
    const {chance, ...details} = checkOptions<Chance>('augment', own, {chance: true, ...names}, name);
    if (random() < check.between('augment', `the chance of ${name}`, chance, 0, 1))
      step(image, random, details);
  }
}
