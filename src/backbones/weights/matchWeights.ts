import type * as tf from '@tensorflow/tfjs-core';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import {described} from '../../base/described';
import {checkedNormalization, type Normalization} from '../../base/normalization';
import {DataFormatError} from '../../formats/dataFormatError';
import {foreignFormat} from '../../formats/foreignFormat';
import type {OnnxExternalData} from '../../formats/onnxExternalData';
import {parseOnnx} from '../../formats/parseOnnx';
import {parseStrictJson} from '../../formats/parseStrictJson';
import {looksLikeTorchCheckpoint, readTorchCheckpoint} from '../../formats/parseTorchCheckpoint';
import {looksLikeSafetensors, parseSafetensors} from '../../formats/safetensors';
import {checkedFacts, type ModelFacts} from '../modelFacts';
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

/** A normalization that fits the channels of a network. */
function fitting(normalize: Normalization | undefined, network: LayersModel, file: string) {
  try {
    if (normalize !== undefined) checkedNormalization(normalize, network.inputs[0].shape.at(-1) ?? undefined);
  } catch (cause) {
    throw new DataFormatError(
      file,
      `normalizes images as ${network.name} cannot: ${(cause as Error).message}`,
      {
        cause,
      },
    );
  }
  return normalize;
}

/** What the text of an ONNX file that this library wrote says. */
function factsOfText(text: string, network: LayersModel, file: string): ModelFacts {
  try {
    const facts = parseStrictJson(text, 4) as ModelFacts;
    return checkedFacts('its metadata', facts, network.inputs[0].shape.at(-1) ?? undefined);
  } catch (cause) {
    throw new DataFormatError(file, `is damaged: ${(cause as Error).message}`, {cause});
  }
}

/** What a source gives: a value for each weight, and what it says of the network. */
interface MatchedWeights {
  assignments: Assignment[];
  facts?: ModelFacts;
}

/** How a source is read. */
export interface ReadingOptions {
  /** Reads a file that an ONNX file has its weights in. */
  externalData?: OnnxExternalData;
  /** What stands before the names of the network in a state dict. Default: found. */
  prefix?: string;
}

function checkNoPrefix(prefix: string | undefined, source: string): void {
  if (prefix === undefined) return;
  throw new Error(`importWeights: prefix must be left out for ${source}, but is '${prefix}'.`);
}

/** Reads a source and finds the value of each weight of a network or a layer. */
export async function matchWeights(
  owner: WeightsOwner,
  source: WeightsSource,
  file: string,
  {externalData, prefix}: ReadingOptions = {},
): Promise<MatchedWeights> {
  if (prefix !== undefined && typeof prefix !== 'string') {
    throw new Error(`importWeights: prefix must be text such as 'teacher.', but is ${described(prefix)}.`);
  }
  const parameters = pyTorchParameters('importWeights', owner);
  if (isBytes(source)) {
    const bytes = source instanceof ArrayBuffer ? new Uint8Array(source) : source;
    if (looksLikeSafetensors(bytes)) {
      return {
        assignments: matchStateDict(parameters, parseSafetensors(bytes, file), file, owner.name, {prefix}),
      };
    }
    if (looksLikeTorchCheckpoint(bytes)) {
      const {tensors, unreadable} = readTorchCheckpoint(bytes, file);
      return {assignments: matchStateDict(parameters, tensors, file, owner.name, {prefix, unreadable})};
    }
    const foreign = foreignFormat(bytes);
    if (foreign !== undefined) throw new DataFormatError(file, foreign);
    checkNoPrefix(prefix, 'an ONNX file, whose names are not compared');
    const graph = await parseOnnx(bytes, file, externalData);
    if (!isNetwork(owner)) {
      throw new Error(
        `importWeights: owner must be a network for an ONNX file, whose graph is compared, but ${owner.name} is a layer: give its weights as safetensors.`,
      );
    }
    const units = onnxUnits(graph, file);
    const assignments = matchGraph(networkUnits(owner, parameters), units, file, owner.name);
    const facts = graph.metadata === undefined ? {} : factsOfText(graph.metadata, owner, file);
    return {assignments, facts: {normalize: fitting(units.normalize, owner, file), ...facts}};
  }
  if (typeof source !== 'object' || source === null) {
    throw new Error(
      `importWeights: source must be the bytes of a file, a tfjs-layers save or an IOHandler, but is ${described(source)}. importWeightsFile takes a path.`,
    );
  }
  checkNoPrefix(prefix, 'a tfjs-layers save');
  const artifacts = (
    'load' in source && source.load !== undefined ? await source.load() : source
  ) as tf.io.ModelArtifacts;
  const {normalize} = (artifacts.userDefinedMetadata ?? {}) as {normalize?: Normalization};
  return {
    assignments: matchTfjsWeights(parameters, artifacts, file, owner.name),
    facts: {normalize: isNetwork(owner) ? fitting(normalize, owner, file) : undefined},
  };
}
