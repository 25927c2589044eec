import * as tf from '@tensorflow/tfjs-core';
import {BATCH_NORM_PRELU_GRAD, batchNormPreluGrad} from './batchNormPreluGrad';
import {disposerFor} from './disposerFor';

/** What `batchNorm` made a tensor of. */
interface Origin {
  x: tf.Tensor;
  scale: tf.Tensor;
  offset: tf.Tensor;
  epsilon: number;
}

const origins = new WeakMap<tf.Tensor, Origin>();

/** Lets {@link preluOfBatchNorm} know what `batchNorm` has made `y` of. */
export function rememberBatchNorm(y: tf.Tensor, origin: Origin): void {
  origins.set(y, origin);
}

/** What is used of an operation on TensorFlow.js' tape. */
interface TapeNode {
  inputs: tf.NamedTensorMap;
  outputs: tf.Tensor[];
  saved?: tf.Tensor[];
}

/** What the operations of a tape take. A tape has hundreds, and dozens of gradients ask. */
const taken = new WeakMap<TapeNode[], Set<tf.Tensor>>();

/** Whether an operation on a tape that is complete takes `y`. */
function isTaken(y: tf.Tensor, tape: TapeNode[]): boolean {
  const tensors = taken.get(tape) ?? new Set(tape.flatMap(({inputs}) => Object.values(inputs)));
  taken.set(tape, tensors);
  return tensors.has(y);
}

const tapeOf = () => (tf.engine().state as {activeTape?: TapeNode[]}).activeTape ?? [];

/** The batch normalization on the tape that made `y`, if this is the recording of a gradient of the first order. */
function recorded(y: tf.Tensor): TapeNode | undefined {
  // Within a gradient of a gradient `y` may be what is differentiated by.
  if (!tf.engine().isTapeOn() || tf.engine().state.gradientDepth !== 1) return undefined;
  // Most likely the last one.
  return [...tapeOf()].reverse().find(({outputs}) => outputs[0] === y);
}

/**
 * PReLU of what {@link batchNorm} has just made, recorded as one operation of the batch normalization's inputs: its gradient then goes
 * through both in two passes over the activation instead of three, and the normalized activation is not kept for it.
 *
 * @param y The result of a batch normalization, or not.
 * @param alpha The slopes.
 * @returns Nothing where `y` is something else, has not one slope for each channel, no gradient is recorded, or the backend lacks the kernel.
 */
export function preluOfBatchNorm<T extends tf.Tensor>(y: T, alpha: tf.Tensor): T | undefined {
  const origin = origins.get(y);
  if (origin === undefined || tf.getKernel(BATCH_NORM_PRELU_GRAD, tf.getBackend()) === undefined)
    return undefined;
  const {x, scale, offset, epsilon} = origin;
  const perChannel = alpha.size === scale.size && alpha.shape.at(-1) === scale.size;
  const node = recorded(y);
  if (node?.saved === undefined || !perChannel || [x, scale, offset].some(({isDisposed}) => isDisposed))
    return undefined;
  // A second PReLU of the same would find freed what the first one's gradient has used.
  origins.delete(y);
  const normalization = node.saved;
  // A gradient on the way that takes one of its own puts another tape in the place of this one for a while.
  const tape = tapeOf();
  const operation = tf.customGrad((...args) => {
    const [beta, slopes, save] = args.slice(2) as [tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    save([beta, slopes]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
      // The batch normalization has a gradient of its own to compute where something else uses its result.
      const isUsed = isTaken(y, tape);
      const free = disposerFor(dy, isUsed ? saved : [...saved, ...normalization]);
      const [savedX, savedScale, mean, variance] = normalization;
      const inputs = {x: savedX, scale: savedScale, mean, variance, offset: saved[0], alpha: saved[1], dy};
      const [dx, doffset, dscale, dalpha] = batchNormPreluGrad(inputs, epsilon);
      free();
      return [dx, dscale, doffset, dalpha];
    };
    return {value: tf.prelu(y, slopes), gradFunc};
  });
  return operation(x, scale, offset, alpha) as T;
}
