import * as tf from '@tensorflow/tfjs-core';
import {floatValues, isFloating, type StoredTensor, shapeText} from '../../formats/storedTensor';
import type {Assignment} from './assignment';
import {namingOf, pyTorchName} from './pyTorchName';
import type {PyTorchParameter} from './pyTorchParameters';
import {type WeightsMismatch, WeightsMismatchError} from './weightsMismatchError';

/** What `nn.DataParallel` and its relatives put before every name. */
const parallelPrefix = 'module.';

function withoutPrefix(tensors: Map<string, StoredTensor>): Map<string, StoredTensor> {
  const names = [...tensors.keys()];
  if (names.length === 0 || !names.every(name => name.startsWith(parallelPrefix))) return tensors;
  return new Map([...tensors].map(([name, tensor]) => [name.slice(parallelPrefix.length), tensor]));
}

/** The shape without the ones at its end: what a 1×1 convolution and a fully connected layer have in common. */
export const trimmed = (shape: readonly number[]): string => {
  let rank = shape.length;
  while (rank > 0 && shape[rank - 1] === 1) rank--;
  return shape.slice(0, rank).join();
};

const described = ({type, shape}: StoredTensor) =>
  `${isFloating({type} as StoredTensor) ? '' : `${type} `}${shapeText(shape)}`;

/** PyTorch's counter beside the running statistics of a batch normalization, which nothing here has or needs. */
export const batchCounter = (name: string): string | undefined =>
  name.endsWith('running_mean') ? name.replace(/running_mean$/, 'num_batches_tracked') : undefined;

/**
 * Matches parameters with the tensors of a PyTorch state dict by their names.
 *
 * @throws {@link WeightsMismatchError} if the weights do not fit, with every difference.
 */
export function matchStateDict(
  parameters: PyTorchParameter[],
  stateDict: Map<string, StoredTensor>,
  file: string,
  target: string,
): Assignment[] {
  const tensors = withoutPrefix(stateDict);
  const naming = namingOf(
    parameters.map(({name}) => name),
    name => tensors.has(name),
  );
  const unused = new Map(tensors);
  const mismatch: WeightsMismatch = {missing: [], surplus: [], misshapen: []};
  const assignments: Assignment[] = [];
  for (const {name: ours, shape, variable, fromPyTorch} of parameters) {
    const name = pyTorchName(naming, ours);
    const tensor = tensors.get(name);
    unused.delete(name);
    unused.delete(batchCounter(name) ?? name);
    if (tensor === undefined) {
      mismatch.missing.push(`${name} ${shapeText(shape)}`);
    } else if (trimmed(tensor.shape) !== trimmed(shape) || !isFloating(tensor)) {
      mismatch.misshapen.push({name, expected: shapeText(shape), found: described(tensor)});
    } else {
      assignments.push({variable, value: () => fromPyTorch(tf.tensor(floatValues(tensor), shape))});
    }
  }
  mismatch.surplus = [...unused].map(([name, tensor]) => `${name} ${described(tensor)}`);
  WeightsMismatchError.throwIfAny(file, target, mismatch);
  return assignments;
}
