import type * as tf from '@tensorflow/tfjs-core';
import type {LayersModel, SymbolicTensor} from '@tensorflow/tfjs-layers';
import type {LayerInput, LayerOutput} from '../base/layer';

/**
 * A network from images to embeddings, as the functions of this library make it.
 *
 * It is a tfjs-layers model with narrower types: one tensor of images in, one tensor of embeddings out. TensorFlow.js leaves open
 * whether there are several, and any other model needs a cast: `model.predict(images) as tf.Tensor2D`.
 */
export interface Network extends LayersModel {
  /** Embeddings `[B, embeddingSize]` of images `[B, height, width, channels]`, batch by batch. */
  predict(images: tf.Tensor, options?: {batchSize?: number; verbose?: boolean}): tf.Tensor2D;
  /** The same in one batch, and in training with `{training: true}`: differentiable in the weights. */
  apply(images: tf.Tensor, options?: {training?: boolean}): tf.Tensor2D;
  /** The network as a part of another model. */
  apply(images: SymbolicTensor, options?: {training?: boolean}): SymbolicTensor;
  /** As of any layer. */
  apply(inputs: LayerInput, options?: {training?: boolean}): LayerOutput;
}
