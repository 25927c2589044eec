import * as tf from '@tensorflow/tfjs-core';
import type {LayerVariable} from '@tensorflow/tfjs-layers';
import type {Layer} from '../../base/layer';

/** x ↦ scale · x + offset, both `[channels]`. */
export interface Affine {
  scale: tf.Tensor;
  offset: tf.Tensor;
}

/** What a batch normalization does by its running statistics: scale γ / √(σ² + ε), offset β − μ · scale. */
export function affineOf(layer: Layer): Affine {
  const {epsilon, gamma, beta, movingMean, movingVariance} = layer as unknown as {
    epsilon: number;
    gamma?: LayerVariable | null;
    beta?: LayerVariable | null;
    movingMean: LayerVariable;
    movingVariance: LayerVariable;
  };
  const inverse = tf.div(1, tf.sqrt(tf.add(movingVariance.read(), epsilon)));
  const scale = gamma ? tf.mul(gamma.read(), inverse) : inverse;
  const shift = tf.mul(movingMean.read(), scale);
  return {scale, offset: beta ? tf.sub(beta.read(), shift) : tf.neg(shift)};
}
