import type * as tf from '@tensorflow/tfjs-core';

/** A compute shader, as TensorFlow.js runs it. */
export interface WebgpuProgram {
  /** Beside the types and ranks of all tensors, what the shader depends on. */
  shaderKey: string;
  /** The inputs' names in the shader. */
  variableNames: string[];
  outputShape: number[];
  /** Which dimensions of the output each dimension of the dispatch covers. */
  dispatchLayout: {x: number[]; y?: number[]};
  dispatch: [number, number, number];
  workgroupSize: [number, number, number];
  /** Declarations of the uniforms. */
  uniforms?: string;
  /** Whether there is a uniform `size`, the length of the output. */
  size?: boolean;
  getUserCode(): string;
}

/** The values of the uniforms that a program declares, in order. */
export type WebgpuUniforms = {type: 'float32' | 'int32'; data: number[]}[];

/** The used part of the backend. */
export interface WebgpuBackend {
  device: {limits: {maxStorageBuffersPerShaderStage: number}};
  disposeData(dataId: object): boolean;
  runWebGPUProgram(
    program: WebgpuProgram,
    inputs: tf.TensorInfo[],
    outputType: tf.DataType,
    uniforms?: WebgpuUniforms,
  ): tf.TensorInfo;
}
