import * as tf from '@tensorflow/tfjs-core';
import type {LayersModel, LayerVariable} from '@tensorflow/tfjs-layers';
import type {Layer} from '../../base/layer';

type Convert = (values: tf.Tensor) => tf.Tensor;

/** What weights come from and go to: a network, or one layer such as a head. */
export type WeightsOwner = LayersModel | Layer;

/** A weight, with the name and the layout that it has in PyTorch. */
export interface PyTorchParameter {
  /** As in a state dict: `layer1.0.conv1.weight`. */
  name: string;
  shape: number[];
  variable: LayerVariable;
  /** From PyTorch's layout to the variable's; takes values of any shape with the right count. */
  fromPyTorch: Convert;
  toPyTorch: Convert;
  /**
   * What it is where a file has no such weight, because its network does without: a batch normalization becomes the identity, a PReLU a
   * ReLU, a bias nothing.
   */
  neutral: number;
}

type Layout = Pick<PyTorchParameter, 'shape' | 'fromPyTorch' | 'toPyTorch'>;

/** PyTorch's axes in another order. */
function permuted(ours: number[], order: number[]): Layout {
  const back = order.map((_, axis) => order.indexOf(axis));
  const shape = back.map(axis => ours[axis]);
  return {
    shape,
    fromPyTorch: values => tf.transpose(tf.reshape(values, shape), order),
    toPyTorch: values => tf.transpose(values, back),
  };
}

/** The same numbers in the same order. */
const reshaped = (ours: number[], shape: number[]): Layout => ({
  shape,
  fromPyTorch: values => tf.reshape(values, ours),
  toPyTorch: values => tf.reshape(values, shape),
});

/** PyTorch's axes split into finer ones, in another order. */
function regrouped(ours: number[], shape: number[], finer: number[], order: number[]): Layout {
  const split = order.map(axis => finer[axis]);
  const {fromPyTorch, toPyTorch} = permuted(split, order);
  return {
    shape,
    fromPyTorch: values => tf.reshape(fromPyTorch(values), ours),
    toPyTorch: values => tf.reshape(toPyTorch(tf.reshape(values, split)), shape),
  };
}

const inboundLayer = (layer: Layer): Layer | undefined => layer.inboundNodes[0]?.inboundLayers[0] as Layer;

const outboundLayer = (layer: Layer): Layer | undefined => layer.outboundNodes[0]?.outboundLayer as Layer;

/** Whether a depthwise convolution is the inside of one in groups, as `groupedConvolution` makes it. */
export const isGrouped = (layer: Layer): boolean => outboundLayer(layer)?.name === `${layer.name}.parts`;

const channelwise = new Set(['BatchNormalization', 'PReLU', 'ZeroPadding2D']);

/**
 * How many channels a group has where a layer leads to a convolution in groups, which wants the channels of all groups
 * interleaved: ours `i · groups + g` is PyTorch's `g · members + i`. 1 elsewhere.
 */
export function membersAhead(layer: Layer): number {
  if (layer.getClassName() !== 'Conv2D' && !channelwise.has(layer.getClassName())) return 1;
  let ahead = outboundLayer(layer);
  while (ahead !== undefined && channelwise.has(ahead.getClassName())) ahead = outboundLayer(ahead);
  return ahead !== undefined && isGrouped(ahead) ? (ahead.weights[0].shape[3] as number) : 1;
}

/** A layout whose first axis in PyTorch has the channels group by group, and here interleaved. */
function interleaved({shape, fromPyTorch, toPyTorch}: Layout, members: number): Layout {
  const swapped = (values: tf.Tensor, rows: number[]) =>
    tf.reshape(tf.transpose(tf.reshape(values, [...rows, -1]), [1, 0, 2]), shape);
  const groups = shape[0] / members;
  return {
    shape,
    fromPyTorch: values => {
      const own = fromPyTorch(swapped(values, [groups, members]));
      // A convolution on wasm refuses a bias that is a matrix reshaped: the backend knows it by its first shape.
      return own.rank === 1 ? tf.slice(own, 0) : own;
    },
    toPyTorch: values => swapped(toPyTorch(values), [members, groups]),
  };
}

/** `[height, width, C, multiplier]`; in PyTorch a convolution of as many groups as it has, or, here, more. */
function depthwise(layer: Layer, ours: number[]): Layout {
  const [height, width, channels, multiplier] = ours;
  if (!isGrouped(layer)) {
    const shape = [channels * multiplier, 1, height, width];
    return regrouped(ours, shape, [channels, multiplier, height, width], [2, 3, 0, 1]);
  }
  const shape = [channels, multiplier, height, width];
  const finer = [channels / multiplier, multiplier, multiplier, height, width];
  return regrouped(ours, shape, finer, [3, 4, 2, 0, 1]);
}

