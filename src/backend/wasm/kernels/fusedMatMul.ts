import * as tf from '@tensorflow/tfjs-core';
import {endingOf, isPerChannel} from '../ending';
import {matrixProduct} from '../matrixProduct';
import type {KernelInputs, WasmKernel} from '../wasmKernel';

function endOf({b, bias, preluActivationWeights}: KernelInputs, attrs: tf._FusedMatMulAttrs) {
  const columns = b.shape.at(attrs.transposeB ? -2 : -1) as number;
  if (bias !== undefined && !isPerChannel(bias, columns)) return undefined;
  const ending = endingOf(attrs, preluActivationWeights, columns);
  return ending && (bias === undefined ? ending : {...ending, bias});
}

/** A product with a bias and an activation, as fully connected layers have, on all threads. */
export const fusedMatMul: WasmKernel = {
  kernelName: tf._FusedMatMul,

  simd(heap, inputs, attrs) {
    const given = attrs as tf._FusedMatMulAttrs;
    const end = endOf(inputs, given);
    return end && matrixProduct(heap, {a: inputs.a, b: inputs.b}, given, end);
  },

  composed(inputs, attrs) {
    const given = attrs as tf._FusedMatMulAttrs;
    const {transposeA, transposeB, activation, leakyreluAlpha} = given;
    if (endOf(inputs, given) !== undefined && !transposeA) return undefined;
    const {a, b, bias, preluActivationWeights} = inputs as Record<string, tf.Tensor>;
    return tf.tidy(() => {
      const product = tf.matMul(a, b, transposeA, transposeB);
      const biased = bias === undefined ? product : tf.add(product, bias);
      return tf.backend_util.applyActivation(biased, activation, preluActivationWeights, leakyreluAlpha);
    });
  },
};
