/**
 * Heads, losses, networks, the trainer, schedules and the choice of a backend.
 *
 * @packageDocumentation
 */

export {type CompactOptions, compact} from './backbones/compact';
export {type DeepIdOptions, deepId} from './backbones/deepId';
export {type FaceNetNN1Options, faceNetNN1} from './backbones/faceNetNN1';
export {type FaceNetNN2Options, faceNetNN2} from './backbones/faceNetNN2';
export {type FaceResNetOptions, faceResNet} from './backbones/faceResNet';
export {type InceptionResNetV1Options, inceptionResNetV1} from './backbones/inceptionResNetV1';
export {forInference} from './backbones/inference/forInference';
export {withReduction} from './backbones/inference/withReduction';
export {type IrResNetOptions, irResNet} from './backbones/irResNet';
export type {IrResNetDepth} from './backbones/irResNetBlocks';
export {
  type BatchNormLayerArgs,
  type BatchNormLayerOptions,
  batchNormLayer,
} from './backbones/layers/batchNormLayer';
export type {BatchNormSettings} from './backbones/layers/networkBlocks';
export {preluLayer} from './backbones/layers/preluLayer';
export {type LeNetPlusPlusOptions, leNetPlusPlus} from './backbones/leNetPlusPlus';
export {type MobileFaceNetOptions, type MobileFaceNetVariant, mobileFaceNet} from './backbones/mobileFaceNet';
export {type MobileNetOptions, mobileNet} from './backbones/mobileNet';
export {type MobileNetV2Options, mobileNetV2} from './backbones/mobileNetV2';
export {type MobileNetV3Options, mobileNetV3} from './backbones/mobileNetV3';
export type {MobileNetV3Size} from './backbones/mobileNetV3Blocks';
export {type KnownModelFacts, type ModelFacts, modelFacts, setModelFacts} from './backbones/modelFacts';
export type {Network} from './backbones/network';
export {type LayerSummary, type NetworkSummary, networkSummary} from './backbones/networkSummary';
export {normalizationOf, setNormalization} from './backbones/normalizationOf';
export {type ExportOnnxOptions, exportOnnx} from './backbones/onnx/exportOnnx';
export type {OnnxPrecision} from './backbones/onnx/onnxPrecision';
export {type ExportWeightsOptions, exportWeights} from './backbones/weights/exportWeights';
export {
  type ImportedWeights,
  type ImportWeightsOptions,
  importWeights,
} from './backbones/weights/importWeights';
export type {WeightsSource} from './backbones/weights/matchWeights';
export type {PyTorchNaming} from './backbones/weights/pyTorchName';
export type {WeightsOwner} from './backbones/weights/pyTorchParameters';
export {
  type MismatchExplanation,
  type MisshapenTensor,
  type WeightsMismatch,
  WeightsMismatchError,
} from './backbones/weights/weightsMismatchError';
export {registerWasmKernels} from './backend/registerWasmKernels';
export {type BackendName, type UseBackendOptions, useBackend} from './backend/useBackend';
export type {WasmPaths} from './backend/wasm/wasmPaths';
export type {LinearReduction} from './base/linearReduction';
export {DataFormatError} from './formats/dataFormatError';
export type {OnnxExternalData} from './formats/onnxExternalData';
export {CenterLoss, type CenterLossCall, type CenterLossConfig, centerLoss} from './losses/centerLoss';
export type {ClassRows, ClassRowsOptions} from './losses/classRows/classRows';
export type {
  DrawnRows,
  RowsUpdate,
  SampledClasses,
  SampledClassesOptions,
} from './losses/classRows/sampledClasses';
export {ClassSubset, type ClassSubsetConfig, classSubset} from './losses/classSubset';
export {
  DistillationLoss,
  type DistillationLossConfig,
  distillationLoss,
  type StoredEmbeddings,
  type TeacherNetwork,
} from './losses/distillationLoss';
export type {EmbeddingLoss, LossOptions} from './losses/embeddingLoss';
export {FeatureIncay, type FeatureIncayConfig, featureIncay} from './losses/featureIncay';
export {type ClassLayer, growHead} from './losses/growHead';
export {AdaCos, type AdaCosConfig, adaCos} from './losses/heads/adaCos';
export {AdaFace, type AdaFaceConfig, adaFace} from './losses/heads/adaFace';
export {ArcFace, type ArcFaceConfig, arcFace} from './losses/heads/arcFace';
export {ASoftmax, type ASoftmaxConfig, aSoftmax} from './losses/heads/aSoftmax';
export {CircleFace, type CircleFaceConfig, circleFace} from './losses/heads/circleFace';
export {
  ClassContrastive,
  type ClassContrastiveConfig,
  classContrastive,
} from './losses/heads/classContrastive';
export type {ClassRange, ClassSampling} from './losses/heads/classShare';
export {ClassTriplet, type ClassTripletConfig, classTriplet} from './losses/heads/classTriplet';
export {Coco, coco, cocoScale} from './losses/heads/coco';
export {CombinedMargin, type CombinedMarginConfig, combinedMargin} from './losses/heads/combinedMargin';
export {CosFace, type CosFaceConfig, cosFace, cosFaceMargin} from './losses/heads/cosFace';
export {CurricularFace, type CurricularFaceConfig, curricularFace} from './losses/heads/curricularFace';
export {CustomHead, type CustomHeadConfig, customHead} from './losses/heads/customHead';
export {ElasticFace, type ElasticFaceConfig, elasticFace} from './losses/heads/elasticFace';
export {type FocalLoss, focal} from './losses/heads/focal';
export {L2Softmax, l2Softmax} from './losses/heads/l2Softmax';
export {LSoftmax, type LSoftmaxConfig, lSoftmax} from './losses/heads/lSoftmax';
export {MagCosFace, type MagCosFaceConfig, magCosFace} from './losses/heads/magCosFace';
export {MagFace, type MagFaceConfig, magFace} from './losses/heads/magFace';
export {type HeadCall, MarginHead, type MarginHeadConfig} from './losses/heads/marginHead';
export {MvSoftmax, type MvSoftmaxConfig, mvSoftmax} from './losses/heads/mvSoftmax';
export {NormFace, normFace} from './losses/heads/normFace';
export {type NormMargin, type NormMarginConfig, NormMarginHead} from './losses/heads/normMarginHead';
export {ProxyAnchor, type ProxyAnchorConfig, proxyAnchorLoss} from './losses/heads/proxyAnchorLoss';
export {ProxyNca, type ProxyNcaConfig, proxyNcaLoss} from './losses/heads/proxyNcaLoss';
export type {SavedTargetLoss} from './losses/heads/savedTargetLoss';
export {ScaledHead, type ScaledHeadConfig} from './losses/heads/scaledHead';
export {SigmoidHead, type SigmoidHeadConfig, type TermWeights} from './losses/heads/sigmoidHead';
export {Softmax, softmax} from './losses/heads/softmax';
export {SoftTriple, type SoftTripleConfig, softTripleLoss} from './losses/heads/softTripleLoss';
export {SphereFace2, type SphereFace2Config, sphereFace2} from './losses/heads/sphereFace2';
export {SphereFaceR, type SphereFaceRConfig, sphereFaceR} from './losses/heads/sphereFaceR';
export {
  SubCenterArcFace,
  type SubCenterArcFaceConfig,
  subCenterArcFace,
} from './losses/heads/subCenterArcFace';
export {UniFace, type UniFaceConfig, uniFace} from './losses/heads/uniFace';
export {
  type AngularMarginOptions,
  angularMargin,
  type BeyondPi,
  type MarginGradient,
} from './losses/margins/angularMargin';
export {type MultiplicativeMarginOptions, multiplicativeMargin} from './losses/margins/multiplicativeMargin';
export {CircleLoss, type CircleLossConfig, circleLoss} from './losses/pairs/circleLoss';
export {ContrastiveLoss, type ContrastiveLossConfig, contrastiveLoss} from './losses/pairs/contrastiveLoss';
export {type ComparedCosines, CosinePairLoss, type PastEmbeddings} from './losses/pairs/cosinePairLoss';
export {
  CrossBatchMemory,
  type CrossBatchMemoryConfig,
  crossBatchMemory,
  type LossWithPast,
} from './losses/pairs/crossBatchMemory';
export {
  type LiftedStructureConfig,
  LiftedStructureLoss,
  liftedStructureLoss,
} from './losses/pairs/liftedStructureLoss';
export {
  type MultiSimilarityConfig,
  MultiSimilarityLoss,
  multiSimilarityLoss,
} from './losses/pairs/multiSimilarityLoss';
export {type NtXentConfig, NtXentLoss, ntXentLoss} from './losses/pairs/ntXentLoss';
export type {PairOptions} from './losses/pairs/pairOptions';
export {type SupConConfig, SupConLoss, supConLoss} from './losses/pairs/supConLoss';
export {
  TripletLoss,
  type TripletLossConfig,
  type TripletMining,
  tripletLoss,
} from './losses/pairs/tripletLoss';
export {registerHeads} from './losses/registerHeads';
export {type FeasibleMargin, feasibleMargin} from './losses/scaleAndMargin/feasibleMargin';
export {type LogitCurve, logitCurve} from './losses/scaleAndMargin/logitCurve';
export {l2SoftmaxScale, normFaceLowerBound, suggestScale} from './losses/scaleAndMargin/suggestScale';
export type {ClassShard, DrawnClasses} from './ops/margin/classShard';
export type {Angle, Margin} from './ops/margin/margin';
export {marginLogits} from './ops/margin/marginLogits';
export type {BatchScale, MarginRowOptions} from './ops/margin/marginRow';
export {type MarginSigmoidOptions, marginSigmoid} from './ops/margin/marginSigmoid';
export {type MarginSoftmaxOptions, marginSoftmax} from './ops/margin/marginSoftmax';
export type {OthersCosines, OthersMargin} from './ops/margin/othersMargin';
export type {TargetLoss} from './ops/margin/targetLoss';
export type {CosineTerms} from './ops/pairwise/cosineTerms';
export type {LossAndCount} from './ops/pairwise/pairwiseBatch';
export type {DistanceName} from './ops/pairwise/pairwiseDistance';
export {type Annealing, annealing, lSoftmaxMnistAnnealing} from './schedules/annealing';
export {type CosineDecay, cosineDecay} from './schedules/cosineDecay';
export {type ExponentialDecay, exponentialDecay} from './schedules/exponentialDecay';
export {type LinearRamp, linearRamp} from './schedules/linearRamp';
export {type PolynomialDecay, polynomialDecay} from './schedules/polynomialDecay';
export {type Schedule, scheduleAt} from './schedules/schedule';
export {type StepDecay, stepDecay} from './schedules/stepDecay';
export {type Stepwise, stepwise} from './schedules/stepwise';
export type {WarmedDecay} from './schedules/warmedDecay';
export {CheckpointMismatchError} from './train/checkpoints/checkpointMismatchError';
export type {CheckpointStore} from './train/checkpoints/checkpointStore';
export type {
  RowsPart,
  RowsRecord,
  RowsSink,
  RowsToSave,
  SavedRows,
} from './train/checkpoints/savedRows';
export type {
  StateTensor,
  TrainingPosition,
  TrainingRecord,
  TrainingState,
} from './train/checkpoints/trainingState';
export type {AnyIterable, BatchesLike, DatasetLike, LooseBatch} from './train/loop/batchesOf';
export type {FitCallbacks, FitOptions} from './train/loop/fitOptions';
export type {MeansState} from './train/loop/means';
export type {StepReport} from './train/loop/stepReport';
export type {TrainingRun} from './train/loop/trainingRun';
export type {Objective, ObjectiveTerm, TermOptions} from './train/objective';
export {type AdagradOptions, adagrad} from './train/optimizers/adagrad';
export {type AdamWOptions, adamW} from './train/optimizers/adamW';
export type {
  Optimizer,
  OptimizerSlots,
  StepRates,
  UpdateRule,
  WeightDecayOptions,
  WholeUpdate,
} from './train/optimizers/optimizer';
export {type SgdOptions, sgd} from './train/optimizers/sgd';
export {trainableVariables} from './train/step/trainableVariables';
export {type DivergedAt, type Divergence, TrainingDivergedError} from './train/step/trainingDivergedError';
export {type SupervisedLevelsOptions, supervisedLevels} from './train/supervisedLevels';
export {type RestoreOptions, Trainer} from './train/trainer';
export type {TrainerConfig} from './train/trainerConfig';
