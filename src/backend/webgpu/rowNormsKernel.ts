import type * as tf from '@tensorflow/tfjs-core';
import {ROW_NORMS} from '../../ops/rowNorms';
import type {WebgpuBackend} from './webgpuBackend';

const WORKGROUP = 64;

/** One workgroup a row. */
const code = `
  var<workgroup> sums : array<f32, ${WORKGROUP}>;
  fn main(index : i32) {
    let row = index / ${WORKGROUP};
    var sum = 0.0;
    if (row < uniforms.size) {
      for (var column = i32(localIndex); column < uniforms.columns; column = column + ${WORKGROUP}) {
        let value = x[row * uniforms.columns + column];
        sum = sum + value * value;
      }
    }
    sums[localIndex] = sum;
    workgroupBarrier();
    for (var half = ${WORKGROUP / 2}u; half > 0u; half = half / 2u) {
      if (localIndex < half) {
        sums[localIndex] = sums[localIndex] + sums[localIndex + half];
      }
      workgroupBarrier();
    }
    if (localIndex == 0u && row < uniforms.size) {
      result[row] = sqrt(sums[0]);
    }
  }`;

/** Norms of the rows of x `[C, D]` in one pass, without a matrix of squares. */
function rowNorms(x: tf.TensorInfo, backend: WebgpuBackend): tf.TensorInfo {
  const [rows, columns] = x.shape;
  const program = {
    shaderKey: 'faceMarginsRowNorms',
    variableNames: ['x'],
    outputShape: [rows],
    dispatchLayout: {x: [0]},
    dispatch: [rows, 1, 1] as [number, number, number],
    workgroupSize: [WORKGROUP, 1, 1] as [number, number, number],
    size: true,
    uniforms: 'columns : i32,',
    getUserCode: () => code,
  };
  return backend.runWebGPUProgram(program, [x], 'float32', [{type: 'int32', data: [columns]}]);
}

export const rowNormsKernel: tf.KernelConfig = {
  kernelName: ROW_NORMS,
  backendName: 'webgpu',
  kernelFunc: ({inputs, backend}) => rowNorms(inputs.x as tf.TensorInfo, backend as WebgpuBackend),
};
