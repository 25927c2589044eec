import type * as tf from '@tensorflow/tfjs-core';
import type {WebgpuBackend} from './webgpuBackend';

const WORKGROUP = 128;

/** What to compute of each element. */
export interface ElementTerm {
  /** Of tensors of the output's shape, each at `[at]`, and `[channels]`, each at `[channel]`: one number, as WGSL. */
  term: string;
  /** The tensors by the names that the term uses; the first has the output's shape. */
  inputs: Record<string, tf.TensorInfo>;
  /** A number that the term may use as `uniforms.epsilon`. Default 0. */
  epsilon?: number;
}

const code = (term: string) => `
  fn main(at : i32) {
    if (at < uniforms.size) {
      let channel = at % uniforms.channels;
      result[at] = ${term};
    }
  }`;

/** A term of each element of the first input, in one dispatch. The last axis is that of channels. */
export function eachElement(
  backend: WebgpuBackend,
  {term, inputs, epsilon = 0}: ElementTerm,
  channels: number,
): tf.TensorInfo {
  const [{shape}] = Object.values(inputs);
  const size = shape.reduce((product, length) => product * length, 1);
  const flat = Object.values(inputs).map(({dataId, dtype, shape: own}) => ({
    dataId,
    dtype,
    shape: [own.reduce((product, length) => product * length, 1)],
  }));
  const program = {
    shaderKey: `faceMarginsEachElement ${term}`,
    variableNames: Object.keys(inputs),
    outputShape: [size],
    dispatchLayout: {x: [0]},
    dispatch: [Math.ceil(size / WORKGROUP), 1, 1] as [number, number, number],
    workgroupSize: [WORKGROUP, 1, 1] as [number, number, number],
    size: true,
    uniforms: 'channels : i32, epsilon : f32,',
    getUserCode: () => code(term),
  };
  const result = backend.runWebGPUProgram(program, flat, 'float32', [
    {type: 'int32', data: [channels]},
    {type: 'float32', data: [epsilon]},
  ]);
  return {...result, shape};
}
