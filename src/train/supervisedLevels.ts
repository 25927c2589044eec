import {initializers, type LayersModel, layers, sequential} from '@tensorflow/tfjs-layers';
import {check} from '../base/check';
import {checkOptions} from '../base/checkOptions';
import {initializerSeed} from '../base/initializerSeed';
import type {ObjectiveTerm} from './objective';

/** Options of {@link supervisedLevels}. */
export interface SupervisedLevelsOptions {
  /** The layers to supervise, by name, such as `['pool1', 'pool2', 'pool3']`. */
  layers: readonly string[];
  /** The heads and losses of a level, with their weights: new ones at each call, because a head has weights of its own. */
  terms: (layer: string) => ObjectiveTerm[];
  /** How many numbers the features of a level have. Default 512, DeepID2+'s. */
  units?: number;
  /** Makes the initial weights of the features repeatable. Default: different at every call. */
  seed?: number;
}

/** What the output of a layer goes through: flattened, fully connected, ReLU. */
function featuresOf(shape: (number | null)[], units: number, seed: number | undefined): LayersModel {
  const inputShape = shape.slice(1);
  const inputs = inputShape.reduce((size: number, side) => size * (side ?? Number.NaN), 1);
  const kernelInitializer = initializers.randomNormal({
    mean: 0,
    stddev: Math.sqrt(2 / inputs),
    seed: seed === undefined ? undefined : initializerSeed(seed),
  });
  return sequential({
    layers: [
      layers.flatten({inputShape}),
      layers.dense({units, activation: 'relu', kernelInitializer, name: 'features'}),
    ],
  });
}

/**
 * Terms of an objective that supervise a network at several levels, as DeepID2+ does.
 *
 * Each level has features of its own, `relu(W · flatten(output) + b)`, which its heads and losses see. They are trained and saved with the
 * first term of the level; the network stays as it is. Early layers then learn what tells people apart at once, and not only what
 * comes back through all layers behind.
 * Source: Sun et al., Deeply Learned Face Representations are Sparse, Selective, and Robust,
 * [arXiv 1412.1265](https://arxiv.org/abs/1412.1265).
 *
 * @param network Whose layers are supervised, such as {@link deepId}.
 * @returns Terms for `objective` of {@link Trainer}, beside those of the embeddings.
 * @throws If a layer is none of the network's, has several outputs or an output of unknown size, or `units` is not 1 or more.
 *
 * @example
 * ```js
 * const people = 100;
 * const network = deepId({seed: 1});
 * const trainer = new Trainer({
 *   backbone: network,
 *   objective: [
 *     softmax({classes: people}),
 *     [0.05, contrastiveLoss()],
 *     ...supervisedLevels(network, {
 *       layers: ['pool1', 'pool2', 'pool3'],
 *       terms: () => [softmax({classes: people}), [0.05, contrastiveLoss()]],
 *     }),
 *   ],
 *   optimizer: sgd({momentum: 0.9}),
 *   learningRate: 0.01,
 * });
 * ```
 */
export function supervisedLevels(network: LayersModel, options: SupervisedLevelsOptions): ObjectiveTerm[] {
  const where = 'supervisedLevels';
  checkOptions(where, options, {layers: true, terms: true, units: true, seed: true});
  const {layers: names, terms, units = 512, seed} = options;
  check.count(where, 'units', units);
  return names.flatMap((name, level) => {
    const layer = network.layers.find(each => each.name === name);
    if (layer === undefined) {
      const known = network.layers.map(each => each.name).join(', ');
      throw new Error(
        `${where}: layers[${level}] must name a layer of the network, one of ${known}, but is '${name}'.`,
      );
    }
    const [output, ...others] = [layer.output].flat();
    if (others.length > 0 || output.shape.slice(1).includes(null)) {
      throw new Error(
        `${where}: layers[${level}] must have one output of known size, but '${name}' gives [${layer.outputShape}].`,
      );
    }
    const through = featuresOf(output.shape, units, seed === undefined ? undefined : seed * 1000 + level);
    return terms(name).map((term): ObjectiveTerm => {
      const [weight, loss, own] = Array.isArray(term) ? term : [1, term];
      return [weight, loss, {...own, layer: name, through}];
    });
  });
}
