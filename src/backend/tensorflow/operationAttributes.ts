import * as tf from '@tensorflow/tfjs-core';
import type {NodeBackend} from './nodeBackend';

/** Attributes of a TensorFlow operation, by type. */
export function operationAttributes({binding}: NodeBackend) {
  return {
    float: (name: string, value: number) => ({name, type: binding.TF_ATTR_FLOAT, value}),
    bool: (name: string, value: boolean) => ({name, type: binding.TF_ATTR_BOOL, value}),
    ints: (name: string, value: number[]) => ({name, type: binding.TF_ATTR_INT, value}),
    string: (name: string, value: string) => ({name, type: binding.TF_ATTR_STRING, value}),
    /** Sets `name`, by default the operands' type, to float32. */
    float32: (name = 'T') => ({name, type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT}),
  };
}

/** The attributes of a convolution with stride 1 over channels-last images. */
export function convolutionAttributes(node: NodeBackend, padding: 'SAME' | 'VALID'): object[] {
  const {float32, ints, string} = operationAttributes(node);
  return [
    float32(),
    ints('strides', [1, 1, 1, 1]),
    ints('dilations', [1, 1, 1, 1]),
    string('padding', padding),
    string('data_format', 'NHWC'),
  ];
}

/** The shape of `x` as images, which many TensorFlow kernels require; the channels stay the last axis. */
export function shapeAsImages({rank, shape}: tf.Tensor): [number, number, number, number] {
  if (rank === 4) return shape as [number, number, number, number];
  const rows = shape.slice(0, -1).reduce((product, length) => product * length, 1);
  return [1, 1, rows, shape[rank - 1]];
}

/** A reshape, if the shape differs. */
export const reshaped = (x: tf.Tensor, shape: number[]) =>
  x.rank === shape.length ? x : tf.reshape(x, shape);
