import type {LayersModel} from '@tensorflow/tfjs-layers';
import type {Layer} from '../../base/layer';
import {type GraphStep, type GraphUnit, unitsTo} from './graphUnit';
import {isGrouped, type PyTorchParameter} from './pyTorchParameters';

type Unit = GraphUnit<PyTorchParameter>;

/** Layers that change where numbers lie, or nothing outside training. */
const transparent = new Set(['Flatten', 'Reshape', 'Dropout', 'ZeroPadding2D']);

/** What layers without weights are called in a graph. */
const kinds: Record<string, string> = {
  InputLayer: 'input',
  Add: 'add',
  Multiply: 'multiply',
  GlobalAveragePooling2D: 'average',
  MaxPooling2D: 'maxPool',
  AveragePooling2D: 'AveragePool',
  Concatenate: 'Concat',
  Maximum: 'Max',
  Rescaling: 'Mul of a constant',
};

/** What a ReLU is called in a graph, by its upper bound. */
function reluKind(layer: Layer): string {
  const {maxValue} = layer.getConfig() as {maxValue?: number | null};
  if (typeof maxValue !== 'number') return 'relu';
  return maxValue === 6 ? 'relu6' : 'Clip of a constant';
}

interface Convolution {
  kernelSize: number[];
  strides: number[];
  padding: string;
}

/** As text, in the form of an ONNX file's: `stride 2, 2, padding 1, 1, 1, 1`. */
export const geometryText = (strides: number[], pads: number[]): string =>
  `stride ${strides.join(', ')}, padding ${pads.join(', ')}`;

function geometry(layer: Layer): string {
  const {kernelSize, strides, padding} = layer as unknown as Convolution;
  const padded = padding === 'same' || inboundLayers(layer)[0].getClassName() === 'ZeroPadding2D';
  const pads = kernelSize.map(size => (padded ? (size - 1) / 2 : 0));
  return geometryText(strides, [...pads, ...pads]);
}

const inboundLayers = (layer: Layer) => (layer.inboundNodes[0]?.inboundLayers ?? []) as Layer[];

function unitOf(layer: Layer, parameters: Map<unknown, PyTorchParameter>): Unit {
  const {name} = layer;
  const type = layer.getClassName();
  const own = new Map(
    layer.weights.map(weight => [
      weight.originalName.split('/').at(-1),
      parameters.get(weight) as PyTorchParameter,
    ]),
  );
  const [mean, variance] = [own.get('moving_mean'), own.get('moving_variance')];
  if (type === 'BatchNormalization' && mean !== undefined && variance !== undefined) {
    const {epsilon} = layer as unknown as {epsilon: number};
    return {
      kind: 'norm',
      name,
      norm: {gamma: own.get('gamma'), beta: own.get('beta'), mean, variance, epsilon},
    };
  }
  if (type === 'PReLU') return {kind: 'prelu', name, slope: own.get('alpha')};
  if (type === 'Dense') return {kind: 'linear', name, weight: own.get('kernel'), bias: own.get('bias')};
  if (type === 'Conv2D' || type === 'DepthwiseConv2D') {
    const weight = own.get('kernel') ?? own.get('depthwise_kernel');
    return {kind: 'linear', name, geometry: geometry(layer), weight, bias: own.get('bias')};
  }
  if (type === 'ReLU') return {kind: reluKind(layer), name};
  if (type === 'Activation') return {kind: String(layer.getConfig().activation), name};
  return {kind: kinds[type] ?? type, name, weight: [...own.values()][0]};
}

/**
 * The operations of a network with their weights, in the order of its graph.
 *
 * A convolution in groups, which is made of several layers, is one.
 */
export function networkUnits(network: LayersModel, parameters: PyTorchParameter[]): Unit[] {
  const byVariable = new Map<unknown, PyTorchParameter>(parameters.map(each => [each.variable, each]));
  const groupedNames = network.layers
    .filter(layer => layer.getClassName() === 'DepthwiseConv2D' && isGrouped(layer))
    .map(({name}) => name);
  const within = (layer: Layer) => groupedNames.some(name => layer.name.startsWith(`${name}.`));
  const stepOf = new Map<Layer, GraphStep<PyTorchParameter>>();
  const steps: GraphStep<PyTorchParameter>[] = [];
  for (const layer of network.layers) {
    const inputs = inboundLayers(layer).map(before => stepOf.get(before) as GraphStep<PyTorchParameter>);
    if (inputs.length > 0 && (transparent.has(layer.getClassName()) || within(layer))) {
      stepOf.set(layer, inputs[0]);
      continue;
    }
    let step = {unit: unitOf(layer, byVariable), inputs};
    steps.push(step);
    if (layer.getClassName() === 'Rescaling' && layer.getConfig().offset !== 0) {
      step = {unit: {kind: 'Add of a constant', name: layer.name}, inputs: [step]};
      steps.push(step);
    }
    stepOf.set(layer, step);
  }
  const last = stepOf.get(network.outputLayers[0] as Layer);
  return last === undefined ? [] : unitsTo(steps, last);
}
