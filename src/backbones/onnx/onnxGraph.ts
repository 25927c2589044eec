import type {LayersModel} from '@tensorflow/tfjs-layers';
import type {Layer} from '../../base/layer';
import type {Normalization} from '../../base/normalization';
import type {WrittenOnnx, WrittenValue} from '../../formats/serializeOnnx';
import {type CallOutput, type LayerCall, layerCallsOf} from '../inference/layerCalls';
import {isGrouped, type PyTorchParameter, pyTorchParameters} from '../weights/pyTorchParameters';
import {OnnxBuilder} from './onnxBuilder';
import {type OnnxValue, written} from './onnxCall';
import type {OnnxPrecision} from './onnxPrecision';
import {int8Names, isInt8, type OnnxWeight} from './onnxWeights';
import {writeLayer} from './writeLayer';

/** What the graph does beside what the network does. */
export interface OnnxGraphOptions {
  precision: OnnxPrecision;
  /** Of pixels from 0 to 255, that the graph takes. */
  normalize: Required<Normalization> | undefined;
  channelsLast: boolean;
  unitLength: boolean;
  batch: number | undefined;
}

/** ONNX's numbers of types in a Cast. */
const castTo = {float32: 1, float16: 10};

/** A graph, and the weights that it names. */
export interface OnnxGraphParts extends Omit<WrittenOnnx, 'opset' | 'metadata'> {
  weights: OnnxWeight[];
}

/** The names of the graph's input and output. */
const [images, embeddings] = ['images', 'embeddings'];

/** The shape of a weight for its node: as in PyTorch, but for slopes of images and fully connected layers written as convolutions. */
function nodeShape({shape, variable}: OnnxWeight, call: LayerCall, own: string): number[] {
  const className = call.layer.getClassName();
  if (className === 'Dense' && own === 'kernel') return shape.slice(0, 2);
  return className === 'PReLU' && variable.shape.length === 3 ? [...shape, 1, 1] : shape;
}

/**
 * Names of layers that are the same in every process: TensorFlow.js numbers the layers that nobody named through all networks, here they
 * are numbered within one.
 */
function stableNames(calls: readonly LayerCall[]): Map<Layer, string> {
  const names = new Map<Layer, string>();
  const numbers = new Map<string, number>();
  for (const {layer} of calls) {
    if (names.has(layer)) continue;
    const className = layer.getClassName();
    const unnumbered = layer.name.replace(/\d+$/, '');
    const isNumbered = unnumbered.endsWith(`_${className}`) && unnumbered !== layer.name;
    const number = (numbers.get(unnumbered) ?? 0) + 1;
    if (isNumbered) numbers.set(unnumbered, number);
    names.set(layer, isNumbered ? `${unnumbered}${number}` : layer.name);
  }
  return names;
}

/** The weights of the layers by variable, each with a name of its own. */
function namedWeights(network: LayersModel, names: ReadonlyMap<Layer, string>): Map<unknown, OnnxWeight> {
  const parameters = new Map(pyTorchParameters('exportOnnx', network).map(each => [each.variable, each]));
  const weights = new Map<unknown, OnnxWeight>();
  const taken = new Set<string>();
  for (const [layer, stable] of names) {
    for (const variable of layer.weights) {
      const parameter = parameters.get(variable) as PyTorchParameter;
      const name = stable + parameter.name.slice(layer.name.length);
      if (taken.has(name)) {
        throw new Error(
          `exportOnnx: layers of ${network.name} must have names of their own, but two have ${name}.`,
        );
      }
      taken.add(name);
      weights.set(variable, {...parameter, name});
    }
  }
  return weights;
}

