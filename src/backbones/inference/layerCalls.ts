import type {LayersModel, SymbolicTensor} from '@tensorflow/tfjs-layers';
import type {Layer} from '../../base/layer';

/** One output of a layer's call. */
export interface CallOutput {
  call: LayerCall;
  index: number;
}

/** A layer applied once, and what has been folded into it. */
export interface LayerCall {
  layer: Layer;
  /** Its name in the new model. */
  name: string;
  inputs: CallOutput[];
  kwargs: object;
  /** Of its outputs, the batch as null. */
  shapes: (number | null)[][];
  /** How many calls, and outputs of the model, take an output of this one. */
  consumers: number;
  /** Batch normalizations folded into the layer, in their order: those before it and those behind it. */
  before: Layer[];
  after: Layer[];
}

/** A network as the calls of its layers. */
export interface LayerCalls {
  /** In an order in which they can run. */
  calls: LayerCall[];
  outputs: CallOutput[];
}

const isModel = (layer: Layer | LayersModel): layer is LayersModel => 'layers' in layer && 'inputs' in layer;

/** The layers that lead from the inputs of a model to its outputs, those of models within it included. */
export function layerCallsOf(network: LayersModel): LayerCalls {
  const calls: LayerCall[] = [];

  /** The values of tensors of a model, whose own inputs are given or, of the outermost one, not. */
  function inside(prefix: string, given: Map<number, CallOutput>) {
    const results = new Map<string, LayerCall | CallOutput[]>();
    const find = (tensor: SymbolicTensor): CallOutput => {
      const known = given.get(tensor.id);
      if (known !== undefined) return known;
      const {sourceLayer: layer, nodeIndex, tensorIndex} = tensor;
      const key = `${layer.id} ${nodeIndex}`;
      let result = results.get(key);
      if (result === undefined) {
        result = apply(layer as Layer, nodeIndex);
        results.set(key, result);
      }
      return Array.isArray(result) ? result[tensorIndex] : {call: result, index: tensorIndex};
    };
    const apply = (layer: Layer, nodeIndex: number): LayerCall | CallOutput[] => {
      const {inputTensors, outputTensors, callArgs} = layer.inboundNodes[nodeIndex];
      const isInput = layer.getClassName() === 'InputLayer';
      // The order in which TensorFlow.js runs them.
      const inputs = isInput ? [] : [...inputTensors].reverse().map(find).reverse();
      if (isModel(layer)) {
        const own = new Map(layer.inputs.map(({id}, i) => [id, inputs[i]]));
        return layer.outputs.map(inside(`${prefix}${layer.name}/`, own));
      }
      const call = {
        layer,
        name: prefix + layer.name,
        inputs,
        kwargs: callArgs ?? {},
        shapes: outputTensors.map(({shape}) => shape),
        consumers: 0,
        before: [],
        after: [],
      };
      calls.push(call);
      return call;
    };
    return find;
  }

  const outputs = network.outputs.map(inside('', new Map()));
  for (const {call} of [...outputs, ...calls.flatMap(({inputs}) => inputs)]) call.consumers++;
  return {calls, outputs};
}
