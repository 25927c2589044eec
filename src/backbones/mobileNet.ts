import {input, model, type SymbolicTensor} from '@tensorflow/tfjs-layers';
import {check} from '../base/check';
import {checkOptions} from '../base/checkOptions';
import {checkNetwork} from './layers/convolutionPrelu';
import {kaimingDeviation as kaiming} from './layers/kaimingDeviation';
import {
  type BatchNormSettings,
  batchNormSettings,
  type NetworkBlocks,
  networkBlocks,
} from './layers/networkBlocks';
import {usualDeviation} from './layers/usualDeviation';
import type {Network} from './network';

/** Options of {@link mobileNet}. */
export interface MobileNetOptions extends BatchNormSettings {
  /** By how much every number of channels is multiplied, the paper's α; rounded down. Default 1, MobileNet 1.0. */
  width?: number;
  /** Length of the embedding. Default 512. */
  embeddingSize?: number;
  /** Height, width and channels of the images. Default [112, 112, 3], aligned faces. */
  inputShape?: [number, number, number];
  /** Rate of the dropout before the fully connected layer. Default 0.5, foamliu's. */
  dropout?: number;
  /** Makes the initial weights repeatable. Default: different at every call. */
  seed?: number;
}

/** Channels and strides of the paper, by the names of the blocks. */
const stages: [name: string, filters: number, strides: number][] = [
  ['dw2_1', 64, 1],
  ['dw2_2', 128, 2],
  ['dw3_1', 128, 1],
  ['dw3_2', 256, 2],
  ['dw4_1', 256, 1],
  ['dw4_2', 512, 2],
  ['dw5_1', 512, 1],
  ['dw5_2', 512, 1],
  ['dw5_3', 512, 1],
  ['dw5_4', 512, 1],
  ['dw5_5', 512, 1],
  ['dw5_6', 1024, 2],
  ['dw6', 1024, 1],
];

/** A 3×3 depthwise convolution, then a 1×1 one, each with batch normalization and ReLU. */
function separable(
  blocks: NetworkBlocks,
  images: SymbolicTensor,
  name: string,
  {filters, strides}: {filters: number; strides: number},
): SymbolicTensor {
  const depthwise = {kernelSize: 3, strides, stddev: kaiming(images.shape[3] as number, 3)};
  let features = blocks.depthwise(images, `${name}.conv_dw`, depthwise);
  features = blocks.relu(blocks.norm(features, `${name}.bn_dw`), `${name}.relu_dw`);
  const pointwise = {filters, kernelSize: 1, stddev: kaiming(filters, 1)};
  features = blocks.convolution(features, `${name}.conv_sep`, pointwise);
  return blocks.relu(blocks.norm(features, `${name}.bn_sep`), `${name}.relu_sep`);
}

/**
 * MobileNet 1.0 for faces, as foamliu's InsightFace port has it: the network of the paper with ArcFace's layers to the embedding.
 *
 * A 3×3 convolution of stride 2 to 32 channels, 13 blocks of a 3×3 depthwise and a 1×1 convolution that halve the image four times
 * and end in 1,024 channels, then BN – dropout – fully connected – BN; batch normalization and ReLU after each convolution. At
 * 112×112 with 512 numbers, running statistics not counted: 11,599,168 parameters, of which 8.4 million in the fully connected
 * layer, and 156 million multiply-adds. Layers are named as the modules of the PyTorch definition most in use (`dw2_1.conv_dw`).
 * Source: Howard et al., MobileNets, [arXiv 1704.04861](https://arxiv.org/abs/1704.04861).
 *
 * @returns A model from images `[B, height, width, channels]` to embeddings `[B, embeddingSize]`, not normalized.
 * Pixels are expected as (x − 127.5) / 127.5, RGB.
 * @throws If the embedding has no length, a side of the images is shorter than 16, `width` leaves a layer without channels, `dropout`
 * is not from 0 to below 1, `momentum` not between 0 and 1, or `epsilon` not positive.
 *
 * @example
 * ```js
 * const network = mobileNet({width: 0.25, inputShape: [32, 32, 3], embeddingSize: 64, seed: 1});
 * const embeddings = network.predict(tf.zeros([2, 32, 32, 3]));   // shape [2, 64]
 * ```
 */
export function mobileNet(options: MobileNetOptions = {}): Network {
  const where = 'mobileNet';
  checkOptions(where, options, {
    width: true,
    embeddingSize: true,
    inputShape: true,
    dropout: true,
    seed: true,
    ...batchNormSettings,
  });
  const {width = 1, embeddingSize = 512, inputShape = [112, 112, 3], dropout = 0.5, seed, ...rest} = options;
  check.atLeast(where, 'width', width, 1 / 32);
  checkNetwork(where, {embeddingSize, inputShape}, 16);
  check.between(where, 'dropout', dropout, 0, 1 - Number.EPSILON);
  const blocks = networkBlocks(where, rest, seed);
  const channels = (filters: number) => Math.floor(filters * width);
  const images = input({shape: inputShape});
  const stem = {filters: channels(32), kernelSize: 3, strides: 2, stddev: kaiming(channels(32), 3)};
  let features = blocks.convolution(images, 'conv1', stem);
  features = blocks.relu(blocks.norm(features, 'bn1'), 'relu');
  for (const [name, filters, strides] of stages) {
    features = separable(blocks, features, name, {filters: channels(filters), strides});
  }
  features = blocks.dropout(blocks.norm(features, 'bn2'), 'dropout', dropout);
  const inputs = features.shape.slice(1).reduce((size: number, side) => size * (side as number), 1);
  const stddev = usualDeviation(inputs);
  const embeddings = blocks.dense(features, 'fc', {units: embeddingSize, useBias: true, stddev});
  return model({inputs: images, outputs: blocks.norm(embeddings, 'bn3'), name: where}) as Network;
}
