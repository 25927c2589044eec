import {crc32c} from './crc32c';

/** A checksum as TFRecord keeps it: turned, so that a record within a record has another one. */
function maskedChecksum(bytes: Uint8Array): number {
  const checksum = crc32c(bytes);
  return (((checksum >>> 15) | (checksum << 17)) + 0xa282ead8) >>> 0;
}

/**
 * Bytes as a record of TensorFlow's TFRecord format: their length in eight bytes, its checksum, the bytes, their checksum.
 *
 * @param content Less than 4 GiB.
 */
export function tfRecord(content: Uint8Array): Uint8Array {
  const record = new Uint8Array(8 + 4 + content.length + 4);
  const view = new DataView(record.buffer);
  view.setUint32(0, content.length, true);
  view.setUint32(8, maskedChecksum(record.subarray(0, 8)), true);
  record.set(content, 12);
  view.setUint32(12 + content.length, maskedChecksum(content), true);
  return record;
}
