import {DataFormatError} from './dataFormatError';

/** A record of MXNet's image format. */
export interface ImageRecord {
  /** One label for an image; several for a record about other records. */
  labels: number[];
  /** The offset of the image in the record. */
  start: number;
}

/** The size of the head: the number of labels or 0, one label, two 64-bit ids. */
export const imageRecordHead = 24;

/** More labels than in InsightFace's headers or a detection data set: not a face record. */
const mostLabels = 1024;

/**
 * Reads the head of a record of MXNet's `recordio.pack`: `flag` as uint32, `label` as float32, two ids as uint64. A `flag` other than 0
 * is the number of float32 labels that follow and replace the one.
 *
 * @param content The record, or its beginning.
 * @throws {@link DataFormatError} if the content ends before its labels.
 */
export function parseImageRecord(content: Uint8Array, file: string, offset: number): ImageRecord {
  const wrong = (problem: string) =>
    new DataFormatError(file, `is damaged: the record at byte ${offset} ${problem}.`);
  if (content.length < imageRecordHead) {
    throw wrong(`has ${content.length} bytes, fewer than the ${imageRecordHead} of its head`);
  }
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const flag = view.getUint32(0, true);
  if (flag === 0) return {labels: [view.getFloat32(4, true)], start: imageRecordHead};
  const start = imageRecordHead + 4 * flag;
  if (flag > mostLabels || content.length < start)
    throw wrong(`says that it has ${flag} labels, more than fit into it`);
  return {
    labels: Array.from({length: flag}, (_, i) => view.getFloat32(imageRecordHead + 4 * i, true)),
    start,
  };
}
