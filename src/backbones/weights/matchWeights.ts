import type * as tf from '@tensorflow/tfjs-core';
import {DataFormatError} from '../../formats/dataFormatError';
import {parseOnnx} from '../../formats/parseOnnx';
import {looksLikeTorchCheckpoint, parseTorchCheckpoint} from '../../formats/parseTorchCheckpoint';
import {looksLikeSafetensors, parseSafetensors} from '../../formats/safetensors';
import type {Assignment} from './assignment';
import {matchGraph} from './matchGraph';
import {matchStateDict} from './matchStateDict';
import {matchTfjsWeights} from './matchTfjsWeights';
import {networkUnits} from './networkUnits';
import {onnxUnits} from './onnxUnits';
import {isNetwork, pyTorchParameters, type WeightsOwner} from './pyTorchParameters';

/**
 * Where weights come from: the bytes of a safetensors or ONNX file, or what tfjs-layers saves, as artifacts or
 * behind an `IOHandler` such as `tf.io.http('model.json')`.
 */
export type WeightsSource = Uint8Array | ArrayBuffer | tf.io.ModelArtifacts | tf.io.IOHandler;

const isBytes = (source: WeightsSource): source is Uint8Array | ArrayBuffer =>
  ArrayBuffer.isView(source) || source instanceof ArrayBuffer;

const startsWith = (bytes: Uint8Array, text: string) =>
  [...text].every((character, i) => bytes[i] === character.charCodeAt(0));

/** Refuses what people may well have at hand, with what to do instead. */
function checkFormat(bytes: Uint8Array, file: string): void {
  if (startsWith(bytes, '{')) {
    throw new DataFormatError(
      file,
      `is JSON. A tfjs-layers save is imported as artifacts or from an IOHandler such as tf.io.http(url).`,
    );
  }
}

/** Reads a source and finds the value of each weight of a network or a layer. */
export async function matchWeights(
  owner: WeightsOwner,
  source: WeightsSource,
  file: string,
): Promise<Assignment[]> {
  const parameters = pyTorchParameters('importWeights', owner);
  if (isBytes(source)) {
    const bytes = source instanceof ArrayBuffer ? new Uint8Array(source) : source;
    if (looksLikeSafetensors(bytes)) {
      return matchStateDict(parameters, parseSafetensors(bytes, file), file, owner.name);
    }
    if (looksLikeTorchCheckpoint(bytes)) {
      return matchStateDict(parameters, parseTorchCheckpoint(bytes, file), file, owner.name);
    }
    checkFormat(bytes, file);
    const graph = await parseOnnx(bytes, file);
    if (!isNetwork(owner)) {
      throw new Error(
        `importWeights: owner must be a network for an ONNX file, whose graph is compared, but ${owner.name} is a layer: give its weights as safetensors.`,
      );
    }
    return matchGraph(networkUnits(owner, parameters), onnxUnits(graph, file), file, owner.name);
  }
  const artifacts = 'load' in source && source.load !== undefined ? await source.load() : source;
  return matchTfjsWeights(parameters, artifacts as tf.io.ModelArtifacts, file, owner.name);
}
