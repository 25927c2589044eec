import {input, model, type SymbolicTensor} from '@tensorflow/tfjs-layers';
import {check} from '../base/check';
import {checkOptions} from '../base/checkOptions';
import {checkNetwork} from './layers/convolutionPrelu';
import {divisibleChannels} from './layers/divisibleChannels';
import {kaimingDeviation as kaiming} from './layers/kaimingDeviation';
import {
  type BatchNormSettings,
  batchNormSettings,
  type NetworkBlocks,
  networkBlocks,
} from './layers/networkBlocks';
import type {Network} from './network';

/** Options of {@link mobileNetV2}. */
export interface MobileNetV2Options extends BatchNormSettings {
  /** By how much every number of channels is multiplied, to the nearest multiple of 8; the last 1,280 by 1 at least. Default 1. */
  width?: number;
  /** Length of the embedding. Default 512. */
  embeddingSize?: number;
  /** Height, width and channels of the images. Default [112, 112, 3], aligned faces. */
  inputShape?: [number, number, number];
  /** Rate of the dropout before the fully connected layer. Default 0.2, torchvision's. */
  dropout?: number;
  /** Makes the initial weights repeatable. Default: different at every call. */
  seed?: number;
}

/** The paper's second table: expansion, channels, repeats, stride of the first. */
const stages: [expansion: number, filters: number, repeats: number, strides: number][] = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
];

/** Batch normalization and ReLU6 behind the convolution `name.0`. */
const activate = (blocks: NetworkBlocks, images: SymbolicTensor, name: string) =>
  blocks.relu(blocks.norm(images, `${name}.1`), `${name}.2`, 6);

const pointwise = (filters: number) => ({filters, kernelSize: 1, stddev: kaiming(filters, 1)});

/** 1×1 up unless there is no expansion, 3×3 depthwise, 1×1 down without activation; with a shortcut if it keeps size and channels. */
function invertedResidual(
  blocks: NetworkBlocks,
  images: SymbolicTensor,
  name: string,
  {expansion, filters, strides}: {expansion: number; filters: number; strides: number},
): SymbolicTensor {
  const from = images.shape[3] as number;
  const expanded = from * expansion;
  let part = 0;
  let features = images;
  if (expansion !== 1) {
    const up = `${name}.conv.${part++}`;
    features = activate(blocks, blocks.convolution(features, `${up}.0`, pointwise(expanded)), up);
  }
  const through = `${name}.conv.${part++}`;
  const depthwise = {kernelSize: 3, strides, stddev: kaiming(expanded, 3)};
  features = activate(blocks, blocks.depthwise(features, `${through}.0`, depthwise), through);
  features = blocks.convolution(features, `${name}.conv.${part++}`, pointwise(filters));
  features = blocks.norm(features, `${name}.conv.${part}`);
  return strides === 1 && from === filters ? blocks.add([images, features], `${name}.add`) : features;
}

/**
 * MobileNetV2 with an embedding in place of the classes.
 *
 * A 3×3 convolution of stride 2, 17 inverted residual blocks that halve the image four times, a 1×1 convolution to 1,280 channels, average –
 * dropout – fully connected; batch normalization after each convolution, and ReLU6 where a block is wide. At 112×112 with 512 numbers, running
 * statistics not counted: 2,879,744 parameters and 82 million multiply-adds; with 1,000 numbers at 224×224 the published 3,504,872 and
 * 301 million. Layers are named as the modules of torchvision's `mobilenet_v2` (`features.1.conv.0.0`), so that state dicts of one with
 * `num_classes` as long as the embedding fit.
 * Source: Sandler et al., MobileNetV2, [arXiv 1801.04381](https://arxiv.org/abs/1801.04381).
 *
 * @returns A model from images `[B, height, width, channels]` to embeddings `[B, embeddingSize]`, not normalized.
 * @throws If the embedding has no length, a side of the images is shorter than 16, `width` is not above 0, `dropout` is not from 0 to below 1,
 * `momentum` not between 0 and 1, or `epsilon` not positive.
 *
 * @example
 * ```js
 * const network = mobileNetV2({inputShape: [32, 32, 3], embeddingSize: 64, seed: 1});
 * const embeddings = network.predict(tf.zeros([2, 32, 32, 3]));   // shape [2, 64]
 * ```
 */
export function mobileNetV2(options: MobileNetV2Options = {}): Network {
  const where = 'mobileNetV2';
  checkOptions(where, options, {
    width: true,
    embeddingSize: true,
    inputShape: true,
    dropout: true,
    seed: true,
    ...batchNormSettings,
  });
  const {
    width = 1,
    embeddingSize = 512,
    inputShape = [112, 112, 3],
    dropout = 0.2,
    seed,
    ...batchNorm
  } = options;
  check.positive(where, 'width', width);
  checkNetwork(where, {embeddingSize, inputShape}, 16);
  check.between(where, 'dropout', dropout, 0, 1 - Number.EPSILON);
  const blocks = networkBlocks(where, batchNorm, seed);
  const channels = (filters: number) => divisibleChannels(filters * width);
  const images = input({shape: inputShape});
  const first = channels(32);
  const stem = {filters: first, kernelSize: 3, strides: 2, stddev: kaiming(first, 3)};
  let features = activate(blocks, blocks.convolution(images, 'features.0.0', stem), 'features.0');
  let at = 1;
  for (const [expansion, filters, repeats, strides] of stages) {
    for (let i = 0; i < repeats; i++) {
      const shape = {expansion, filters: channels(filters), strides: i === 0 ? strides : 1};
      features = invertedResidual(blocks, features, `features.${at++}`, shape);
    }
  }
  const last = divisibleChannels(1280 * Math.max(1, width));
  const top = `features.${at}`;
  features = activate(blocks, blocks.convolution(features, `${top}.0`, pointwise(last)), top);
  features = blocks.dropout(blocks.globalAverage(features, 'pool'), 'classifier.0', dropout);
  const linear = {units: embeddingSize, useBias: true, stddev: 0.01};
  const embeddings = blocks.dense(features, 'classifier.1', linear);
  return model({inputs: images, outputs: embeddings, name: where}) as Network;
}
