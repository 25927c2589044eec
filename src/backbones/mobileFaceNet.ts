import {input, model, type SymbolicTensor} from '@tensorflow/tfjs-layers';
import {check} from '../base/check';
import {checkOptions} from '../base/checkOptions';
import {checkNetwork} from './layers/convolutionPrelu';
import {groupedConvolution} from './layers/groupedConvolution';
import {kaimingDeviation as kaiming} from './layers/kaimingDeviation';
import {
  type BatchNormSettings,
  batchNormSettings,
  type NetworkBlocks,
  networkBlocks,
} from './layers/networkBlocks';
import type {Network} from './network';

/** Which {@link mobileFaceNet}: the paper's, or InsightFace's `mbf`, which is twice as wide. */
export type MobileFaceNetVariant = 'paper' | 'insightface';

/** By how much the channels between the bottlenecks are multiplied, and the usual length of the embedding. */
const variants: Record<MobileFaceNetVariant, {scale: number; usualEmbedding: number}> = {
  paper: {scale: 1, usualEmbedding: 128},
  insightface: {scale: 2, usualEmbedding: 512},
};

/** Options of {@link mobileFaceNet}. */
export interface MobileFaceNetOptions extends BatchNormSettings {
  /**
   * `'paper'`: the network of the paper. `'insightface'`: InsightFace's `mbf`, with twice the channels between the
   * bottlenecks. Default 'paper'.
   */
  variant?: MobileFaceNetVariant;
  /**
   * How many blocks of equal size there are on each side of the image, from half to a sixteenth, as InsightFace's `blocks`. A first number of
   * 1 is a single convolution, more are as many bottlenecks. Default [1, 4, 6, 2]; [2, 8, 12, 4] is `mbf_large`, and most likely
   * `w600k_mbf` (with `scale: 2`).
   */
  blocks?: [number, number, number, number];
  /**
   * By how much the channels between the bottlenecks are multiplied, 64 and 128 of the paper, as InsightFace's `scale`. Default 1 for
   * 'paper' and 2 for 'insightface'; 4 is `mbf_large`.
   */
  scale?: number;
  /** Length of the embedding. Default 128 for 'paper' and 512 for 'insightface'. */
  embeddingSize?: number;
  /** Height, width and channels of the images. Default [112, 112, 3], aligned faces. */
  inputShape?: [number, number, number];
  /** Makes the initial weights repeatable. Default: different at every call. */
  seed?: number;
}

interface Bottleneck {
  expanded: number;
  filters: number;
  strides: number;
}

/** Batch normalization and PReLU after a convolution. */
const activate = (blocks: NetworkBlocks, images: SymbolicTensor, name: string) =>
  blocks.prelu(blocks.norm(images, `${name}.layers.1`), `${name}.layers.2`);

function pointwise(blocks: NetworkBlocks, images: SymbolicTensor, name: string, filters: number) {
  const settings = {filters, kernelSize: 1, stddev: kaiming(filters, 1)};
  return blocks.convolution(images, `${name}.layers.0`, settings);
}

/** Inverted bottleneck: 1×1 up, 3×3 depthwise, 1×1 down without activation; with a shortcut if it keeps the size. */
function bottleneck(
  blocks: NetworkBlocks,
  images: SymbolicTensor,
  name: string,
  {expanded, filters, strides}: Bottleneck,
): SymbolicTensor {
  const [up, through, down] = [0, 1, 2].map(layer => `${name}.layers.${layer}`);
  let features = activate(blocks, pointwise(blocks, images, up, expanded), up);
  const depthwise = {kernelSize: 3, strides, stddev: kaiming(expanded, 3)};
  features = activate(blocks, blocks.depthwise(features, `${through}.layers.0`, depthwise), through);
  features = blocks.norm(pointwise(blocks, features, down, filters), `${down}.layers.1`);
  return strides === 1 ? blocks.add([images, features], `${name}.add`) : features;
}

/** Bottlenecks of one size, each with a shortcut. */
function residuals(
  blocks: NetworkBlocks,
  images: SymbolicTensor,
  name: string,
  {count, ...shape}: {filters: number; expanded: number; count: number},
): SymbolicTensor {
  let features = images;
  for (let i = 0; i < count; i++) {
    features = bottleneck(blocks, features, `${name}.layers.${i}`, {...shape, strides: 1});
  }
  return features;
}

