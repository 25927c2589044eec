import {readFile, stat} from 'node:fs/promises';
import {basename, extname} from 'node:path';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import {CheckpointMismatchError, type Trainer, type TrainingState} from 'face-margins';
import {decodeCheckpoint} from 'face-margins/formats';
import {checkpointFolder, importWeightsFile, loadModelFolder} from 'face-margins/node';

/**
 * Gives a training the weights it is to start from: those of an `.onnx` or `.safetensors` file or a saved model for the network, or
 * those of a checkpoint, or of the newest in a folder of checkpoints, for the network and, where it fits, the head.
 *
 * @throws With every difference, where they are those of another network.
 */
export async function startFrom(path: string, network: LayersModel, trainer: Trainer): Promise<void> {
  if ((await stat(path)).isDirectory()) {
    const state = await checkpointFolder(path).load();
    if (state !== undefined) {
      takeWeights(trainer, state, path);
      return;
    }
  }
  const kind = extname(path).toLowerCase();
  if (/^(checkpoint-.*|best)\.safetensors$/.test(basename(path))) {
    takeWeights(trainer, await decodeCheckpoint(await readFile(path), path), path);
  } else if (kind === '.safetensors' || kind === '.onnx') {
    await importWeightsFile(network, path);
  } else {
    const saved = await loadModelFolder(path);
    if (saved.countParams() !== network.countParams()) {
      throw new Error(
        `${path} is a model of ${saved.countParams()} parameters, but ${network.name} has ${network.countParams()}: take ` +
          'checkpoints, of which training can go on. A model exported for inference has its batch normalization folded away.',
      );
    }
    network.setWeights(saved.getWeights());
    saved.dispose();
  }
}

/** Takes network and head, or the network alone where the head was of other people or another kind. */
function takeWeights(trainer: Trainer, state: TrainingState, path: string): void {
  try {
    trainer.restore(state, {weightsOnly: true});
  } catch (error) {
    const ofHead = (difference: string) => difference.startsWith('objective/');
    if (!(error instanceof CheckpointMismatchError) || !error.differences.every(ofHead)) throw error;
    trainer.restore(state, {weightsOnly: 'backbone'});
    console.log(
      `The network of ${path}, and a new head: that of ${path} is of other people or of another kind.`,
    );
  }
}
