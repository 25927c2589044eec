import {check} from '../../base/check';
import {checkIds} from '../../base/checkIds';
import {checkOptions} from '../../base/checkOptions';
import {nextTask} from '../../base/nextTask';
import {seededRandom, shuffle} from '../../base/random';
import {checkCommittee} from './checkCommittee';
import type {CommitteeMember} from './committeeMember';
import {Mediator} from './mediator';
import {MediatorNetwork} from './mediatorNetwork';
import {type PairFeature, PairFeatures} from './pairFeatures';

/** Options of {@link trainMediator}. */
export interface TrainMediatorOptions {
  /**
   * What the mediator is told of a pair (i, j): `relationship`, whether each member but the base has j among its neighbors of i;
   * `affinity`, the cosine of each member; `structure`, how many neighbors of i each member has among those of j. Default: all three.
   */
  features?: readonly PairFeature[];
  /** Passes over the pairs. Default: 2, as in the paper. */
  epochs?: number;
  /** The number of pairs a step. Default: 1024, as in the paper. */
  batchSize?: number;
  /** The learning rate, which stays. Default: 0.1, for inputs that are scaled; the paper has 0.001. */
  learningRate?: number;
  /** The part of the last change that is kept, 0 to 1. Default: 0.9, as in the paper. */
  momentum?: number;
  /** The part of each weight that is added to its gradient. Default: 1e-4, as in the paper. */
  weightDecay?: number;
  /** Seed of first weights and orders. Default: 1. */
  seed?: number;
  /** Called after each pass with the number of passes and their mean loss. */
  onEpoch?: (epoch: number, loss: number) => void;
}

/**
 * Trains a network d → 3d → 3d → 2 to judge from what a committee says of a pair whether it shows one person, on people who are known
 * (Zhan et al., [arXiv 1809.01407](https://arxiv.org/abs/1809.01407)).
 *
 * Every pair of a base neighbor is an example. The inputs are scaled to mean 0 and deviation 1. Training takes stochastic
 * gradient descent on the cross-entropy in float64, the same on every machine. The people must not be those to cluster.
 *
 * @param members What each network says of the same images; the base first, each with its embeddings.
 * @param identities The person of each image, any whole number, `[N]`.
 * @param options How to train.
 * @throws If members have not the same images, one lacks embeddings, identities are not one whole number each, or all pairs show one
 *   person or none does.
 *
 * @example
 * ```ts
 * const faces = {values: [1, 0, 0.9, 0.1, 0, 1, -0.1, 1], dimension: 2};
 * const neighbours = await nearestNeighbours(faces, 2);
 * const mediator = await trainMediator([{neighbours, embeddings: faces}], [7, 7, 8, 8], {epochs: 200});
 * const [first, second] = await mediator.probabilities([{neighbours, embeddings: faces}]);
 * first > 0.9 && second < 0.1;   // true
 * ```
 */
export async function trainMediator(
  members: readonly CommitteeMember[],
  identities: ArrayLike<number>,
  options: TrainMediatorOptions = {},
): Promise<Mediator> {
  const where = 'trainMediator';
  const settings = checkedOptions(where, options);
  const count = checkCommittee(where, members, true);
  if (identities.length !== count) {
    throw new Error(
      `${where}: identities must be one for each of ${count} images, but are ${identities.length}.`,
    );
  }
  checkIds(where, 'identities', identities);
  const {features, epochs, batchSize, seed, onEpoch, ...step} = settings;
  const examples = examplesOf(members, identities, features);
  const {inputs, targets, width, means, deviations} = examples;
  const same = targets.reduce((sum, target) => sum + target, 0);
  if (same === 0 || same === targets.length) {
    throw new Error(
      `${where}: neighbors must show one person in some pairs and two in others, but ${same} of ${targets.length} show one.`,
    );
  }
  const network = MediatorNetwork.drawn(width, seed);
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = shuffle(
      Int32Array.from({length: targets.length}, (_, i) => i),
      seededRandom(seed, epoch),
    );
    let loss = 0;
    for (let first = 0; first < order.length; first += batchSize) {
      const batch = order.subarray(first, first + batchSize);
      const rows = new Float64Array(batch.length * width);
      batch.forEach((example, row) => {
        rows.set(inputs.subarray(example * width, (example + 1) * width), row * width);
      });
      loss +=
        batch.length *
        network.step(
          rows,
          Array.from(batch, example => targets[example]),
          step,
        );
      await nextTask();
    }
    onEpoch?.(epoch + 1, loss / order.length);
  }
  return Mediator.fromJSON({
    format: 'face-margins mediator 1',
    features: [...features],
    members: members.length,
    means: [...means],
    deviations: [...deviations],
    layers: network.layers.map(({weights, biases}) => ({weights: [...weights], biases: [...biases]})),
  });
}

function checkedOptions(where: string, options: TrainMediatorOptions) {
  checkOptions(where, options, {
    features: true,
    epochs: true,
    batchSize: true,
    learningRate: true,
    momentum: true,
    weightDecay: true,
    seed: true,
    onEpoch: true,
  });
  const {features = ['relationship', 'affinity', 'structure'], epochs = 2, batchSize = 1024} = options;
  const {learningRate = 0.1, momentum = 0.9, weightDecay = 1e-4, seed = 1, onEpoch} = options;
  for (const name of features)
    check.oneOf(where, 'features', name, ['relationship', 'affinity', 'structure']);
  check.count(where, 'number of features', features.length);
  check.count(where, 'epochs', epochs);
  check.count(where, 'batchSize', batchSize);
  check.positive(where, 'learningRate', learningRate);
  check.between(where, 'momentum', momentum, 0, 1);
  check.notNegative(where, 'weightDecay', weightDecay);
  check.finite(where, 'seed', seed);
  return {features, epochs, batchSize, learningRate, momentum, weightDecay, seed, onEpoch};
}

/** Pairs of the base, scaled to mean 0 and deviation 1. */
interface Examples {
  /** `[pairs, width]`. */
  inputs: Float64Array;
  /** 1 for one person, `[pairs]`. */
  targets: Uint8Array;
  width: number;
  means: Float64Array;
  deviations: Float64Array;
}

function examplesOf(
  members: readonly CommitteeMember[],
  identities: ArrayLike<number>,
  features: readonly PairFeature[],
): Examples {
  const {indices, k} = members[0].neighbours;
  const pairs = new PairFeatures(members, features);
  const {width} = pairs;
  const inputs = new Float64Array(indices.length * width);
  const targets = new Uint8Array(indices.length);
  for (let i = 0; i * k < indices.length; i++) {
    pairs.write(i, inputs.subarray(i * k * width, (i + 1) * k * width));
    for (let at = i * k; at < (i + 1) * k; at++)
      targets[at] = identities[i] === identities[indices[at]] ? 1 : 0;
  }
  const [means, squares] = [new Float64Array(width), new Float64Array(width)];
  inputs.forEach((value, at) => {
    means[at % width] += value / indices.length;
  });
  inputs.forEach((value, at) => {
    squares[at % width] += (value - means[at % width]) ** 2 / indices.length;
  });
  // An input that is always the same tells nothing.
  const deviations = squares.map(square => (square > 1e-12 ? Math.sqrt(square) : 1));
  inputs.forEach((value, at) => {
    inputs[at] = (value - means[at % width]) / deviations[at % width];
  });
  return {inputs, targets, width, means, deviations};
}