/**
 * MobileFaceNet, a small and fast network for faces.
 *
 * A 3×3 convolution of stride 2, a 3×3 depthwise one, inverted bottlenecks with expansions of 128, 256 and 512 that
 * halve the image thrice, a 1×1 convolution to 512 channels, a linear depthwise convolution as large as the
 * image left, which weighs its places where others average, and a linear layer to the embedding; batch normalization
 * after each, PReLU where not linear. At 112×112, running statistics not counted: the paper's with 128 numbers 1,003,136
 * parameters and 221 million multiply-adds, with 512 numbers 1,200,512; InsightFace's with 512 numbers 2,059,520 and 438 million.
 *
 * Its second convolution has 64 groups, which TensorFlow.js lacks. In the paper's network a group is one channel, so it is
 * depthwise; in InsightFace's it is two, and it is made of stock layers with just the parameters and multiply-adds of the
 * grouped one. Layers are named as the modules of InsightFace's PyTorch definition (`layers.2.layers.0.layers.0`).
 * Source: Chen et al., MobileFaceNets, [arXiv 1804.07573](https://arxiv.org/abs/1804.07573).
 *
 * @returns A model from images `[B, height, width, channels]` to embeddings `[B, embeddingSize]`, not normalized.
 * Pixels are expected as (x − 127.5) / 127.5, RGB.
 * @throws If the variant is unknown, the embedding has no length, a side of the images is shorter than 16, `momentum` is
 * not between 0 and 1, or `epsilon` not positive.
 *
 * @example
 * ```js
 * const network = mobileFaceNet({embeddingSize: 64, inputShape: [32, 32, 3], seed: 1});
 * const embeddings = network.predict(tf.zeros([2, 32, 32, 3]));   // shape [2, 64]
 * ```
 */
export function mobileFaceNet(options: MobileFaceNetOptions = {}): Network {
  checkOptions('mobileFaceNet', options, {
    variant: true,
    blocks: true,
    scale: true,
    embeddingSize: true,
    inputShape: true,
    seed: true,
    ...batchNormSettings,
  });
  const {
    variant = 'paper',
    blocks: repeats = [1, 4, 6, 2],
    embeddingSize,
    inputShape = [112, 112, 3],
    seed,
    ...rest
  } = options;
  const where = 'mobileFaceNet';
  check.oneOf(where, 'variant', variant, Object.keys(variants));
  const {scale: usualScale, usualEmbedding} = variants[variant];
  const {scale = usualScale, ...batchNorm} = rest;
  check.count(where, 'scale', scale);
  for (const stage of [0, 1, 2, 3]) check.count(where, `blocks[${stage}]`, repeats[stage]);
  const units = embeddingSize ?? usualEmbedding;
  checkNetwork(where, {embeddingSize: units, inputShape}, 16);
  const blocks = networkBlocks(where, batchNorm, seed);
  const [narrow, wide] = [64 * scale, 128 * scale];
  const images = input({shape: inputShape});
  const stem = {filters: narrow, kernelSize: 3, strides: 2, stddev: kaiming(narrow, 3)};
  let features = activate(blocks, blocks.convolution(images, 'layers.0.layers.0', stem), 'layers.0');
  if (repeats[0] === 1) {
    const grouped = {groups: 64, stddev: kaiming(narrow, 3)};
    const second = groupedConvolution(blocks, features, 'layers.1.layers.0', grouped);
    features = activate(blocks, second, 'layers.1');
  } else {
    features = residuals(blocks, features, 'layers.1', {filters: narrow, expanded: 128, count: repeats[0]});
  }
  for (const [stage, {filters, halving, expanded}] of [
    {filters: narrow, halving: 128, expanded: 128},
    {filters: wide, halving: 256, expanded: 256},
    {filters: wide, halving: 512, expanded: 256},
  ].entries()) {
    const first = {filters, expanded: halving, strides: 2};
    features = bottleneck(blocks, features, `layers.${2 * stage + 2}`, first);
    const rest = {filters, expanded, count: repeats[stage + 1]};
    features = residuals(blocks, features, `layers.${2 * stage + 3}`, rest);
  }
  features = activate(blocks, pointwise(blocks, features, 'conv_sep', 512), 'conv_sep');
  const kernelSize = features.shape.slice(1, 3) as [number, number];
  const whole = {
    kernelSize,
    padding: 'valid',
    stddev: kaiming(512, Math.sqrt(kernelSize[0] * kernelSize[1])),
  } as const;
  features = blocks.depthwise(features, 'features.layers.0.layers.0', whole);
  features = blocks.norm(features, 'features.layers.0.layers.1');
  const linear = {units, useBias: false, stddev: kaiming(units, 1)};
  const embeddings = blocks.dense(features, 'features.layers.2', linear);
  return model({
    inputs: images,
    outputs: blocks.norm(embeddings, 'features.layers.3'),
    name: variant === 'paper' ? 'mobileFaceNet' : 'mbf',
  }) as Network;
}
