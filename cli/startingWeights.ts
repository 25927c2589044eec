import {readFile, stat} from 'node:fs/promises';
import {basename, dirname, extname} from 'node:path';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import {CheckpointMismatchError, type CheckpointStore, type Trainer} from 'face-margins';
import {decodeCheckpoint} from 'face-margins/formats';
import {checkpointFolder, importWeightsFile, loadModelFolder} from 'face-margins/node';

/**
 * Gives a training the weights it is to start from: those of an `.onnx` or `.safetensors` file or a saved model for the network, or
 * those of a checkpoint, or of the newest in a folder of checkpoints, for the network and, where it fits, the head.
 *
 * @param say Prints a line.
 * @throws With every difference, where they are those of another network.
 */
export async function startFrom(
  path: string,
  network: LayersModel,
  trainer: Trainer,
  say: (line: string) => void,
): Promise<void> {
  if ((await stat(path)).isDirectory()) {
    if (await takeWeights(trainer, checkpointFolder(path), path, say)) return;
  }
  const kind = extname(path).toLowerCase();
  if (/^(checkpoint-.*|best)\.safetensors$/.test(basename(path))) {
    const isBest = basename(path) === 'best.safetensors';
    const load = async () =>
      isBest ? checkpointFolder(dirname(path)).loadBest() : decodeCheckpoint(await readFile(path), path);
    await takeWeights(trainer, {load, save: async () => {}}, path, say);
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

/**
 * Takes network and head, or the network alone where the head was of other people or another kind.
 *
 * @returns Whether there was a checkpoint.
 */
async function takeWeights(
  trainer: Trainer,
  checkpoints: CheckpointStore,
  path: string,
  say: (line: string) => void,
): Promise<boolean> {
  try {
    return await trainer.resume(checkpoints, {weightsOnly: true});
  } catch (error) {
    const ofHead = (difference: string) => difference.startsWith('objective/');
    if (!(error instanceof CheckpointMismatchError) || !error.differences.every(ofHead)) throw error;
    say(`The network of ${path}, and a new head: that of ${path} is of other people or of another kind.`);
    return trainer.resume(checkpoints, {weightsOnly: 'backbone'});
  }
}
