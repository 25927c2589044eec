import {check} from '../../base/check';
import {checkOptions} from '../../base/checkOptions';
import type {OnlineClustersOptions} from './onlineClustersOptions';

/** Options with their defaults. */
export type OnlineSettings = OnlineClustersOptions &
  Required<Pick<OnlineClustersOptions, 'mergeThreshold' | 'most'>>;

/**
 * Checks options of a stream and fills in defaults.
 *
 * @throws If one is invalid.
 */
export function checkedOnlineOptions(options: OnlineClustersOptions): OnlineSettings {
  const where = 'onlineClusters';
  checkOptions('onlineClusters', options, {
    threshold: true,
    mergeThreshold: true,
    mustLink: true,
    cannotLink: true,
    speedLimit: true,
    prior: true,
    forgetAfter: true,
    most: true,
    onMerge: true,
    onForget: true,
  });
  const {threshold, mergeThreshold = Math.min(1, threshold + 0.1), speedLimit, forgetAfter} = options;
  const {most = 100_000} = options;
  check.between(where, 'threshold', threshold, -1, 1);
  check.between(where, 'mergeThreshold', mergeThreshold, -1, 2);
  if (speedLimit !== undefined) check.positive(where, 'speedLimit', speedLimit);
  if (forgetAfter !== undefined) check.positive(where, 'forgetAfter', forgetAfter);
  check.count(where, 'most', most);
  return {...options, mergeThreshold, most};
}
