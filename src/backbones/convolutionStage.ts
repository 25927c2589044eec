import {initializers, layers, type SymbolicTensor} from '@tensorflow/tfjs-layers';
import {preluLayer} from './preluLayer';

export interface ConvolutionOptions {
  filters: number;
  kernelSize: number;
  seed?: number;
}

/** A convolution of stride 1 that keeps the image's size, with bias, then PReLU with one slope a channel starting at 0.25. */
export function convolutionPrelu(
  input: SymbolicTensor,
  {filters, kernelSize, seed}: ConvolutionOptions,
): SymbolicTensor {
  const convolution = layers.conv2d({
    filters,
    kernelSize,
    padding: 'same',
    kernelInitializer: initializers.heNormal({seed}),
  });
  const activation = preluLayer({sharedAxes: [1, 2], alphaInitializer: initializers.constant({value: 0.25})});
  return activation.apply(convolution.apply(input)) as SymbolicTensor;
}

/**
 * One seed a layer, so that no two layers of a network start alike, nor those of networks of neighbouring seeds;
 * without a seed every network starts differently.
 */
export function layerSeeds(seed: number | undefined): () => number | undefined {
  let layer = 0;
  return () => (seed === undefined ? undefined : seed * 1000 + layer++);
}
