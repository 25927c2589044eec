export {decodeImage, type ImageSize} from './data/decodeImage';
export type {DecodeOptions} from './data/encodedImages';
export {type ImageFolderOptions, imageFolder} from './data/imageFolder';
export {type ImageRecordsOptions, imageRecords} from './data/imageRecords';
export {type Mnist, type MnistOptions, type MnistPart, mnist} from './data/mnist';
export {type VerificationPairsOptions, verificationPairs} from './data/openVerificationPairs';
export {CheckpointFolder, type CheckpointFolderOptions, checkpointFolder} from './train/checkpointFolder';
export {type InterruptSignal, interruptSignal} from './train/interruptSignal';
export {type JsonLinesLog, jsonLinesLog} from './train/jsonLinesLog';
