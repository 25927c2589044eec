import {input, layers, model, type SymbolicTensor} from '@tensorflow/tfjs-layers';
import {check} from '../base/check';
import {checkOptions} from '../base/checkOptions';
import {basicConvolution} from './layers/basicConvolution';
import {checkNetwork} from './layers/convolutionPrelu';
import {
  type BatchNormSettings,
  batchNormSettings,
  type NetworkBlocks,
  networkBlocks,
} from './layers/networkBlocks';
import {usualDeviation} from './layers/usualDeviation';
import type {Network} from './network';

/** Options of {@link faceNetNN1}. */
export interface FaceNetNN1Options extends BatchNormSettings {
  /** How many numbers each of the two maxout layers gives. Default 4096, the paper's 32 · 128. */
  hidden?: number;
  /** Length of the embedding. Default 128. */
  embeddingSize?: number;
  /** Height, width and channels of the images. Default [220, 220, 3]. */
  inputShape?: [number, number, number];
  /** Makes the initial weights repeatable. Default: different at every call. */
  seed?: number;
}

/** The paper's first table: a 1×1 convolution that keeps the channels, a 3×3 one, and whether a pooling follows. */
const stages: {name: string; filters: number; pool?: string}[] = [
  {name: 'conv2', filters: 192, pool: 'pool2'},
  {name: 'conv3', filters: 384, pool: 'pool3'},
  {name: 'conv4', filters: 256},
  {name: 'conv5', filters: 256},
  {name: 'conv6', filters: 256, pool: 'pool4'},
];

/** Of two fully connected layers, the larger number at each place. */
function maxout(blocks: NetworkBlocks, input: SymbolicTensor, name: string, units: number): SymbolicTensor {
  const inputs = input.shape.slice(1).reduce((size: number, side) => size * (side as number), 1);
  const settings = {units, useBias: true, stddev: usualDeviation(inputs)};
  const pieces = [0, 1].map(piece => blocks.dense(input, `${name}.${piece}`, settings));
  return layers.maximum({name: `${name}.max`}).apply(pieces) as SymbolicTensor;
}

/**
 * FaceNet's NN1, the Zeiler-Fergus network of the paper with 1×1 convolutions between.
 *
 * A 7×7 convolution of stride 2, five pairs of a 1×1 and a 3×3 one to 192, 384 and 256 channels, poolings that halve the image four
 * times, two maxout layers of two pieces, fully connected. At 220×220 with 128 numbers, running statistics not counted: 140,028,224
 * parameters, 97 % of them in the maxout layers, and 1,606 million multiply-adds; the paper says 140 and 1,600 million. Each convolution has
 * batch normalization, where the paper has two local response normalizations. No weights of it are published.
 * Source: Schroff et al., FaceNet, [arXiv 1503.03832](https://arxiv.org/abs/1503.03832), table 1.
 *
 * @returns A model from images `[B, height, width, channels]` to embeddings `[B, embeddingSize]`, not normalized.
 * @throws If the embedding or the maxout layers have no length, a side of the images is shorter than 32, `momentum` is not between 0 and 1,
 * or `epsilon` not positive.
 *
 * @example
 * ```js
 * const network = faceNetNN1({hidden: 64, inputShape: [64, 64, 3], seed: 1});
 * const embeddings = network.predict(tf.zeros([2, 64, 64, 3]));   // shape [2, 128]
 * ```
 */
export function faceNetNN1(options: FaceNetNN1Options = {}): Network {
  const where = 'faceNetNN1';
  checkOptions(where, options, {
    hidden: true,
    embeddingSize: true,
    inputShape: true,
    seed: true,
    ...batchNormSettings,
  });
  const {hidden = 4096, embeddingSize = 128, inputShape = [220, 220, 3], seed, ...batchNorm} = options;
  check.count(where, 'hidden', hidden);
  checkNetwork(where, {embeddingSize, inputShape}, 32);
  const blocks = networkBlocks(where, batchNorm, seed);
  const pooling = {poolSize: 3, strides: 2, padding: 'same'} as const;
  const images = input({shape: inputShape});
  let features = basicConvolution(blocks, images, 'conv1', {filters: 64, kernelSize: 7, strides: 2});
  features = blocks.maxPool(features, 'pool1', pooling);
  for (const {name, filters, pool} of stages) {
    const reduced = {filters: features.shape[3] as number, kernelSize: 1};
    features = basicConvolution(blocks, features, `${name}a`, reduced);
    features = basicConvolution(blocks, features, name, {filters, kernelSize: 3});
    if (pool !== undefined) features = blocks.maxPool(features, pool, pooling);
  }
  features = maxout(blocks, features, 'fc1', hidden);
  features = maxout(blocks, features, 'fc2', hidden);
  const linear = {units: embeddingSize, useBias: true, stddev: usualDeviation(hidden)};
  const embeddings = blocks.dense(features, 'fc7128', linear);
  return model({inputs: images, outputs: embeddings, name: where}) as Network;
}
