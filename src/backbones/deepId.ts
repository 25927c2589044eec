import {input, model, type SymbolicTensor} from '@tensorflow/tfjs-layers';
import {check} from '../base/check';
import {checkOptions} from '../base/checkOptions';
import {checkNetwork} from './layers/convolutionPrelu';
import {type NetworkBlocks, networkBlocks} from './layers/networkBlocks';
import type {Network} from './network';

/** Options of {@link deepId}. */
export interface DeepIdOptions {
  /** Channels of the four convolutions. Default [20, 40, 60, 80], DeepID's and DeepID2's; [128, 128, 128, 128] is DeepID2+. */
  filters?: [number, number, number, number];
  /** Length of the embedding. Default 160; 512 is DeepID2+. */
  embeddingSize?: number;
  /** Height, width and channels of the images. Default [39, 31, 3], DeepID's; [55, 47, 3] is DeepID2 and DeepID2+. */
  inputShape?: [number, number, number];
  /** Makes the initial weights repeatable. Default: different at every call. */
  seed?: number;
}

/** Sides of the kernels of the four convolutions. */
const kernels = [4, 3, 3, 2];

/** The least height and width that leave a pixel for the last convolution. */
const smallest = 31;

/** Deviation of He's initial values, which keep signals as they are through a ReLU. */
const he = (inputs: number) => Math.sqrt(2 / inputs);

/** From a flattened image to the embedding. */
function fullyConnected(
  blocks: NetworkBlocks,
  images: SymbolicTensor,
  name: string,
  units: number,
  of: number,
) {
  const inputs = images.shape.slice(1).reduce((size: number, side) => size * (side as number), 1);
  // Two of these are added: each has half the variance.
  return blocks.dense(images, name, {units, useBias: true, stddev: he(of * inputs)});
}

/**
 * The network of DeepID, whose embedding joins two levels.
 *
 * Four convolutions of 4×4, 3×3, 3×3 and 2×2 with ReLU and without padding, a 2×2 max pooling behind each of the first three. The embedding
 * is fully connected to both the third pooling, `pool3`, and the fourth convolution, `relu4`, and ends in a ReLU: the last convolution
 * leaves few places, and the pooling before it still has finer ones. It is the sum of the two layers `fc3` and `fc4`. With the defaults 132,680
 * parameters and 3.0 million multiply-adds; DeepID2+ 2,465,280 and 100 million. Kernels are the same at all places; in the paper those of the third convolution are the same
 * in each 2×2 places only, and those of the fourth nowhere.
 *
 * DeepID2+ supervises the first three poolings too: {@link supervisedLevels}. The papers join the embeddings of many crops of a face, each from
 * a network of its own, and reduce them: {@link evaluate.joinEmbeddings}, {@link withReduction}.
 * Sources: Sun et al., Deep Learning Face Representation from Predicting 10,000 Classes, CVPR 2014; DeepID2,
 * [arXiv 1406.4773](https://arxiv.org/abs/1406.4773); DeepID2+, [arXiv 1412.1265](https://arxiv.org/abs/1412.1265).
 *
 * @returns A model from images `[B, height, width, channels]` to embeddings `[B, embeddingSize]`, none below 0, not normalized.
 * @throws If the embedding has no length, a convolution no channels, or a side of the images is shorter than 31.
 *
 * @example
 * ```js
 * const network = deepId({seed: 1});
 * const embeddings = network.predict(tf.zeros([2, 39, 31, 3]));   // shape [2, 160]
 * ```
 */
export function deepId(options: DeepIdOptions = {}): Network {
  const where = 'deepId';
  checkOptions(where, options, {filters: true, embeddingSize: true, inputShape: true, seed: true});
  const {filters = [20, 40, 60, 80], embeddingSize = 160, inputShape = [39, 31, 3], seed} = options;
  for (const level of kernels.keys()) check.count(where, `filters[${level}]`, filters[level]);
  checkNetwork(where, {embeddingSize, inputShape}, smallest);
  const blocks = networkBlocks(where, {}, seed);
  const images = input({shape: inputShape});
  let pooled = images;
  let features = images;
  for (const [i, kernelSize] of kernels.entries()) {
    const level = i + 1;
    const stddev = he(kernelSize ** 2 * (features.shape[3] as number));
    const settings = {filters: filters[i], kernelSize, padding: 'valid', useBias: true, stddev} as const;
    features = blocks.relu(blocks.convolution(features, `conv${level}`, settings), `relu${level}`);
    if (level === kernels.length) break;
    features = blocks.maxPool(features, `pool${level}`, {poolSize: 2, strides: 2, padding: 'valid'});
    pooled = features;
  }
  const levels = [
    fullyConnected(blocks, pooled, 'fc3', embeddingSize, 2),
    fullyConnected(blocks, features, 'fc4', embeddingSize, 2),
  ];
  const embeddings = blocks.relu(blocks.add(levels, 'sum'), 'deepid');
  return model({inputs: images, outputs: embeddings, name: where}) as Network;
}
