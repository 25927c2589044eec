import {DataFormatError} from './dataFormatError';

/** A record of MXNet's image format. */
export interface ImageRecord {
  /** The first label, which is the identity of an image. */
  label: number;
  /** The number of labels. */
  labelCount: number;
  /** The offset of the image in the record: its end if there is none. */
  start: number;
  /** Whether an image follows the labels. */
  hasImage: boolean;
}

/** The size of the head: the number of labels or 0, one label, two 64-bit ids. */
export const imageRecordHead = 24;

/**
 * Reads the head of a record of MXNet's `recordio.pack`: `flag` as uint32, `label` as float32, two ids as uint64. A `flag` other than 0
 * is the number of float32 labels that follow and replace the one.
 *
 * @param content The record, or its beginning: the head and the first label.
 * @param length The size of the record.
 * @throws {@link DataFormatError} if the record ends before its labels.
 */
export function parseImageRecord(
  content: Uint8Array,
  file: string,
  offset: number,
  length = content.length,
): ImageRecord {
  if (length < imageRecordHead) {
    throw wrong(file, offset, `has ${length} bytes, fewer than the ${imageRecordHead} of its head`);
  }
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const flag = view.getUint32(0, true);
  const start = imageRecordHead + 4 * flag;
  if (length < start) throw wrong(file, offset, `says that it has ${flag} labels, more than fit into it`);
  return {
    label: view.getFloat32(flag === 0 ? 4 : imageRecordHead, true),
    labelCount: Math.max(1, flag),
    start,
    hasImage: length > start,
  };
}

function wrong(file: string, offset: number, problem: string): DataFormatError {
  return new DataFormatError(file, `is damaged: the record at byte ${offset} ${problem}.`);
}
