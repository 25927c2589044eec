import {angularLogit, cosine} from './angularLogit';
import {annealedPsi, type MultiplicativeMargin} from './multiplicativeMargin';
import {type HeadInputs, type HeadResult, softmaxLoss} from './softmaxLoss';

/**
 * L-Softmax (arXiv 1612.02295): z_j = ‖x‖‖w_j‖ cos θ_j, z_y = ‖x‖‖w_y‖ (λ cos θ + ψ(θ)) / (1 + λ); `scale`
 * multiplies all of them.
 */
export const lSoftmax = (
  inputs: HeadInputs,
  {scale = 1, ...margin}: MultiplicativeMargin & {scale?: number},
): HeadResult =>
  softmaxLoss(inputs, {
    logit: (x, w, isTarget) =>
      angularLogit(x, w, isTarget ? annealedPsi(margin) : cosine, {
        scale,
        embeddingNorm: true,
        weightNorm: true,
      }),
  });