/** The layer before a fully connected one whose image was flattened: its height, width and channels. */
export function flattenedImage(layer: Layer): number[] | undefined {
  let before = inboundLayer(layer);
  while (before?.getClassName() === 'Dropout') before = inboundLayer(before);
  if (before?.getClassName() !== 'Flatten') return undefined;
  const shape = (before.inboundNodes[0].inputShapes[0] as number[]).slice(1);
  return shape.length === 3 ? shape : undefined;
}

/** `[inputs, units]`. PyTorch flattens an image channel by channel, TensorFlow.js pixel by pixel. */
function dense(layer: Layer, ours: number[]): Layout {
  const [inputs, units] = ours;
  if (/\.fc[12]$/.test(layer.name)) {
    const plain = permuted(ours, [1, 0]);
    const shape = [units, inputs, 1, 1];
    return {...plain, shape, toPyTorch: values => tf.reshape(plain.toPyTorch(values), shape)};
  }
  const image = flattenedImage(layer);
  if (image === undefined) return permuted(ours, [1, 0]);
  const [height, width, channels] = image;
  return regrouped(ours, [units, inputs], [units, channels, height, width], [2, 3, 1, 0]);
}

const asItIs = (_: Layer, ours: number[]) => reshaped(ours, ours);

const perChannel = (_: Layer, ours: number[]) =>
  ours.slice(0, -1).every(length => length === 1) ? reshaped(ours, ours.slice(-1)) : reshaped(ours, ours);

/** What each weight is called in PyTorch, and how it lies there, by the class of its layer. */
const conventions: Record<string, Record<string, [string, (layer: Layer, ours: number[]) => Layout]>> = {
  Conv2D: {kernel: ['weight', (_, ours) => permuted(ours, [2, 3, 1, 0])], bias: ['bias', asItIs]},
  DepthwiseConv2D: {depthwise_kernel: ['weight', depthwise], bias: ['bias', asItIs]},
  Dense: {kernel: ['weight', dense], bias: ['bias', asItIs]},
  BatchNormalization: {
    gamma: ['weight', asItIs],
    beta: ['bias', asItIs],
    moving_mean: ['running_mean', asItIs],
    moving_variance: ['running_var', asItIs],
  },
  PReLU: {alpha: ['weight', perChannel]},
};

/** The value of a weight with which its layer changes nothing; 0 for those that have none. */
function neutralValue(layer: Layer, own: string): number {
  if (own === 'gamma') return 1;
  return own === 'moving_variance' ? 1 - (layer as unknown as {epsilon: number}).epsilon : 0;
}

/** The weights of a layer, which is called by `prefix`. */
function parametersOf(layer: Layer, prefix: string): PyTorchParameter[] {
  const convention = conventions[layer.getClassName()] ?? {classWeights: ['weight', asItIs]};
  const members = membersAhead(layer);
  return layer.weights.map(variable => {
    const own = variable.originalName.split('/').at(-1) as string;
    const [name, layoutOf] = convention[own] ?? [own, asItIs];
    const layout = layoutOf(layer, variable.shape as number[]);
    const placed = members === 1 ? layout : interleaved(layout, members);
    return {name: prefix + name, variable, neutral: neutralValue(layer, own), ...placed};
  });
}

export const isNetwork = (owner: WeightsOwner): owner is LayersModel => 'layers' in owner;

const parametersWithin = (network: Layer[]): PyTorchParameter[] =>
  network.flatMap(layer =>
    isNetwork(layer) ? parametersWithin(layer.layers) : parametersOf(layer, `${layer.name}.`),
  );

/**
 * The weights of a network or a layer as PyTorch has them.
 *
 * A network's are named by their layer, as the face networks name theirs after PyTorch's modules; a layer's alone are
 * not: the class weights of a head are `weight`, `[classes, D]`, as in InsightFace's partial FC.
 *
 * @throws If a layer has no weights yet.
 */
export function pyTorchParameters(where: string, owner: WeightsOwner): PyTorchParameter[] {
  // tfjs-layers builds a sequential network at its first use, even one that knows the shape of its images.
  const isReady = owner.built || (isNetwork(owner) && owner.inputs.length > 0);
  if (!isReady) {
    const how = isNetwork(owner)
      ? 'add layers to it, the first with an inputShape'
      : 'apply it to an input first';
    throw new Error(`${where}: ${owner.name} has no weights before it is built; ${how}.`);
  }
  if (!owner.built && isNetwork(owner)) owner.build(owner.inputs[0].shape);
  return isNetwork(owner) ? parametersWithin(owner.layers) : parametersOf(owner, '');
}
