import * as tf from '@tensorflow/tfjs-core';
import {sumOverAxes} from '../sumOverAxes';
import type {TrainingKernel} from '../trainingKernel';

/** Sums float32 over neighboring axes without a transpose. */
export const sum: TrainingKernel = {
  kernelName: tf.Sum,
  simd: (heap, {x}, attrs) => sumOverAxes(heap, x, attrs as tf.SumAttrs, () => 1),
};
