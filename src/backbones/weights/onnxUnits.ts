import * as tf from '@tensorflow/tfjs-core';
import {DataFormatError} from '../../formats/dataFormatError';
import type {OnnxGraph, OnnxNode} from '../../formats/onnxMessages';
import {floatValues, isFloating, type StoredTensor} from '../../formats/storedTensor';
import {canonicalOrder, type GraphStep, type GraphUnit, unitsTo} from './graphUnit';
import {geometryText} from './networkUnits';

/** A tensor of an ONNX file, as PyTorch would have it. */
export interface OnnxTensor {
  name: string;
  shape: number[];
  /** Whether it can be a weight; integers are sizes and axes. */
  floating: boolean;
  value: () => tf.Tensor;
}

type Unit = GraphUnit<OnnxTensor>;

/** More inputs than any operation has that is known here. */
const mostInputs = 8;

/** Operations that change where numbers lie, or nothing. */
const transparent = new Set(['Identity', 'Dropout', 'Flatten', 'Reshape', 'Squeeze', 'Unsqueeze', 'Cast']);

/** What operations without weights are called in a graph. */
const kinds: Record<string, string> = {
  Add: 'add',
  Mul: 'multiply',
  Sigmoid: 'sigmoid',
  Relu: 'relu',
  GlobalAveragePool: 'average',
  ReduceMean: 'average',
  MaxPool: 'maxPool',
};

const onnxTensor = (name: string, stored: StoredTensor): OnnxTensor => ({
  name,
  shape: stored.shape,
  floating: isFloating(stored),
  value: () => tf.tensor(floatValues(stored), stored.shape),
});

const transposed = (tensor: OnnxTensor): OnnxTensor => ({
  ...tensor,
  shape: [...tensor.shape].reverse(),
  value: () => tf.transpose(tensor.value()),
});

function geometry({attributes}: OnnxNode): string {
  const list = (name: string, usual: number[]) => {
    const {integers = []} = attributes.get(name) ?? {};
    return integers.length > 0 ? integers : usual;
  };
  const dilations = list('dilations', [1, 1]);
  const automatic = attributes.get('auto_pad')?.text ?? 'NOTSET';
  return [
    geometryText(list('strides', [1, 1]), list('pads', [0, 0, 0, 0])),
    ...(dilations.every(step => step === 1) ? [] : [`dilation ${dilations.join(', ')}`]),
    ...(automatic === 'NOTSET' ? [] : [`auto_pad ${automatic}`]),
  ].join(', ');
}

/** Whether a fully connected node is what its weights say: neither scaled nor with its input transposed. */
function isPlain({attributes}: OnnxNode): boolean {
  const {alpha, beta, transA} = Object.fromEntries(attributes);
  return (alpha?.float ?? 1) === 1 && (beta?.float ?? 1) === 1 && (transA?.integer ?? 0) === 0;
}

function unitOf(node: OnnxNode, constants: (OnnxTensor | undefined)[], before: Unit | undefined): Unit {
  const {operation, attributes} = node;
  const name = node.name || node.outputs[0] || operation;
  const [, weight, bias, mean, variance] = constants;
  if (operation === 'Conv' && weight !== undefined) {
    return {kind: 'linear', name, geometry: geometry(node), weight, bias};
  }
  if ((operation === 'Gemm' || operation === 'MatMul') && weight?.shape.length === 2 && isPlain(node)) {
    const rows = attributes.get('transB')?.integer === 1;
    return {kind: 'linear', name, weight: rows ? weight : transposed(weight), bias};
  }
  if (operation === 'BatchNormalization' && mean !== undefined && variance !== undefined) {
    const epsilon = attributes.get('epsilon')?.float ?? 1e-5;
    return {kind: 'norm', name, norm: {gamma: weight, beta: bias, mean, variance, epsilon}};
  }
  if (operation === 'PRelu' && weight !== undefined) return {kind: 'prelu', name, slope: weight};
  const constant = constants.find(tensor => tensor !== undefined);
  if (constant === undefined) return {kind: kinds[operation] ?? operation, name};
  if (operation === 'Add' && before?.kind === 'linear') return {kind: 'bias', name, bias: constant};
  // A single number is not a weight: a bound or a factor, as in a normalization of the embeddings.
  const weighs = constant.shape.some(length => length > 1);
  return {kind: `${operation} of a constant`, name, weight: weighs ? constant : undefined};
}

/** The tensor under another name or shape, if the node makes nothing else. */
function renamed({operation, attributes}: OnnxNode, tensor: OnnxTensor): OnnxTensor | undefined {
  if (transparent.has(operation)) return tensor;
  const swaps = attributes.get('perm')?.integers.join() === '1,0' && tensor.shape.length === 2;
  return operation === 'Transpose' && swaps ? transposed(tensor) : undefined;
}

