import type * as tf from '@tensorflow/tfjs-core';

/** The part of tfjs-node's backend below its kernels: any operation of TensorFlow, by name. */
export interface NodeBackend {
  executeSingleOutput(name: string, attributes: object[], inputs: tf.TensorInfo[]): tf.Tensor;
  executeMultipleOutputs(
    name: string,
    attributes: object[],
    inputs: tf.TensorInfo[],
    outputs: number,
  ): tf.Tensor[];
  /** Takes values over; they become a tensor of TensorFlow's when an operation needs one. */
  write(values: tf.TypedArray, shape: number[], dtype: tf.DataType): tf.DataId;
  readSync(dataId: tf.DataId): tf.DataTypeMap[tf.DataType];
  disposeData(dataId: tf.DataId): void;
  /** Whether tensors are on a GPU instead of in the host's memory. */
  isUsingGpuDevice: boolean;
  binding: Record<
    | 'TF_ATTR_BOOL'
    | 'TF_ATTR_FLOAT'
    | 'TF_ATTR_INT'
    | 'TF_ATTR_STRING'
    | 'TF_ATTR_TYPE'
    | 'TF_FLOAT'
    | 'TF_INT32',
    number
  >;
}

/** The arguments of a kernel. */
export interface NodeKernelCall {
  inputs: Record<string, tf.Tensor>;
  attrs?: object;
  backend: unknown;
}

/** A kernel that replaces TensorFlow.js' own. */
export interface NodeKernel {
  kernelName: string;
  /** If it returns undefined, the replaced kernel runs. */
  kernelFunc(call: NodeKernelCall): tf.Tensor | tf.Tensor[] | undefined;
}
