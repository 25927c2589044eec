export {
  type BatchNormLayerArgs,
  type BatchNormLayerOptions,
  batchNormLayer,
} from './backbones/batchNormLayer';
export {type CompactOptions, compact} from './backbones/compact';
export {type FaceResNetOptions, faceResNet} from './backbones/faceResNet';
export {forInference} from './backbones/forInference';
export {type IrResNetDepth, type IrResNetOptions, irResNet} from './backbones/irResNet';
export {type LeNetPlusPlusOptions, leNetPlusPlus} from './backbones/leNetPlusPlus';
export {type MobileFaceNetOptions, type MobileFaceNetVariant, mobileFaceNet} from './backbones/mobileFaceNet';
export type {BatchNormSettings} from './backbones/networkBlocks';
export {type LayerSummary, type NetworkSummary, networkSummary} from './backbones/networkSummary';
export {preluLayer} from './backbones/preluLayer';
export {type ExportWeightsOptions, exportWeights} from './backbones/weights/exportWeights';
export {
  type ImportWeightsOptions,
  importWeights,
  type WeightsSource,
} from './backbones/weights/importWeights';
export type {PyTorchNaming} from './backbones/weights/pyTorchNames';
export type {WeightsOwner} from './backbones/weights/pyTorchParameters';
export {
  type MisshapenTensor,
  type WeightsMismatch,
  WeightsMismatchError,
} from './backbones/weights/weightsMismatchError';
export {registerWasmKernels} from './backend/registerWasmKernels';
export {type BackendName, useBackend} from './backend/useBackend';
export {type AlignOptions, alignFace} from './data/align/alignFace';
export {faceTemplate} from './data/align/faceTemplate';
export {type Point, type SimilarityTransform, similarityTransform} from './data/align/similarityTransform';
export {warp} from './data/align/warp';
export {type ArrayImagesOptions, arrayImages} from './data/arrayImages';
export {
  type AugmentOptions,
  adaFaceAugmentation,
  augment,
  type Chance,
  flipOnly,
} from './data/augment/augment';
export {type BlurOptions, blur} from './data/augment/blur';
export {type ColorJitterOptions, colorJitter} from './data/augment/colorJitter';
export {flip} from './data/augment/flip';
export {grey} from './data/augment/grey';
export {type LowResolutionOptions, lowResolution} from './data/augment/lowResolution';
export {type RandomCropOptions, randomCrop} from './data/augment/randomCrop';
export {type RandomEraseOptions, randomErase} from './data/augment/randomErase';
export {type Interpolation, resize} from './data/augment/resize';
export type {IdentitySampling} from './data/batchOrder';
export type {Batch, BatchSource} from './data/batchSource';
export {DataFormatError} from './data/dataFormatError';
export type {FaceBatchesOptions} from './data/faceBatches';
export {FaceImages, type SplitOptions} from './data/faceImages';
export {type FaceRecords, faceRecords, recordImage} from './data/faceRecords';
export {type IdxArray, parseIdx} from './data/idx';
export {type ImageList, UnreadableImageError} from './data/imageList';
export {type ImageTensorsOptions, imageTensors} from './data/imageTensors';
export type {Normalisation} from './data/normalisation';
export {type NamedPair, type NamedPairs, parsePairs} from './data/parsePairs';
export {type FoldOptions, parseVerificationBin, type VerificationBin} from './data/parseVerificationBin';
export type {PixelArray, Pixels} from './data/pixels';
export type {UnreadableOptions, UnreadablePolicy} from './data/readableImages';
export {parseRecordIndex, scanRecords} from './data/recordIndex';
export {type ByteSource, bytesSource} from './data/recordIo';
export {type SamplePairsOptions, samplePairs} from './data/samplePairs';
export {consecutiveFolds, type VerificationPair, type VerificationPairs} from './data/verificationPairs';
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
  verificationAccuracy,
} from './evaluate/verificationAccuracy';
export {type VerificationReport, verificationReport} from './evaluate/verificationReport';
export {
  type AngularMarginOptions,
  angularMargin,
  type BeyondPi,
  type MarginGradient,
} from './losses/angularMargin';
export {ArcFace, type ArcFaceConfig, arcFace} from './losses/arcFace';
export {ASoftmax, type ASoftmaxConfig, aSoftmax} from './losses/aSoftmax';
export {CenterLoss, type CenterLossCall, type CenterLossConfig, centerLoss} from './losses/centerLoss';
export {ClassContrastive, type ClassContrastiveConfig, classContrastive} from './losses/classContrastive';
export {ClassTriplet, type ClassTripletConfig, classTriplet} from './losses/classTriplet';
export {Coco, coco, cocoScale} from './losses/coco';
export {CombinedMargin, type CombinedMarginConfig, combinedMargin} from './losses/combinedMargin';
export {ContrastiveLoss, type ContrastiveLossConfig, contrastiveLoss} from './losses/contrastiveLoss';
export {CosFace, type CosFaceConfig, cosFace, cosFaceMargin} from './losses/cosFace';
export {CustomHead, type CustomHeadConfig, customHead} from './losses/customHead';
export type {EmbeddingLoss} from './losses/embeddingLoss';
export {feasibleMargin} from './losses/feasibleMargin';
export {FeatureIncay, type FeatureIncayConfig, featureIncay} from './losses/featureIncay';
export {type FocalLoss, focal} from './losses/focal';
export {L2Softmax, l2Softmax} from './losses/l2Softmax';
export {l2SoftmaxScale} from './losses/l2SoftmaxScale';
export {type LogitCurve, logitCurve} from './losses/logitCurve';
export {LSoftmax, type LSoftmaxConfig, lSoftmax} from './losses/lSoftmax';
export {MarginHead, type MarginHeadConfig} from './losses/marginHead';
export {type MultiplicativeMarginOptions, multiplicativeMargin} from './losses/multiplicativeMargin';
export {NormFace, normFace} from './losses/normFace';
export {normFaceLowerBound} from './losses/normFaceLowerBound';
export type {PairOptions} from './losses/pairOptions';
export {registerHeads} from './losses/registerHeads';
export type {SavedTargetLoss} from './losses/savedTargetLoss';
export {ScaledHead, type ScaledHeadConfig} from './losses/scaledHead';
export {Softmax, softmax} from './losses/softmax';
export {SubCenterArcFace, type SubCenterArcFaceConfig, subCenterArcFace} from './losses/subCenterArcFace';
export {suggestScale} from './losses/suggestScale';
export {TripletLoss, type TripletLossConfig, type TripletMining, tripletLoss} from './losses/tripletLoss';
export {type BatchNormOptions, type BatchNormResult, batchNorm} from './ops/batchNorm';
export type {Angle, Margin} from './ops/margin';
export {marginLogits} from './ops/marginLogits';
export type {MarginRowOptions} from './ops/marginRow';
export {type MarginSoftmaxOptions, marginSoftmax} from './ops/marginSoftmax';
export type {LossAndCount} from './ops/pairwiseBatch';
export type {DistanceName} from './ops/pairwiseDistance';
export {prelu} from './ops/prelu';
export type {TargetLoss} from './ops/targetLoss';
export {categoryColors} from './plot/categoryColors';
export {type FeatureScatterOptions, featureScatter} from './plot/featureScatter';
export {type LogitCurvesOptions, logitCurves} from './plot/logitCurves';
export {type RocCurveOptions, rocCurve} from './plot/rocCurve';
export {type ScoreHistogramsOptions, scoreHistograms} from './plot/scoreHistograms';
export {type TrainingCurvesOptions, trainingCurves} from './plot/trainingCurves';
export {type Random, seededRandom, shuffle} from './random';
export {type Annealing, annealing, lSoftmaxMnistAnnealing} from './schedules/annealing';
export {type CosineDecay, cosineDecay} from './schedules/cosineDecay';
export {type ExponentialDecay, exponentialDecay} from './schedules/exponentialDecay';
export {type LinearRamp, linearRamp} from './schedules/linearRamp';
export {type PolynomialDecay, polynomialDecay} from './schedules/polynomialDecay';
export {type Schedule, scheduleAt} from './schedules/schedule';
export {type StepDecay, stepDecay} from './schedules/stepDecay';
export {type Stepwise, stepwise} from './schedules/stepwise';
export type {WarmedDecay} from './schedules/warmUp';
export {type AdagradOptions, adagrad} from './train/adagrad';
export {type AdamWOptions, adamW} from './train/adamW';
export type {BatchesLike, DatasetLike, LooseBatch, Several} from './train/batchesOf';
export {decodeCheckpoint, encodeCheckpoint} from './train/checkpointFile';
export {CheckpointMismatchError} from './train/checkpointMismatchError';
export type {CheckpointStore} from './train/checkpointStore';
export type {FitCallbacks, FitOptions} from './train/fitOptions';
export type {MeansState} from './train/means';
export type {Objective, ObjectiveTerm, TermOptions} from './train/objective';
export type {Optimizer, Slots, StepRates, UpdateRule, WeightDecayOptions} from './train/optimizer';
export {type SgdOptions, sgd} from './train/sgd';
export type {StepReport} from './train/stepReport';
export {trainableVariables} from './train/trainableVariables';
export {type RestoreOptions, Trainer, type TrainerConfig} from './train/trainer';
export {type DivergedAt, type Divergence, TrainingDivergedError} from './train/trainingDivergedError';
export type {StateTensor, TrainingPosition, TrainingRecord, TrainingState} from './train/trainingState';
