import * as tf from '@tensorflow/tfjs-core';
import {type LayersModel, loadLayersModel} from '@tensorflow/tfjs-layers';
import {
  forInference,
  importWeights,
  irResNet,
  mobileFaceNet,
  modelFacts,
  normalizationOf,
  WeightsMismatchError,
} from 'face-margins';
import {type Pixels, pixelTensor} from 'face-margins/data';
import type {Embedder} from './embedder';
import type {OwnNetwork} from './messages';

/** Networks whose weights a file may have, small ones first: each is made only if none before it fits. */
const architectures: (() => LayersModel)[] = [
  ...[512, 128, 256].map(embeddingSize => () => mobileFaceNet({embeddingSize})),
  () => mobileFaceNet({variant: 'insightface'}),
  () => mobileFaceNet({blocks: [2, 8, 12, 4], scale: 2, embeddingSize: 512}),
  () => mobileFaceNet({blocks: [2, 8, 12, 4], scale: 4, embeddingSize: 512}),
  ...([18, 34, 50, 100] as const).map(depth => () => irResNet({depth})),
  ...([18, 34, 50, 100] as const).map(depth => () => irResNet({depth, shortcut: 'pooling'})),
];

/**
 * A network of the visitor's own: the folder of a saved model, or a file of weights.
 *
 * @throws If the files are no network that this library knows.
 */
export async function ownEmbedder({name, files}: OwnNetwork): Promise<Embedder> {
  const model = await opened(files);
  const {imageSize: [height, width] = [112, 112], embeddingSize, template} = modelFacts(model);
  if (height !== width)
    throw new Error(`${name} takes images of ${height}×${width}, and the album makes square ones.`);
  const normalize = normalizationOf(model);
  return {
    name: `${name} (${embeddingSize ?? '?'} numbers)`,
    size: height,
    template,
    embed: (faces: readonly Pixels[]) =>
      tf.tidy(() => model.predict(pixelTensor([...faces], {normalize})) as tf.Tensor2D),
  };
}

async function opened(files: OwnNetwork['files']): Promise<LayersModel> {
  const topology =
    files.find(({name}) => /(^|\/)model\.json$/i.test(name)) ?? files.find(({name}) => /\.json$/i.test(name));
  if (topology) {
    const weights = files
      .filter(each => each !== topology)
      .map(({name, bytes}) => new File([bytes], baseName(name)));
    return loadLayersModel(
      tf.io.browserFiles([new File([topology.bytes], baseName(topology.name)), ...weights]),
    );
  }
  const file = files.find(({name}) => /\.(onnx|safetensors|pth|pt)$/i.test(name));
  if (!file)
    throw new Error(
      'A network is a folder with model.json, or a file .onnx, .safetensors or .pth; this is neither.',
    );
  return withWeights(file, files);
}

async function withWeights(
  {name, bytes}: OwnNetwork['files'][number],
  files: OwnNetwork['files'],
): Promise<LayersModel> {
  const externalData = async (wanted: string) => {
    const beside = files.find(each => baseName(each.name) === baseName(wanted));
    if (!beside) throw new Error(`${name} has its weights in ${wanted}: choose both files together.`);
    return beside.bytes;
  };
  for (const make of architectures) {
    const network = make();
    try {
      await importWeights(network, new Uint8Array(bytes), {name, externalData});
    } catch (error) {
      network.dispose();
      if (error instanceof WeightsMismatchError) continue;
      throw error;
    }
    const folded = forInference(network);
    network.dispose();
    return folded;
  }
  throw new Error(
    `${name} fits no network of the library: MobileFaceNet or an IR-ResNet. Save it as a model folder instead.`,
  );
}

const baseName = (path: string) => path.slice(path.lastIndexOf('/') + 1);
