/**
 * Faces without names: clusters of embeddings, and how well they agree with known people. Runs in Node, browsers and workers.
 *
 * @packageDocumentation
 */

export type {Embeddings} from './base/embeddings';
export {type ClusteringMethod, type ClusteringSize, clusteringMemory} from './cluster/clusteringMemory';
export {type ClusterPrecision, type ClusterScores, clusterScores} from './cluster/clusterScores';
export type {Clusters} from './cluster/clusters';
export type {CommitteeMember} from './cluster/committee/committeeMember';
export {
  type ConsensusPropagationOptions,
  consensusPropagation,
} from './cluster/committee/consensusPropagation';
export {Mediator, type MediatorData} from './cluster/committee/mediator';
export type {PairFeature} from './cluster/committee/pairFeatures';
export {type TrainMediatorOptions, trainMediator} from './cluster/committee/trainMediator';
export {type DbscanOptions, dbscan} from './cluster/dbscan';
export {type ChineseWhispersOptions, chineseWhispers} from './cluster/graph/chineseWhispers';
export {type ConnectedComponentsOptions, connectedComponents} from './cluster/graph/connectedComponents';
export {type DensityPeaksOptions, densityPeaks} from './cluster/graph/densityPeaks';
export {type InfomapClusters, type InfomapOptions, infomap} from './cluster/graph/infomap';
export {type KMeansClusters, type KMeansOptions, kMeans} from './cluster/kMeans';
export {averageLinkage} from './cluster/linkage/averageLinkage';
export {completeLinkage} from './cluster/linkage/completeLinkage';
export {Dendrogram} from './cluster/linkage/dendrogram';
export {singleLinkage} from './cluster/linkage/singleLinkage';
export {OnlineClusters, onlineClusters} from './cluster/online/onlineClusters';
export type {OnlineClustersData} from './cluster/online/onlineClustersData';
export type {
  ForgettingReason,
  OnlineClustersOptions,
  OnlineMerge,
  OnlinePerson,
} from './cluster/online/onlineClustersOptions';
export type {Sighting} from './cluster/online/sighting';
export type {PairClusteringOptions} from './cluster/pairClusteringOptions';
export {
  type ClusteringSuggestion,
  type SuggestClusteringOptions,
  suggestClustering,
} from './cluster/suggestClustering';
export {
  type NearestNeighboursOptions,
  type Neighbours,
  nearestNeighbours,
} from './neighbours/nearestNeighbours';