/** What an ONNX file has: its operations with their weights in the order of its graph, and the weights none of them reads. */
export interface OnnxUnits {
  units: Unit[];
  unused: OnnxTensor[];
}

type Step = GraphStep<OnnxTensor>;

/** Walks through the nodes of a graph, which say of each value what makes it. */
class OnnxWalk {
  readonly steps: Step[] = [];
  /** Every constant, by each name that it has. */
  readonly constants = new Map<string, OnnxTensor>();
  /** The operation that makes each value that is not a constant. */
  readonly values = new Map<string, Step>();
  /** The names of the constants that a step reads. */
  readonly read = new Map<Step, string[]>();

  constructor(
    {constants, inputs}: OnnxGraph,
    private readonly file: string,
  ) {
    for (const [name, tensor] of constants) this.constants.set(name, onnxTensor(name, tensor));
    for (const name of inputs) {
      if (!this.constants.has(name)) this.values.set(name, {unit: {kind: 'input', name}, inputs: []});
    }
  }

  /** Each name is made once, before anything reads it: so there is no way round in the graph. */
  private check({name, inputs, outputs}: OnnxNode): void {
    const known = (value: string) => this.constants.has(value) || this.values.has(value);
    const unmade = inputs.find(value => value !== '' && !known(value));
    if (unmade !== undefined) {
      throw new DataFormatError(this.file, `is damaged: node ${name} reads ${unmade} before it is made.`);
    }
    const twice = outputs.find(value => value !== '' && known(value));
    if (twice !== undefined) throw new DataFormatError(this.file, `is damaged: ${twice} is made twice.`);
  }

  /** A constant that a node is or makes of another. */
  private constant(node: OnnxNode): OnnxTensor | undefined {
    const given = node.attributes.get('value')?.tensor;
    if (node.operation === 'Constant' && given !== undefined) return onnxTensor(node.outputs[0], given);
    const constant = this.constants.get(node.inputs[0]);
    return constant === undefined ? undefined : renamed(node, constant);
  }

  private makes(node: OnnxNode, step: Step): void {
    for (const name of node.outputs) this.values.set(name, step);
  }

  /** Takes a bias into the fully connected layer that it follows; false if that has one. */
  private joined(node: OnnxNode, bias: Unit, [before]: Step[]): boolean {
    if (bias.kind !== 'bias' || before.unit.bias !== undefined || before.unit.norm !== undefined)
      return false;
    before.unit.bias = bias.bias;
    this.read.get(before)?.push(bias.bias?.name ?? '');
    this.makes(node, before);
    return true;
  }

  visit(node: OnnxNode): void {
    this.check(node);
    const constant = this.constant(node);
    if (constant !== undefined) {
      this.constants.set(node.outputs[0], constant);
      return;
    }
    const inputs = node.inputs.slice(0, mostInputs);
    const before = inputs.flatMap(name => this.values.get(name) ?? []);
    if (before.length > 0 && transparent.has(node.operation)) {
      this.makes(node, before[0]);
      return;
    }
    const given = inputs.map(name => {
      const tensor = this.constants.get(name);
      return tensor?.floating ? tensor : undefined;
    });
    const unit = unitOf(node, given, before[0]?.unit);
    if (this.joined(node, unit, before)) return;
    const step = {unit, inputs: before};
    this.steps.push(step);
    this.read.set(
      step,
      given.flatMap(tensor => tensor?.name ?? []),
    );
    this.makes(node, step);
  }
}

/**
 * The operations of an ONNX graph that lead to its first output, up to the last one with weights: what follows, a
 * normalization of the embeddings, has none.
 *
 * @throws {@link DataFormatError} if a node reads what nothing before it makes.
 */
export function onnxUnits(graph: OnnxGraph, file: string): OnnxUnits {
  const walk = new OnnxWalk(graph, file);
  for (const node of graph.nodes) walk.visit(node);
  const {steps, values, read, constants} = walk;
  const last = values.get(graph.outputs[0]);
  if (last === undefined) throw new DataFormatError(file, 'is damaged: nothing makes its output.');
  const used = new Set(canonicalOrder(steps, last).flatMap(step => read.get(step) ?? []));
  const unused = [...constants].filter(([name, tensor]) => {
    const itself = tensor.name === name;
    return itself && tensor.floating && !used.has(name);
  });
  return {units: unitsTo(steps, last), unused: unused.map(([, tensor]) => tensor)};
}
