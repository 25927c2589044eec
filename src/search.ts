/**
 * Finding people: indexes of enrolled faces, and watch-lists.
 *
 * @packageDocumentation
 */

export {type ExactIndexOptions, exactIndex} from './search/exactIndex';
export {indexedDbStore} from './search/indexedDbStore';
export type {IndexStore} from './search/indexStore';
export {
  type PgvectorIndexOptions,
  pgvectorIndex,
  type SqlClient,
  type SqlResult,
} from './search/pgvectorIndex';
export type {
  Candidate,
  EnrollOptions,
  IndexSize,
  SearchIndex,
  SearchOptions,
} from './search/searchIndex';
export type {StorageType} from './search/stored/storageType';
export {type Alert, type Capture, type WatchListOptions, watchList} from './search/watchList';
export {type WatchListPlan, type WatchListPlanOptions, watchListPlan} from './search/watchListPlan';
