/**
 * Files as bytes: parsers, and both ways for checkpoints, which a page may store where it likes. They run in Node and browsers.
 *
 * @packageDocumentation
 */

export {type FaceRecords, faceRecords, recordImage} from './formats/faceRecords';
export {type BmpImage, parseBmp} from './formats/parseBmp';
export {parseIdentityGroups} from './formats/parseIdentityGroups';
export {type IdxArray, parseIdx} from './formats/parseIdx';
export {
  type FacePoints,
  parseFacePoints,
  parseTemplateImages,
  parseTemplatePairs,
  type TemplateImages,
  type TemplatePairs,
} from './formats/parseIjbMeta';
export {
  type ListedPair,
  type PairList,
  type PairListForm,
  type PairListOptions,
  parsePairList,
} from './formats/parsePairList';
export {type NamedImage, type NamedPair, type NamedPairs, parsePairs} from './formats/parsePairs';
export {type PnmImage, parsePnm} from './formats/parsePnm';
export {parseRecordIndex, scanRecords} from './formats/parseRecordIndex';
export {type FoldOptions, parseVerificationBin, type VerificationBin} from './formats/parseVerificationBin';
export type {RecordIndex} from './formats/recordIndex';
export {type ByteSource, bytesSource} from './formats/recordIo';
export {decodeCheckpoint, encodeCheckpoint} from './train/checkpoints/checkpointFile';
