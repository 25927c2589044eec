import * as tf from '@tensorflow/tfjs-core';
import {halfFloats} from '../../formats/halfFloats';
import type {StoredTensor} from '../../formats/storedTensor';
import type {PyTorchParameter} from '../weights/pyTorchParameters';
import {channelInt8} from './channelInt8';
import type {OnnxPrecision} from './onnxPrecision';

/** A weight to be written, in the shape that its node takes. */
export type OnnxWeight = Pick<PyTorchParameter, 'name' | 'shape' | 'variable' | 'toPyTorch'>;

/** Names of what an int8 weight is made of. */
export const int8Names = (name: string): [values: string, scale: string] => [`${name}.int8`, `${name}.scale`];

/** Whether a weight is written as int8: kernels are, what there is one of for each channel is not. */
export const isInt8 = ({shape}: OnnxWeight, precision: OnnxPrecision): boolean =>
  precision === 'int8' && shape.length > 1 && shape.slice(1).some(length => length > 1);

const bytesOf = ({buffer, byteOffset, byteLength}: Float32Array) =>
  new Uint8Array(buffer, byteOffset, byteLength);

function halfTensor({name, shape}: OnnxWeight, values: Float32Array): StoredTensor {
  const halves = halfFloats(values);
  const at = halves.findIndex((bits, i) => (bits & 0x7fff) === 0x7c00 && Number.isFinite(values[i]));
  if (at >= 0) {
    throw new Error(
      `exportOnnx: weights must be below 65520 for precision 'float16', but ${name} has ${values[at]}: write float32.`,
    );
  }
  return {type: 'F16', shape, bytes: new Uint8Array(halves.buffer)};
}

/** Reads weights, all of one moment, and gives them the precision of the file; one that becomes int8 is two tensors. */
export async function onnxWeights(
  weights: readonly OnnxWeight[],
  precision: OnnxPrecision,
): Promise<Map<string, StoredTensor>> {
  const tensors = tf.tidy(() => weights.map(({variable, toPyTorch}) => toPyTorch(tf.clone(variable.read()))));
  const stored = new Map<string, StoredTensor>();
  try {
    for (const [i, weight] of weights.entries()) {
      const {name, shape} = weight;
      const values = await tensors[i].data<'float32'>();
      if (isInt8(weight, precision)) {
        const {quantized, scales} = channelInt8(values, shape[0]);
        const [own, scale] = int8Names(name);
        stored.set(own, {type: 'I8', shape, bytes: new Uint8Array(quantized.buffer)});
        stored.set(scale, {type: 'F32', shape: [shape[0]], bytes: bytesOf(scales)});
      } else if (precision === 'float16') {
        stored.set(name, halfTensor(weight, values));
      } else {
        stored.set(name, {type: 'F32', shape, bytes: bytesOf(values)});
      }
    }
  } finally {
    tf.dispose(tensors);
  }
  return stored;
}
