import type {LayersModel, SymbolicTensor} from '@tensorflow/tfjs-layers';
import type {Layer} from '../../base/layer';

/** One output of a step. */
export interface Value {
  step: Step;
  index: number;
}

/** A layer applied once, and what has been folded into it. */
export interface Step {
  layer: Layer;
  /** Its name in the new model. */
  name: string;
  inputs: Value[];
  kwargs: object;
  /** How many steps, and outputs of the model, take an output of this one. */
  consumers: number;
  /** Batch normalizations folded into the layer, in their order: those before it and those behind it. */
  before: Layer[];
  after: Layer[];
}

export interface Steps {
  /** In an order in which they can run. */
  steps: Step[];
  outputs: Value[];
}

const isModel = (layer: Layer | LayersModel): layer is LayersModel => 'layers' in layer && 'inputs' in layer;

/** The layers that lead from the inputs of a model to its outputs, those of models within it included. */
export function stepsOf(network: LayersModel): Steps {
  const steps: Step[] = [];

  /** The values of tensors of a model, whose own inputs are given or, of the outermost one, not. */
  function inside(prefix: string, given: Map<number, Value>) {
    const results = new Map<string, Step | Value[]>();
    const find = (tensor: SymbolicTensor): Value => {
      const known = given.get(tensor.id);
      if (known !== undefined) return known;
      const {sourceLayer: layer, nodeIndex, tensorIndex} = tensor;
      const key = `${layer.id} ${nodeIndex}`;
      let result = results.get(key);
      if (result === undefined) {
        result = apply(layer as Layer, nodeIndex);
        results.set(key, result);
      }
      return Array.isArray(result) ? result[tensorIndex] : {step: result, index: tensorIndex};
    };
    const apply = (layer: Layer, nodeIndex: number): Step | Value[] => {
      const {inputTensors, callArgs} = layer.inboundNodes[nodeIndex];
      const isInput = layer.getClassName() === 'InputLayer';
      const inputs = isInput ? [] : inputTensors.map(find);
      if (isModel(layer)) {
        const own = new Map(layer.inputs.map(({id}, i) => [id, inputs[i]]));
        return layer.outputs.map(inside(`${prefix}${layer.name}/`, own));
      }
      const step = {
        layer,
        name: prefix + layer.name,
        inputs,
        kwargs: callArgs ?? {},
        consumers: 0,
        before: [],
        after: [],
      };
      steps.push(step);
      return step;
    };
    return find;
  }

  const outputs = network.outputs.map(inside('', new Map()));
  for (const {step} of [...outputs, ...steps.flatMap(({inputs}) => inputs)]) step.consumers++;
  return {steps, outputs};
}
