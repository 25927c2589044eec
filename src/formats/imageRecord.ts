import {DataFormatError} from './dataFormatError';

/** A record of MXNet's image format: labels, and what they belong to. */
export interface ImageRecord {
  /** One number for an image; several for a record about other records. */
  labels: number[];
  /** Where the image begins in the record. */
  start: number;
}

/** What stands before the labels: their count or 0, one label, two ids of 64 bits. */
export const imageRecordHead = 24;

/** More labels than InsightFace's two, or a detection data set's, can be no face record. */
const mostLabels = 1024;

/**
 * Reads the head of a record as MXNet's `recordio.pack` writes it: `flag` as uint32, `label` as float32, two ids as uint64;
 * where `flag` is not 0, it counts float32 labels that follow and stand for the one.
 *
 * @param content The record, or the beginning of it.
 * @throws {@link DataFormatError} if the content ends before its labels do.
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
