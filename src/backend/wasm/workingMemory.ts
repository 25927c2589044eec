import type * as tf from '@tensorflow/tfjs-core';
import type {KernelInputs} from './wasmKernel';

/** XNNPACK packs channels in groups of at most so many. */
const lane = 16;

/** Bytes of float32 numbers. */
const floats = (...lengths: number[]) => 4 * lengths.reduce((product, length) => product * length, 1);

/** Bytes of XNNPACK's pointers to the input: one for each tap at each place of an output, here as if the stride were 1. */
const pointers = ([, height, width]: number[], tapsHigh: number, tapsWide: number) =>
  floats(tapsHigh * tapsWide, height + 2 * tapsHigh, width + 2 * tapsWide);

function convolution({x, filter, preluActivationWeights}: KernelInputs, {activation}: {activation?: string}) {
  const [high, wide, channels, outputs] = filter.shape;
  // A fused activation of two inputs is computed beside the output.
  const beside =
    preluActivationWeights || activation === 'leakyrelu'
      ? floats(...pixelsOf(x), Math.max(outputs, channels * outputs))
      : 0;
  // The filter transposed and packed; it stays until the filter is disposed.
  return (
    2 * floats(high * wide + 1, channels + lane, outputs + lane) + pointers(x.shape, high, wide) + beside
  );
}

const pixelsOf = ({shape}: tf.TensorInfo) => shape.slice(0, -1);

function product({b}: KernelInputs) {
  const [rows, columns] = b.shape.slice(-2);
  return floats(rows + lane, columns + lane);
}

function pooling({x}: KernelInputs, {filterSize}: {filterSize: number | [number, number]}) {
  const [high, wide] = [filterSize].flat();
  return pointers(x.shape, high, wide ?? high);
}

const ofKernel: Record<string, (inputs: KernelInputs, attrs: never) => number> = {
  Conv2D: convolution,
  FusedConv2D: convolution,
  DepthwiseConv2dNative: convolution,
  FusedDepthwiseConv2D: convolution,
  BatchMatMul: product,
  _FusedMatMul: product,
  MaxPool: pooling,
  AvgPool: pooling,
  // Pairs of a value and its place.
  TopK: ({x}) => 2 * floats(x.shape.at(-1) ?? 0),
  ResizeBilinear: ({images}, {size: [high, wide]}: tf.ResizeBilinearAttrs) =>
    floats(4, high, wide) + floats(4 * images.shape[3]),
};

/** At most how many bytes a stock kernel of the WebAssembly backend allocates beside its output, without a look at the result. */
export function workingMemory(kernelName: string, inputs: KernelInputs, attrs: object): number {
  return ofKernel[kernelName]?.(inputs, attrs as never) ?? 0;
}
