export {
  aggregateTemplates,
  type TemplateEmbeddings,
  type TemplateOptions,
} from './evaluate/aggregateTemplates';
export {type AngularStatistics, angularStatistics} from './evaluate/angularStatistics';
export {auc} from './evaluate/auc';
export {calibratedScore, calibrateScores, type ScoreCalibration} from './evaluate/calibrateScores';
export {cmc} from './evaluate/cmc';
export type {Embeddings} from './evaluate/embeddings';
export {
  type EmbeddingModel,
  type EmbedImagesOptions,
  embedImages,
  type ImageBatch,
  type ImageBatches,
  type ImageEmbeddings,
} from './evaluate/embedImages';
export {type EqualErrorRate, equalErrorRate} from './evaluate/equalErrorRate';
export type {DistantPairs} from './evaluate/foldedPairs';
export type {Folds} from './evaluate/folds';
export {type GroupedPairs, type GroupRate, type GroupRates, groupRates} from './evaluate/groupRates';
export {type OpenSetRate, openSetIdentification} from './evaluate/openSetIdentification';
export {pairDistances, pairScores, type RowPair} from './evaluate/pairDistances';
export {type Projection, projectEmbeddings} from './evaluate/projectEmbeddings';
export {type Roc, roc} from './evaluate/roc';
export type {ScoredPairs} from './evaluate/scoredPairs';
export {type GallerySearch, type GallerySearchOptions, searchGallery} from './evaluate/searchGallery';
export {type FarInterpolation, type TarAtFar, tarAtFar} from './evaluate/tarAtFar';
export {type ValidationRate, validationRate} from './evaluate/validationRate';
export {
  type FoldAccuracy,
  type VerificationAccuracy,
  type VerificationAccuracyOptions,
  verificationAccuracy,
} from './evaluate/verificationAccuracy';
export {
  type VerificationReport,
  type VerificationReportOptions,
  verificationReport,
} from './evaluate/verificationReport';
