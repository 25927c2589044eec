import type {OptionNames} from '../../base/checkOptions';
import type {MarginRowOptions} from './marginRow';

/** The names of {@link MarginRowOptions}. */
export const marginRowOptions: OptionNames<MarginRowOptions> = {
  normalize: true,
  scale: true,
  margin: true,
  others: true,
  interClassFilter: true,
  subCenters: true,
  linearWeightGradient: true,
  shard: false,
};
