import * as tf from '@tensorflow/tfjs-core';
import {checkOptions} from '../../base/checkOptions';
import type {WeightsSource} from './matchWeights';
import type {WeightsOwner} from './pyTorchParameters';

/** Options of {@link importWeights}. */
export interface ImportWeightsOptions {
  /** What error messages call the source. Default 'the source'. */
  name?: string;
}

/**
 * Gives a network or a head the weights of a file.
 *
 * - **safetensors**, with the names of a PyTorch state dict: those of InsightFace's `iresnet*` and `mobilefacenet` for
 *   {@link irResNet} and {@link mobileFaceNet}, of TreB1eN's `MobileFaceNet` for the paper's, with or without `module.`
 *   before each. Squeeze-and-excitation is named as torchvision's `SqueezeExcitation` (`layer1.0.se.fc1`,
 *   `.se.activation`, `.se.fc2`). float64, float32, float16 and bfloat16 are read.
 * - **PyTorch's own `.pth` and `.pt`** of any age: a state dict, a checkpoint with one inside, a whole module. Nothing in the file is
 *   executed. Names match as above, behind any prefix.
 * - **ONNX**, folded or not: operations are matched by their order in the graph, whatever the file calls its tensors. A batch
 *   normalization that was folded into a convolution becomes the identity, with the bias as its β. Needs the package
 *   `@bufbuild/protobuf`.
 * - **A tfjs-layers save**, by the names of its weights.
 *
 * Everything is checked before the first weight changes: a file that does not fit leaves the network as it was.
 *
 * @param owner A network, or a built layer such as a head: its class weights are `weight`, `[classes, D]`.
 * @param source The bytes of a file, or a tfjs-layers save.
 * @throws {@link DataFormatError} if the file is truncated, damaged, hostile or of another format, without allocating what it
 * claims.
 * @throws {@link WeightsMismatchError} if it does not fit, with every missing, surplus and misshapen tensor.
 *
 * @example
 * ```js
 * const network = mobileFaceNet({inputShape: [32, 32, 3], embeddingSize: 64});
 * await importWeights(network, await exportWeights(network));
 * ```
 */
export async function importWeights(
  owner: WeightsOwner,
  source: WeightsSource,
  options: ImportWeightsOptions = {},
): Promise<void> {
  const {name = 'the source'} = checkOptions('importWeights', options, {name: true});
  // What reads formats loads when weights are read: most pages that use the library never do.
  const {matchWeights} = await import('./matchWeights');
  for (const {variable, value} of await matchWeights(owner, source, name)) {
    tf.tidy(() => {
      variable.write(value());
    });
  }
}
