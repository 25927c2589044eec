/**
 * Embeddings of images and how good they are: verification, identification, statistics.
 *
 * @packageDocumentation
 */

export {
  aggregateTemplates,
  type TemplateEmbeddings,
  type TemplateOptions,
} from './evaluate/embeddings/aggregateTemplates';
export {
  type AngularStatistics,
  type AngularStatisticsOptions,
  angularStatistics,
} from './evaluate/embeddings/angularStatistics';
export type {Embeddings} from './evaluate/embeddings/embeddings';
export {
  type EmbeddingModel,
  type EmbedImagesOptions,
  embedImages,
  type ImageBatch,
  type ImageBatches,
  type ImageEmbeddings,
} from './evaluate/embeddings/embedImages';
export {type Projection, projectEmbeddings} from './evaluate/embeddings/projectEmbeddings';
export {cmc} from './evaluate/identification/cmc';
export {type OpenSetRate, openSetIdentification} from './evaluate/identification/openSetIdentification';
export {
  type GallerySearch,
  type GallerySearchOptions,
  searchGallery,
} from './evaluate/identification/searchGallery';
export {auc} from './evaluate/verification/auc';
export {
  calibratedScore,
  calibrateScores,
  type ScoreCalibration,
} from './evaluate/verification/calibrateScores';
export {type EqualErrorRate, equalErrorRate} from './evaluate/verification/equalErrorRate';
export type {PairsByDistance} from './evaluate/verification/foldedPairs';
export type {Folds} from './evaluate/verification/folds';
export {
  type GroupedPairs,
  type GroupRate,
  type GroupRates,
  groupRates,
} from './evaluate/verification/groupRates';
export {pairDistances, pairScores, type RowPair} from './evaluate/verification/pairDistances';
export {type Roc, roc} from './evaluate/verification/roc';
export type {ScoredPairs} from './evaluate/verification/scoredPairs';
export {type FarInterpolation, type TarAtFar, tarAtFar} from './evaluate/verification/tarAtFar';
export {type ValidationRate, validationRate} from './evaluate/verification/validationRate';
export {
  type FoldAccuracy,
  type VerificationAccuracy,
  type VerificationAccuracyOptions,
  verificationAccuracy,
} from './evaluate/verification/verificationAccuracy';
export {
  type VerificationReport,
  type VerificationReportOptions,
  verificationReport,
} from './evaluate/verification/verificationReport';
