import {arcFace, aSoftmax, cosFace, l2Softmax, type MarginHead, normFace, softmax} from 'face-margins';
import {softmaxHeads} from '../mnist-2d/softmaxHeads';

/** A head to choose, and the range of its margin. */
export interface Choice {
  title: string;
  formula: string;
  /** Nothing where the head has no margin. */
  margin?: {unit: string; min: number; max: number; step: number; value: number};
  make(margin: number): MarginHead;
}

const classes = 10;
const seed = 1;
const scale = 20;

const choice = (name: string, rest: Pick<Choice, 'margin' | 'make'>): Choice => {
  const {title, formula} = softmaxHeads[name];
  return {title, formula, ...rest};
};

/** The heads of the page. Ten directions on a circle stand 36° = 0.63 rad apart, so margins end below that. */
export const choices: Record<string, Choice> = {
  softmax: choice('softmax', {make: () => softmax({classes, seed})}),
  'l2-softmax': choice('l2-softmax', {make: () => l2Softmax({classes, scale: 16, seed})}),
  normface: choice('normface', {make: () => normFace({classes, scale, seed})}),
  arcface: choice('arcface', {
    margin: {unit: ' rad', min: 0, max: 0.6, step: 0.05, value: 0.3},
    make: margin => arcFace({classes, scale, margin, seed}),
  }),
  cosface: choice('cosface', {
    margin: {unit: '', min: 0, max: 0.4, step: 0.05, value: 0.15},
    make: margin => cosFace({classes, scale, margin, seed}),
  }),
  'a-softmax': choice('a-softmax', {
    margin: {unit: '', min: 1, max: 4, step: 1, value: 4},
    make: margin => aSoftmax({classes, margin, lambda: 5, seed}),
  }),
};
