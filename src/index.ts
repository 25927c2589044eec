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
export {type ImportWeightsOptions, importWeights} from './backbones/weights/importWeights';
export type {WeightsSource} from './backbones/weights/matchSource';
export type {PyTorchNaming} from './backbones/weights/pyTorchNames';
export type {WeightsOwner} from './backbones/weights/pyTorchParameters';
export {
  type MisshapenTensor,
  type WeightsMismatch,
  WeightsMismatchError,
} from './backbones/weights/weightsMismatchError';
export {registerWasmKernels} from './backend/registerWasmKernels';
export {type BackendName, useBackend} from './backend/useBackend';
export {consecutiveFolds} from './base/consecutiveFolds';
export {type Indexed, type Random, seededRandom, shuffle} from './base/random';
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
export type {FaceBatchesOptions} from './data/faceBatches';
export {FaceImages, type FaceSplit, type SplitOptions} from './data/faceImages';
export {type ImageList, UnreadableImageError} from './data/imageList';
export {type ImageTensorsOptions, imageTensors} from './data/imageTensors';
export type {Normalisation} from './data/normalisation';
export type {PixelArray, Pixels} from './data/pixels';
export type {UnreadableOptions, UnreadablePolicy} from './data/readableImages';
export {type SamplePairsOptions, samplePairs} from './data/samplePairs';
export type {VerificationPairs} from './data/verificationPairs';
export {DataFormatError} from './formats/dataFormatError';
export type {VerificationPair} from './formats/verificationPair';
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
export {type FeasibleMargin, feasibleMargin} from './losses/feasibleMargin';
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
export {type RestoreOptions, Trainer} from './train/trainer';
export type {TrainerConfig} from './train/trainerConfig';
export {type DivergedAt, type Divergence, TrainingDivergedError} from './train/trainingDivergedError';
export type {StateTensor, TrainingPosition, TrainingRecord, TrainingState} from './train/trainingState';
