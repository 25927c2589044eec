import {initializers, type SymbolicTensor} from '@tensorflow/tfjs-layers';
import {check} from '../../base/check';
import {initializerSeed} from '../../base/initializerSeed';
import {memorySavingLayers} from './memorySavingLayers';
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
  const convolution = memorySavingLayers.conv2d({
    filters,
    kernelSize,
    padding: 'same',
    kernelInitializer: initializers.heNormal({seed}),
  });
  const activation = preluLayer({sharedAxes: [1, 2], alphaInitializer: initializers.constant({value: 0.25})});
  return activation.apply(convolution.apply(input)) as SymbolicTensor;
}

/**
 * One seed a layer, so that no two layers of a network start alike, nor those of networks of neighboring seeds;
 * without a seed every network starts differently.
 */
export function layerSeeds(seed: number | undefined): () => number | undefined {
  let layer = 0;
  return () => (seed === undefined ? undefined : initializerSeed(seed * 1000 + layer++));
}

/** Checks what every network here takes: an embedding has a length, and the poolings need some pixels to pool. */
export function checkNetwork(
  where: string,
  {embeddingSize, inputShape}: {embeddingSize: number; inputShape: number[]},
  smallest: number,
): void {
  check.count(where, 'embeddingSize', embeddingSize);
  for (const [axis, least] of [smallest, smallest, 1].entries()) {
    check.count(where, `inputShape[${axis}]`, inputShape[axis]);
    check.atLeast(where, `inputShape[${axis}]`, inputShape[axis], least);
  }
}
