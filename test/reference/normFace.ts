import {angularLogit, cosine} from './angularLogit';
import {type HeadInputs, type HeadResult, softmaxLoss} from './softmaxLoss';

/** NormFace (arXiv 1704.06369): z_j = s cos θ_j. `gradients.scale` is ∂/∂s. */
export const normFace = (inputs: HeadInputs, {scale}: {scale: number}): HeadResult =>
  softmaxLoss(inputs, {logit: (x, w) => angularLogit(x, w, cosine, {scale})});
