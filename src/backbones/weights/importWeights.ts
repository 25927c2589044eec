import * as tf from '@tensorflow/tfjs-core';
import {DataFormatError} from '../../data/dataFormatError';
import type {Assignment} from './assignment';
import {matchArtifacts} from './matchArtifacts';
import {matchGraph} from './matchGraph';
import {matchStateDict} from './matchStateDict';
import {networkUnits} from './networkUnits';
import {onnxUnits} from './onnxUnits';
import {parseOnnx} from './parseOnnx';
import {isNetwork, pyTorchParameters, type WeightsOwner} from './pyTorchParameters';
import {looksLikeSafetensors, parseSafetensors} from './safetensors';

/**
 * Where weights come from: the bytes of a safetensors or ONNX file, or what tfjs-layers saves, as artifacts or
 * behind an `IOHandler` such as `tf.io.http('model.json')`.
 */
export type WeightsSource = Uint8Array | ArrayBuffer | tf.io.ModelArtifacts | tf.io.IOHandler;

export interface ImportWeightsOptions {
  /** What error messages call the source. Default 'the source'. */
  name?: string;
}

const isBytes = (source: WeightsSource): source is Uint8Array | ArrayBuffer =>
  ArrayBuffer.isView(source) || source instanceof ArrayBuffer;

const startsWith = (bytes: Uint8Array, text: string) =>
  [...text].every((character, i) => bytes[i] === character.charCodeAt(0));

/** Refuses what people may well have at hand, with what to do instead. */
function checkFormat(bytes: Uint8Array, file: string): void {
  if (startsWith(bytes, 'PK')) {
    throw new DataFormatError(
      file,
      `is a checkpoint of torch.save, which holds code. In PyTorch, make a safetensors file of it: ` +
        'safetensors.torch.save_file(model.state_dict(), path).',
    );
  }
  if (startsWith(bytes, '{')) {
    throw new DataFormatError(
      file,
      `is JSON. A tfjs-layers save is imported as artifacts or from an IOHandler such as tf.io.http(url).`,
    );
  }
}

async function match(owner: WeightsOwner, source: WeightsSource, file: string): Promise<Assignment[]> {
  const parameters = pyTorchParameters('importWeights', owner);
  if (isBytes(source)) {
    const bytes = source instanceof ArrayBuffer ? new Uint8Array(source) : source;
    if (looksLikeSafetensors(bytes)) {
      return matchStateDict(parameters, parseSafetensors(bytes, file), file, owner.name);
    }
    checkFormat(bytes, file);
    const graph = await parseOnnx(bytes, file);
    if (!isNetwork(owner)) {
      throw new Error(
        `importWeights: an ONNX file holds a network whose graph is compared, but ${owner.name} is a layer; give its weights as safetensors.`,
      );
    }
    return matchGraph(networkUnits(owner, parameters), onnxUnits(graph, file), file, owner.name);
  }
  const artifacts = 'load' in source && source.load !== undefined ? await source.load() : source;
  return matchArtifacts(parameters, artifacts as tf.io.ModelArtifacts, file, owner.name);
}

/**
 * Gives a network or a head the weights of a file.
 *
 * - **safetensors**, with the names of a PyTorch state dict: those of InsightFace's `iresnet*` and `mobilefacenet` for
 *   {@link irResNet} and {@link mobileFaceNet}, of TreB1eN's `MobileFaceNet` for the paper's, with or without `module.`
 *   before each. Squeeze-and-excitation is named as torchvision's `SqueezeExcitation` (`layer1.0.se.fc1`,
 *   `.se.activation`, `.se.fc2`). float64, float32, float16 and bfloat16 are read.
 * - **ONNX**, folded or not: operations are matched by their order in the graph, whatever the file calls its tensors. A batch
 *   normalisation that was folded into a convolution becomes the identity, with the bias as its β. Needs the package
 *   `@bufbuild/protobuf`.
 * - **A tfjs-layers save**, by the names of its weights.
 *
 * Everything is checked before the first weight changes: a file that does not fit leaves the network as it was.
 *
 * ```js
 * const network = irResNet({depth: 18, inputShape: [32, 32, 3], embeddingSize: 64});
 * await importWeights(network, await exportWeights(network));
 * ```
 *
 * @param owner A network, or a built layer such as a head: its class weights are `weight`, `[classes, D]`.
 * @param source The bytes of a file, or a tfjs-layers save.
 * @throws {@link DataFormatError} for a file that is truncated, damaged, hostile or of another format, without
 * allocating what it claims; {@link WeightsMismatchError} for one that does not fit, with every missing, surplus and
 * misshapen tensor.
 */
export async function importWeights(
  owner: WeightsOwner,
  source: WeightsSource,
  {name = 'the source'}: ImportWeightsOptions = {},
): Promise<void> {
  for (const {variable, value} of await match(owner, source, name)) {
    tf.tidy(() => {
      variable.write(value());
    });
  }
}
