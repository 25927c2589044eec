import * as tf from '@tensorflow/tfjs-core';
import {checkOptions, type OptionNames} from '../../base/checkOptions';
import type {Normalization} from '../../base/normalization';
import type {OnnxExternalData} from '../../formats/onnxExternalData';
import {setModelFacts} from '../modelFacts';
import {normalizationOf, setNormalization} from '../normalizationOf';
import type {WeightsSource} from './matchWeights';
import type {WeightsOwner} from './pyTorchParameters';

/** Options of {@link importWeights}. */
export interface ImportWeightsOptions {
  /** What error messages call the source. Default 'the source'. */
  name?: string;
  /**
   * Reads a file that an ONNX file has its weights in, by the name it has there: `backbone.onnx.data`, always beside the ONNX file or
   * below. Default in `importWeightsFile`: from the folder of the ONNX file.
   */
  externalData?: OnnxExternalData;
  /**
   * What stands before the names of the network in a state dict, `teacher.` or `state_dict.student.`, where a file has several networks
   * that fit. `''` for names that have nothing before them. Default: found, if one place fits.
   */
  prefix?: string;
}

/** The names of {@link ImportWeightsOptions}. */
export const importWeightsOptions: OptionNames<ImportWeightsOptions> = {
  name: true,
  externalData: true,
  prefix: true,
};

/** What {@link importWeights} knows of a network after it. */
export interface ImportedWeights {
  /**
   * The pixels that the network takes, as `imageTensors` and `FaceImages.batches` take it: what an ONNX graph does to pixels before its
   * first layer, or what the network said before. Undefined if neither says anything: then ask the authors of the weights.
   */
  normalize?: Normalization;
}

/**
 * Gives a network or a head the weights of a file.
 *
 * - **safetensors**, with the names of a PyTorch state dict: those of InsightFace's `iresnet*` and `mobilefacenet` for
 *   {@link irResNet} and {@link mobileFaceNet}, of TreB1eN's `MobileFaceNet` for the paper's, of AdaFace's, CVLFace's, TFace's,
 *   face.evoLVe's and TreB1eN's IR for `irResNet({shortcut: 'pooling'})`, of facenet-pytorch for {@link inceptionResNetV1}, behind any prefix such as `module.`. A head beside the network
 *   and PyTorch's `num_batches_tracked` are left out. Squeeze-and-excitation is named as torchvision's `SqueezeExcitation`
 *   (`layer1.0.se.fc1`, `.se.activation`, `.se.fc2`) or as theirs. float64, float32, float16 and bfloat16 are read.
 * - **PyTorch's own `.pth` and `.pt`** of any age: a state dict, a checkpoint with one inside, a whole module. Nothing in the file is
 *   executed. Names match as above, behind any prefix.
 * - **ONNX**, folded or not: operations are matched by their order in the graph, whatever the file calls its tensors. A batch
 *   normalization that was folded into a convolution becomes the identity, with the bias as its β. What the graph does to pixels first
 *   (subtract, divide, from channels last) is left out and given back as `normalize`. Needs the package `@bufbuild/protobuf`.
 * - **A tfjs-layers save**, by the names of its weights.
 *
 * Everything is checked before the first weight changes: a file that does not fit leaves the network as it was. Weights that are NaN or
 * infinite do not fit.
 *
 * @param owner A network, or a built layer such as a head: its class weights are `weight`, `[classes, D]`.
 * @param source The bytes of a file, or a tfjs-layers save.
 * @returns What is known of the pixels that the network takes. {@link normalizationOf} gives it later too, also of a saved model.
 * @throws {@link DataFormatError} if the file is truncated, damaged, hostile or of another format, which it names with the way to convert
 * it, without allocating what it claims; if a weight is NaN, infinite or of a kind that is not read; if several networks in it fit and
 * `prefix` does not say which.
 * @throws {@link WeightsMismatchError} if it does not fit: where the two part, what would make the network fit, and every missing, surplus
 * and misshapen tensor.
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
): Promise<ImportedWeights> {
  const {name = 'the source', ...reading} = checkOptions('importWeights', options, importWeightsOptions);
  // What reads formats loads when weights are read: most pages that use the library never do.
  const {matchWeights} = await import('./matchWeights');
  const {isNetwork} = await import('./pyTorchParameters');
  const {assignments, facts = {}} = await matchWeights(owner, source, name, reading);
  for (const {variable, value} of assignments) {
    tf.tidy(() => {
      variable.write(value());
    });
  }
  if (!isNetwork(owner)) return {};
  const {normalize, ...others} = facts;
  if (normalize !== undefined) setNormalization(owner, normalize);
  if (Object.keys(others).length > 0) setModelFacts(owner, others);
  return {normalize: normalizationOf(owner)};
}
