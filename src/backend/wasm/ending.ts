import type * as tf from '@tensorflow/tfjs-core';
import {type Address, NOWHERE} from './address';
import type {Heap} from './heap';

/** How sums of a convolution or a product end: a bias, then another tensor is added, what is not positive gets a slope, then bounds. */
export interface Ending {
  /** One number a channel. */
  bias?: tf.TensorInfo;
  /** Of the shape of the sums, whose channels are a multiple of {@link RECORD}. */
  other?: tf.TensorInfo;
  /** One slope a channel. */
  alpha?: tf.TensorInfo;
  /** The slope of all channels. Default: 1. */
  slope?: number;
  /** What is less becomes this. Default: −∞. */
  low?: number;
  /** What is more becomes this. Default: ∞. */
  high?: number;
}

/** Channels that end together. */
export const RECORD = 8;

/** Numbers that the end of a channel takes. */
export const NUMBERS = 4;

/** What is used of the attributes of a fused kernel. */
export interface FusedActivation {
  activation?: tf.backend_util.Activation;
  leakyreluAlpha?: number;
}

/** Whether a tensor has one number for each of so many channels. */
export const isPerChannel = ({shape, dtype}: tf.TensorInfo, channels: number): boolean =>
  dtype === 'float32' && shape.at(-1) === channels && shape.slice(0, -1).every(length => length === 1);

/** How sums with so many channels end by a fused activation; undefined for one that has no slope and no bounds. */
export function endingOf(
  {activation = 'linear', leakyreluAlpha = 0.2}: FusedActivation,
  alpha: tf.TensorInfo | undefined,
  channels: number,
): Ending | undefined {
  if (activation === 'prelu') return alpha && isPerChannel(alpha, channels) ? {alpha} : undefined;
  const endings: Partial<Record<typeof activation, Ending>> = {
    linear: {},
    relu: {low: 0},
    relu6: {low: 0, high: 6},
    leakyrelu: {slope: leakyreluAlpha},
  };
  return endings[activation];
}

/** Calls `use` with the address of the records of an ending, valid until it returns, or NOWHERE if sums stay as they are. */
export function withEnding(heap: Heap, ending: Ending, channels: number, use: (at: Address) => void): void {
  if (Object.values(ending).every(part => part === undefined)) {
    use(NOWHERE);
    return;
  }
  const {bias, alpha, slope = 1, low = Number.NEGATIVE_INFINITY, high = Number.POSITIVE_INFINITY} = ending;
  const addressOf = (tensor?: tf.TensorInfo) => (tensor === undefined ? NOWHERE : heap.address(tensor));
  const parts = {bias: addressOf(bias), slopes: addressOf(alpha), slope, low, high, channels};
  heap.withScratch(heap.simd.endingFloats({channels}), at => {
    heap.simd.packEnding({...parts, ending: at});
    use(at);
  });
}
