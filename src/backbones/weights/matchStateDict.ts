import * as tf from '@tensorflow/tfjs-core';
import {floatValues, isFloating, type StoredTensor, shapeText} from '../../formats/storedTensor';
import type {Assignment} from './assignment';
import {explainNames} from './explainNames';
import {findStateDict} from './findStateDict';
import {headBeside} from './headBeside';
import type {NamedShape} from './namedShape';
import type {PyTorchParameter} from './pyTorchParameters';
import {type WeightsMismatch, WeightsMismatchError} from './weightsMismatchError';

/** The shape without the ones at its end: what a 1×1 convolution and a fully connected layer have in common. */
const trimmed = (shape: readonly number[]): string => {
  let rank = shape.length;
  while (rank > 0 && shape[rank - 1] === 1) rank--;
  return shape.slice(0, rank).join();
};

const described = ({type, shape}: StoredTensor) =>
  `${isFloating({type} as StoredTensor) ? '' : `${type} `}${shapeText(shape)}`;

const shapesOf = (tensors: Map<string, StoredTensor>): NamedShape[] =>
  [...tensors].map(([name, {shape}]) => ({name, shape}));

/** PyTorch's counter beside the running statistics of a batch normalization, which nothing here has or needs. */
export const batchCounter = (name: string): string | undefined =>
  name.endsWith('running_mean') ? name.replace(/running_mean$/, 'num_batches_tracked') : undefined;

const isBatchCounter = (name: string) => /(^|\.)num_batches_tracked$/.test(name);

/** A batch normalization that was made without weight and bias has its running statistics in a file, and only those. */
function lacksAffine(name: string, tensors: Map<string, StoredTensor>): boolean {
  const [, module] = name.match(/^(.+)\.(?:weight|bias)$/) ?? [];
  const has = (leaf: string) => tensors.has(`${module}.${leaf}`);
  return module !== undefined && has('running_mean') && has('running_var') && !has('weight') && !has('bias');
}

/**
 * Matches parameters with the tensors of a PyTorch state dict by their names, behind any prefix.
 *
 * What the network of the file does without becomes neutral: the weight and the bias of a batch normalization without them, and what
 * {@link irBodyNaming} says is not there. A head beside the network and PyTorch's counters are left out.
 *
 * @throws {@link WeightsMismatchError} if the weights do not fit, with every difference.
 */
export function matchStateDict(
  parameters: PyTorchParameter[],
  stateDict: Map<string, StoredTensor>,
  file: string,
  target: string,
): Assignment[] {
  const {tensors, naming, ...found} = findStateDict(
    stateDict,
    parameters.map(({name}) => name),
  );
  const unused = new Map([...tensors].filter(([name]) => !isBatchCounter(name)));
  const mismatch: WeightsMismatch = {missing: [], surplus: [], misshapen: []};
  const assignments: Assignment[] = [];
  const wanted: NamedShape[] = [];
  for (const {name: ours, shape, variable, fromPyTorch, neutral} of parameters) {
    const name = naming(ours);
    if (name === undefined || lacksAffine(name, tensors)) {
      assignments.push({variable, value: () => tf.fill(variable.shape as number[], neutral)});
      continue;
    }
    wanted.push({name, shape});
    const tensor = tensors.get(name);
    unused.delete(name);
    if (tensor === undefined) {
      mismatch.missing.push(`${name} ${shapeText(shape)}`);
    } else if (trimmed(tensor.shape) !== trimmed(shape) || !isFloating(tensor)) {
      mismatch.misshapen.push({name, expected: shapeText(shape), found: described(tensor)});
    } else {
      assignments.push({variable, value: () => fromPyTorch(tf.tensor(floatValues(tensor), shape))});
    }
  }
  const isHead = headBeside(wanted, shapesOf(unused));
  const theirs = shapesOf(tensors).filter(({name}) => !isBatchCounter(name) && !isHead(name));
  mismatch.surplus = [...unused]
    .filter(([name]) => !isHead(name))
    .map(([name, tensor]) => `${name} ${described(tensor)}`);
  WeightsMismatchError.throwIfAny(file, target, mismatch, () =>
    explainNames(mismatch, {ours: wanted, theirs, ...found}),
  );
  return assignments;
}
