import {input, type LayersModel, model, type SymbolicTensor} from '@tensorflow/tfjs-layers';
import type {Layer} from '../../base/layer';
import type {Network} from '../network';
import {foldBatchNorms} from './foldBatchNorms';
import {type CallOutput, type LayerCall, layerCallsOf} from './layerCalls';
import {type StockLayer, stockLayer} from './stockLayer';

type Results = Map<LayerCall, SymbolicTensor[]>;

const isInput = ({layer}: LayerCall) => layer.getClassName() === 'InputLayer';

const resultOf = (results: Results, {call, index}: CallOutput) =>
  (results.get(call) as SymbolicTensor[])[index];

function inputOf({layer, name}: LayerCall): SymbolicTensor {
  const {batchInputShape, dtype} = layer;
  return input({batchShape: batchInputShape, dtype, name});
}

/** Applies a copy of every call's layer, one copy for each layer, and fills it with weights. */
function applied(calls: LayerCall[]): Results {
  const copies = new Map<Layer, StockLayer>();
  const results: Results = new Map();
  for (const call of calls) {
    if (isInput(call)) {
      results.set(call, [inputOf(call)]);
      continue;
    }
    const copy = copies.get(call.layer) ?? stockLayer(call);
    const inputs = call.inputs.map(value => resultOf(results, value));
    const result = copy.layer.apply(inputs.length === 1 ? inputs[0] : inputs, call.kwargs as never);
    if (!copies.has(call.layer)) copy.fill();
    copies.set(call.layer, copy);
    results.set(call, [result].flat() as SymbolicTensor[]);
  }
  return results;
}

/**
 * A copy of a trained network for deployment: faster, smaller, of TensorFlow.js' own layers alone, with the same embeddings.
 *
 * Every batch normalization goes into the weights of the convolution or the fully connected layer before it,
 * `W ← W γ / √(σ² + ε)`, `b ← (b − μ) γ / √(σ² + ε) + β`, or of the one behind it. It stays, as a stock layer, where that would
 * not be exact: before a convolution that pads with zeros, as the first of an IR-ResNet's block is, and where its input or output
 * is used elsewhere too. Dropout goes. Models within the model are laid open. Weights below 1e-20 of the largest of their layer become
 * 0: they add nothing, and numbers that small are slow.
 *
 * The caller disposes of the model. The original does not change: they share no weight. It saves to JSON
 * that names no class of this library, and loads with plain `tf.loadLayersModel`.
 *
 * @param network A network such as {@link irResNet} or {@link mobileFaceNet} makes; layers of the user's own are kept as they are.
 * @throws If a layer is one of this library's heads, or of a class that is not registered.
 *
 * @example
 * ```js
 * const network = mobileFaceNet({inputShape: [32, 32, 3], embeddingSize: 64});
 * const deployed = forInference(network);
 * const embeddings = deployed.predict(tf.zeros([2, 32, 32, 3]));   // shape [2, 64]
 * ```
 */
export function forInference(network: Network): Network;
export function forInference(network: LayersModel): LayersModel;
export function forInference(network: LayersModel): LayersModel {
  const {calls, outputs} = foldBatchNorms(layerCallsOf(network));
  const inputs = network.inputs.map(({sourceLayer}) => {
    const call = calls.find(({layer}) => layer === (sourceLayer as unknown));
    if (call === undefined) {
      throw new Error(
        `forInference: every input must lead to an output, but ${sourceLayer.name} leads to none.`,
      );
    }
    return {call, index: 0};
  });
  const results = applied(calls);
  const deployed = model({
    inputs: inputs.map(value => resultOf(results, value)),
    outputs: outputs.map(value => resultOf(results, value)),
    name: network.name,
  });
  const metadata = network.getUserDefinedMetadata();
  if (metadata !== undefined) deployed.setUserDefinedMetadata(metadata);
  return deployed;
}
