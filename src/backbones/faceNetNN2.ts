import {input, model, type SymbolicTensor} from '@tensorflow/tfjs-layers';
import {checkOptions} from '../base/checkOptions';
import {basicConvolution} from './layers/basicConvolution';
import {convolutionBranch} from './layers/convolutionBranch';
import {checkNetwork} from './layers/convolutionPrelu';
import {
  type BatchNormSettings,
  batchNormSettings,
  type NetworkBlocks,
  networkBlocks,
} from './layers/networkBlocks';
import {usualDeviation} from './layers/usualDeviation';
import type {Network} from './network';

/** Options of {@link faceNetNN2}. */
export interface FaceNetNN2Options extends BatchNormSettings {
  /** Length of the embedding. Default 128. */
  embeddingSize?: number;
  /** Height, width and channels of the images. Default [224, 224, 3]. */
  inputShape?: [number, number, number];
  /** Makes the initial weights repeatable. Default: different at every call. */
  seed?: number;
}

/** A row of the paper's table: channels of each convolution, those of a pair the narrow 1×1 before first. */
interface Inception {
  name: string;
  /** Of the 1×1 convolution; 0 for none. */
  one: number;
  three: [number, number];
  five: [number, number];
  pool: 'max' | 'average';
  /** Of the 1×1 convolution behind the pooling; 0 for none. */
  project: number;
  strides: 1 | 2;
}

const row = (
  name: string,
  one: number,
  three: [number, number],
  five: [number, number],
  pool: 'max' | 'average',
  project: number,
): Inception => ({name, one, three, five, pool, project, strides: one === 0 ? 2 : 1});

/** The paper's second table. Where it pools by L2, the mean is taken. */
const rows: Inception[] = [
  row('inception_3a', 64, [96, 128], [16, 32], 'max', 32),
  row('inception_3b', 64, [96, 128], [32, 64], 'average', 64),
  row('inception_3c', 0, [128, 256], [32, 64], 'max', 0),
  row('inception_4a', 256, [96, 192], [32, 64], 'average', 128),
  row('inception_4b', 224, [112, 224], [32, 64], 'average', 128),
  row('inception_4c', 192, [128, 256], [32, 64], 'average', 128),
  row('inception_4d', 160, [144, 288], [32, 64], 'average', 128),
  row('inception_4e', 0, [160, 256], [64, 128], 'max', 0),
  row('inception_5a', 384, [192, 384], [48, 128], 'average', 128),
  row('inception_5b', 384, [192, 384], [48, 128], 'max', 128),
];

function inception(blocks: NetworkBlocks, images: SymbolicTensor, settings: Inception): SymbolicTensor {
  const {name, one, three, five, pool, project, strides} = settings;
  const wide = ([reduced, filters]: [number, number], kernelSize: number) => [
    {filters: reduced, kernelSize: 1},
    {filters, kernelSize, strides},
  ];
  const convolved = [
    ...(one > 0 ? [[{filters: one, kernelSize: 1}]] : []),
    wide(three, 3),
    wide(five, 5),
  ].map((branch, i) => convolutionBranch(blocks, images, `${name}.branch${i}`, branch));
  const pooling = {poolSize: 3, strides, padding: 'same'} as const;
  const last = `${name}.branch${convolved.length}`;
  const pooled = blocks[pool === 'max' ? 'maxPool' : 'averagePool'](images, `${last}.pool`, pooling);
  const projected =
    project > 0 ? basicConvolution(blocks, pooled, last, {filters: project, kernelSize: 1}) : pooled;
  return blocks.concatenate([...convolved, projected], `${name}.cat`);
}

/**
 * FaceNet's NN2, the Inception network of the paper, 1×1 to 5×5 convolutions side by side.
 *
 * A 7×7 convolution of stride 2, 1×1 and 3×3 ones with poolings, ten Inception blocks that halve the image twice and end in 1,024
 * channels, average, fully connected. At 224×224 with 128 numbers, running statistics not counted: 7,464,224 parameters and 1,597
 * million multiply-adds; the paper says 7.5 and 1,600 million. Two things differ from the paper: each convolution has batch normalization,
 * where the paper has two local response normalizations, and poolings by L2 are means. No weights of it are published.
 * Source: Schroff et al., FaceNet, [arXiv 1503.03832](https://arxiv.org/abs/1503.03832), table 2.
 *
 * @returns A model from images `[B, height, width, channels]` to embeddings `[B, embeddingSize]`, not normalized.
 * @throws If the embedding has no length, a side of the images is shorter than 32, `momentum` is not between 0 and 1, or `epsilon` not
 * positive.
 *
 * @example
 * ```js
 * const network = faceNetNN2({inputShape: [64, 64, 3], seed: 1});
 * const embeddings = network.predict(tf.zeros([2, 64, 64, 3]));   // shape [2, 128]
 * ```
 */
export function faceNetNN2(options: FaceNetNN2Options = {}): Network {
  const where = 'faceNetNN2';
  checkOptions(where, options, {embeddingSize: true, inputShape: true, seed: true, ...batchNormSettings});
  const {embeddingSize = 128, inputShape = [224, 224, 3], seed, ...batchNorm} = options;
  checkNetwork(where, {embeddingSize, inputShape}, 32);
  const blocks = networkBlocks(where, batchNorm, seed);
  const pooling = {poolSize: 3, strides: 2, padding: 'same'} as const;
  const images = input({shape: inputShape});
  let features = basicConvolution(blocks, images, 'conv1', {filters: 64, kernelSize: 7, strides: 2});
  features = blocks.maxPool(features, 'pool1', pooling);
  features = convolutionBranch(blocks, features, 'inception_2', [
    {filters: 64, kernelSize: 1},
    {filters: 192, kernelSize: 3},
  ]);
  features = blocks.maxPool(features, 'pool2', pooling);
  for (const settings of rows) features = inception(blocks, features, settings);
  features = blocks.globalAverage(features, 'pool5');
  const stddev = usualDeviation(features.shape[1] as number);
  const embeddings = blocks.dense(features, 'fc', {units: embeddingSize, useBias: true, stddev});
  return model({inputs: images, outputs: embeddings, name: where}) as Network;
}
