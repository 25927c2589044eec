import {initializers, input, layers, model, type SymbolicTensor} from '@tensorflow/tfjs-layers';
import {checkOptions} from '../base/checkOptions';
import {checkNetwork, convolutionPrelu, layerSeeds} from './layers/convolutionPrelu';
import type {Network} from './network';

/** Options of {@link compact}. */
export interface CompactOptions {
  /** Length of the embedding. Default 2, which can be plotted. */
  embeddingSize?: number;
  /** Height, width and channels of the images. Default [28, 28, 1], those of MNIST. */
  inputShape?: [number, number, number];
  /** Makes the initial weights repeatable. Default: different at every call. */
  seed?: number;
}

/**
 * A small convolutional network for small images: fast enough to train on the WebAssembly backend.
 *
 * Three stages of 16, 32 and 64 channels, each two 3×3 convolutions with PReLU and a 2×2 max pooling, then a
 * dense layer to the embedding. 73,170 parameters and 7.3 million multiplications an image with the defaults.
 *
 * @returns A model from images `[B, height, width, channels]` to embeddings `[B, embeddingSize]`, not normalized.
 * @throws If the embedding has no length, or a side of the images is shorter than 8.
 *
 * @example
 * ```js
 * const network = compact({embeddingSize: 2, seed: 1});
 * const embeddings = network.predict(tf.zeros([8, 28, 28, 1]));   // shape [8, 2]
 * ```
 */
export function compact(options: CompactOptions = {}): Network {
  checkOptions('compact', options, {embeddingSize: true, inputShape: true, seed: true});
  const {embeddingSize = 2, inputShape = [28, 28, 1], seed} = options;
  checkNetwork('compact', {embeddingSize, inputShape}, 8);
  const nextSeed = layerSeeds(seed);
  const images = input({shape: inputShape});
  let features = images;
  for (const filters of [16, 32, 64]) {
    features = convolutionPrelu(features, {filters, kernelSize: 3, seed: nextSeed()});
    features = convolutionPrelu(features, {filters, kernelSize: 3, seed: nextSeed()});
    features = layers.maxPooling2d({poolSize: 2, strides: 2}).apply(features) as SymbolicTensor;
  }
  const embed = layers.dense({
    units: embeddingSize,
    kernelInitializer: initializers.glorotNormal({seed: nextSeed()}),
  });
  const embeddings = embed.apply(layers.flatten().apply(features)) as SymbolicTensor;
  return model({inputs: images, outputs: embeddings, name: 'compact'}) as Network;
}
