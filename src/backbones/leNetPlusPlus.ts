import {initializers, input, layers, model, type SymbolicTensor} from '@tensorflow/tfjs-layers';
import {checkOptions} from '../base/checkOptions';
import {checkNetwork, convolutionPrelu, layerSeeds} from './layers/convolutionPrelu';
import {preluLayer} from './layers/preluLayer';
import type {Network} from './network';

/** Options of {@link leNetPlusPlus}. */
export interface LeNetPlusPlusOptions {
  /** Length of the embedding. Default 2, which can be plotted. */
  embeddingSize?: number;
  /** Height, width and channels of the images. Default [28, 28, 1], those of MNIST. */
  inputShape?: [number, number, number];
  /** Makes the initial weights repeatable. Default: different at every call. */
  seed?: number;
  /**
   * Whether a PReLU follows the embedding, as in the network its authors published. Default false: it squeezes
   * three of the four quadrants of the plane, and the heads that look at angles need all of them.
   */
  embeddingPrelu?: boolean;
}

/**
 * LeNet++, the network of the center-loss paper for MNIST.
 *
 * Three stages of 32, 64 and 128 channels, each two 5×5 convolutions with padding 2 and PReLU, pooled by 2×2,
 * 2×2 and 3×3 windows of stride 2 (28 → 14 → 7 → 3), then a dense layer to the embedding. 797,602 parameters
 * with the defaults; with the ten-class softmax layer without bias on top, the published 797,622.
 * Source: Wen et al., A Discriminative Feature Learning Approach for Deep Face Recognition, ECCV 2016.
 *
 * @returns A model from images `[B, height, width, channels]` to embeddings `[B, embeddingSize]`, not normalized.
 * @throws If the embedding has no length, or a side of the images is shorter than 12.
 *
 * @example
 * ```js
 * const network = leNetPlusPlus({seed: 1});
 * const embeddings = network.predict(tf.zeros([8, 28, 28, 1]));   // shape [8, 2]
 * ```
 */
export function leNetPlusPlus(options: LeNetPlusPlusOptions = {}): Network {
  checkOptions('leNetPlusPlus', options, {
    embeddingSize: true,
    inputShape: true,
    seed: true,
    embeddingPrelu: true,
  });
  const {embeddingSize = 2, inputShape = [28, 28, 1], seed, embeddingPrelu = false} = options;
  checkNetwork('leNetPlusPlus', {embeddingSize, inputShape}, 12);
  const nextSeed = layerSeeds(seed);
  const images = input({shape: inputShape});
  let features = images;
  for (const [filters, poolSize] of [
    [32, 2],
    [64, 2],
    [128, 3],
  ]) {
    features = convolutionPrelu(features, {filters, kernelSize: 5, seed: nextSeed()});
    features = convolutionPrelu(features, {filters, kernelSize: 5, seed: nextSeed()});
    features = layers.maxPooling2d({poolSize, strides: 2}).apply(features) as SymbolicTensor;
  }
  const embed = layers.dense({
    units: embeddingSize,
    kernelInitializer: initializers.glorotNormal({seed: nextSeed()}),
  });
  let embeddings = embed.apply(layers.flatten().apply(features)) as SymbolicTensor;
  if (embeddingPrelu) {
    const activation = preluLayer({alphaInitializer: initializers.constant({value: 0.25})});
    embeddings = activation.apply(embeddings) as SymbolicTensor;
  }
  return model({inputs: images, outputs: embeddings, name: 'leNetPlusPlus'}) as Network;
}
