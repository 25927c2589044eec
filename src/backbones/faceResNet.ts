import {initializers, input, layers, model, type SymbolicTensor} from '@tensorflow/tfjs-layers';
import {checkOptions} from '../base/checkOptions';
import {checkNetwork, layerSeeds} from './layers/convolutionPrelu';
import {memorySavingLayers} from './layers/memorySavingLayers';
import {preluLayer} from './layers/preluLayer';
import type {Network} from './network';

/** Options of {@link faceResNet}. */
export interface FaceResNetOptions {
  /** Length of the embedding. Default 512. */
  embeddingSize?: number;
  /** Height, width and channels of the images. Default [112, 96, 3], as in the center-loss paper. */
  inputShape?: [number, number, number];
  /** Makes the initial weights repeatable. Default: different at every call. */
  seed?: number;
}

/** Channels of each stage, and how many pairs of convolutions it has beside a shortcut. */
const stages = [
  {filters: 64, pairs: 1},
  {filters: 128, pairs: 2},
  {filters: 256, pairs: 5},
  {filters: 512, pairs: 3},
];

/**
 * Face-ResNet, the residual network of 27 convolutions without batch normalization of the center-loss and L2-softmax papers.
 *
 * Two 3×3 convolutions to 32 and 64 channels, then stages of 64, 128, 256 and 512 channels with 1, 2, 5 and 3 pairs
 * of 3×3 convolutions beside a shortcut; every stage but the first is entered through a 3×3 convolution, and a stage is
 * entered after a 2×2 max pooling. PReLU with one slope a channel and bias with each; the convolutions that widen are not
 * padded. A fully connected layer makes the embedding. 27,543,072 parameters with the defaults, of which 5.2 million
 * in the fully connected layer.
 * Sources: Wen et al., A Discriminative Feature Learning Approach for Deep Face Recognition, ECCV 2016;
 * Ranjan et al., L2-constrained Softmax Loss for Discriminative Face Verification,
 * [arXiv 1703.09507](https://arxiv.org/abs/1703.09507).
 *
 * @returns A model from images `[B, height, width, channels]` to embeddings `[B, embeddingSize]`, not normalized.
 * Pixels are expected as (x − 127.5) / 128.
 * @throws If the embedding has no length, or a side of the images is shorter than 33.
 *
 * @example
 * ```js
 * const network = faceResNet({embeddingSize: 64, inputShape: [48, 40, 3], seed: 1});
 * const embeddings = network.predict(tf.zeros([2, 48, 40, 3]));   // shape [2, 64]
 * ```
 */
export function faceResNet(options: FaceResNetOptions = {}): Network {
  checkOptions('faceResNet', options, {embeddingSize: true, inputShape: true, seed: true});
  const {embeddingSize = 512, inputShape = [112, 96, 3], seed} = options;
  checkNetwork('faceResNet', {embeddingSize, inputShape}, 33);
  const nextSeed = layerSeeds(seed);
  /** Caffe's Xavier initial values. */
  const xavier = () =>
    initializers.varianceScaling({scale: 1, mode: 'fanIn', distribution: 'uniform', seed: nextSeed()});
  const convolution = (
    features: SymbolicTensor,
    filters: number,
    name: string,
    padding: 'same' | 'valid' = 'valid',
  ) => {
    // A residual that starts near zero lets the shortcut lead at first.
    const kernelInitializer =
      padding === 'same' ? initializers.randomNormal({stddev: 0.01, seed: nextSeed()}) : xavier();
    const convolve = memorySavingLayers.conv2d({
      filters,
      kernelSize: 3,
      padding,
      kernelInitializer,
      name: `conv${name}`,
    });
    const alphaInitializer = initializers.constant({value: 0.25});
    const activate = preluLayer({sharedAxes: [1, 2], alphaInitializer, name: `relu${name}`});
    return activate.apply(convolve.apply(features)) as SymbolicTensor;
  };
  const images = input({shape: inputShape});
  let features = convolution(images, 32, '1a');
  for (const [i, {filters, pairs}] of stages.entries()) {
    features = convolution(features, filters, i === 0 ? '1b' : `${i + 1}`);
    // Caffe's pooling keeps the last row and column of an odd side.
    const pool = layers.maxPooling2d({poolSize: 2, strides: 2, padding: 'same', name: `pool${i + 1}`});
    features = pool.apply(features) as SymbolicTensor;
    for (let pair = 1; pair <= pairs; pair++) {
      const [first, second] = [2 * pair - 1, 2 * pair].map(n => `${i + 2}_${n}`);
      const residual = convolution(convolution(features, filters, first, 'same'), filters, second, 'same');
      const sum = memorySavingLayers.add({name: `res${second}`});
      features = sum.apply([features, residual]) as SymbolicTensor;
    }
  }
  const embed = layers.dense({units: embeddingSize, kernelInitializer: xavier(), name: 'fc5'});
  const embeddings = embed.apply(layers.flatten().apply(features)) as SymbolicTensor;
  return model({inputs: images, outputs: embeddings, name: 'faceResNet'}) as Network;
}
