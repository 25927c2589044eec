import * as tf from '@tensorflow/tfjs-core';
import {type ConvolutionAttributes, convolutionGeometry, isDilated} from './convolutionGeometry';
import {convolve, convolveLater} from './convolve';
import {endingOf, type FusedActivation, isPerChannel} from './ending';
import type {Convolution} from './recipe';
import type {KernelInputs, WasmKernel} from './wasmKernel';

/** The kernels of a convolution by TensorFlow.js' names: with a bias and an activation, and without. */
interface Names {
  fused: string;
  plain: string;
  depthwise: boolean;
}

type Attributes = ConvolutionAttributes & FusedActivation;

/**
 * A convolution with a bias and an activation in one pass on all threads, of slopes and bounds: linear, ReLU, ReLU6, leaky ReLU, PReLU with
 * one slope a channel. Others come after it. The backend's own kernel covers dilation and several outputs a channel.
 */
export function fusedConvolution({fused, plain, depthwise}: Names): WasmKernel {
  const endingFor = ({filter, bias, preluActivationWeights}: KernelInputs, attrs: Attributes) => {
    const [channels, outputs] = filter.shape.slice(2);
    const outChannels = depthwise ? channels * outputs : outputs;
    if (bias !== undefined && !isPerChannel(bias, outChannels)) return undefined;
    return endingOf(attrs, preluActivationWeights, outChannels);
  };

  return {
    kernelName: fused,

    simd(heap, inputs, attrs) {
      const {x, filter, bias} = inputs;
      const attributes = attrs as Attributes;
      const ending = endingFor(inputs, attributes);
      if (ending === undefined || isDilated(attributes) || (depthwise && filter.shape[3] !== 1))
        return undefined;
      const info = convolutionGeometry(fused, x.shape, filter.shape, attributes, depthwise);
      const convolution: Convolution = {
        kind: 'convolution',
        tensors: {x, filter, bias},
        info,
        depthwise,
      };
      if (Object.keys(ending).length === 0) return convolveLater(heap, convolution);
      const y = heap.output(info.outShape);
      convolve(heap, y, convolution, ending);
      return y;
    },

    composed(inputs, attrs) {
      const {activation = 'linear', leakyreluAlpha, ...attributes} = attrs as Attributes;
      if (endingFor(inputs, attrs as Attributes) !== undefined) return undefined;
      const {x, filter, bias, preluActivationWeights} = inputs as Record<string, tf.Tensor>;
      return tf.tidy(() => {
        const sums = tf.engine().runKernel(plain, {x, filter}, attributes as tf.NamedAttrMap) as tf.Tensor;
        const biased = bias === undefined ? sums : tf.add(sums, bias);
        return tf.backend_util.applyActivation(biased, activation, preluActivationWeights, leakyreluAlpha);
      });
    },
  };
}
