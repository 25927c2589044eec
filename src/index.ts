/**
 * Heads, losses, networks, the trainer, schedules and the choice of a backend.
 *
 * @packageDocumentation
 */

export {type CompactOptions, compact} from './backbones/compact';
export {type FaceResNetOptions, faceResNet} from './backbones/faceResNet';
export {forInference} from './backbones/inference/forInference';
export {type IrResNetDepth, type IrResNetOptions, irResNet} from './backbones/irResNet';
export {
  type BatchNormLayerArgs,
  type BatchNormLayerOptions,
  batchNormLayer,
} from './backbones/layers/batchNormLayer';
export type {BatchNormSettings} from './backbones/layers/networkBlocks';
export {preluLayer} from './backbones/layers/preluLayer';
export {type LeNetPlusPlusOptions, leNetPlusPlus} from './backbones/leNetPlusPlus';
export {type MobileFaceNetOptions, type MobileFaceNetVariant, mobileFaceNet} from './backbones/mobileFaceNet';
export type {Network} from './backbones/network';
export {type LayerSummary, type NetworkSummary, networkSummary} from './backbones/networkSummary';
export {type ExportWeightsOptions, exportWeights} from './backbones/weights/exportWeights';
export {type ImportWeightsOptions, importWeights} from './backbones/weights/importWeights';
export type {WeightsSource} from './backbones/weights/matchWeights';
export type {PyTorchNaming} from './backbones/weights/pyTorchName';
export type {WeightsOwner} from './backbones/weights/pyTorchParameters';
export {
  type MisshapenTensor,
  type WeightsMismatch,
  WeightsMismatchError,
} from './backbones/weights/weightsMismatchError';
export {registerWasmKernels} from './backend/registerWasmKernels';
export {type BackendName, type BackendOptions, useBackend} from './backend/useBackend';
export {DataFormatError} from './formats/dataFormatError';
export {CenterLoss, type CenterLossCall, type CenterLossConfig, centerLoss} from './losses/centerLoss';
export {type LogitCurve, logitCurve} from './losses/choosing/logitCurve';
export {
  type FeasibleMargin,
  feasibleMargin,
  l2SoftmaxScale,
  normFaceLowerBound,
  suggestScale,
} from './losses/choosing/scaleAndMargin';
export type {EmbeddingLoss, LossOptions} from './losses/embeddingLoss';
export {FeatureIncay, type FeatureIncayConfig, featureIncay} from './losses/featureIncay';
export {ArcFace, type ArcFaceConfig, arcFace} from './losses/heads/arcFace';
export {ASoftmax, type ASoftmaxConfig, aSoftmax} from './losses/heads/aSoftmax';
export {
  ClassContrastive,
  type ClassContrastiveConfig,
  classContrastive,
} from './losses/heads/classContrastive';
export {ClassTriplet, type ClassTripletConfig, classTriplet} from './losses/heads/classTriplet';
export {Coco, coco, cocoScale} from './losses/heads/coco';
export {CombinedMargin, type CombinedMarginConfig, combinedMargin} from './losses/heads/combinedMargin';
export {CosFace, type CosFaceConfig, cosFace, cosFaceMargin} from './losses/heads/cosFace';
export {CustomHead, type CustomHeadConfig, customHead} from './losses/heads/customHead';
export {type FocalLoss, focal} from './losses/heads/focal';
export {L2Softmax, l2Softmax} from './losses/heads/l2Softmax';
export {LSoftmax, type LSoftmaxConfig, lSoftmax} from './losses/heads/lSoftmax';
export {MarginHead, type MarginHeadConfig} from './losses/heads/marginHead';
export {NormFace, normFace} from './losses/heads/normFace';
export type {SavedTargetLoss} from './losses/heads/savedTargetLoss';
export {ScaledHead, type ScaledHeadConfig} from './losses/heads/scaledHead';
export {Softmax, softmax} from './losses/heads/softmax';
export {
  SubCenterArcFace,
  type SubCenterArcFaceConfig,
  subCenterArcFace,
} from './losses/heads/subCenterArcFace';
export {
  type AngularMarginOptions,
  angularMargin,
  type BeyondPi,
  type MarginGradient,
} from './losses/margins/angularMargin';
export {type MultiplicativeMarginOptions, multiplicativeMargin} from './losses/margins/multiplicativeMargin';
export {ContrastiveLoss, type ContrastiveLossConfig, contrastiveLoss} from './losses/pairs/contrastiveLoss';
export type {PairOptions} from './losses/pairs/pairOptions';
export {
  TripletLoss,
  type TripletLossConfig,
  type TripletMining,
  tripletLoss,
} from './losses/pairs/tripletLoss';
export {registerHeads} from './losses/registerHeads';
export type {Angle, Margin} from './ops/margin/margin';
export {marginLogits} from './ops/margin/marginLogits';
export type {MarginRowOptions} from './ops/margin/marginRow';
export {type MarginSoftmaxOptions, marginSoftmax} from './ops/margin/marginSoftmax';
export type {TargetLoss} from './ops/margin/targetLoss';
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
  StateTensor,
  TrainingPosition,
  TrainingRecord,
  TrainingState,
} from './train/checkpoints/trainingState';
export type {AnyIterable, BatchesLike, DatasetLike, LooseBatch} from './train/loop/batchesOf';
export type {FitCallbacks, FitOptions} from './train/loop/fitOptions';
export type {MeansState} from './train/loop/means';
export type {StepReport} from './train/loop/stepReport';
export type {Objective, ObjectiveTerm, TermOptions} from './train/objective';
export {type AdagradOptions, adagrad} from './train/optimizers/adagrad';
export {type AdamWOptions, adamW} from './train/optimizers/adamW';
export type {
  Optimizer,
  OptimizerSlots,
  StepRates,
  UpdateRule,
  WeightDecayOptions,
} from './train/optimizers/optimizer';
export {type SgdOptions, sgd} from './train/optimizers/sgd';
export {trainableVariables} from './train/step/trainableVariables';
export {type DivergedAt, type Divergence, TrainingDivergedError} from './train/step/trainingDivergedError';
export {type RestoreOptions, Trainer} from './train/trainer';
export type {TrainerConfig} from './train/trainerConfig';
