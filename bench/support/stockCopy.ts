import * as tf from '@tensorflow/tfjs-core';
import {type LayersModel, loadLayersModel} from '@tensorflow/tfjs-layers';

/** The network as TensorFlow.js alone loads it, in its own layers; the original is disposed of. */
export async function stockCopy(network: LayersModel): Promise<LayersModel> {
  let artifacts: tf.io.ModelArtifacts = {};
  await network.save(
    tf.io.withSaveHandler(async saved => {
      artifacts = saved;
      return {modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(saved)};
    }),
  );
  network.dispose();
  return loadLayersModel(tf.io.fromMemory(artifacts));
}
