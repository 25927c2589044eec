import {angularLogit, cosine, type Margin} from './angularLogit';
import {type HeadInputs, type HeadResult, softmaxLoss} from './softmaxLoss';

/** f(θ) = cos θ − m. */
export const cosFaceMargin =
  (margin: number): Margin =>
  theta => ({value: Math.cos(theta) - margin, slope: -Math.sin(theta)});

/** CosFace (arXiv 1801.09414), AM-softmax (1801.05599): z_y = s(cos θ − m). */
export const cosFace = (inputs: HeadInputs, {scale, margin}: {scale: number; margin: number}): HeadResult =>
  softmaxLoss(inputs, {
    logit: (x, w, isTarget) => angularLogit(x, w, isTarget ? cosFaceMargin(margin) : cosine, {scale}),
  });
