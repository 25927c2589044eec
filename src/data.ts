/**
 * Images of faces with identities: batches, augmentation, alignment, pairs. Runs in Node and browsers.
 *
 * @packageDocumentation
 */

export {consecutiveFolds} from './base/consecutiveFolds';
export type {Normalization} from './base/normalization';
export {type Indexed, type Random, seededRandom, shuffle} from './base/random';
export {type AlignOptions, alignFace} from './data/align/alignFace';
export {alignmentResidual} from './data/align/alignmentResidual';
export {faceTemplate} from './data/align/faceTemplate';
export {type Point, type SimilarityTransform, similarityTransform} from './data/align/similarityTransform';
export {warp} from './data/align/warp';
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
export {gray} from './data/augment/gray';
export {type LowResolutionOptions, lowResolution} from './data/augment/lowResolution';
export {type RandomCropOptions, randomCrop} from './data/augment/randomCrop';
export {type RandomEraseOptions, randomErase} from './data/augment/randomErase';
export {type Interpolation, resize} from './data/augment/resize';
export type {IdentitySampling} from './data/batches/batchOrder';
export type {Batch, BatchSignature, BatchSource} from './data/batches/batchSource';
export type {FaceBatchesOptions} from './data/batches/faceBatches';
export {type ClusteredFacesOptions, clusteredFaces} from './data/clusteredFaces';
export type {DetectedFace, FaceBox, FaceLandmarks} from './data/detect/detectedFace';
export {type FaceApiFace, facesOfFaceApi} from './data/detect/facesOfFaceApi';
export {facesOfHuman, type HumanFace} from './data/detect/facesOfHuman';
export {
  facesOfMediaPipe,
  type MediaPipeDetections,
  type MediaPipeMeshes,
  type MediaPipePoint,
} from './data/detect/facesOfMediaPipe';
export {FaceImages, type FaceSplit, type SplitOptions} from './data/faceImages';
export {imageKey} from './data/imageKey';
export {type ImageTensors, type ImageTensorsOptions, imageTensors} from './data/images/imageTensors';
export type {PixelArray, Pixels} from './data/images/pixels';
export {type PixelTensorOptions, pixelTensor} from './data/images/pixelTensor';
export type {KeepList} from './data/keepList';
export {type SamplePairsOptions, samplePairs} from './data/pairs/samplePairs';
export type {VerificationProtocol} from './data/pairs/verificationProtocol';
export {withNamedImages} from './data/pairs/withNamedImages';
export {type ArrayImagesOptions, arrayImages} from './data/sources/arrayImages';
export {type ImageList, UnreadableImageError} from './data/sources/imageList';
export type {UnreadableOptions, UnreadablePolicy} from './data/sources/readableImages';
export type {VerificationPair} from './formats/verificationPair';
