import {input, layers, model, type SymbolicTensor} from '@tensorflow/tfjs-layers';
import {check} from '../base/check';
import {checkOptions} from '../base/checkOptions';
import {checkNetwork} from './layers/convolutionPrelu';
import {divisibleChannels} from './layers/divisibleChannels';
import {hardSigmoid, hardSwish} from './layers/hardSwish';
import {kaimingDeviation as kaiming} from './layers/kaimingDeviation';
import {
  type BatchNormSettings,
  batchNormSettings,
  type NetworkBlocks,
  networkBlocks,
} from './layers/networkBlocks';
import {type MobileNetV3Block, type MobileNetV3Size, mobileNetV3Blocks} from './mobileNetV3Blocks';
import type {Network} from './network';

/** Options of {@link mobileNetV3}. */
export interface MobileNetV3Options extends BatchNormSettings {
  /** Which of the paper's two networks. Default 'large'. */
  size?: MobileNetV3Size;
  /** By how much every number of channels is multiplied, to the nearest multiple of 8. Default 1. */
  width?: number;
  /** Length of the embedding. Default 512. */
  embeddingSize?: number;
  /** Height, width and channels of the images. Default [112, 112, 3], aligned faces. */
  inputShape?: [number, number, number];
  /** Rate of the dropout before the last layer. Default 0.2, torchvision's. */
  dropout?: number;
  /** Share of the old running statistics kept at every step. Default 0.99, torchvision's. */
  momentum?: number;
  /** ε of every batch normalization. Default 1e-3, torchvision's. */
  epsilon?: number;
  /** Makes the initial weights repeatable. Default: different at every call. */
  seed?: number;
}

type Activate = (blocks: NetworkBlocks, images: SymbolicTensor, name: string) => SymbolicTensor;

const activations: Record<MobileNetV3Block['activation'], Activate> = {
  relu: (blocks, images, name) => blocks.relu(images, name),
  hardSwish,
};

/** Batch normalization behind the convolution `name.0`, and an activation unless it is linear. */
function normalized(blocks: NetworkBlocks, images: SymbolicTensor, name: string, activate?: Activate) {
  const norm = blocks.norm(images, `${name}.1`);
  return activate === undefined ? norm : activate(blocks, norm, `${name}.2`);
}

function pointwise(
  blocks: NetworkBlocks,
  images: SymbolicTensor,
  name: string,
  filters: number,
  activate?: Activate,
): SymbolicTensor {
  const settings = {filters, kernelSize: 1, stddev: kaiming(filters, 1)};
  return normalized(blocks, blocks.convolution(images, `${name}.0`, settings), name, activate);
}

/** Each channel times a number from 0 to 1 that two fully connected layers make of the means of all, a quarter of them between. */
function squeezeAndExcite(blocks: NetworkBlocks, images: SymbolicTensor, name: string): SymbolicTensor {
  const channels = images.shape[3] as number;
  const squeezed = divisibleChannels(Math.floor(channels / 4));
  const dense = (from: SymbolicTensor, own: string, units: number) =>
    blocks.dense(from, `${name}.${own}`, {units, useBias: true, stddev: kaiming(units, 1)});
  let gate = blocks.globalAverage(images, `${name}.pool`);
  gate = blocks.relu(dense(gate, 'fc1', squeezed), `${name}.relu`);
  gate = hardSigmoid(blocks, dense(gate, 'fc2', channels), `${name}.gate`);
  const reshaped = layers.reshape({targetShape: [1, 1, channels], name: `${name}.places`}).apply(gate);
  return layers
    .multiply({name: `${name}.scale`})
    .apply([images, reshaped as SymbolicTensor]) as SymbolicTensor;
}

function invertedResidual(
  blocks: NetworkBlocks,
  images: SymbolicTensor,
  name: string,
  {kernelSize, expanded, filters, squeeze, activation, strides}: MobileNetV3Block,
): SymbolicTensor {
  const from = images.shape[3] as number;
  const activate = activations[activation];
  let part = 0;
  const next = () => `${name}.block.${part++}`;
  let features = images;
  if (expanded !== from) features = pointwise(blocks, features, next(), expanded, activate);
  const through = next();
  const depthwise = {kernelSize, strides, stddev: kaiming(expanded, kernelSize)};
  features = blocks.depthwise(features, `${through}.0`, depthwise);
  features = normalized(blocks, features, through, activate);
  if (squeeze) features = squeezeAndExcite(blocks, features, next());
  features = pointwise(blocks, features, next(), filters);
  return strides === 1 && from === filters ? blocks.add([images, features], `${name}.add`) : features;
}

