import {
  adaFace,
  arcFace,
  cosFace,
  curricularFace,
  elasticFace,
  l2Softmax,
  type MarginHead,
  normFace,
  softmax,
  subCenterArcFace,
  suggestScale,
  uniFace,
} from 'face-margins';

import type {headNames} from './names';

/** What a head is made with. */
export interface HeadOptions {
  /** How many identities there are to tell apart. */
  classes: number;
  /** s. Default {@link usualScale}. */
  scale?: number;
  /** m, in radians for ArcFace and units of the cosine for CosFace. Default: that of {@link heads}. */
  margin?: number;
  /** The cosine above which another person is left out of an image's loss. Default: nobody is. */
  interClassFilter?: number;
  seed?: number;
}

/** A head to choose. */
interface Head {
  /** Its name in print. */
  title: string;
  /** The margin where none is given; nothing where it has none. */
  margin?: number;
  /** Whether its logits have a scale. */
  scaled: boolean;
  make(options: HeadOptions & Required<Pick<HeadOptions, 'scale' | 'margin'>>): MarginHead;
}

/**
 * The heads `--head` chooses from. A new head is a new entry.
 *
 * ArcFace's margin is 0.3, not the paper's 0.5: with hundreds of identities instead of 85,000 a network learns little more from the
 * larger one, and starts worse.
 */
export const heads: Record<(typeof headNames)[number], Head> & Record<string, Head> = {
  arcface: {title: 'ArcFace', margin: 0.3, scaled: true, make: arcFace},
  cosface: {title: 'CosFace', margin: 0.2, scaled: true, make: cosFace},
  'sub-center': {
    title: 'Sub-center ArcFace',
    margin: 0.3,
    scaled: true,
    make: options => subCenterArcFace({subCenters: 3, ...options}),
  },
  adaface: {title: 'AdaFace', margin: 0.4, scaled: true, make: adaFace},
  curricularface: {title: 'CurricularFace', margin: 0.3, scaled: true, make: curricularFace},
  elasticface: {title: 'ElasticFace', margin: 0.3, scaled: true, make: elasticFace},
  uniface: {title: 'UniFace', margin: 0.2, scaled: true, make: uniFace},
  normface: {title: 'NormFace', scaled: true, make: ({margin: _, ...options}) => normFace(options)},
  'l2-softmax': {title: 'L2-softmax', scaled: true, make: ({margin: _, ...options}) => l2Softmax(options)},
  softmax: {title: 'Softmax', scaled: false, make: ({scale: _, margin: __, ...options}) => softmax(options)},
};

/**
 * Three times the least scale at which so many classes can be told apart with a probability of 0.99: 30 for 200 identities, 32
 * for 423, 48 for the 85,000 of the common training set, where 64 is usual.
 */
export const usualScale = (classes: number): number => Math.round(3 * suggestScale(classes));

/** Makes a head with the scale and margin given, or those that are usual. */
export function makeHead(
  name: string,
  {classes, scale, margin, interClassFilter, seed}: HeadOptions,
): MarginHead {
  const head = heads[name];
  return head.make({
    classes,
    scale: scale ?? usualScale(classes),
    margin: margin ?? head.margin ?? 0,
    interClassFilter,
    seed,
  });
}

/** A head in words: `ArcFace, s = 30, m = 0.3`. */
export function describeHead(name: string, {classes, scale, margin, interClassFilter}: HeadOptions): string {
  const head = heads[name];
  return [
    head.title,
    head.scaled && `s = ${scale ?? usualScale(classes)}`,
    head.margin !== undefined && `m = ${margin ?? head.margin}`,
    interClassFilter !== undefined && `without others above a cosine of ${interClassFilter}`,
  ]
    .filter(Boolean)
    .join(', ');
}
