import {type HeadInputs, type HeadResult, softmaxLoss} from './softmaxLoss';
import {dot, normalized, scaled, throughNormalization} from './vectors';

/**
 * Congenerous cosine loss (arXiv 1710.00870): softmax over ĉ_k·f̂ with f̂ = α f/‖f‖ and learned centroids ĉ_k
 * = c_k/‖c_k‖.
 *
 * The same function as NormFace with s = α, written as that paper does: scaled unit features against unit
 * centroids.
 */
export const coco = (inputs: HeadInputs, {scale}: {scale: number}): HeadResult =>
  softmaxLoss(inputs, {
    logit: (feature, centroid) => {
      const unitFeature = normalized(feature);
      const unitCentroid = normalized(centroid);
      return {
        value: scale * dot(unitCentroid, unitFeature),
        embedding: throughNormalization(feature, scaled(unitCentroid, scale)),
        weight: throughNormalization(centroid, scaled(unitFeature, scale)),
        scale: dot(unitCentroid, unitFeature),
      };
    },
  });
