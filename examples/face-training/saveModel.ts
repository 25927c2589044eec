import {mkdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import type {LayersModel} from '@tensorflow/tfjs-layers';

/** Writes a model as files: `model.json` and its weights beside it, for `tf.loadLayersModel` to load. */
export async function saveModel(model: LayersModel, folder: string): Promise<void> {
  await mkdir(folder, {recursive: true});
  await model.save(
    tf.io.withSaveHandler(async ({weightData, weightSpecs = [], ...artifacts}) => {
      const weights = 'weights.bin';
      const weightsManifest = [{paths: [weights], weights: weightSpecs}];
      await writeFile(join(folder, weights), new Uint8Array(tf.io.CompositeArrayBuffer.join(weightData)));
      await writeFile(join(folder, 'model.json'), JSON.stringify({...artifacts, weightsManifest}));
      return {modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON({...artifacts, weightSpecs})};
    }),
  );
}