/**
 * MobileNetV3, large or small, with an embedding in place of the classes.
 *
 * A 3×3 convolution of stride 2, inverted residual blocks with 3×3 and 5×5 depthwise convolutions, some with squeeze-and-excitation, hard swish
 * in the later ones, a 1×1 convolution, average, two fully connected layers. Of stock layers alone: hard swish is made of four. At 112×112 with
 * 512 numbers, running statistics not counted: 4,857,904 parameters and 60 million multiply-adds for the large one, 2,042,656 and 16 for
 * the small one; with 1,000 numbers at 224×224 the published 5,483,032 and 217, 2,542,856 and 57. Layers are named as the modules of torchvision's
 * `mobilenet_v3_large` (`features.4.block.2.fc1`), so that state dicts of one with `num_classes` as long as the embedding fit.
 * Source: Howard et al., Searching for MobileNetV3, [arXiv 1905.02244](https://arxiv.org/abs/1905.02244).
 *
 * @returns A model from images `[B, height, width, channels]` to embeddings `[B, embeddingSize]`, not normalized.
 * @throws If there is no such size, the embedding has no length, a side of the images is shorter than 16, `width` is not above 0, `dropout` is
 * not from 0 to below 1, `momentum` not between 0 and 1, or `epsilon` not positive.
 *
 * @example
 * ```js
 * const network = mobileNetV3({size: 'small', inputShape: [32, 32, 3], embeddingSize: 64, seed: 1});
 * const embeddings = network.predict(tf.zeros([2, 32, 32, 3]));   // shape [2, 64]
 * ```
 */
export function mobileNetV3(options: MobileNetV3Options = {}): Network {
  const where = 'mobileNetV3';
  checkOptions(where, options, {
    size: true,
    width: true,
    embeddingSize: true,
    inputShape: true,
    dropout: true,
    seed: true,
    ...batchNormSettings,
  });
  const {
    size = 'large',
    width = 1,
    embeddingSize = 512,
    inputShape = [112, 112, 3],
    dropout = 0.2,
    momentum = 0.99,
    epsilon = 1e-3,
    seed,
  } = options;
  check.oneOf(where, 'size', size, Object.keys(mobileNetV3Blocks));
  check.positive(where, 'width', width);
  checkNetwork(where, {embeddingSize, inputShape}, 16);
  check.between(where, 'dropout', dropout, 0, 1 - Number.EPSILON);
  const blocks = networkBlocks(where, {momentum, epsilon}, seed);
  const channels = (filters: number) => divisibleChannels(filters * width);
  const {rows, hidden} = mobileNetV3Blocks[size];
  const images = input({shape: inputShape});
  const first = channels(16);
  const stem = {filters: first, kernelSize: 3, strides: 2, stddev: kaiming(first, 3)};
  let features = blocks.convolution(images, 'features.0.0', stem);
  features = normalized(blocks, features, 'features.0', hardSwish);
  for (const [i, row] of rows.entries()) {
    const scaled = {...row, expanded: channels(row.expanded), filters: channels(row.filters)};
    features = invertedResidual(blocks, features, `features.${i + 1}`, scaled);
  }
  const last = 6 * (features.shape[3] as number);
  features = pointwise(blocks, features, `features.${rows.length + 1}`, last, hardSwish);
  features = blocks.globalAverage(features, 'avgpool');
  const linear = (units: number) => ({units, useBias: true, stddev: 0.01});
  features = blocks.dense(features, 'classifier.0', linear(channels(hidden)));
  features = blocks.dropout(hardSwish(blocks, features, 'classifier.1'), 'classifier.2', dropout);
  const embeddings = blocks.dense(features, 'classifier.3', linear(embeddingSize));
  return model({inputs: images, outputs: embeddings, name: where}) as Network;
}
