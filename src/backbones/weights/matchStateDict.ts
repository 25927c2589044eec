import * as tf from '@tensorflow/tfjs-core';
import {DataFormatError} from '../../formats/dataFormatError';
import {floatValues, isFloating, type StoredTensor, shapeText} from '../../formats/storedTensor';
import {unreadableTensor} from '../../formats/unreadableTensor';
import type {Assignment} from './assignment';
import {checkFinite} from './checkFinite';
import {explainNames} from './explainNames';
import {type FoundStateDict, findStateDict} from './findStateDict';
import {headBeside} from './headBeside';
import type {NamedShape} from './namedShape';
import type {PyTorchParameter} from './pyTorchParameters';
import {shownName} from './shownName';
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

/** The parameters beside the tensors behind one prefix of a file. */
interface Match {
  found: FoundStateDict;
  assignments: Assignment[];
  /** The tensors that the assignments take, by their names behind the prefix. */
  taken: Map<string, StoredTensor>;
  mismatch: WeightsMismatch;
  /** What the network needs, as the file names it. */
  wanted: NamedShape[];
  /** What the file has, without what is never surplus. */
  theirs: NamedShape[];
}

function matchWithin(parameters: PyTorchParameter[], found: FoundStateDict): Match {
  const {tensors, naming} = found;
  const unused = new Map([...tensors].filter(([name]) => !isBatchCounter(name)));
  const mismatch: WeightsMismatch = {missing: [], surplus: [], misshapen: []};
  const assignments: Assignment[] = [];
  const taken = new Map<string, StoredTensor>();
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
      taken.set(name, tensor);
      assignments.push({variable, value: () => fromPyTorch(tf.tensor(floatValues(tensor), shape))});
    }
  }
  const isHead = headBeside(wanted, shapesOf(unused));
  const theirs = shapesOf(tensors).filter(({name}) => !isBatchCounter(name) && !isHead(name));
  mismatch.surplus = [...unused]
    .filter(([name]) => !isHead(name))
    .map(([name, tensor]) => `${name} ${described(tensor)}`);
  return {found, assignments, taken, mismatch, wanted, theirs};
}

const fits = ({mismatch: {missing, surplus, misshapen}}: Match) =>
  missing.length + surplus.length + misshapen.length === 0;

/** Whether a prefix says that what stands behind it is a moving average of the weights beside it. */
const isAverage = ({found}: Match) =>
  /(^|[._])(ema|swa|avg|average|averaged|shadow)(?=[._])/i.test(found.prefix);

function isSameTensor(one: StoredTensor, other: StoredTensor | undefined): boolean {
  if (one.type !== other?.type || one.bytes.length !== other.bytes.length) return false;
  const [bytes, theirs] = [one.bytes, other.bytes];
  if (bytes.buffer === theirs.buffer && bytes.byteOffset === theirs.byteOffset) return true;
  return bytes.every((byte, i) => byte === theirs[i]);
}

/** Whether both are one network, which a file has under two names. */
const isSameNetwork = (one: Match, other: Match) =>
  [...one.taken].every(([name, tensor]) => isSameTensor(tensor, other.taken.get(name)));

/** The place that fits; an average of weights is left out beside the weights themselves. */
function chosen(matches: Match[], file: string, target: string): Match {
  const fitting = matches.filter(fits);
  if (fitting.length === 0) return matches[0];
  const trained = fitting.filter(match => !isAverage(match));
  const [first, ...others] = trained.length > 0 ? trained : fitting;
  const different = others.filter(other => !isSameNetwork(first, other));
  if (different.length === 0) return first;
  const places = [first, ...different].map(({found: {prefix}}) =>
    prefix === '' ? 'no prefix' : shownName(prefix),
  );
  const last = places.pop();
  throw new DataFormatError(
    file,
    `has weights that fit ${target} behind ${places.join(', ')} and ${last}: choose by the option prefix, such as {prefix: '${different.at(-1)?.found.prefix}'}.`,
  );
}

/** Says of a weight that is in the file but cannot be read why it cannot. */
function checkReadable(
  {mismatch, found}: Match,
  unreadable: ReadonlyMap<string, string>,
  file: string,
): void {
  if (unreadable.size === 0) return;
  for (const text of mismatch.missing) {
    const name = text.slice(0, text.indexOf(' '));
    const place = [found.prefix + name, ...unreadable.keys()].find(
      each => unreadable.has(each) && `.${each}`.endsWith(`.${name}`),
    );
    if (place === undefined) continue;
    throw new DataFormatError(
      file,
      unreadableTensor(unreadable.get(place) as string, shownName(place)) as string,
    );
  }
}

/** What is known of a state dict beside its tensors. */
export interface StateDictOptions {
  /** What stands before the names of the network. Default: found. */
  prefix?: string;
  /** What cannot be read, by name, and what makes it again. Default nothing. */
  unreadable?: ReadonlyMap<string, string>;
}

/**
 * Matches parameters with the tensors of a PyTorch state dict by their names, behind any prefix.
 *
 * What the network of the file does without becomes neutral: the weight and the bias of a batch normalization without them, and what
 * {@link irBodyNaming} says is not there. A head beside the network and PyTorch's counters are left out, and so is a moving average of
 * the same weights.
 *
 * @throws {@link DataFormatError} if the file has several networks that fit, or weights that cannot be read or are not finite.
 * @throws {@link WeightsMismatchError} if the weights do not fit, with every difference.
 */
export function matchStateDict(
  parameters: PyTorchParameter[],
  stateDict: Map<string, StoredTensor>,
  file: string,
  target: string,
  {prefix, unreadable = new Map()}: StateDictOptions = {},
): Assignment[] {
  const names = parameters.map(({name}) => name);
  const places = findStateDict(stateDict, names, file, prefix);
  const match = chosen(
    places.map(found => matchWithin(parameters, found)),
    file,
    target,
  );
  const {found, assignments, taken, mismatch, wanted, theirs} = match;
  checkReadable(match, unreadable, file);
  WeightsMismatchError.throwIfAny(file, target, mismatch, () =>
    explainNames(mismatch, {ours: wanted, theirs, prefix: found.prefix, candidates: found.candidates}),
  );
  for (const [name, tensor] of taken) checkFinite(tensor, found.prefix + name, file);
  return assignments;
}
