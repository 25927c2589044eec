import * as tf from '@tensorflow/tfjs-core';
import type {NodeBackend, NodeKernel, NodeKernelCall} from './nodeBackend';

/** Values up to which a loop here takes less time than TensorFlow needs to start an operation. */
const LARGEST = 4096;

/** Of TensorFlow.js' operations on two numbers, those that give a number, and those that give a truth value. */
const arithmetic: Record<string, (a: number, b: number) => number> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Multiply: (a, b) => a * b,
  RealDiv: (a, b) => a / b,
  DivNoNan: (a, b) => (b === 0 ? 0 : a / b),
  Maximum: Math.max,
  Minimum: Math.min,
};
const comparisons: Record<string, (a: number, b: number) => boolean> = {
  Equal: (a, b) => a === b,
  Greater: (a, b) => a > b,
  GreaterEqual: (a, b) => a >= b,
  Less: (a, b) => a < b,
  LessEqual: (a, b) => a <= b,
};
const functions: Record<string, (a: number) => number> = {
  Abs: Math.abs,
  Exp: Math.exp,
  Log: Math.log,
  Neg: a => -a,
  Relu: a => Math.max(a, 0),
  Rsqrt: a => 1 / Math.sqrt(a),
  Sigmoid: a => 1 / (1 + Math.exp(-a)),
  Sign: Math.sign,
  Sqrt: Math.sqrt,
  Square: a => a * a,
};

type Values = Float32Array | Int32Array | Uint8Array;

/** Whether the host has a result sooner than TensorFlow. */
export const isSmall = ({shape}: tf.TensorInfo) => tf.util.sizeFromShape(shape) <= LARGEST;
const isFloat = ({dtype}: tf.TensorInfo) => dtype === 'float32';
const read = (node: NodeBackend, {dataId}: tf.TensorInfo) => node.readSync(dataId) as Values;

function written(node: NodeBackend, values: Values, shape: number[], dtype: tf.DataType): tf.TensorInfo {
  return {dataId: node.write(values, shape, dtype), shape, dtype};
}

/** Fills `out` with a function of two tensors of one size, or of a tensor and a number. */
function combine(out: Values, a: Values, b: Values, f: (a: number, b: number) => number | boolean): Values {
  const [stepA, stepB] = [a.length === 1 ? 0 : 1, b.length === 1 ? 0 : 1];
  for (let i = 0; i < out.length; i++) out[i] = Number(f(a[i * stepA], b[i * stepB]));
  return out;
}

/** The shape of a result that takes no broadcasting but of a single number. */
function shapeOfBoth(a: tf.TensorInfo, b: tf.TensorInfo): number[] | undefined {
  const shape = tf.broadcast_util.assertAndGetBroadcastShape(a.shape, b.shape);
  const size = tf.util.sizeFromShape(shape);
  return [a, b].every(each => [1, size].includes(tf.util.sizeFromShape(each.shape))) ? shape : undefined;
}

type OnHost = (
  node: NodeBackend,
  inputs: Record<string, tf.TensorInfo>,
  attrs: Record<string, unknown>,
) => tf.TensorInfo | undefined;

const binary =
  (f: (a: number, b: number) => number | boolean, truth: boolean): OnHost =>
  (node, {a, b}) => {
    if (!isFloat(a) || !isFloat(b)) return undefined;
    const shape = shapeOfBoth(a, b);
    if (shape === undefined) return undefined;
    const size = tf.util.sizeFromShape(shape);
    const out = truth ? new Uint8Array(size) : new Float32Array(size);
    return written(node, combine(out, read(node, a), read(node, b), f), shape, truth ? 'bool' : 'float32');
  };

const unary =
  (f: (a: number) => number): OnHost =>
  (node, {x}) => {
    if (!isFloat(x)) return undefined;
    return written(node, (read(node, x) as Float32Array).map(f), x.shape, 'float32');
  };

/** Whatever the values are: those of a variable may be gone by the time that a gradient is taken. */
const constant =
  (value: number): OnHost =>
  (node, {x}) =>
    isFloat(x)
      ? written(node, new Float32Array(tf.util.sizeFromShape(x.shape)).fill(value), x.shape, 'float32')
      : undefined;

