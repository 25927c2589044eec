import {existsSync} from 'node:fs';
import {mkdir, readFile, stat} from 'node:fs/promises';
import {dirname, isAbsolute, join, normalize} from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import {type LayersModel, loadLayersModel} from '@tensorflow/tfjs-layers';
import {readWholeFile} from '../../base/readWholeFile';
import {writeAtomically} from '../../base/writeAtomically';
import {DataFormatError} from '../../formats/dataFormatError';
import {foreignFormat} from '../../formats/foreignFormat';
import {looksLikeTorchCheckpoint} from '../../formats/parseTorchCheckpoint';
import {looksLikeSafetensors} from '../../formats/safetensors';
import {type ModelFacts, setModelFacts} from '../modelFacts';

/**
 * Writes a model to a folder, as `model.json` and `weights.bin`, on any backend: what TensorFlow.js itself does in Node only with
 * `@tensorflow/tfjs-node`. Node only.
 *
 * The folder is made where it is missing, and a model in it replaced. Served to a browser, it is what `tf.loadLayersModel` loads. What the
 * model says of itself is saved with it: {@link index.modelFacts} gives it in Node and in a page.
 *
 * @param facts What must be known to use the model: pixels, alignment, training. As {@link index.setModelFacts}; default what it says already.
 * @throws If the files cannot be written, or the facts cannot be true of the model.
 *
 * @example
 * ```ts
 * import {compact, forInference} from 'face-margins';
 * import {loadModelFolder, saveModelFolder} from 'face-margins/node';
 *
 * const network = compact({embeddingSize: 2});
 * await saveModelFolder(forInference(network), 'out/model');
 * const loaded = await loadModelFolder('out/model');
 * ```
 */
export async function saveModelFolder(model: LayersModel, folder: string, facts?: ModelFacts): Promise<void> {
  if (facts !== undefined) setModelFacts(model, facts);
  await mkdir(folder, {recursive: true});
  await model.save(
    tf.io.withSaveHandler(async ({weightData, weightSpecs = [], ...artifacts}) => {
      const weights = 'weights.bin';
      const weightsManifest = [{paths: [weights], weights: weightSpecs}];
      await writeAtomically(
        join(folder, weights),
        new Uint8Array(tf.io.CompositeArrayBuffer.join(weightData)),
      );
      await writeAtomically(join(folder, 'model.json'), JSON.stringify({...artifacts, weightsManifest}));
      return {modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON({...artifacts, weightSpecs})};
    }),
  );
}

/**
 * Reads a model that {@link saveModelFolder} or TensorFlow.js saved, its weights in one file or several, on any backend. Node only;
 * in a browser take `loadLayersModel` of `@tensorflow/tfjs-layers` with the address of `model.json`.
 *
 * A model with layers of this library, as a head is, needs them imported before; what {@link index.forInference} gives needs nothing.
 *
 * @param path The folder, or the `model.json` in it.
 * @throws {@link index.DataFormatError} if there is no model, or a file of it is missing or shorter than it should be.
 * @throws If the path does not exist.
 *
 * @example
 * ```ts
 * import {compact} from 'face-margins';
 * import {loadModelFolder, saveModelFolder} from 'face-margins/node';
 *
 * await saveModelFolder(compact({embeddingSize: 2}), 'out/model');
 * const network = await loadModelFolder('out/model');
 * ```
 */
export async function loadModelFolder(path: string): Promise<LayersModel> {
  const file = (await stat(path)).isDirectory() ? join(path, 'model.json') : path;
  if (!existsSync(file))
    throw new DataFormatError(path, 'has no model.json: give the folder of a saved model.');
  const {weightsManifest, ...topology} = await readTopology(file);
  const groups = weightsManifest ?? [];
  const names = groups.flatMap(({paths}) => paths);
  const outside = names.find(name => isAbsolute(name) || /^\.\.([/\\]|$)/.test(normalize(name)));
  if (outside !== undefined) {
    throw new DataFormatError(file, `has its weights in ${outside}, which is outside of its own folder.`);
  }
  const parts = names.map(name => join(dirname(file), name));
  const missing = parts.filter(part => !existsSync(part));
  if (missing.length > 0) {
    throw new DataFormatError(
      file,
      `has its weights in ${missing.join(', ')}, which ${missing.length > 1 ? 'are' : 'is'} missing: keep the files of a model together.`,
    );
  }
  const weightSpecs = groups.flatMap(({weights}) => weights);
  const contents = await Promise.all(parts.map(part => readWholeFile(part)));
  const bytes = Uint8Array.from(Buffer.concat(contents));
  const needed = bytesOf(weightSpecs);
  if (bytes.length < needed) {
    for (const [i, content] of contents.entries()) {
      const foreign = foreignFormat(content);
      if (foreign !== undefined) throw new DataFormatError(parts[i], foreign);
    }
    throw new DataFormatError(
      file,
      `needs ${needed} bytes of weights, but ${parts.join(', ')} ${parts.length > 1 ? 'have' : 'has'} ${bytes.length}: copy the model again.`,
    );
  }
  return loadLayersModel(tf.io.fromMemory({...topology, weightSpecs, weightData: bytes.buffer}));
}

const notSaved = 'is not the model.json of a model that TensorFlow.js saved: give that, or its folder.';

async function readTopology(file: string): Promise<tf.io.ModelJSON> {
  const bytes = await readFile(file);
  const isObject = bytes.subarray(0, 64).toString('latin1').trimStart().startsWith('{');
  let json: Partial<tf.io.ModelJSON> | null;
  try {
    // Weights may be longer than any text.
    json = JSON.parse(isObject || bytes.length < 1024 ? bytes.toString('utf8') : '');
  } catch {
    throw new DataFormatError(file, isObject ? notSaved : otherThanJson(bytes));
  }
  const topology = json?.modelTopology;
  if (typeof topology !== 'object' || topology === null) throw new DataFormatError(file, notSaved);
  if ('node' in topology) {
    throw new DataFormatError(
      file,
      'is a graph model, without layers: load it with loadGraphModel of @tensorflow/tfjs-converter.',
    );
  }
  if (!(json?.weightsManifest ?? []).every?.(isGroup)) {
    throw new DataFormatError(
      file,
      'is damaged: its weightsManifest is no list of files and of the weights in them.',
    );
  }
  return json as tf.io.ModelJSON;
}

/** Whether part of a manifest names files, and weights with shapes. */
const isGroup = (group: Partial<tf.io.WeightsManifestConfig[number]> | null) =>
  Array.isArray(group?.paths) &&
  group.paths.every(path => typeof path === 'string') &&
  Array.isArray(group.weights) &&
  group.weights.every(weight => typeof weight?.name === 'string' && Array.isArray(weight.shape));

/** What a file is in place of a model.json. */
function otherThanJson(bytes: Buffer): string {
  if (looksLikeSafetensors(bytes) || looksLikeTorchCheckpoint(bytes)) {
    return 'has weights without their network: make the network, and give it the file by importWeightsFile.';
  }
  return foreignFormat(bytes) ?? notSaved;
}

/** How many bytes weights take, quantized ones as they lie in the file. */
function bytesOf(weights: tf.io.WeightsManifestEntry[]): number {
  const quantized = {float16: 2, uint16: 2, uint8: 1};
  const bytesPerValue = ({dtype, quantization}: tf.io.WeightsManifestEntry) =>
    quantization ? quantized[quantization.dtype] : tf.util.bytesPerElement(dtype as 'float32');
  return weights.reduce((sum, entry) => sum + tf.util.sizeFromShape(entry.shape) * bytesPerValue(entry), 0);
}
