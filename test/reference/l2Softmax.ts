import {type HeadInputs, type HeadResult, softmaxLoss} from './softmaxLoss';
import {dot, normalized, scaled, throughNormalization} from './vectors';

/** L2-softmax (arXiv 1703.09507): z_j = α x̂·w_j, the weights free. `gradients.scale` is ∂/∂α. */
export const l2Softmax = (inputs: HeadInputs, {scale}: {scale: number}): HeadResult =>
  softmaxLoss(inputs, {
    logit: (x, w) => ({
      value: scale * dot(normalized(x), w),
      embedding: throughNormalization(x, scaled(w, scale)),
      weight: scaled(normalized(x), scale),
      scale: dot(normalized(x), w),
    }),
  });
