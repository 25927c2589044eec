import type * as tf from '@tensorflow/tfjs-core';
import {layers} from '@tensorflow/tfjs-layers';
import {checkLayerOptions} from '../../base/checkLayerOptions';
import type {Layer} from '../../base/layer';
import {prelu} from '../../ops/layers/prelu';

type PReLUArgs = Parameters<typeof layers.prelu>[0];
type LayerClass = new (args?: PReLUArgs) => Layer;

let FastPReLU: LayerClass | undefined;

/** TensorFlow.js does not export the class of its PReLU layer, so it is taken from a layer. */
function fastPReLU(): LayerClass {
  const Stock = layers.prelu().constructor as LayerClass;
  return class extends Stock {
    declare readonly alpha: {read(): tf.Tensor};

    override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
      const x = Array.isArray(inputs) ? inputs[0] : inputs;
      return prelu(x, this.alpha.read());
    }
  };
}

/**
 * A PReLU layer with the fast gradient of `prelu` that saves as TensorFlow.js' own `PReLU` layer, configuration
 * and all, so that a model made with it loads where this library is not.
 *
 * @param args The arguments of `tf.layers.prelu`; alpha starts at 0 unless `alphaInitializer` says otherwise.
 *
 * @example
 * ```js
 * import {initializers} from '@tensorflow/tfjs-layers';
 *
 * const layer = preluLayer({sharedAxes: [1, 2], alphaInitializer: initializers.constant({value: 0.25})});
 * const y = layer.apply(tf.randomNormal([1, 8, 8, 16]));   // one alpha per channel
 * ```
 */
export function preluLayer(args: PReLUArgs = {}): Layer {
  checkLayerOptions('preluLayer', args, {
    alphaInitializer: true,
    alphaRegularizer: true,
    alphaConstraint: true,
    sharedAxes: true,
  });
  FastPReLU ??= fastPReLU();
  return new FastPReLU(args);
}
