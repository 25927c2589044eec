import {DataFormatError} from './dataFormatError';
import {type ImageRecord, imageRecordHead, parseImageRecord} from './imageRecord';
import type {RecordIndex} from './recordIndex';
import {type ByteSource, recordAt, recordContent} from './recordIo';

/** The positions and labels of the images in a RecordIO file of InsightFace. */
export interface FaceRecords {
  /** The offset of each image's record. */
  offsets: Float64Array;
  /** The class id of each, from 0 without gaps. */
  labels: Int32Array;
  /** The file's label of each class id. */
  classes: string[];
}

/** The size of a head and its first label. */
const headBytes = imageRecordHead + 4;

/**
 * Finds the images and their identities in a RecordIO file of InsightFace.
 *
 * Record 0 is usually a header: several labels and no image. Images are then the records from 1 to below its first label, and the records
 * from there on hold the range of one identity each. Without a header every record with an image or one label is an image (as in
 * MXNet's `im2rec`). An image may have any number of labels: the first is the identity. Identities are renumbered in the order of their
 * labels, from 0 without gaps.
 *
 * @param source The `.rec` file.
 * @param records The offset of each record by its number.
 * @throws {@link index.DataFormatError} if a record is damaged, missing, or has a label that is not a whole number of at least 0.
 */
export function faceRecords(source: ByteSource, records: RecordIndex): FaceRecords {
  const {offsets, own} = labeledImages(source, records);
  // The images of a person mostly follow one another: equal neighbors are not looked up.
  const found = new Set<number>();
  for (let i = 0; i < own.length; i++) if (i === 0 || own[i] !== own[i - 1]) found.add(own[i]);
  const distinct = [...found].sort((a, b) => a - b);
  const ids = new Map(distinct.map((label, id) => [label, id]));
  const labels = new Int32Array(own.length);
  for (let i = 0; i < own.length; i++) {
    labels[i] = i > 0 && own[i] === own[i - 1] ? labels[i - 1] : (ids.get(own[i]) as number);
  }
  return {offsets, labels, classes: distinct.map(String)};
}

/** The encoded image at an offset. */
export function recordImage(source: ByteSource, offset: number): Uint8Array {
  const content = recordContent(source, recordAt(source, offset));
  return content.subarray(parseImageRecord(content, source.name, offset).start);
}

function headAt(source: ByteSource, offset: number): ImageRecord {
  const span = recordAt(source, offset);
  const content = recordContent(source, span, headBytes);
  // Several parts are joined whole; of one part, the beginning is enough.
  const length = span.parts.length === 1 ? span.parts[0].length : content.length;
  return parseImageRecord(content, source.name, offset, length);
}

/** Whether a record is about others: several labels, and no image. */
const isAboutOthers = ({labelCount, hasImage}: ImageRecord) => labelCount > 1 && !hasImage;

/** The offset of each image, and its label in the file. */
function labeledImages(source: ByteSource, records: RecordIndex): {offsets: Float64Array; own: Float32Array} {
  const zero = records.offsetOf(0);
  const about = zero === undefined ? undefined : headAt(source, zero);
  if (about !== undefined && isAboutOthers(about)) {
    const offsets = imageOffsets(source, records, about.label);
    const own = new Float32Array(offsets.length);
    for (let i = 0; i < own.length; i++) {
      own[i] = checkedLabel(source, offsets[i], headAt(source, offsets[i]).label);
    }
    return {offsets, own};
  }
  const offsets = new Float64Array(records.size);
  const own = new Float32Array(records.size);
  let images = 0;
  for (const offset of records.offsets) {
    const head = headAt(source, offset);
    if (isAboutOthers(head)) continue;
    own[images] = checkedLabel(source, offset, head.label);
    offsets[images++] = offset;
  }
  return {offsets: offsets.subarray(0, images), own: own.subarray(0, images)};
}

function checkedLabel(source: ByteSource, offset: number, label: number): number {
  if (Number.isInteger(label) && label >= 0) return label;
  throw new DataFormatError(
    source.name,
    `has the label ${label} at byte ${offset}, where the whole number of an identity belongs.`,
  );
}

/** The offsets of the records from 1 to below the one at which the header says that images end. */
function imageOffsets(source: ByteSource, records: RecordIndex, said: number): Float64Array {
  if (!Number.isInteger(said) || said < 1 || said - roundingOf(said) > records.size + 1) {
    throw new DataFormatError(
      source.name,
      `says in its first record that images end before record ${said}, but there are ${records.size} records.`,
    );
  }
  const end = imageEnd(source, records, said);
  const offsets = new Float64Array(end - 1);
  for (let i = 0; i < offsets.length; i++) {
    const offset = records.offsetOf(i + 1);
    if (offset === undefined) {
      throw new DataFormatError(
        source.name,
        `has no record ${i + 1} in its index, though its images end at ${end - 1}.`,
      );
    }
    offsets[i] = offset;
  }
  return offsets;
}

/** How far a whole number may be off as a float32: not at all below 2²⁴. */
const roundingOf = (value: number) => (value < 2 ** 24 ? 0 : 2 ** (Math.floor(Math.log2(value)) - 24));

/** The number of the first record after the images: the header says it as a float32, which is rounded above 16.7 million. */
export function imageEnd(source: ByteSource, records: RecordIndex, said: number): number {
  const isImage = (number: number) => {
    const offset = records.offsetOf(number);
    return offset !== undefined && !isAboutOthers(headAt(source, offset));
  };
  const least = said - roundingOf(said);
  const most = said + roundingOf(said);
  let end = said;
  while (end > least && !isImage(end - 1)) end--;
  while (end < most && isImage(end)) end++;
  return end;
}
