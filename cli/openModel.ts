import {extname} from 'node:path';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import {forInference} from 'face-margins';
import {importWeightsFile, loadModelFolder} from 'face-margins/node';
import {backbones} from './backbones';

/** Which model to open. */
export interface ModelOptions {
  /** The folder of a saved model, its `model.json`, or a file of weights: `.onnx`, `.safetensors` or `.pth`. */
  model: string;
  /** The network that a file of weights belongs to; a name of {@link backbones}. */
  backbone?: string;
  /** The length of that network's embedding. */
  embeddingSize?: number;
}

/** Opens a saved model, or gives a network the weights of a file, to embed images. */
export async function openModel(options: ModelOptions): Promise<LayersModel> {
  const model = await openAsTrained(options);
  if (!isWeights(options.model)) return model;
  const deployed = forInference(model);
  model.dispose();
  return deployed;
}

/** Opens a model as {@link openModel} does, with the batch normalizations that a file of weights has. */
export async function openAsTrained({
  model: path,
  backbone,
  embeddingSize,
}: ModelOptions): Promise<LayersModel> {
  if (!isWeights(path)) return loadModelFolder(path);
  const names = Object.keys(backbones).join(', ');
  if (backbone === undefined) {
    throw new Error(
      `${path} holds weights without a network: say which one they are of by --backbone, one of ${names}.`,
    );
  }
  const network = backbones[backbone]({embeddingSize});
  await importWeightsFile(network, path);
  return network;
}

const isWeights = (path: string) =>
  ['.onnx', '.safetensors', '.pth', '.pt'].includes(extname(path).toLowerCase());

/** Rows and columns of the images a model takes. */
export function imageSizeOf(model: LayersModel): [height: number, width: number] {
  const [, height, width, channels] = model.inputs[0].shape;
  if (!height || !width || channels !== 3) {
    throw new Error(
      `${model.name} takes images [${model.inputs[0].shape}]; it must say how high and how wide they are, with 3 channels.`,
    );
  }
  return [height, width];
}
