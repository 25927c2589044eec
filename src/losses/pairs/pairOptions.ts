import {check} from '../../base/check';
import type {OptionNames} from '../../base/checkOptions';
import {type DistanceName, distanceNames} from '../../ops/pairwise/pairwiseDistance';

/** Options that the losses over pairs and over triplets share. */
export interface PairOptions {
  /** What is compared: `'squared'` ‖a − b‖², `'euclidean'` ‖a − b‖, or `'cosine'` 1 − cos. The loss says its default. */
  distance?: DistanceName;
  /**
   * Whether embeddings are compared as x/‖x‖. Default true: they will be compared by angle when they are used, and a margin
   * then means the same for every network. `'cosine'` normalizes in any case.
   */
  normalize?: boolean;
  /** Whether the mean is over all terms of the batch, or over those above zero. The loss says its default. */
  meanOver?: 'all' | 'active';
}

/** The names of {@link PairOptions}. */
export const pairOptionNames: OptionNames<PairOptions> = {distance: true, normalize: true, meanOver: true};

/** The options with their defaults, checked. */
export function pairOptions(
  where: string,
  options: PairOptions,
  defaults: Pick<Required<PairOptions>, 'distance' | 'meanOver'>,
): Required<PairOptions> {
  const {distance = defaults.distance, normalize = true, meanOver = defaults.meanOver} = options;
  check.oneOf(where, 'distance', distance, distanceNames);
  check.oneOf(where, 'meanOver', meanOver, ['all', 'active']);
  return {distance, normalize, meanOver};
}
