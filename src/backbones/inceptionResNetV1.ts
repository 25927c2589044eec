import {input, model, type SymbolicTensor} from '@tensorflow/tfjs-layers';
import {check} from '../base/check';
import {checkOptions} from '../base/checkOptions';
import {type BasicConvolution, basicConvolution} from './layers/basicConvolution';
import {type Branch, convolutionBranch} from './layers/convolutionBranch';
import {checkNetwork} from './layers/convolutionPrelu';
import {
  type BatchNormSettings,
  batchNormSettings,
  type NetworkBlocks,
  networkBlocks,
} from './layers/networkBlocks';
import {usualDeviation} from './layers/usualDeviation';
import type {Network} from './network';

/** Options of {@link inceptionResNetV1}. */
export interface InceptionResNetV1Options extends BatchNormSettings {
  /** How many residual blocks there are at each size of the image. Default [5, 10, 5]; fewer make a smaller network. */
  blocks?: [number, number, number];
  /** Length of the embedding. Default 512. */
  embeddingSize?: number;
  /** Height, width and channels of the images. Default [160, 160, 3]. */
  inputShape?: [number, number, number];
  /** Rate of the dropout before the fully connected layer. Default 0.6, facenet-pytorch's. */
  dropout?: number;
  /** ε of every batch normalization. Default 1e-3, that of the published weights. */
  epsilon?: number;
  /** Makes the initial weights repeatable. Default: different at every call. */
  seed?: number;
}

const one = (filters: number, kernelSize: number | [number, number] = 1): BasicConvolution => ({
  filters,
  kernelSize,
});

const halving = (filters: number): BasicConvolution => ({
  filters,
  kernelSize: 3,
  strides: 2,
  padding: 'valid',
});

/** A residual block: branches whose channels are joined, and what their sum is multiplied by. */
interface Residual {
  branches: Branch[];
  scale: number;
}

const block35 = [[one(32)], [one(32), one(32, 3)], [one(32), one(32, 3), one(32, 3)]];
const block17 = [[one(128)], [one(128), one(128, [1, 7]), one(128, [7, 1])]];
const block8 = [[one(192)], [one(192), one(192, [1, 3]), one(192, [3, 1])]];

/** The residual blocks at each size of the image, and the branches that lead to the next. */
const stages: {residual: Residual; next?: {name: string; branches: Branch[]}}[] = [
  {
    residual: {branches: block35, scale: 0.17},
    next: {name: 'mixed_6a', branches: [[halving(384)], [one(192), one(192, 3), halving(256)]]},
  },
  {
    residual: {branches: block17, scale: 0.1},
    next: {
      name: 'mixed_7a',
      branches: [
        [one(256), halving(384)],
        [one(256), halving(256)],
        [one(256), one(256, 3), halving(256)],
      ],
    },
  },
  {residual: {branches: block8, scale: 0.2}},
];

const branchesOf = (blocks: NetworkBlocks, images: SymbolicTensor, name: string, branches: Branch[]) =>
  branches.map((branch, i) => convolutionBranch(blocks, images, `${name}.branch${i}`, branch));

/** x + scale · (what the branches make of x), without the ReLU that follows. */
function residual(
  blocks: NetworkBlocks,
  images: SymbolicTensor,
  name: string,
  {branches, scale}: Residual,
): SymbolicTensor {
  const joined = blocks.concatenate(branchesOf(blocks, images, name, branches), `${name}.cat`);
  const stddev = usualDeviation(joined.shape[3] as number);
  const settings = {filters: images.shape[3] as number, kernelSize: 1, useBias: true, stddev};
  let up = blocks.convolution(joined, `${name}.conv2d`, settings);
  if (scale !== 1) up = blocks.rescale(up, `${name}.scale`, {scale});
  return blocks.add([up, images], `${name}.add`);
}

/** Halves the image by branches and a pooling, whose channels are joined. */
function mixed(blocks: NetworkBlocks, images: SymbolicTensor, name: string, branches: Branch[]) {
  const pooling = {poolSize: 3, strides: 2, padding: 'valid'} as const;
  const pooled = blocks.maxPool(images, `${name}.branch${branches.length}`, pooling);
  return blocks.concatenate([...branchesOf(blocks, images, name, branches), pooled], `${name}.cat`);
}

