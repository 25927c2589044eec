import * as tf from '@tensorflow/tfjs-core';

export interface ConvolutionAttributes {
  strides: number | [number, number];
  pad: 'valid' | 'same' | number | tf.backend_util.ExplicitPadding;
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
  dataFormat?: 'NHWC' | 'NCHW';
  /** The stock depthwise layer gives null for none. */
  dilations?: number | [number, number] | null;
}

/** Whether a filter skips pixels. */
export const isDilated = ({dilations}: ConvolutionAttributes): boolean =>
  [dilations ?? 1].flat().some(dilation => dilation !== 1);

/** The geometry of a convolution. Throws for dilation, whose gradient is not supported, and NCHW. */
export function convolutionGeometry(
  kernelName: string,
  inputShape: number[],
  filterShape: number[],
  attributes: ConvolutionAttributes,
  depthwise = false,
): tf.backend_util.Conv2DInfo {
  const {strides, pad, dimRoundingMode, dataFormat = 'NHWC', dilations} = attributes;
  if (dataFormat !== 'NHWC') {
    throw new Error(
      `${kernelName} on the wasm backend got dataFormat '${dataFormat}': only 'NHWC' is supported.`,
    );
  }
  if (isDilated(attributes)) {
    throw new Error(
      `${kernelName} on the wasm backend got dilations ${dilations}: the gradient of a dilated convolution is not supported.`,
    );
  }
  return tf.backend_util.computeConv2DInfo(
    inputShape as [number, number, number, number],
    filterShape as [number, number, number, number],
    strides,
    1,
    pad,
    dimRoundingMode,
    depthwise,
  );
}
