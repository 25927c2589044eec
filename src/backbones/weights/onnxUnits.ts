import type {Normalization} from '../../base/normalization';
import {DataFormatError} from '../../formats/dataFormatError';
import type {OnnxGraph, OnnxNode} from '../../formats/onnxMessages';
import {canonicalOrder, type GraphStep, type GraphUnit, unitsTo} from './graphUnit';
import {hardActivationSteps} from './hardActivationSteps';
import {geometryText} from './networkUnits';
import {
  isByChannels,
  noPreprocessing,
  type OnnxPreprocessing,
  preprocessedBy,
  preprocessingAsNormalization,
} from './onnxPreprocessing';
import {
  constantOf,
  dequantized,
  isSingle,
  isTransparent,
  numberOf,
  type OnnxTensor,
  onnxTensor,
  renamed,
  transposed,
} from './onnxTensor';

type Unit = GraphUnit<OnnxTensor>;

/** More inputs than any operation has that is known here. */
const mostInputs = 8;

/** What operations without weights are called in a graph. */
const kinds: Record<string, string> = {
  Add: 'add',
  Sum: 'add',
  Mul: 'multiply',
  Sigmoid: 'sigmoid',
  Relu: 'relu',
  GlobalAveragePool: 'average',
  ReduceMean: 'average',
  MaxPool: 'maxPool',
};

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

/** The bounds of a Clip, which are attributes before opset 11: `0,6` for ReLU6. */
const bounds = ({attributes}: OnnxNode, constants: (OnnxTensor | undefined)[]): string =>
  ['min', 'max']
    .map((name, i) => {
      const given = constants[i + 1];
      return given === undefined ? attributes.get(name)?.float : numberOf(given);
    })
    .join();

function unitOf(node: OnnxNode, constants: (OnnxTensor | undefined)[], before: Unit | undefined): Unit {
  const {operation, attributes} = node;
  const name = node.name || node.outputs[0] || operation;
  const [, weight, third, mean, variance] = constants;
  const bias = third !== undefined && numberOf(third) === 0 ? undefined : third;
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
  if (operation === 'Clip' && bounds(node, constants) === '0,6') return {kind: 'relu6', name};
  const constant = constants.find(tensor => tensor !== undefined);
  if (constant === undefined) return {kind: kinds[operation] ?? operation, name};
  if (operation === 'Add' && before?.kind === 'linear') return {kind: 'bias', name, bias: constant};
  // A single number is not a weight: a bound or a factor, as in a normalization of the embeddings.
  const weighs = constant.shape.some(length => length > 1);
  return {kind: `${operation} of a constant`, name, weight: weighs ? constant : undefined};
}

/** What an ONNX file has: its operations with their weights in the order of its graph, and the weights none of them reads. */
export interface OnnxUnits {
  units: Unit[];
  unused: OnnxTensor[];
  /** What the graph does to pixels first. */
  normalize: Normalization | undefined;
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
  /** The names of the constants that what is no step reads: a rate of dropout, a mean of pixels. */
  readonly aside = new Set<string>();
  /** What was made of the images, for each value that is nothing but images. */
  private readonly images = new Map<string, OnnxPreprocessing>();
  /** What was made of the images that a step reads. */
  readonly preprocessing = new Map<Step, OnnxPreprocessing>();

  constructor(
    {constants, inputs}: OnnxGraph,
    private readonly file: string,
  ) {
    for (const [name, tensor] of constants) this.constants.set(name, onnxTensor(name, tensor));
    for (const name of inputs) {
      if (this.constants.has(name)) continue;
      this.values.set(name, {unit: {kind: 'input', name}, inputs: []});
      this.images.set(name, noPreprocessing);
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
    const own = constantOf(node);
    if (own !== undefined) return own;
    const constant = this.constants.get(node.inputs[0]);
    if (constant === undefined) return undefined;
    if (node.operation !== 'DequantizeLinear') return renamed(node, constant);
    const others = node.inputs.slice(1, 3).map(name => this.constants.get(name));
    for (const tensor of others) if (tensor !== undefined) this.aside.add(tensor.name);
    return dequantized(node, constant, others);
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
    const constants = inputs.map(name => this.constants.get(name));
    const given = constants.map(tensor => (tensor?.floating ? tensor : undefined));
    const images = inputs.flatMap(name => this.images.get(name) ?? [])[0];
    const preprocessed = images === undefined ? undefined : preprocessedBy(node, images, constants);
    if (before.length > 0 && (isTransparent(node) || preprocessed !== undefined)) {
      for (const tensor of given) if (tensor !== undefined) this.aside.add(tensor.name);
      if (preprocessed !== undefined) this.images.set(node.outputs[0], preprocessed);
      this.makes(node, before[0]);
      return;
    }
    const hard = before.length > 0 ? hardActivationSteps(node, before[0]) : undefined;
    if (hard !== undefined) {
      this.steps.push(...hard);
      this.makes(node, hard[hard.length - 1]);
      return;
    }
    const unit = unitOf(node, given, before[0]?.unit);
    if (this.joined(node, unit, before)) return;
    const step = {unit, inputs: before};
    this.steps.push(step);
    if (images !== undefined) this.preprocessing.set(step, images);
    this.read.set(
      step,
      given.flatMap(tensor => tensor?.name ?? []),
    );
    this.makes(node, step);
  }
}

/**
 * What the steps that read the images have them normalized by.
 *
 * @throws {@link DataFormatError} if they differ, or it is not by channels.
 */
function normalizationOf(steps: Step[], walk: OnnxWalk, file: string): Normalization | undefined {
  const [first, ...others] = new Set(steps.flatMap(step => walk.preprocessing.get(step) ?? []));
  if (first === undefined) return undefined;
  if (others.length === 0 && isByChannels(first)) return preprocessingAsNormalization(first);
  throw new DataFormatError(
    file,
    'prepares its images in several ways, or along other axes than channels, which no network here does.',
  );
}

/**
 * The operations of an ONNX graph that lead to its first output, up to the last one with weights: what follows, a
 * normalization of the embeddings, has none. What comes before the first, a normalization of pixels, is stated beside them.
 *
 * @throws {@link DataFormatError} if a node reads what nothing before it makes.
 */
export function onnxUnits(graph: OnnxGraph, file: string): OnnxUnits {
  const walk = new OnnxWalk(graph, file);
  for (const node of graph.nodes) walk.visit(node);
  const {steps, values, read, constants, aside} = walk;
  const last = values.get(graph.outputs[0]);
  if (last === undefined) throw new DataFormatError(file, 'is damaged: nothing makes its output.');
  const needed = canonicalOrder(steps, last);
  const used = new Set([...needed.flatMap(step => read.get(step) ?? []), ...aside]);
  const unused = [...constants].filter(([name, tensor]) => {
    const isItself = tensor.name === name;
    // A single number that nothing reads is left over from a node that was taken out.
    return isItself && tensor.floating && !isSingle(tensor) && !used.has(name);
  });
  return {
    units: unitsTo(steps, last),
    unused: unused.map(([, tensor]) => tensor),
    normalize: normalizationOf(needed, walk, file),
  };
}
