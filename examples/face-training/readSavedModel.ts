import {readFile, stat} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import {type LayersModel, loadLayersModel} from '@tensorflow/tfjs-layers';

/** Reads a model that tfjs-layers saved: its folder, or the `model.json` in it. */
export async function readSavedModel(path: string): Promise<LayersModel> {
  const file = (await stat(path)).isDirectory() ? join(path, 'model.json') : path;
  const {weightsManifest, ...topology} = JSON.parse(await readFile(file, 'utf8')) as tf.io.ModelJSON;
  const groups = weightsManifest ?? [];
  const parts = groups.flatMap(({paths}) => paths).map(part => readFile(join(dirname(file), part)));
  const bytes = Uint8Array.from(Buffer.concat(await Promise.all(parts)));
  return loadLayersModel(
    tf.io.fromMemory({
      ...topology,
      weightSpecs: groups.flatMap(({weights}) => weights),
      weightData: bytes.buffer,
    }),
  );
}
