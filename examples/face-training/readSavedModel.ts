import {existsSync} from 'node:fs';
import {readFile, stat} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import {type LayersModel, loadLayersModel} from '@tensorflow/tfjs-layers';

/**
 * Reads a model that tfjs-layers saved: its folder, or the `model.json` in it.
 *
 * @throws If it is none, or a file of it is missing.
 */
export async function readSavedModel(path: string): Promise<LayersModel> {
  const file = (await stat(path)).isDirectory() ? join(path, 'model.json') : path;
  if (!existsSync(file)) {
    throw new Error(
      `${path} has no model.json; give a folder that tfjs-layers saved a model to, or an .onnx or .safetensors file.`,
    );
  }
  const {weightsManifest, ...topology} = await readTopology(file);
  const groups = weightsManifest ?? [];
  const parts = groups.flatMap(({paths}) => paths).map(part => join(dirname(file), part));
  const missing = parts.filter(part => !existsSync(part));
  if (missing.length > 0) {
    throw new Error(
      `${file} has its weights in ${missing.join(', ')}, which ${missing.length > 1 ? 'are' : 'is'} missing; keep the files of a model together.`,
    );
  }
  const bytes = Uint8Array.from(Buffer.concat(await Promise.all(parts.map(part => readFile(part)))));
  return loadLayersModel(
    tf.io.fromMemory({
      ...topology,
      weightSpecs: groups.flatMap(({weights}) => weights),
      weightData: bytes.buffer,
    }),
  );
}

async function readTopology(file: string): Promise<tf.io.ModelJSON> {
  try {
    const json = JSON.parse(await readFile(file, 'utf8'));
    if (json?.modelTopology) return json;
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
  }
  throw new Error(
    `${file} is not the model.json of a model that tfjs-layers saved; give that, its folder, or an .onnx or .safetensors file.`,
  );
}
