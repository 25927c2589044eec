import type {Normalization} from '../../base/normalization';
import type {OnnxNode} from '../../formats/onnxMessages';
import {floatValues, isFloating} from '../../formats/storedTensor';
import {isTransparent, type OnnxTensor, wholeNumbers} from './onnxTensor';

/** What the first nodes of a graph make of its images: `scale · x + offset`, channel by channel. */
export interface OnnxPreprocessing {
  /** One number, or one a channel. */
  scale: readonly number[];
  offset: readonly number[];
  /** The axis of the channels, once a constant tells it. */
  axis: number | undefined;
  /** Where each axis lies in the file's input. */
  axes: readonly number[];
  /** Whether the channels are in the opposite order. */
  isReversed: boolean;
}

/** An image as it comes. */
export const noPreprocessing: OnnxPreprocessing = {
  scale: [1],
  offset: [0],
  axis: undefined,
  axes: [0, 1, 2, 3],
  isReversed: false,
};

/** More channels than images have; a longer constant is not a normalization. */
const mostChannels = 4;

type Constants = readonly (OnnxTensor | undefined)[];

interface PerChannel {
  values: readonly number[];
  axis: number | undefined;
}

/** A constant as one number, or one for each place of one axis of four; undefined if it is neither. */
function perChannel({shape, stored, reshaped}: OnnxTensor): PerChannel | undefined {
  const longer = shape.flatMap((length, axis) => (length === 1 ? [] : [axis]));
  const length = shape[longer[0]] ?? 1;
  if (!isFloating(stored) || longer.length > 1 || shape.length > 4 || length < 1 || length > mostChannels)
    return undefined;
  const axis = longer.length === 0 || reshaped ? undefined : longer[0] + 4 - shape.length;
  return {values: [...floatValues(stored)], axis};
}

/** Two lists, place by place; one number stands for all. Undefined if they have different lengths. */
function combined(
  first: readonly number[],
  second: readonly number[],
  combine: (a: number, b: number) => number,
): number[] | undefined {
  const length = Math.max(first.length, second.length);
  if ([first, second].some(list => list.length !== 1 && list.length !== length)) return undefined;
  const at = (list: readonly number[], i: number) => list[list.length === 1 ? 0 : i];
  return Array.from({length}, (_, i) => combine(at(first, i), at(second, i)));
}

const arithmetic: Record<string, [ofScale: typeof combineScale, ofOffset: typeof combineScale]> = {
  Add: [scale => scale, (offset, constant) => offset + constant],
  Sub: [scale => scale, (offset, constant) => offset - constant],
  Mul: [combineScale, combineScale],
  Div: [(scale, constant) => scale / constant, (offset, constant) => offset / constant],
};

function combineScale(number: number, constant: number): number {
  return number * constant;
}

function scaled(
  before: OnnxPreprocessing,
  operation: string,
  constant: PerChannel,
): OnnxPreprocessing | undefined {
  const [ofScale, ofOffset] = arithmetic[operation];
  const scale = combined(before.scale, constant.values, ofScale);
  const offset = combined(before.offset, constant.values, ofOffset);
  const isOneAxis = (before.axis ?? constant.axis) === (constant.axis ?? before.axis);
  if (scale === undefined || offset === undefined || !isOneAxis) return undefined;
  // A deviation is a positive number.
  if (!scale.every(factor => factor > 0 && factor < Infinity) || !offset.every(Number.isFinite))
    return undefined;
  return {...before, scale, offset, axis: before.axis ?? constant.axis};
}

function permuted(before: OnnxPreprocessing, {attributes}: OnnxNode): OnnxPreprocessing | undefined {
  const order = attributes.get('perm')?.integers ?? [];
  if ([...order].sort().join() !== '0,1,2,3') return undefined;
  const axis = before.axis === undefined ? undefined : order.indexOf(before.axis);
  return {...before, axis, axes: order.map(from => before.axes[from])};
}

/** The axis along which a node makes BGR of RGB or the reverse; undefined if it does something else. */
function reversedAxis({operation, attributes}: OnnxNode, constants: Constants): number | undefined {
  const [, second = [], [end] = [], axes = [], steps = []] = constants.map(
    tensor => tensor && wholeNumbers(tensor),
  );
  if (second.join() === '2,1,0') {
    if (operation === 'Gather') return attributes.get('axis')?.integer ?? 0;
    // Three indices into the first axis; PyTorch's newer exporter moves the channels there and back.
    const isOfFirst = constants[1]?.shape.join() === '3,1' && !attributes.get('batch_dims')?.integer;
    return operation === 'GatherND' && isOfFirst ? 0 : undefined;
  }
  // From the last to before the first.
  const isWhole = operation === 'Slice' && second.join() === '-1' && end < -3 && steps.join() === '-1';
  return isWhole && axes.length === 1 ? axes[0] : undefined;
}

function reversed(before: OnnxPreprocessing, axis: number): OnnxPreprocessing | undefined {
  const own = axis < 0 ? axis + 4 : axis;
  if ((before.axis ?? own) !== own) return undefined;
  const [scale, offset] = [before.scale, before.offset].map(list => [...list].reverse());
  return {...before, scale, offset, axis: own, isReversed: !before.isReversed};
}

/**
 * What is made of the images behind a node that reads them; undefined if it does more than normalize them.
 *
 * @param constants The node's inputs, where they are constants.
 */
export function preprocessedBy(
  node: OnnxNode,
  before: OnnxPreprocessing,
  constants: Constants,
): OnnxPreprocessing | undefined {
  if (isTransparent(node)) return before;
  if (node.operation === 'Transpose') return permuted(before, node);
  const axis = reversedAxis(node, constants);
  if (axis !== undefined) return reversed(before, axis);
  if (!Object.hasOwn(arithmetic, node.operation) || constants.length !== 2) return undefined;
  const commutes = node.operation === 'Add' || node.operation === 'Mul';
  const constant = constants[1] ?? (commutes ? constants[0] : undefined);
  const values = constant === undefined ? undefined : perChannel(constant);
  return values === undefined ? undefined : scaled(before, node.operation, values);
}

/** Without what float32 added to a number that somebody wrote: six digits. */
const rounded = (values: readonly number[]) => {
  const short = values.map(value => Number(value.toPrecision(6)));
  return short.every(value => value === short[0]) ? short[0] : short;
};

/**
 * The preprocessing as a normalization of pixels from 0 to 255, RGB; undefined if there is none.
 *
 * A graph whose means and deviations are from 0 to 1 takes pixels from 0 to 1: nothing else makes numbers of a usual size of them.
 */
export function preprocessingAsNormalization({
  scale,
  offset,
  isReversed,
}: OnnxPreprocessing): Normalization | undefined {
  const means = combined(offset, scale, (a, b) => (a === 0 ? 0 : -a / b)) as number[];
  const deviations = scale.map(factor => 1 / factor);
  const order = isReversed ? {order: 'bgr' as const} : {};
  if (means.every(mean => mean === 0) && deviations.every(deviation => deviation === 1)) {
    return isReversed ? order : undefined;
  }
  const ofUnits = [...means, ...deviations].every(value => value >= 0 && value <= 1);
  const pixels = (values: readonly number[]) => rounded(values.map(value => (ofUnits ? 255 * value : value)));
  return {mean: pixels(means), deviation: pixels(deviations), ...order};
}

/** Whether the images are channels first behind the preprocessing, and normalized by channels. */
export const isByChannels = ({axis, axes}: OnnxPreprocessing): boolean =>
  (axis === undefined || axis === 1) && ['0,1,2,3', '0,3,1,2'].includes(axes.join());
