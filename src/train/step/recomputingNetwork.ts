import type * as tf from '@tensorflow/tfjs-core';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import type {CallOutput, LayerCall} from '../../backbones/inference/layerCalls';
import type {Layer} from '../../base/layer';
import {type Recomputation, recomputed} from '../../ops/recomputed';
import {type Division, type NetworkPart, networkParts} from './networkParts';

/** Layers that draw anew at each call, and never the same again. */
const unrepeatable = ['GaussianNoise', 'GaussianDropout', 'AlphaDropout'];

/** A part, and how it is recomputed; without that it is computed once. */
type Part = NetworkPart & {recomputation?: Omit<Recomputation, 'compute'>};

/** The outputs of calls. */
type Values = Map<LayerCall, tf.Tensor[]>;

const tensorOf = (values: Values, {call, index}: CallOutput) => (values.get(call) as tf.Tensor[])[index];

/** Runs the calls of a part in training. */
function run({calls, input}: NetworkPart, x: tf.Tensor): Values {
  const values: Values = new Map();
  values.set(input.call, Object.assign([], {[input.index]: x}));
  for (const call of calls) {
    const inputs = call.inputs.map(value => tensorOf(values, value));
    const result = call.layer.apply(inputs.length === 1 ? inputs[0] : inputs, {training: true});
    values.set(call, [result].flat() as tf.Tensor[]);
  }
  return values;
}

/** What recomputing each part needs, where that saves memory. */
function withRecomputations(
  {parts, outputs}: {parts: NetworkPart[]; outputs: CallOutput[]},
  isTrained: (layer: Layer, weight: Layer['weights'][0]) => boolean,
): Part[] {
  let throughInput = false;
  return parts.map((part, i) => {
    const {calls, output} = part;
    const weights = [...new Set(calls.map(({layer}) => layer))].flatMap(layer =>
      layer.weights.map(weight => ({weight, trained: isTrained(layer, weight)})),
    );
    const variables = weights.filter(({trained}) => trained).map(({weight}) => weight.read() as tf.Variable);
    const state = weights.filter(({trained}) => !trained).map(({weight}) => weight);
    const recomputation = {variables, state, throughInput};
    throughInput ||= variables.length > 0;
    const isRepeatable = calls.every(({layer}) => !unrepeatable.includes(layer.getClassName()));
    const hasOtherOutputs = outputs.some(
      ({call, index}) => calls.includes(call) && (call !== output.call || index !== output.index),
    );
    // The backward pass begins with the last part: it would be computed again at once.
    const isLast = i === parts.length - 1;
    const saves = calls.length > 1 && !isLast && isRepeatable && !hasOtherOutputs;
    return saves ? {...part, recomputation} : part;
  });
}

/** A network in parts, of which the backward pass keeps what goes into them and computes the rest again. */
export class RecomputingNetwork {
  private readonly parts: Part[];
  private readonly outputs: CallOutput[];

  /**
   * @param network With one input.
   * @param frozen Layers that are not trained.
   * @param division Where to divide the network.
   * @throws If a name in `division` belongs to no layer behind which the network can be divided.
   */
  constructor(network: LayersModel, frozen: ReadonlySet<Layer>, division: Division) {
    const divided = networkParts(network, division);
    const trainable = new Set(network.trainableWeights);
    this.outputs = divided.outputs;
    this.parts = withRecomputations(divided, (layer, weight) => trainable.has(weight) && !frozen.has(layer));
  }

  /**
   * Applies the network in training, and gives each of its outputs.
   *
   * @param prepared Called around each part, again where that is recomputed: sets layers up for the same draws.
   */
  apply(images: tf.Tensor, prepared: <T>(use: () => T) => T): tf.Tensor[] {
    const values: Values = new Map();
    values.set(this.parts[0].input.call, [images]);
    for (const {recomputation, ...part} of this.parts) {
      const {input, output} = part;
      const x = tensorOf(values, input);
      if (recomputation) {
        const compute = (x: tf.Tensor) => prepared(() => tensorOf(run(part, x), output));
        const y = recomputed(x, {...recomputation, compute});
        values.set(output.call, Object.assign([], {[output.index]: y}));
      } else {
        for (const [call, results] of prepared(() => run(part, x))) values.set(call, results);
      }
    }
    return this.outputs.map(value => tensorOf(values, value));
  }
}
