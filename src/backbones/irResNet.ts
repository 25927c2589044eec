import {input, layers, model, type SymbolicTensor} from '@tensorflow/tfjs-layers';
import {check} from '../base/check';
import {checkOptions} from '../base/checkOptions';
import {type IrResNetDepth, irResNetBlocks} from './irResNetBlocks';
import {checkNetwork} from './layers/convolutionPrelu';
import {
  type BatchNormSettings,
  batchNormSettings,
  type NetworkBlocks,
  networkBlocks,
} from './layers/networkBlocks';
import {squeezeAndExcite} from './layers/squeezeAndExcite';
import type {Network} from './network';

/** Options of {@link irResNet}. */
export interface IrResNetOptions extends BatchNormSettings {
  /** Which network. Default 50. */
  depth?: IrResNetDepth;
  /** Whether every block ends in squeeze-and-excitation (IR-SE). Default false. */
  se?: boolean;
  /** Length of the embedding. Default 512. */
  embeddingSize?: number;
  /** Height, width and channels of the images. Default [112, 112, 3], aligned faces. */
  inputShape?: [number, number, number];
  /**
   * The shortcut of the first block, which halves the image and keeps its 64 channels: `'convolution'`, InsightFace's, 1×1 with batch
   * normalization; or `'pooling'`, every other pixel as it is, of TreB1eN, face.evoLVe, TFace, AdaFace and CVLFace. Default
   * 'convolution'.
   */
  shortcut?: 'convolution' | 'pooling';
  /** Rate of the dropout before the fully connected layer. Default 0, none; 0.4 was usual with small data sets. */
  dropout?: number;
  /** Makes the initial weights repeatable. Default: different at every call. */
  seed?: number;
}

/** BN, convolution, BN, PReLU, convolution, BN, beside a shortcut; nothing after the sum. */
function improvedResidual(
  blocks: NetworkBlocks,
  images: SymbolicTensor,
  name: string,
  {filters, strides, se, pooled}: {filters: number; strides: number; se: boolean; pooled: boolean},
): SymbolicTensor {
  const kernel = {filters, kernelSize: 3, stddev: 0.1};
  let residual = blocks.norm(images, `${name}.bn1`);
  residual = blocks.convolution(residual, `${name}.conv1`, kernel);
  residual = blocks.prelu(blocks.norm(residual, `${name}.bn2`), `${name}.prelu`);
  residual = blocks.convolution(residual, `${name}.conv2`, {...kernel, strides});
  residual = blocks.norm(residual, `${name}.bn3`);
  if (se) residual = squeezeAndExcite(blocks, residual, `${name}.se`);
  let shortcut = images;
  if (pooled) {
    const pool = layers.maxPooling2d({poolSize: 1, strides, name: `${name}.downsample`});
    shortcut = pool.apply(images) as SymbolicTensor;
  } else if (strides !== 1) {
    const projection = {...kernel, kernelSize: 1, strides};
    shortcut = blocks.convolution(images, `${name}.downsample.0`, projection);
    shortcut = blocks.norm(shortcut, `${name}.downsample.1`);
  }
  return blocks.add([residual, shortcut], `${name}.add`);
}

/**
 * IR-ResNet, the residual networks of ArcFace and InsightFace with improved residual blocks: 18, 34, 50, 100, 101, 152
 * or 200 layers deep, with or without squeeze-and-excitation.
 *
 * A 3×3 convolution, four stages of blocks BN – conv 3×3 – BN – PReLU – conv 3×3 – BN of 64, 128, 256 and 512 channels
 * whose first block halves the image, then BN – dropout – fully connected – BN with the γ of the last fixed at 1.
 * Parameters with the defaults, that γ counted and running statistics not: IR-18 24.0 million, IR-34 34.1, IR-50 43.6,
 * IR-100 65.2, IR-101 54.2, IR-152 70.8, IR-200 118.8; of each, 12.8 million in the fully connected layer. All depths use the
 * two-convolution block, as InsightFace's do; what other projects call IR-101 is often IR-100.
 * Layers are named as the modules of InsightFace's PyTorch definition (`layer1.0.conv1`).
 * Sources: Deng et al., ArcFace, [arXiv 1801.07698](https://arxiv.org/abs/1801.07698); Han et al., Deep Pyramidal Residual
 * Networks, [arXiv 1610.02915](https://arxiv.org/abs/1610.02915); Hu et al., Squeeze-and-Excitation Networks,
 * [arXiv 1709.01507](https://arxiv.org/abs/1709.01507).
 *
 * @returns A model from images `[B, height, width, channels]` to embeddings `[B, embeddingSize]`, not normalized.
 * Pixels are expected as (x − 127.5) / 127.5, RGB.
 * @throws If there is no network of that depth or no such shortcut, the embedding has no length, a side of the images is shorter than 16,
 * `dropout` is not from 0 to below 1, `momentum` not between 0 and 1, or `epsilon` not positive.
 *
 * @example
 * ```js
 * const network = irResNet({depth: 18, inputShape: [32, 32, 3], embeddingSize: 64, seed: 1});
 * const embeddings = network.predict(tf.zeros([2, 32, 32, 3]));   // shape [2, 64]
 * ```
 */
export function irResNet(options: IrResNetOptions = {}): Network {
  checkOptions('irResNet', options, {
    depth: true,
    se: true,
    embeddingSize: true,
    inputShape: true,
    seed: true,
    dropout: true,
    shortcut: true,
    ...batchNormSettings,
  });
  const {
    depth = 50,
    se = false,
    embeddingSize = 512,
    inputShape = [112, 112, 3],
    dropout = 0,
    shortcut = 'convolution',
    seed,
    ...batchNorm
  } = options;
  const where = 'irResNet';
  check.oneOf(where, 'depth', String(depth), Object.keys(irResNetBlocks));
  check.oneOf(where, 'shortcut', shortcut, ['convolution', 'pooling']);
  checkNetwork(where, {embeddingSize, inputShape}, 16);
  check.between(where, 'dropout', dropout, 0, 1 - Number.EPSILON);
  const blocks = networkBlocks(where, batchNorm, seed);
  const images = input({shape: inputShape});
  let features = blocks.convolution(images, 'conv1', {filters: 64, kernelSize: 3, stddev: 0.1});
  features = blocks.prelu(blocks.norm(features, 'bn1'), 'prelu');
  for (const [stage, count] of irResNetBlocks[depth].entries()) {
    for (let block = 0; block < count; block++) {
      features = improvedResidual(blocks, features, `layer${stage + 1}.${block}`, {
        filters: 64 * 2 ** stage,
        strides: block === 0 ? 2 : 1,
        se,
        pooled: shortcut === 'pooling' && stage === 0 && block === 0,
      });
    }
  }
  features = blocks.norm(features, 'bn2');
  if (dropout > 0) {
    features = layers.dropout({rate: dropout, name: 'dropout'}).apply(features) as SymbolicTensor;
  }
  const [, height, width, channels] = features.shape as number[];
  // The variance of PyTorch's uniform initial values.
  const stddev = Math.sqrt(1 / (3 * height * width * channels));
  const embeddings = blocks.dense(features, 'fc', {units: embeddingSize, useBias: true, stddev});
  return model({
    inputs: images,
    outputs: blocks.norm(embeddings, 'features', {trainGamma: false}),
    name: `ir${se ? 'Se' : ''}ResNet${depth}`,
  }) as Network;
}