const finite: OnHost = (node, {x}) =>
  isFloat(x)
    ? written(
        node,
        Uint8Array.from(read(node, x), value => Number(Number.isFinite(value))),
        x.shape,
        'bool',
      )
    : undefined;

const cast: OnHost = (node, {x}, {dtype}) => {
  if (dtype !== 'float32' || (x.dtype !== 'bool' && x.dtype !== 'int32')) return undefined;
  return written(node, Float32Array.from(read(node, x)), x.shape, dtype);
};

/** Values are never changed, so both may share them. */
const reshape: OnHost = (node, {x}, attrs) => {
  if (!isFloat(x) && x.dtype !== 'int32') return undefined;
  const shape = tf.util.inferFromImplicitShape(attrs.shape as number[], tf.util.sizeFromShape(x.shape));
  return written(node, read(node, x), shape, x.dtype);
};

const select: OnHost = (node, {condition, t, e}) => {
  const sameShape = [t, e].every(each => tf.util.arraysEqual(each.shape, condition.shape));
  if (!sameShape || !isFloat(t) || !isFloat(e)) return undefined;
  const [chosen, yes, no] = [condition, t, e].map(each => read(node, each));
  return written(
    node,
    Float32Array.from(chosen, (truth, i) => (truth ? yes : no)[i]),
    t.shape,
    'float32',
  );
};

/** Rows by their ids. TensorFlow has the error for an id without a row. */
const gather: OnHost = (node, {x, indices}, {axis, batchDims}) => {
  if (!isFloat(x) || indices.dtype !== 'int32' || axis !== 0 || batchDims !== 0) return undefined;
  const [count, ...row] = x.shape;
  const length = tf.util.sizeFromShape(row);
  const ids = read(node, indices);
  if (ids.length * length > LARGEST || ids.some(id => id < 0 || id >= count)) return undefined;
  const [values, out] = [read(node, x), new Float32Array(ids.length * length)];
  ids.forEach((id, i) => {
    out.set(values.subarray(id * length, (id + 1) * length), i * length);
  });
  return written(node, out, [...indices.shape, ...row], 'float32');
};

/** Of everything, in float64. */
const mean: OnHost = (node, {x}, {axis, keepDims}) => {
  const axes = tf.util.parseAxisParam(axis as number[], x.shape);
  if (!isFloat(x) || keepDims || axes.length < x.shape.length) return undefined;
  const values = read(node, x) as Float32Array;
  const sum = values.reduce((all, value) => all + value, 0);
  return written(node, Float32Array.of(sum / values.length), [], 'float32');
};

const mapped = <F>(all: Record<string, F>, kernel: (f: F) => OnHost): [string, OnHost][] =>
  Object.entries(all).map(([name, f]) => [name, kernel(f)]);

const kernels: [string, OnHost][] = [
  ...mapped(arithmetic, f => binary(f, false)),
  ...mapped(comparisons, f => binary(f, true)),
  ...mapped(functions, unary),
  ['OnesLike', constant(1)],
  ['ZerosLike', constant(0)],
  ['IsFinite', finite],
  ['Cast', cast],
  ['Reshape', reshape],
  ['GatherV2', gather],
  ['Mean', mean],
  ['Select', select],
];

/**
 * Stock operations on few numbers, on the host: to start an operation takes TensorFlow some ten microseconds, and a head, the running
 * statistics of a batch normalization and the update of a bias are chains of them. Results are those of float32 arithmetic, or nearer to the
 * exact ones.
 */
export const smallTensors: NodeKernel[] = kernels.map(([kernelName, onHost]) => ({
  kernelName,
  kernelFunc({inputs, attrs, backend}: NodeKernelCall) {
    const node = backend as NodeBackend;
    if (node.isUsingGpuDevice || !Object.values(inputs).every(isSmall)) return undefined;
    return onHost(node, inputs, attrs as Record<string, unknown>) as tf.Tensor | undefined;
  },
}));
