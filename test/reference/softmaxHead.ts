import {type HeadInputs, type HeadResult, softmaxLoss} from './softmaxLoss';
import {dot} from './vectors';

/** Plain softmax: z_j = w_j·x, no bias. */
export const softmaxHead = (inputs: HeadInputs): HeadResult =>
  softmaxLoss(inputs, {
    logit: (x, w) => ({value: dot(x, w), embedding: w, weight: x, scale: dot(x, w)}),
  });
