import type {OptionNames} from '../base/checkOptions';

/** Options of methods that compare every embedding with every other. */
export interface PairClusteringOptions {
  /** The most memory to take, in megabytes; {@link clusteringMemory} tells what a method takes. Default: 2,000. */
  megabytes?: number;
  /** Called with the part done so far, from 0 to 1. */
  onProgress?: (part: number) => void;
}

/** The names of {@link PairClusteringOptions}. */
export const pairClusteringOptions: OptionNames<PairClusteringOptions> = {megabytes: true, onProgress: true};
