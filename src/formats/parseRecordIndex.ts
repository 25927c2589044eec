import {DataFormatError} from './dataFormatError';
import {type ByteSource, recordAt} from './recordIo';

/**
 * Reads the index of a RecordIO file, `train.idx`: one line `number<tab>offset` for each record.
 *
 * @returns The offset of each record by its number.
 * @throws {@link index.DataFormatError} if a line is not two whole numbers, a number comes twice, or an offset is beyond the end;
 * it names the line.
 */
export function parseRecordIndex(text: string, file: string, byteLength: number): Map<number, number> {
  const offsets = new Map<number, number>();
  let line = 0;
  for (const row of text.split('\n')) {
    line++;
    if (row.trim() === '') continue;
    const fields = /^(\d{1,15})\s+(\d{1,15})\s*$/.exec(row);
    if (!fields) {
      throw new DataFormatError(
        file,
        `has '${row.slice(0, 40)}' in line ${line}, but must have the number and offset of a record there.`,
      );
    }
    const [number, offset] = [Number(fields[1]), Number(fields[2])];
    if (offset >= byteLength) {
      throw new DataFormatError(
        file,
        `says in line ${line} that a record begins at byte ${offset}, but the .rec file has ${byteLength} bytes.`,
      );
    }
    if (offsets.has(number))
      throw new DataFormatError(file, `has record ${number} twice, again in line ${line}.`);
    offsets.set(number, offset);
  }
  return offsets;
}

/** Scans all records of a file without an index, in order. They are numbered from 0. */
export function scanRecords(source: ByteSource): Map<number, number> {
  const offsets = new Map<number, number>();
  for (let at = 0; at < source.byteLength; at = recordAt(source, at).end) offsets.set(offsets.size, at);
  return offsets;
}