/** Writes what leads from the graph's input to what the network takes. */
function writePixels(builder: OnnxBuilder, channels: number, options: OnnxGraphOptions): string {
  const {normalize, channelsLast, precision} = options;
  let name = images;
  if (channelsLast) name = builder.node('Transpose', 'channelsFirst', [name], {perm: [0, 3, 1, 2]});
  if (normalize !== undefined) {
    const {mean, deviation, order} = normalize;
    const constant = (of: string, values: number | readonly number[]) =>
      typeof values === 'number'
        ? builder.floats(of, [values], [], true)
        : builder.floats(of, values, [channels, 1, 1], true);
    if (order === 'bgr') {
      name = builder.node('Gather', 'bgr', [name, builder.integers('bgr.order', [2, 1, 0])], {axis: 1});
    }
    name = builder.node('Sub', 'normalize.centered', [name, constant('normalize.mean', mean)]);
    name = builder.node('Div', 'normalize', [name, constant('normalize.deviation', deviation)]);
  }
  return precision === 'float16' ? builder.node('Cast', 'half', [name], {to: castTo.float16}) : name;
}

/** Writes what leads from the network's output to the graph's. */
function writeEmbeddings(builder: OnnxBuilder, from: string, options: OnnxGraphOptions): void {
  let name = from;
  if (options.precision === 'float16') name = builder.node('Cast', 'whole', [name], {to: castTo.float32});
  if (options.unitLength) name = builder.node('LpNormalization', 'unitLength', [name], {axis: 1, p: 2});
  const renamed = (each: string) => (each === name ? embeddings : each);
  for (const node of builder.nodes) {
    node.inputs = node.inputs.map(renamed);
    node.outputs = node.outputs.map(renamed);
  }
}

const resultOf = (values: Map<LayerCall, OnnxValue>, {call}: CallOutput) => values.get(call) as OnnxValue;

/** The graph of a network from images to embeddings. */
export function onnxGraph(network: LayersModel, options: OnnxGraphOptions): OnnxGraphParts {
  const {precision, channelsLast, batch} = options;
  const [height, width, channels] = network.inputs[0].shape.slice(1) as (number | null)[];
  const {calls, outputs} = layerCallsOf(network);
  const names = stableNames(calls);
  const named = namedWeights(network, names);
  const weights = new Map<string, OnnxWeight>();
  const half = precision === 'float16';
  const builder = new OnnxBuilder(
    [images, embeddings, ...[...named.values()].flatMap(({name}) => [name, ...int8Names(name)])],
    half,
  );
  const weightOf = (call: LayerCall) => (own: string) => {
    const variable = call.layer.weights.find(({originalName}) => originalName.split('/').at(-1) === own);
    const weight = named.get(variable);
    if (weight === undefined) return undefined;
    if (!weights.has(weight.name)) {
      const shaped = {...weight, shape: nodeShape(weight, call, own)};
      weights.set(weight.name, shaped);
      if (isInt8(shaped, precision)) builder.dequantized(weight.name, int8Names(weight.name));
    }
    return weight.name;
  };

  const values = new Map<LayerCall, OnnxValue>();
  const grouped: string[] = [];
  const start = writePixels(builder, channels as number, options);
  for (const call of calls) {
    const {layer} = call;
    call.name = names.get(layer) as string;
    const inputs = call.inputs.map(value => resultOf(values, value));
    if (layer.getClassName() === 'InputLayer') {
      values.set(call, {name: start, shape: [...network.inputs[0].shape], members: 1});
    } else if (grouped.some(name => layer.name.startsWith(`${name}.`))) {
      // The parts of a convolution in groups, which is one node.
      values.set(call, inputs[0]);
    } else {
      values.set(call, writeLayer({call, inputs, builder, weight: weightOf(call)}));
      if (layer.getClassName() === 'DepthwiseConv2D' && isGrouped(layer)) grouped.push(layer.name);
    }
  }
  const [{call}] = outputs;
  const last = written({call, inputs: [], builder, weight: weightOf(call)}, values.get(call) as OnnxValue);
  writeEmbeddings(builder, last.name, options);
  const size = [height, width].map((side, axis) => side ?? ['height', 'width'][axis]);
  const count = batch ?? 'batch';
  const inputShape = channelsLast ? [...size, channels as number] : [channels as number, ...size];
  const value = (name: string, shape: (number | string)[]): WrittenValue => ({
    name,
    type: 'F32',
    shape: [count, ...shape],
  });
  return {
    name: network.name,
    nodes: builder.nodes,
    constants: builder.constants,
    weights: [...weights.values()],
    input: value(images, inputShape),
    output: value(embeddings, [last.shape[1] as number]),
  };
}
