import * as tf from '@tensorflow/tfjs-core';
import type {Layer} from '../../base/layer';
import {foldedWeights} from './foldedWeights';
import type {LayerCall} from './layerCalls';
import {withoutTinyWeights} from './withoutTinyWeights';

interface StockClass {
  new (config: tf.serialization.ConfigDict): Layer;
  fromConfig(cls: StockClass, config: tf.serialization.ConfigDict): Layer;
}

/** The class that TensorFlow.js makes of a layer's name in a saved model. */
function classOf(layer: Layer): StockClass {
  const className = layer.getClassName();
  if (className.startsWith('FaceMargins')) {
    throw new Error(
      `forInference: network must go from images to embeddings alone, but layer ${layer.name} is a ${className}, ` +
        'which TensorFlow.js does not know without this library.',
    );
  }
  const {classNameMap} = tf.serialization.SerializationMap.getMap();
  if (!(className in classNameMap)) {
    throw new Error(
      `forInference: layer ${layer.name} must be of a registered class, but is a ${className}: call tf.serialization.registerClass(${className}) first.`,
    );
  }
  return classNameMap[className][0] as unknown as StockClass;
}

/** The weights of a layer in the order in which another one has them: frozen ones come last. */
const inOrder = (layer: Layer, wanted: Layer): tf.Tensor[] => {
  const byName = new Map(layer.weights.map(weight => [weight.originalName.split('/').at(-1), weight.read()]));
  const names = wanted.weights.map(({originalName}) => originalName.split('/').at(-1));
  // Of two weights with one name, as in a cell of a recurrent layer, the order has to do.
  if (byName.size !== names.length) return layer.weights.map(weight => weight.read());
  return names.map(name => byName.get(name) as tf.Tensor);
};

/** Whether a layer multiplies by a weight or adds it, as far as its name tells. */
const isFactor = ({originalName}: Layer['weights'][number]) =>
  /(^|[/_])(kernel|bias|alpha)$/.test(originalName);

export interface StockLayer {
  layer: Layer;
  /** To be called once the layer has been applied, which makes its weights. */
  fill(): void;
}

/** A layer of TensorFlow.js that does what the call does, with the weights of its own layer and what was folded into them. */
export function stockLayer(call: LayerCall): StockLayer {
  const {layer: original, name, before, after} = call;
  const Class = classOf(original);
  const folded = before.length + after.length > 0;
  const config = {...original.getConfig(), name, ...(folded && {useBias: true})};
  const layer = Class.fromConfig(Class, config as tf.serialization.ConfigDict);
  layer.setFastWeightInitDuringBuild(true);
  return {
    layer,
    fill: () =>
      tf.tidy(() => {
        const values = folded ? foldedWeights(call) : inOrder(original, layer);
        layer.setWeights(
          values.map((value, i) => (isFactor(layer.weights[i]) ? withoutTinyWeights(value) : value)),
        );
      }),
  };
}
