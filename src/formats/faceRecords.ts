import {DataFormatError} from './dataFormatError';
import {imageRecordHead, parseImageRecord} from './imageRecord';
import {type ByteSource, recordAt, recordContent} from './recordIo';

/** The positions and labels of the images in a RecordIO file of InsightFace. */
export interface FaceRecords {
  /** The offset of each image's record. */
  offsets: number[];
  /** The class id of each, from 0 without gaps. */
  labels: Int32Array;
  /** The file's label of each class id. */
  classes: string[];
}

/** The size of two labels: enough to distinguish an image from a record about others. */
const headBytes = imageRecordHead + 4 * 2;

/**
 * Finds the images and their identities in a RecordIO file of InsightFace.
 *
 * Record 0 is usually a header with two labels: images are the records from 1 to below the first label, and the records from there to
 * below the second hold the range of one identity each. Without a header every record with one label is an image (as in MXNet's
 * `im2rec`). Labels are renumbered in their order, from 0 without gaps.
 *
 * @param source The `.rec` file.
 * @param records The offset of each record by its number.
 * @throws {@link index.DataFormatError} if a record is damaged, missing, or has a label that is not a whole number of at least 0.
 */
export function faceRecords(source: ByteSource, records: ReadonlyMap<number, number>): FaceRecords {
  const offsets = imageOffsets(source, records);
  const own = Float64Array.from(offsets, offset => {
    const [label] = head(source, offset).labels;
    if (!Number.isInteger(label) || label < 0) {
      throw new DataFormatError(
        source.name,
        `has the label ${label} at byte ${offset}, where the whole number of an identity belongs.`,
      );
    }
    return label;
  });
  const distinct = [...new Set(own)].sort((a, b) => a - b);
  const ids = new Map(distinct.map((label, id) => [label, id]));
  return {
    offsets,
    labels: Int32Array.from(own, label => ids.get(label) as number),
    classes: distinct.map(String),
  };
}

/** The encoded image at an offset. */
export function recordImage(source: ByteSource, offset: number): Uint8Array {
  const content = recordContent(source, recordAt(source, offset));
  return content.subarray(parseImageRecord(content, source.name, offset).start);
}

function head(source: ByteSource, offset: number) {
  return parseImageRecord(recordContent(source, recordAt(source, offset), headBytes), source.name, offset);
}

function imageOffsets(source: ByteSource, records: ReadonlyMap<number, number>): number[] {
  const zero = records.get(0);
  const about = zero === undefined ? [] : head(source, zero).labels;
  if (about.length < 2) {
    return [...records.values()].filter(offset => head(source, offset).labels.length === 1);
  }
  const end = about[0];
  if (!Number.isInteger(end) || end < 1 || end > records.size + 1) {
    throw new DataFormatError(
      source.name,
      `says in its first record that images end before record ${end}, but there are ${records.size} records.`,
    );
  }
  return Array.from({length: end - 1}, (_, i) => {
    const offset = records.get(i + 1);
    if (offset === undefined) {
      throw new DataFormatError(
        source.name,
        `has no record ${i + 1} in its index, though its images end at ${end - 1}.`,
      );
    }
    return offset;
  });
}
