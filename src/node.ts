/**
 * What reads or writes files: folders of images, archives, checkpoints, models. Runs in Node alone.
 *
 * @packageDocumentation
 */

export {loadModelFolder, saveModelFolder} from './backbones/inference/modelFolder';
export {exportOnnxFile} from './backbones/onnx/exportOnnxFile';
export {exportWeightsFile, importWeightsFile} from './backbones/weights/weightsFile';
export {type FaceDetector, type FaceDetectorOptions, faceDetector} from './data/detect/faceDetector';
export {decodeImage} from './data/images/decodeImage';
export {decodePhotograph} from './data/images/decodePhotograph';
export type {ImageSize} from './data/images/imageSize';
export {type VerificationPairsOptions, verificationPairs} from './data/pairs/verificationPairs';
export type {DecodeOptions} from './data/sources/encodedImages';
export {imageFiles} from './data/sources/imageFiles';
export {type ImageFolderOptions, imageFolder} from './data/sources/imageFolder';
export {type ImageRecordsOptions, imageRecords} from './data/sources/imageRecords';
export {type Mnist, type MnistOptions, type MnistPart, mnist} from './data/sources/mnist';
export type {KeepOptions} from './data/sources/withKeepList';
export type {Hyperparameters} from './formats/tensorBoardEvent';
export {fileStore} from './search/fileStore';
export {type UsearchIndexOptions, usearchIndex} from './search/usearchIndex';
export {
  CheckpointFolder,
  type CheckpointFolderOptions,
  checkpointFolder,
} from './train/checkpoints/checkpointFolder';
export {type FolderHolder, FolderInUseError} from './train/checkpoints/folderInUseError';
export {type InterruptOptions, type InterruptSignal, interruptSignal} from './train/loop/interruptSignal';
export {type JsonLinesLog, jsonLinesLog} from './train/loop/jsonLinesLog';
export {type TensorBoardLog, type TensorBoardLogOptions, tensorBoardLog} from './train/loop/tensorBoardLog';
