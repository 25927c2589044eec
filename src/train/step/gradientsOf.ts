import * as tf from '@tensorflow/tfjs-core';
import type {Batch} from '../../data/batches/batchSource';
import {MarginHead} from '../../losses/heads/marginHead';
import type {Term} from '../objective';
import type {TermInputs} from './termInputs';

/** The results of a batch. The consumer disposes the tensors. */
export interface BatchGradients {
  /** What each term sees, `[B, D]`: the embeddings, one tensor for all, unless it attaches to another layer. */
  features: tf.Tensor2D[];
  /** The mean loss of each term, scalars. */
  losses: tf.Scalar[];
  /** By the names of the variables. */
  gradients: tf.NamedTensorMap;
}

/** How the gradients of a batch are taken. */
export interface GradientOptions {
  inputs: TermInputs;
  terms: Term[];
  variables: tf.Variable[];
  /** Whether any weight of the network is trained; if not, no gradient goes through it. */
  throughNetwork: boolean;
  /** Whether the batch begins a step, which moves the schedules of heads on. */
  beginsStep: boolean;
  /** The key of the random draws. */
  randomKey: string;
  /** That of heads which all ranks compute together. */
  sharedKey: string;
  /** What the gradients are multiplied with. */
  share: number;
}

/** The gradients of an objective on one batch. Only running statistics and counts have changed yet. */
export function gradientsOf({images, labels, places}: Batch, options: GradientOptions): BatchGradients {
  const {inputs, terms, variables, throughNetwork, beginsStep, randomKey, sharedKey, share} = options;
  const kept: tf.Tensor[] = [];
  const keep = <T extends tf.Tensor>(tensor: T): T => {
    kept.push(tf.keep(tensor));
    return tensor;
  };
  try {
    // Outside of the tape nothing of a frozen network is kept for a gradient.
    const outside = throughNetwork
      ? undefined
      : tf.tidy(() => inputs.outputs(images, randomKey).map(output => keep(output)));
    let features: tf.Tensor2D[] = [];
    let losses: tf.Scalar[] = [];
    const {value, grads} = tf.variableGrads(() => {
      features = inputs.of(outside ?? inputs.outputs(images, randomKey), randomKey);
      for (const seen of new Set(features)) keep(seen);
      losses = terms.map(({loss}, i) => {
        const key = loss instanceof MarginHead && loss.isSharded ? sharedKey : randomKey;
        const options = {training: beginsStep, randomKey: key, images, ...(places && {places})};
        return keep(tf.mean(loss.loss(features[i], labels, options)) as tf.Scalar);
      });
      return keep(tf.addN(losses.map((loss, i) => tf.mul(loss, terms[i].weight * share))) as tf.Scalar);
    }, variables);
    value.dispose();
    tf.dispose(outside?.filter(output => !features.includes(output as tf.Tensor2D)));
    return {features, losses, gradients: grads};
  } catch (error) {
    tf.dispose(kept);
    dropTape();
    throw error;
  }
}

/** Disposes what TensorFlow.js keeps for a gradient that was never computed. It does so itself only where nothing throws. */
function dropTape(): void {
  const {state} = tf.engine();
  if (state.gradientDepth > 0) return;
  tf.dispose((state.activeTape ?? []).flatMap(({saved}) => saved ?? []));
  state.activeTape = null as unknown as typeof state.activeTape;
}

/** Adds gradients of further batches to those there are, which take their place. */
export function addGradients(into: tf.NamedTensorMap, more: tf.NamedTensorMap): void {
  for (const [name, gradient] of Object.entries(more)) {
    const sum = into[name] === undefined ? gradient : tf.add(into[name], gradient);
    if (sum !== gradient) tf.dispose([into[name], gradient]);
    into[name] = sum;
  }
}

/** `Σ g²` over the gradients of some variables, a scalar. */
export function squaredNorm(gradients: tf.NamedTensorMap, variables: tf.Variable[]): tf.Scalar {
  return tf.tidy(() => {
    const squares = variables
      .filter(({name}) => gradients[name] !== undefined)
      .map(({name}) => tf.sum(tf.square(gradients[name])));
    return (squares.length === 0 ? tf.scalar(0) : tf.addN(squares)) as tf.Scalar;
  });
}
