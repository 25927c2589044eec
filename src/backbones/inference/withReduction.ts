import * as tf from '@tensorflow/tfjs-core';
import {type LayersModel, layers, model, type SymbolicTensor} from '@tensorflow/tfjs-layers';
import type {LinearReduction} from '../../base/linearReduction';

/**
 * A network with a linear reduction after it, as a stock dense layer: it is saved with the model, and the model gives short embeddings.
 *
 * A reduction of embeddings of length 1 is applied to those of any length here. Without a mean that changes the length of the result only,
 * no cosine; with a mean it would change cosines, and is refused. The layers of the network are shared, not copied.
 *
 * @param network From images to embeddings `[batch, D]`.
 * @param reduction From {@link evaluate.fitReduction} on its embeddings.
 * @returns A model from images to `[batch, k]`.
 * @throws If the network has other embeddings than the reduction takes, or the reduction scales to length 1 *and* subtracts a mean.
 *
 * @example
 * ```js
 * const {values, dimension} = await embedImages(network, [tf.clone(images)]);
 * const short = withReduction(network, fitReduction({values, dimension}, {dimension: 4}));
 * short.outputs[0].shape;   // null, 4
 * ```
 */
export function withReduction(network: LayersModel, reduction: LinearReduction): LayersModel {
  const {from, to, directions, mean, normalize} = reduction;
  const [output, ...others] = network.outputs;
  if (others.length > 0 || output.shape.length !== 2 || output.shape[1] !== from) {
    throw new Error(
      `withReduction: network must give embeddings [batch, ${from}], as the reduction was fitted, but gives [${network.outputs.map(({shape}) => shape.join(', ')).join('] and [')}].`,
    );
  }
  if (normalize && mean) {
    throw new Error(
      'withReduction: reduction must be fitted with normalize: false or center: false, but has both: a layer cannot scale to length 1 before it subtracts a mean.',
    );
  }
  const dense = layers.dense({name: 'reduction', units: to, useBias: mean !== undefined, trainable: false});
  const reduced = dense.apply(output) as SymbolicTensor;
  tf.tidy(() => {
    const kernel = tf.transpose(tf.tensor2d(directions, [to, from]));
    const bias = mean && tf.neg(tf.squeeze(tf.matMul(tf.tensor2d(mean, [1, from]), kernel), [0]));
    dense.setWeights(bias ? [kernel, bias] : [kernel]);
  });
  return model({inputs: network.inputs, outputs: reduced, name: network.name});
}
