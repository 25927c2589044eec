import {DataFormatError} from './dataFormatError';

/** A file inside a ZIP archive. */
export interface ZipEntry {
  /** Its path in the archive. */
  name: string;
  /** Whether it lies there uncompressed, so that {@link ZipEntry.bytes} are its content. */
  stored: boolean;
  /** Its bytes as they lie in the archive, a view. */
  bytes: Uint8Array;
}

const endOfDirectory = 0x06054b50;
const endOfDirectory64 = 0x06064b50;
const directoryEntry = 0x02014b50;
const localHeader = 0x04034b50;
/** What 32 bits hold where the true number is in a field of 64. */
const elsewhere = 0xffffffff;
const longestComment = 0xffff;
const endLength = 22;
const entryLength = 46;
const localLength = 30;

/** Whether bytes begin as a ZIP archive does. */
export const looksLikeZip = (bytes: Uint8Array): boolean =>
  bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 0x03 && bytes[3] === 0x04;

/**
 * Lists the files of a ZIP archive, ZIP64 included. Nothing is copied or unpacked.
 *
 * @param bytes The whole archive.
 * @param file What error messages call it.
 * @throws {@link DataFormatError} if the archive is truncated or damaged, or if its files overlap.
 */
export function zipEntries(bytes: Uint8Array, file: string): ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const damaged = (what: string) => new DataFormatError(file, `is truncated or damaged: ${what}.`);
  const uint64 = (at: number) => Number(view.getBigUint64(at, true));
  const fits = (at: number, length: number) => at >= 0 && length >= 0 && at + length <= bytes.byteLength;

  let end = bytes.byteLength - endLength;
  const lowest = Math.max(0, end - longestComment);
  while (end >= lowest && view.getUint32(end, true) !== endOfDirectory) end--;
  if (end < lowest) throw damaged('it has no directory at its end');
  let count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  // The locator of a ZIP64 directory stands right before the end.
  const at64 = end >= 20 && view.getUint32(end - 20, true) === 0x07064b50 ? uint64(end - 20 + 8) : undefined;
  if (at64 !== undefined) {
    if (!fits(at64, 56) || view.getUint32(at64, true) !== endOfDirectory64) {
      throw damaged('its ZIP64 directory is not where it should be');
    }
    count = uint64(at64 + 32);
    at = uint64(at64 + 48);
  }
  if (count * entryLength > bytes.byteLength) throw damaged(`it claims ${count} files`);

  const entries: ZipEntry[] = [];
  let covered = 0;
  for (let i = 0; i < count; i++) {
    if (!fits(at, entryLength) || view.getUint32(at, true) !== directoryEntry) {
      throw damaged(`entry ${i} of its directory is not where it should be`);
    }
    const nameLength = view.getUint16(at + 28, true);
    const extraLength = view.getUint16(at + 30, true);
    const length = entryLength + nameLength + extraLength + view.getUint16(at + 32, true);
    if (!fits(at, length)) throw damaged(`entry ${i} of its directory does not end`);
    const name = new TextDecoder().decode(bytes.subarray(at + entryLength, at + entryLength + nameLength));
    let size = view.getUint32(at + 20, true);
    let local = view.getUint32(at + 42, true);
    // The ZIP64 field has only those numbers that 32 bits cannot hold, in this order.
    const wide = [view.getUint32(at + 24, true) === elsewhere, size === elsewhere, local === elsewhere];
    let extra = at + entryLength + nameLength;
    for (const extraEnd = extra + extraLength; extra + 4 <= extraEnd; ) {
      const fieldLength = view.getUint16(extra + 2, true);
      if (view.getUint16(extra, true) === 1) {
        let field = extra + 4;
        const next = () => {
          if (field + 8 > Math.min(extra + 4 + fieldLength, extraEnd)) throw damaged(`${name} has no size`);
          field += 8;
          return uint64(field - 8);
        };
        if (wide[0]) next();
        if (wide[1]) size = next();
        if (wide[2]) local = next();
      }
      extra += 4 + fieldLength;
    }
    if (!fits(local, localLength) || view.getUint32(local, true) !== localHeader) {
      throw damaged(`${name} is not where its directory says`);
    }
    const from = local + localLength + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    if (!fits(from, size)) throw damaged(`${name} ends beyond the file`);
    covered += size;
    if (covered > bytes.byteLength) throw damaged('its files overlap');
    entries.push({
      name,
      stored: view.getUint16(at + 10, true) === 0,
      bytes: bytes.subarray(from, from + size),
    });
    at += length;
  }
  return entries;
}
