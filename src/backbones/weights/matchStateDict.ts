import * as tf from '@tensorflow/tfjs-core';
import {floatValues, isFloating, type StoredTensor, shapeText} from '../../formats/storedTensor';
import type {Assignment} from './assignment';
import {namingOf, pyTorchName, pyTorchNamings} from './pyTorchName';
import type {PyTorchParameter} from './pyTorchParameters';
import {type WeightsMismatch, WeightsMismatchError} from './weightsMismatchError';

/**
 * The state dict within a file, by names without what stands before them: `module.`, `backbone.`, `state_dict.model.`. The prefix under
 * which most parameters are found counts, the shortest of several. What a file has beside it, such as a head or an optimizer, is left
 * out. A layer has one parameter, `weight`, which may stand behind many prefixes: then none is guessed.
 */
function withoutPrefix(
  tensors: Map<string, StoredTensor>,
  names: readonly string[],
): Map<string, StoredTensor> {
  const candidates = pyTorchNamings
    .flatMap(naming => {
      const wanted = names.map(name => pyTorchName(naming, name));
      const behind = [...tensors.keys()].filter(name => name.endsWith(`.${wanted[0]}`));
      return ['', ...behind.map(name => name.slice(0, -wanted[0].length))].map(prefix => ({
        prefix,
        found: wanted.filter(name => tensors.has(prefix + name)).length,
      }));
    })
    .sort((a, b) => b.found - a.found || a.prefix.length - b.prefix.length);
  const [{prefix, found}] = candidates;
  const others = candidates.filter(other => other.found === found && other.prefix !== prefix);
  if (prefix === '' || (names.length === 1 && others.length > 0)) return tensors;
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
