/**
 * Embeddings of images and how good they are: verification, identification, statistics.
 *
 * @packageDocumentation
 */

export type {Embeddings} from './base/embeddings';
export type {Ranks} from './base/ranks';
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
export {embeddingNorms} from './evaluate/embeddings/embeddingNorms';
export {
  type EmbeddingModel,
  type EmbedImagesOptions,
  embedImages,
  type ImageBatch,
  type ImageBatches,
  type ImageEmbeddings,
  type SeparableBatches,
} from './evaluate/embeddings/embedImages';
export {
  type FitReductionOptions,
  type FittedReduction,
  fitReduction,
} from './evaluate/embeddings/fitReduction';
export {joinEmbeddings} from './evaluate/embeddings/joinEmbeddings';
export {type Projection, projectEmbeddings} from './evaluate/embeddings/projectEmbeddings';
export {reduceEmbeddings} from './evaluate/embeddings/reduceEmbeddings';
export {cmc} from './evaluate/identification/cmc';
export {
  type IdentifySetsOptions,
  identifySets,
  type LabeledEmbeddings,
  type SetIdentification,
} from './evaluate/identification/identifySets';
export {
  type MegaFaceOptions,
  type MegaFaceSearch,
  megaFaceSearch,
} from './evaluate/identification/megaFaceSearch';
export {type OpenSetRate, openSetIdentification} from './evaluate/identification/openSetIdentification';
export {type RetrievalFigures, retrievalFigures} from './evaluate/identification/retrievalFigures';
export {
  type GallerySearch,
  type GallerySearchOptions,
  searchGallery,
} from './evaluate/identification/searchGallery';
export {type BootstrapOptions, bootstrapByPerson} from './evaluate/intervals/bootstrapByPerson';
export {clopperPearson, type Interval} from './evaluate/intervals/clopperPearson';
export {
  type CommonRate,
  type GroupedPairsOfPeople,
  type GroupFigure,
  type GroupFigures,
  type GroupReport,
  type GroupReportOptions,
  groupReport,
} from './evaluate/intervals/groupReport';
export {
  type IdentificationIntervals,
  type IdentificationIntervalsOptions,
  identificationIntervals,
} from './evaluate/intervals/identificationIntervals';
export {
  type FigureInterval,
  type VerificationIntervals,
  type VerificationIntervalsOptions,
  verificationIntervals,
} from './evaluate/intervals/verificationIntervals';
export type {PairsOfPeople} from './evaluate/intervals/weightedTest';
export {
  type AllPairsOptions,
  type AllPairsScores,
  allPairsScores,
} from './evaluate/verification/allPairsScores';
export {auc} from './evaluate/verification/auc';
export {
  calibratedScore,
  calibrateScores,
  type ScoreCalibration,
} from './evaluate/verification/calibrateScores';
export {type EqualErrorRate, equalErrorRate} from './evaluate/verification/equalErrorRate';
export {
  type ErrorVersusReject,
  errorVersusReject,
  type QualityPairs,
} from './evaluate/verification/errorVersusReject';
export type {PairsByDistance} from './evaluate/verification/foldedPairs';
export type {Folds} from './evaluate/verification/folds';
export {
  type GroupedPairs,
  type GroupRate,
  type GroupRates,
  groupRates,
} from './evaluate/verification/groupRates';
export type {PairsOfRows} from './evaluate/verification/hardestPairs';
export {
  pairDistances,
  pairScores,
  type RowPair,
  type RowPairLists,
} from './evaluate/verification/pairDistances';
export {pairQualities} from './evaluate/verification/pairQualities';
export {type PairsWithinGroups, pairsWithinGroups} from './evaluate/verification/pairsWithinGroups';
export {type RaceFigures, type RaceReport, raceReport} from './evaluate/verification/raceReport';
export {type Roc, roc} from './evaluate/verification/roc';
export type {ScoredPairs} from './evaluate/verification/scoredPairs';
export {type FarInterpolation, type TarAtFar, tarAtFar} from './evaluate/verification/tarAtFar';
export {
  type TemplateScores,
  type TemplateScoresOptions,
  templateScores,
} from './evaluate/verification/templateScores';
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
export {
  type NearestNeighboursOptions,
  type Neighbours,
  nearestNeighbours,
} from './neighbours/nearestNeighbours';
