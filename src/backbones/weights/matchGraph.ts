import * as tf from '@tensorflow/tfjs-core';
import {DataFormatError} from '../../formats/dataFormatError';
import {shapeText} from '../../formats/storedTensor';
import type {Assignment} from './assignment';
import {checkFinite} from './checkFinite';
import {explainGraph} from './explainGraph';
import {type GraphUnit, type Norm, tensorsOf} from './graphUnit';
import type {OnnxTensor} from './onnxTensor';
import type {OnnxUnits} from './onnxUnits';
import type {PyTorchParameter} from './pyTorchParameters';
import {type WeightsMismatch, WeightsMismatchError} from './weightsMismatchError';

type Ours = GraphUnit<PyTorchParameter>;
type Theirs = GraphUnit<OnnxTensor>;

const size = (shape: number[]) => shape.reduce((product, length) => product * length, 1);

/** Whether a kernel is another written differently: a convolution over the whole image as a fully connected layer, or the reverse. */
const sameKernel = (ours: number[], theirs: number[]) =>
  ours[0] === theirs[0] &&
  size(ours) === size(theirs) &&
  (ours.length !== 4 || theirs.length !== 4 || ours.join() === theirs.join());

function fits(ours: Ours, theirs: Theirs): boolean {
  if (ours.kind !== theirs.kind) return false;
  if (ours.weight === undefined || theirs.weight === undefined) return true;
  const apart = ours.geometry !== undefined && theirs.geometry !== ours.geometry;
  return sameKernel(ours.weight.shape, theirs.weight.shape) && !apart;
}

const listed = (unit: Ours | Theirs): string[] => {
  const tensors = tensorsOf<PyTorchParameter | OnnxTensor>(unit);
  return tensors.length === 0
    ? [`operation ${unit.kind} (${unit.name})`]
    : tensors.map(({name, shape}) => `${name} ${shapeText(shape)}`);
};

/**
 * Pairs what belongs together: all of both if they are of the same kinds in the same order; else what is alike from
 * the beginning and from the end, so that what is left between is what differs.
 */
function paired(ours: Ours[], theirs: Theirs[]) {
  const same = ours.length === theirs.length && ours.every(({kind}, i) => kind === theirs[i].kind);
  if (same) {
    const pairs = ours.map((unit, i) => [unit, theirs[i]] as const);
    return {pairs, missing: [], surplus: [], start: ours.length};
  }
  const shorter = Math.min(ours.length, theirs.length);
  let start = 0;
  while (start < shorter && fits(ours[start], theirs[start])) start++;
  let end = 0;
  while (end < shorter - start && fits(ours[ours.length - 1 - end], theirs[theirs.length - 1 - end])) end++;
  return {
    pairs: [],
    start,
    missing: ours.slice(start, ours.length - end),
    surplus: theirs.slice(start, theirs.length - end),
  };
}

/** Pairs the tensors of two units of one kind; what does not fit goes to the mismatch. */
class Pairing {
  readonly assignments: Assignment[] = [];

  constructor(private readonly mismatch: WeightsMismatch) {}

  private assign({variable, fromPyTorch}: PyTorchParameter, value: () => tf.Tensor): void {
    this.assignments.push({variable, value: () => fromPyTorch(value())});
  }

  private misshapen({name}: PyTorchParameter, expected: string, found: string): void {
    this.mismatch.misshapen.push({name, expected, found});
  }

  /** One number a channel, or one for all; a constant if the file has none. */
  private vector(
    ours: PyTorchParameter | undefined,
    theirs: OnnxTensor | undefined,
    otherwise: number,
  ): void {
    if (ours === undefined) {
      if (theirs !== undefined) this.mismatch.surplus.push(`${theirs.name} ${shapeText(theirs.shape)}`);
    } else if (theirs === undefined) {
      this.assign(ours, () => tf.fill(ours.shape, otherwise));
    } else if (size(theirs.shape) === size(ours.shape)) {
      this.assign(ours, theirs.value);
    } else if (size(theirs.shape) === 1) {
      this.assign(ours, () => tf.add(tf.zeros(ours.shape), tf.reshape(theirs.value(), [])));
    } else {
      this.misshapen(ours, shapeText(ours.shape), shapeText(theirs.shape));
    }
  }

