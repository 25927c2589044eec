import type * as tf from '@tensorflow/tfjs-core';
import type {LayerVariable} from '@tensorflow/tfjs-layers';

/**
 * The variables that training changes, of layers and models, as `tf.variableGrads` and optimizers take them.
 *
 * @param parts tfjs-layers layers, heads and models; they must be built.
 *
 * @example
 * ```js
 * const variables = trainableVariables(network, head);
 * const {grads} = tf.variableGrads(() => tf.mean(head.loss(network.apply(images, {training: true}), labels)), variables);
 * ```
 */
export function trainableVariables(...parts: {trainableWeights: LayerVariable[]}[]): tf.Variable[] {
  return parts.flatMap(part => part.trainableWeights.map(weight => weight.read() as tf.Variable));
}
