import * as tf from '@tensorflow/tfjs-core';
import {type LayersModel, loadLayersModel} from '@tensorflow/tfjs-layers';

/** Saves a model and loads it again, as a program with TensorFlow.js alone would. */
export async function saveAndLoad(network: LayersModel): Promise<LayersModel> {
  let artifacts: tf.io.ModelArtifacts = {};
  await network.save(
    tf.io.withSaveHandler(async saved => {
      artifacts = saved;
      return {modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(saved)};
    }),
  );
  return loadLayersModel(tf.io.fromMemory(artifacts));
}