function stem(blocks: NetworkBlocks, images: SymbolicTensor): SymbolicTensor {
  const apply = (features: SymbolicTensor, name: string, settings: BasicConvolution) =>
    basicConvolution(blocks, features, name, settings);
  let features = apply(images, 'conv2d_1a', halving(32));
  features = apply(features, 'conv2d_2a', {...one(32, 3), padding: 'valid'});
  features = apply(features, 'conv2d_2b', one(64, 3));
  features = blocks.maxPool(features, 'maxpool_3a', {poolSize: 3, strides: 2, padding: 'valid'});
  features = apply(features, 'conv2d_3b', one(80));
  features = apply(features, 'conv2d_4a', {...one(192, 3), padding: 'valid'});
  return apply(features, 'conv2d_4b', halving(256));
}

/**
 * Inception-ResNet-v1, the network of the FaceNet weights most in use.
 *
 * Six convolutions and a pooling to 256 channels at an eighth of the image's size, then residual blocks whose branches are convolutions of
 * 1×1, 3×3, 1×7 and 7×1, 1×3 and 3×1: 5 of 256 channels, 10 of 896, 5 of 1,792 and one more without a ReLU, each sum scaled by 0.17,
 * 0.1, 0.2 and 1; then average – dropout – fully connected – BN. At 160×160 with 512 numbers, running statistics not counted: 23,482,624
 * parameters and 1,418 million multiply-adds, for which 2.85 GFLOP stands where multiplications and additions are counted apart.
 * Layers are named as the modules of facenet-pytorch (`repeat_1.0.branch0.conv`), whose state dicts {@link importWeights} reads.
 * Sources: Szegedy et al., Inception-v4, Inception-ResNet, [arXiv 1602.07261](https://arxiv.org/abs/1602.07261); Schroff et al.,
 * FaceNet, [arXiv 1503.03832](https://arxiv.org/abs/1503.03832).
 *
 * @returns A model from images `[B, height, width, channels]` to embeddings `[B, embeddingSize]`, not normalized.
 * Pixels are expected as (x − 127.5) / 128, RGB.
 * @throws If the embedding has no length, a side of the images is shorter than 75, a number of `blocks` is not 1 or more, `dropout` is not
 * from 0 to below 1, `momentum` not between 0 and 1, or `epsilon` not positive.
 *
 * @example
 * ```js
 * const network = inceptionResNetV1({blocks: [1, 1, 1], inputShape: [75, 75, 3], embeddingSize: 64, seed: 1});
 * const embeddings = network.predict(tf.zeros([2, 75, 75, 3]));   // shape [2, 64]
 * ```
 */
export function inceptionResNetV1(options: InceptionResNetV1Options = {}): Network {
  const where = 'inceptionResNetV1';
  checkOptions(where, options, {
    blocks: true,
    embeddingSize: true,
    inputShape: true,
    dropout: true,
    seed: true,
    ...batchNormSettings,
  });
  const {
    blocks: repeats = [5, 10, 5],
    embeddingSize = 512,
    inputShape = [160, 160, 3],
    dropout = 0.6,
    epsilon = 1e-3,
    momentum,
    seed,
  } = options;
  for (const stage of stages.keys()) check.count(where, `blocks[${stage}]`, repeats[stage]);
  checkNetwork(where, {embeddingSize, inputShape}, 75);
  check.between(where, 'dropout', dropout, 0, 1 - Number.EPSILON);
  const blocks = networkBlocks(where, {momentum, epsilon}, seed);
  const images = input({shape: inputShape});
  let features = stem(blocks, images);
  for (const [stage, {residual: shape, next}] of stages.entries()) {
    for (let i = 0; i < repeats[stage]; i++) {
      const name = `repeat_${stage + 1}.${i}`;
      features = blocks.relu(residual(blocks, features, name, shape), `${name}.relu`);
    }
    if (next) features = mixed(blocks, features, next.name, next.branches);
  }
  features = residual(blocks, features, 'block8', {branches: block8, scale: 1});
  const channels = features.shape[3] as number;
  features = blocks.dropout(blocks.globalAverage(features, 'avgpool_1a'), 'dropout', dropout);
  const linear = {units: embeddingSize, useBias: false, stddev: usualDeviation(channels)};
  const embeddings = blocks.dense(features, 'last_linear', linear);
  return model({inputs: images, outputs: blocks.norm(embeddings, 'last_bn'), name: where}) as Network;
}
