/**
 * What is wrong in a labeled set of faces: outliers, people split or mixed, one picture under two names. Runs in Node, browsers and
 * workers.
 *
 * @packageDocumentation
 */

export type {Embeddings} from './base/embeddings';
export type {
  CleaningReport,
  LowQualityImage,
  MixedClass,
  NearDuplicate,
  Outlier,
  SplitPerson,
} from './clean/cleaningReport';
export {type FindLabelErrorsOptions, findLabelErrors} from './clean/findLabelErrors';
export {type ImageQualities, imageQualities} from './clean/imageQualities';
export {type KeepListOptions, keepListOf} from './clean/keepListOf';
export {type NearDuplicatesOptions, nearDuplicates} from './clean/nearDuplicates';
export {imageKey} from './data/imageKey';
export type {KeepList} from './data/keepList';
