/**
 * Training in several processes, on one machine or many: MPI joins them, heads are divided by classes, batches by rank.
 *
 * @packageDocumentation
 */

export type {Collective, CollectiveArray, Reduction} from './base/collective';
export {shardBatches} from './data/batches/shardBatches';
export {type CollectiveOptions, openCollective} from './distributed/openCollective';
export {type ShardedOptions, sharded} from './distributed/sharded';
