import {
  initializers,
  input,
  type LayersModel,
  layers,
  model,
  type SymbolicTensor,
} from '@tensorflow/tfjs-layers';
import {batchNormLayer, preluLayer} from 'face-margins';

/** Options of {@link smallFaceNet}. */
export interface SmallFaceNetOptions {
  /** Length of the embedding. Default 128. */
  embeddingSize?: number;
  /** Height, width and channels of the images. Default [64, 64, 3]. */
  inputShape?: [number, number, number];
  /** Makes the initial weights repeatable. Default: different at every call. */
  seed?: number;
}

/** The channels of each stage, which halves the image, and how many convolutions follow the halving one. */
const stages = [
  {filters: 24, repeats: 0},
  {filters: 48, repeats: 1},
  {filters: 96, repeats: 1},
  {filters: 128, repeats: 0},
];

/**
 * A network for small drawn faces that trains on one core in minutes: 3×3 convolutions with batch normalization and PReLU,
 * shortcuts where the size stays, and a linear layer over all places to the embedding.
 *
 * It is made here, of stock layers and two of the library's, to show that any tfjs-layers model that ends in an embedding will do.
 */
export function smallFaceNet({
  embeddingSize = 128,
  inputShape = [64, 64, 3],
  seed,
}: SmallFaceNetOptions = {}): LayersModel {
  let made = 0;
  // TensorFlow.js takes a seed of 0 for none.
  const nextSeed = () => (seed === undefined ? undefined : 1000 * seed + made++ || -1);
  const images = input({shape: inputShape});
  let features = images;
  const convolve = (from: SymbolicTensor, filters: number, strides: number) => {
    const kernelInitializer = initializers.heNormal({seed: nextSeed()});
    const convolution = layers.conv2d({
      filters,
      kernelSize: 3,
      strides,
      padding: 'same',
      useBias: false,
      kernelInitializer,
    });
    const normalized = batchNormLayer({momentum: 0.9}).apply(convolution.apply(from)) as SymbolicTensor;
    return preluLayer({sharedAxes: [1, 2], alphaInitializer: initializers.constant({value: 0.25})}).apply(
      normalized,
    ) as SymbolicTensor;
  };
  for (const {filters, repeats} of stages) {
    features = convolve(features, filters, 2);
    for (let i = 0; i < repeats; i++) {
      features = layers.add().apply([features, convolve(features, filters, 1)]) as SymbolicTensor;
    }
  }
  const embed = layers.dense({
    units: embeddingSize,
    useBias: false,
    kernelInitializer: initializers.glorotNormal({seed: nextSeed()}),
  });
  const embeddings = embed.apply(layers.flatten().apply(features)) as SymbolicTensor;
  const outputs = batchNormLayer({momentum: 0.9}).apply(embeddings) as SymbolicTensor;
  return model({inputs: images, outputs, name: 'smallFaceNet'});
}
