import * as tf from '@tensorflow/tfjs-core';
import {disposerFor} from './layers/disposerFor';

/** A value that a computation changes: the running statistics of a layer. */
interface Changing {
  read(): tf.Tensor;
  write(value: tf.Tensor): unknown;
}

/** How something is computed that the backward pass computes again. */
export interface Recomputation {
  /** From `x` to the result. It must give the same whenever the state is the same. */
  compute(x: tf.Tensor): tf.Tensor;
  /** What `compute` reads and gradients are taken by. */
  variables: readonly tf.Variable[];
  /** Whether a gradient is taken by `x` too. */
  throughInput: boolean;
  /** What `compute` changes, once in all. */
  state: readonly Changing[];
}

/** Runs something on a tape of its own, within the backward pass of another. */
function onOwnTape<T>(run: () => T): T {
  const {state} = tf.engine();
  const {activeTape: outer} = state;
  try {
    return run();
  } catch (error) {
    if (state.gradientDepth === 0) tf.dispose((state.activeTape ?? []).flatMap(({saved}) => saved ?? []));
    throw error;
  } finally {
    state.activeTape = outer;
  }
}

/** Puts values in place of a state while something runs, and what was there back after it. */
function withState<T>(state: readonly Changing[], values: tf.Tensor[], run: () => T): T {
  const now = state.map(each => tf.clone(each.read()));
  for (const [i, each] of state.entries()) each.write(values[i]);
  try {
    return run();
  } finally {
    for (const [i, each] of state.entries()) each.write(now[i]);
    tf.dispose(now);
  }
}

/**
 * Computes something and keeps nothing for the backward pass but `x`: that computes it again, to the same values. It takes the memory of
 * what lies between for the time of a second forward pass.
 * Source: Chen et al., Training Deep Nets with Sublinear Memory Cost, [arXiv 1604.06174](https://arxiv.org/abs/1604.06174).
 */
export function recomputed(
  x: tf.Tensor,
  {compute, variables, throughInput, state}: Recomputation,
): tf.Tensor {
  const gradients = (input: tf.Tensor, before: tf.Tensor[], dy: tf.Tensor) => {
    const by = throughInput ? [input, ...variables] : [...variables];
    const run = () => tf.engine().gradients(() => compute(input), by, dy, true).grads;
    const found = withState(state, before, () => onOwnTape(run));
    return by.map((each, i) => found[i] ?? tf.zerosLike(each));
  };
  const operation = tf.customGrad((...args) => {
    const save = args[args.length - 1] as unknown as tf.GradSaveFunc;
    save([x, ...state.map(each => each.read())]);
    const gradFunc = (dy: tf.Tensor, [input, ...before]: tf.Tensor[]) => {
      const free = disposerFor(dy, [input, ...before]);
      const found = tf.tidy(() => gradients(input, before, dy));
      free();
      return found;
    };
    return {value: compute(x), gradFunc};
  });
  return operation(...(throughInput ? [x] : []), ...variables);
}
