import * as tf from '@tensorflow/tfjs-core';
import type {OnnxNode} from '../../formats/onnxMessages';
import {
  elementSizes,
  floatValues,
  isFloating,
  type StoredTensor,
  storedSize,
} from '../../formats/storedTensor';

/** A tensor of an ONNX file, as PyTorch would have it. */
export interface OnnxTensor {
  name: string;
  shape: number[];
  stored: StoredTensor;
  /** Whether it can be a weight; integers are sizes and axes, unless a node makes numbers of them. */
  floating: boolean;
  /** Whether a node gave it axes that `shape` does not tell. */
  reshaped: boolean;
  value: () => tf.Tensor;
}

/** Operations that change where numbers lie, or nothing. */
const transparent = new Set([
  'Identity',
  'Dropout',
  'Flatten',
  'Reshape',
  'Squeeze',
  'Unsqueeze',
  'Cast',
  'CastLike',
]);

/** A pooling of single pixels that leaves none out, which PyTorch has in the shortcuts of TreB1eN's blocks. */
const isWholePooling = ({operation, attributes}: OnnxNode) =>
  operation === 'MaxPool' &&
  ['kernel_shape', 'strides'].every(name =>
    (attributes.get(name)?.integers ?? []).every(length => length === 1),
  );

/** Whether a node gives the numbers it gets. */
export const isTransparent = (node: OnnxNode): boolean =>
  transparent.has(node.operation) || isWholePooling(node);

export const onnxTensor = (name: string, stored: StoredTensor): OnnxTensor => ({
  name,
  shape: stored.shape,
  stored,
  floating: isFloating(stored),
  reshaped: false,
  value: () => tf.tensor(floatValues(stored), stored.shape),
});

/** Whether it is one number or none. */
export const isSingle = ({stored}: OnnxTensor): boolean => stored.bytes.length <= elementSizes[stored.type];

/** The number that the tensor is; undefined if it is several, or whole. */
export const numberOf = (tensor: OnnxTensor): number | undefined =>
  isFloating(tensor.stored) && isSingle(tensor) ? floatValues(tensor.stored)[0] : undefined;

/** The few whole numbers that the tensor is, such as indices; none if it is anything else. */
export function wholeNumbers({stored: {type, bytes}}: OnnxTensor): number[] {
  if (type !== 'I64' || bytes.length % 8 !== 0 || bytes.length > 8 * 16) return [];
  return Array.from(new BigInt64Array(new Uint8Array(bytes).buffer), Number);
}

export const transposed = (tensor: OnnxTensor): OnnxTensor => ({
  ...tensor,
  shape: [...tensor.shape].reverse(),
  value: () => tf.transpose(tensor.value()),
});

/** A list of whole numbers; what a damaged file has in their place is 0. */
function wholeTensor(name: string, integers: readonly number[], shape: number[]): OnnxTensor {
  const whole = integers.map(integer => BigInt(Number.isInteger(integer) ? integer : 0));
  return onnxTensor(name, {type: 'I64', shape, bytes: new Uint8Array(BigInt64Array.from(whole).buffer)});
}

/** The tensor of a node that is a constant, whichever way it is written; undefined if it is text or has no value here. */
export function constantOf({operation, outputs, attributes}: OnnxNode): OnnxTensor | undefined {
  if (operation !== 'Constant') return undefined;
  const [name] = outputs;
  const {
    value,
    value_float: number,
    value_floats: numbers,
    value_int: whole,
    value_ints: wholes,
  } = Object.fromEntries(attributes);
  if (value?.tensor !== undefined) return onnxTensor(name, value.tensor);
  const floats = number?.float === undefined ? numbers?.floats : [number.float];
  if (floats !== undefined) {
    const bytes = new Uint8Array(Float32Array.from(floats).buffer);
    return onnxTensor(name, {type: 'F32', shape: number === undefined ? [floats.length] : [], bytes});
  }
  const integers = whole?.integer === undefined ? wholes?.integers : [whole.integer];
  if (integers === undefined) return undefined;
  return wholeTensor(name, integers, whole === undefined ? [integers.length] : []);
}

/** Whole numbers of one byte, as numbers. */
const bytesAsNumbers = ({type, bytes}: StoredTensor): Float32Array =>
  Float32Array.from(type === 'I8' ? new Int8Array(new Uint8Array(bytes).buffer) : bytes);

/** What a DequantizeLinear makes of whole numbers: less a zero point, times a scale, for each place of an axis or for all; undefined if they do not fit. */
export function dequantized(
  {outputs, attributes}: OnnxNode,
  whole: OnnxTensor,
  [scale, zero]: readonly (OnnxTensor | undefined)[],
): OnnxTensor | undefined {
  const {shape, stored} = whole;
  const {integer: axis = 1} = attributes.get('axis') ?? {};
  const at = axis < 0 ? axis + shape.length : axis;
  const places = shape[at] ?? 1;
  const isByte = ({type}: StoredTensor) => type === 'I8' || type === 'U8';
  const counts = ({stored: {bytes, type}}: OnnxTensor) => bytes.length / elementSizes[type];
  const fits = (tensor: OnnxTensor) => [1, places].includes(counts(tensor));
  if (!isByte(stored) || storedSize(stored, stored.bytes.length) !== stored.bytes.length) return undefined;
  if (scale === undefined || !isFloating(scale.stored) || !fits(scale)) return undefined;
  if (zero !== undefined && (!isByte(zero.stored) || !fits(zero))) return undefined;
  const perPlace = (values: ArrayLike<number>) =>
    tf.reshape(
      tf.tensor1d(Float32Array.from(values)),
      shape.map((_, i) => (i === at ? values.length : 1)),
    );
  const value = () => {
    const numbers = tf.tensor(bytesAsNumbers(stored), shape);
    const centered = zero === undefined ? numbers : tf.sub(numbers, perPlace(bytesAsNumbers(zero.stored)));
    return tf.mul(centered, perPlace(floatValues(scale.stored)));
  };
  return {...whole, name: outputs[0], floating: true, value};
}

/** What a node makes of a tensor, if that is the tensor under another name or shape, or is that shape. */
export function renamed(node: OnnxNode, tensor: OnnxTensor): OnnxTensor | undefined {
  const {operation, outputs} = node;
  // One number for many, as a bias of zeros that an exporter did not compute.
  if (isTransparent(node) || (operation === 'Expand' && isSingle(tensor))) {
    return {...tensor, reshaped: tensor.reshaped || /shape|squeeze|Flatten/.test(operation)};
  }
  if (operation === 'Shape') return wholeTensor(outputs[0], tensor.shape, [tensor.shape.length]);
  const swaps = node.attributes.get('perm')?.integers.join() === '1,0' && tensor.shape.length === 2;
  return operation === 'Transpose' && swaps ? transposed(tensor) : undefined;
}
