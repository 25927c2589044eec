import * as tf from '@tensorflow/tfjs-core';
import {floatValues, isFloating, type StoredTensor, shapeText} from '../../formats/storedTensor';
import type {Assignment} from './assignment';
import {namingOf, pyTorchName} from './pyTorchName';
import type {PyTorchParameter} from './pyTorchParameters';
import {type WeightsMismatch, WeightsMismatchError} from './weightsMismatchError';

/**
 * The state dict within a file, by names without what stands before them: `module.`, `backbone.`, `state_dict.model.`. Of all prefixes
 * under which a parameter of the network is found, the one that finds most counts, the shortest of several. What else a file has beside
 * that prefix, such as a head or an optimizer, is left out.
 */
function withoutPrefix(
  tensors: Map<string, StoredTensor>,
  wanted: readonly string[],
): Map<string, StoredTensor> {
  const [first] = wanted;
  const found = (prefix: string) => wanted.filter(name => tensors.has(prefix + name)).length;
  const prefixes = [...tensors.keys()]
    .filter(name => name.endsWith(`.${first}`))
    .map(name => name.slice(0, -first.length))
    .sort((a, b) => found(b) - found(a) || a.length - b.length);
  const [prefix] = prefixes;
  if (prefix === undefined || found('') >= found(prefix)) return tensors;
  return new Map(
    [...tensors]
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, tensor]) => [name.slice(prefix.length), tensor]),
  );
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
  const tensors = withoutPrefix(
    stateDict,
    parameters.map(({name}) => name),
  );
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
