import {DataFormatError} from './dataFormatError';
import {parseStrictJson} from './parseStrictJson';
import {checkStoredSize, type ElementType, elementSizes, type StoredTensor} from './storedTensor';

/** The longest header in the format. */
const longestHeader = 100_000_000;

const openingBrace = 0x7b;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** Whether bytes begin like a safetensors file: the length of a header, which text would make far too long, and its opening brace. */
export const looksLikeSafetensors = (bytes: Uint8Array): boolean =>
  bytes[7] === 0 && bytes[8] === openingBrace;

function parseHeader(bytes: Uint8Array, file: string): {header: Record<string, unknown>; data: Uint8Array} {
  if (bytes.byteLength < 9) {
    throw new DataFormatError(
      file,
      `is truncated: it has ${bytes.byteLength} bytes, fewer than the shortest header.`,
    );
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
  if (length > longestHeader || Number(length) > bytes.byteLength - 8) {
    throw new DataFormatError(
      file,
      `is truncated or not a safetensors file: its header claims ${length} bytes, ` +
        `but ${bytes.byteLength - 8} follow and ${longestHeader} are allowed.`,
    );
  }
  const end = 8 + Number(length);
  let header: unknown;
  try {
    header = parseStrictJson(new TextDecoder('utf-8', {fatal: true}).decode(bytes.subarray(8, end)), 3);
  } catch (cause) {
    throw new DataFormatError(file, `has a damaged header: ${(cause as Error).message}.`, {cause});
  }
  if (bytes[8] !== openingBrace || !isObject(header)) {
    throw new DataFormatError(file, `is damaged: its header must be a JSON object.`);
  }
  return {header, data: bytes.subarray(end)};
}

/** Where a tensor is among the bytes after the header. */
export interface SafetensorsEntry {
  name: string;
  type: ElementType;
  shape: number[];
  from: number;
  to: number;
}

function parseEntry(name: string, value: unknown, file: string): SafetensorsEntry {
  const {dtype, shape, data_offsets: offsets} = isObject(value) ? value : {};
  if (typeof dtype !== 'string' || !Object.hasOwn(elementSizes, dtype)) {
    throw new DataFormatError(
      file,
      `is damaged: tensor ${name} has the unknown type ${JSON.stringify(dtype)}.`,
    );
  }
  if (!Array.isArray(shape) || !shape.every(isCount)) {
    throw new DataFormatError(
      file,
      `is damaged: tensor ${name} has the impossible shape ${JSON.stringify(shape)}.`,
    );
  }
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount) || offsets[0] > offsets[1]) {
    throw new DataFormatError(
      file,
      `is damaged: tensor ${name} has the impossible range ${JSON.stringify(offsets)}.`,
    );
  }
  return {name, type: dtype as ElementType, shape, from: offsets[0], to: offsets[1]};
}

/**
 * Parses a safetensors file, PyTorch's weights without code.
 *
 * Nothing is copied or allocated: types and shapes must match the ranges, and the ranges must cover each byte once.
 *
 * @param bytes The whole file.
 * @param file The name of the file in messages.
 * @returns The tensors by name, in the order of the header; views of the input.
 * @throws {@link DataFormatError} if the file is damaged or of another format.
 */
export function parseSafetensors(bytes: Uint8Array, file: string): Map<string, StoredTensor> {
  const {header, data} = parseHeader(bytes, file);
  const stored = entriesOf(header, data.byteLength, file).map(
    ({name, type, shape, from, to}): [string, StoredTensor] => {
      const tensor = {type, shape, bytes: data.subarray(from, to)};
      checkStoredSize(tensor, file, name);
      return [name, tensor];
    },
  );
  return new Map(stored);
}

/**
 * Parses the header of a safetensors file that is read in parts.
 *
 * @param bytes The beginning of the file, up to the end of its header.
 * @param dataLength How many bytes follow.
 * @param file The name of the file in messages.
 * @throws {@link DataFormatError} if the header is damaged, or its ranges do not cover each byte once.
 */
export function parseSafetensorsHeader(
  bytes: Uint8Array,
  dataLength: number,
  file: string,
): Map<string, SafetensorsEntry> {
  const entries = entriesOf(parseHeader(bytes, file).header, dataLength, file);
  return new Map(entries.map(entry => [entry.name, entry]));
}

/** The tensors of a header, whose ranges cover each byte once. */
function entriesOf(header: Record<string, unknown>, dataLength: number, file: string): SafetensorsEntry[] {
  const {__metadata__: metadata = {}, ...tensors} = header;
  if (!isObject(metadata) || !Object.values(metadata).every(value => typeof value === 'string')) {
    throw new DataFormatError(file, `is damaged: its __metadata__ must be strings by name.`);
  }
  const entries = Object.entries(tensors).map(([name, value]) => parseEntry(name, value, file));
  let covered = 0;
  for (const {name, from, to} of [...entries].sort((a, b) => a.from - b.from || a.to - b.to)) {
    if (from !== covered || to > dataLength) {
      throw new DataFormatError(
        file,
        `is damaged: tensor ${name} is at ${from} to ${to} of ${dataLength} bytes, but must follow ` +
          `the one before it, which ends at ${covered}.`,
      );
    }
    covered = to;
  }
  if (covered !== dataLength) {
    throw new DataFormatError(
      file,
      `has ${dataLength - covered} surplus bytes at its end, which belong to no tensor.`,
    );
  }
  return entries;
}

/** The header of a safetensors file, before tensors that follow in this order. */
export function safetensorsHeader(
  tensors: readonly {name: string; type: ElementType; shape: number[]; size: number}[],
): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> = {__metadata__: {format: 'pt'}};
  let end = 0;
  for (const {name, type, shape, size} of tensors) {
    header[name] = {dtype: type, shape, data_offsets: [end, end + size]};
    end += size;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const length = Math.ceil(text.byteLength / 8) * 8;
  const bytes = new Uint8Array(8 + length).fill(0x20);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(text, 8);
  return bytes;
}

/** Writes tensors as a safetensors file, wide elements first, so that each tensor is aligned. */
export function serializeSafetensors(tensors: Map<string, StoredTensor>): Uint8Array<ArrayBuffer> {
  const ordered = [...tensors].sort(([, a], [, b]) => elementSizes[b.type] - elementSizes[a.type]);
  const header = safetensorsHeader(
    ordered.map(([name, {type, shape, bytes}]) => ({name, type, shape, size: bytes.byteLength})),
  );
  const size = ordered.reduce((sum, [, {bytes}]) => sum + bytes.byteLength, 0);
  const file = new Uint8Array(header.byteLength + size);
  file.set(header);
  let at = header.byteLength;
  for (const [, {bytes}] of ordered) {
    file.set(bytes, at);
    at += bytes.byteLength;
  }
  return file;
}