  /** The same normalization by another ε, of values without the bias of the convolution before it. */
  private norm(ours: Norm<PyTorchParameter>, theirs: Norm<OnnxTensor>, bias: OnnxTensor | undefined): void {
    this.vector(ours.gamma, theirs.gamma, 1);
    this.vector(ours.beta, theirs.beta, 0);
    const {mean, variance, epsilon} = theirs;
    const shifted =
      bias === undefined
        ? mean
        : {...mean, value: () => tf.sub(mean.value(), tf.reshape(bias.value(), [-1]))};
    this.vector(ours.mean, shifted, 0);
    // A file has ε in float32; the same one must leave every variance as it is.
    const more = Math.fround(epsilon) === Math.fround(ours.epsilon) ? 0 : epsilon - ours.epsilon;
    const same = more === 0 ? variance : {...variance, value: () => tf.add(variance.value(), more)};
    this.vector(ours.variance, same, 1);
  }

  /** A normalization that was folded into what precedes it: the identity, but for the bias. */
  private folded(ours: Norm<PyTorchParameter>, bias: OnnxTensor | undefined): void {
    this.vector(ours.gamma, undefined, 1);
    if (ours.beta === undefined && bias !== undefined) {
      this.vector(ours.mean, {...bias, value: () => tf.neg(bias.value())}, 0);
    } else {
      this.vector(ours.beta, bias, 0);
      this.vector(ours.mean, undefined, 0);
    }
    this.vector(ours.variance, undefined, 1 - ours.epsilon);
  }

  linear(ours: Ours, theirs: Theirs): void {
    const {weight: kernel} = theirs;
    if (ours.weight === undefined || kernel === undefined) return;
    if (fits(ours, theirs)) {
      this.assign(ours.weight, kernel.value);
    } else {
      const apart = ours.geometry !== undefined && ours.geometry !== theirs.geometry;
      const described = ({shape}: {shape: number[]}, geometry?: string) =>
        [shapeText(shape), ...(apart ? [geometry ?? 'no convolution'] : [])].join(', ');
      this.misshapen(ours.weight, described(ours.weight, ours.geometry), described(kernel, theirs.geometry));
    }
    const bias = ours.bias === undefined ? theirs.bias : undefined;
    if (ours.bias !== undefined) this.vector(ours.bias, theirs.bias, 0);
    if (ours.norm === undefined) {
      for (const {name, shape} of tensorsOf({kind: '', name: '', bias, norm: theirs.norm})) {
        this.mismatch.surplus.push(`${name} ${shapeText(shape)}`);
      }
    } else if (theirs.norm === undefined) {
      this.folded(ours.norm, bias);
    } else {
      this.norm(ours.norm, theirs.norm, bias);
    }
  }

  unit(ours: Ours, theirs: Theirs): void {
    if (ours.kind === 'linear') this.linear(ours, theirs);
    if (ours.kind === 'norm' && ours.norm && theirs.norm) this.norm(ours.norm, theirs.norm, undefined);
    if (ours.kind === 'prelu') this.vector(ours.slope, theirs.slope, 0);
  }
}

/**
 * Matches the operations of a network with those of an ONNX graph by their order, whatever the file calls its tensors.
 *
 * @throws {@link WeightsMismatchError} if the weights do not fit, with every difference.
 * @throws {@link DataFormatError} if the graph has ReLU6 and the network has none, or a weight is not finite.
 */
export function matchGraph(
  ours: Ours[],
  {units, unused}: OnnxUnits,
  file: string,
  target: string,
): Assignment[] {
  const [hasOurs, hasTheirs] = [ours, units].map(list => list.some(({kind}) => kind === 'relu6'));
  if (hasTheirs && !hasOurs) {
    throw new DataFormatError(
      file,
      `is of a network with ReLU6 (Clip from 0 to 6), which ${target} has nowhere: give a network that has layers.reLU({maxValue: 6}) where the file has Clip.`,
    );
  }
  const {pairs, missing, surplus, start} = paired(ours, units);
  const mismatch: WeightsMismatch = {
    missing: missing.flatMap(listed),
    surplus: [...surplus.flatMap(listed), ...unused.map(({name, shape}) => `${name} ${shapeText(shape)}`)],
    misshapen: [],
  };
  const pairing = new Pairing(mismatch);
  for (const [mine, other] of pairs) pairing.unit(mine, other);
  WeightsMismatchError.throwIfAny(file, target, mismatch, () => explainGraph(mismatch, ours, units, start));
  for (const {name, stored} of units.flatMap(tensorsOf<OnnxTensor>)) checkFinite(stored, name, file);
  return pairing.assignments;
}
