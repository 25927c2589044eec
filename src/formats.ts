export {type FaceRecords, faceRecords, recordImage} from './data/faceRecords';
export {type IdxArray, parseIdx} from './data/idx';
export {type NamedImage, type NamedPair, type NamedPairs, parsePairs} from './data/parsePairs';
export {type FoldOptions, parseVerificationBin, type VerificationBin} from './data/parseVerificationBin';
export {parseRecordIndex, scanRecords} from './data/recordIndex';
export {type ByteSource, bytesSource} from './data/recordIo';
