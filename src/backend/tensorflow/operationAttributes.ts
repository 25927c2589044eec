import * as tf from '@tensorflow/tfjs-core';
import type {NodeBackend} from './nodeBackend';

/** Attributes of an operation of TensorFlow, by their types. */
export function operationAttributes({binding}: NodeBackend) {
  return {
    float: (name: string, value: number) => ({name, type: binding.TF_ATTR_FLOAT, value}),
    bool: (name: string, value: boolean) => ({name, type: binding.TF_ATTR_BOOL, value}),
    ints: (name: string, value: number[]) => ({name, type: binding.TF_ATTR_INT, value}),
    string: (name: string, value: string) => ({name, type: binding.TF_ATTR_STRING, value}),
    /** That `name`, the type of the operands if not said otherwise, is float32. */
    float32: (name = 'T') => ({name, type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT}),
  };
}

/** Those of a convolution of stride 1 over images with the channels last. */
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

/** The shape of `x` as images, which many kernels of TensorFlow insist on; the channels stay the last axis. */
export function shapeAsImages({rank, shape}: tf.Tensor): [number, number, number, number] {
  if (rank === 4) return shape as [number, number, number, number];
  const rows = shape.slice(0, -1).reduce((product, length) => product * length, 1);
  return [1, 1, rows, shape[rank - 1]];
}

/** A reshape, where there is anything to do. */
export const reshaped = (x: tf.Tensor, shape: number[]) =>
  x.rank === shape.length ? x : tf.reshape(x, shape);
