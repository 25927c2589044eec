import {DataFormatError} from '../../formats/dataFormatError';
import {parseStrictJson} from '../../formats/parseStrictJson';
import {parseSafetensors, serializeSafetensors} from '../../formats/safetensors';
import type {StoredTensor} from '../../formats/storedTensor';
import {type Codes, type StorageType, storageTypes} from './storageType';

/** The content of an index. */
export interface IndexContent {
  dimension: number;
  storage: StorageType;
  /** `[N, D]`. */
  codes: Codes;
  /** `[N]`. */
  scales: Float32Array;
  /** The place of each template's person in `ids`. `[N]`. */
  people: Int32Array;
  /** The place of each template's group in `groupNames`. `[N]`. */
  groups: Int32Array;
  ids: string[];
  groupNames: string[];
}

/** What a file of this library begins with, and its version. */
const [FORMAT, VERSION] = ['face-margins search index', 1];

/** An index as the bytes of a safetensors file. */
export function encodeIndex(content: IndexContent): Uint8Array<ArrayBuffer> {
  const {dimension, storage, codes, scales, people, groups, ids, groupNames} = content;
  const record = {format: FORMAT, version: VERSION, dimension, storage, ids, groupNames};
  const text = new TextEncoder().encode(JSON.stringify(record));
  const stored = (type: StoredTensor['type'], shape: number[], values: ArrayBufferView): StoredTensor => ({
    type,
    shape,
    bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  });
  const count = people.length;
  return serializeSafetensors(
    new Map([
      ['record', stored('U8', [text.length], text)],
      ['codes', stored(storageTypes[storage].element, [count, dimension], codes)],
      ['scales', stored('F32', [count], scales)],
      ['people', stored('I32', [count], people)],
      ['groups', stored('I32', [count], groups)],
    ]),
  );
}

/**
 * The index in the bytes of a file.
 *
 * @throws {@link index.DataFormatError} if the file is truncated, damaged, of another version or not an index.
 */
export function decodeIndex(bytes: Uint8Array, file: string): IndexContent {
  const tensors = parseSafetensors(bytes, file);
  const wrong = (problem: string) => new DataFormatError(file, problem);
  const recordBytes = tensors.get('record')?.bytes;
  if (recordBytes === undefined) throw wrong('is not a search index: it has no record.');
  const record = recordOf(recordBytes, file);
  if (record.format !== FORMAT) throw wrong('is not a search index: its record says something else.');
  if (record.version !== VERSION) {
    throw wrong(`is of version ${String(record.version)}, but this library reads version ${VERSION}.`);
  }
  const {dimension, storage, ids, groupNames} = record;
  const isText = (value: unknown): value is string[] =>
    Array.isArray(value) && value.every(each => typeof each === 'string');
  if (
    !Number.isSafeInteger(dimension) ||
    (dimension as number) < 1 ||
    typeof storage !== 'string' ||
    !Object.hasOwn(storageTypes, storage) ||
    !isText(ids) ||
    !isText(groupNames) ||
    new Set(ids).size < ids.length
  ) {
    throw wrong('is damaged: its record is incomplete.');
  }
  const type = storage as StorageType;
  const count = tensors.get('people')?.shape[0] ?? -1;
  const bytesOf = (name: string, element: string, shape: number[]): ArrayBuffer => {
    const tensor = tensors.get(name);
    if (tensor?.type !== element || tensor.shape.join() !== shape.join()) {
      throw wrong(`is damaged: ${name} must be ${element} of shape [${shape.join(', ')}].`);
    }
    return new Uint8Array(tensor.bytes).buffer;
  };
  const {element} = storageTypes[type];
  const codeBytes = bytesOf('codes', element, [count, dimension as number]);
  const content: IndexContent = {
    dimension: dimension as number,
    storage: type,
    codes:
      type === 'float32'
        ? new Float32Array(codeBytes)
        : type === 'float16'
          ? new Uint16Array(codeBytes)
          : new Int8Array(codeBytes),
    scales: new Float32Array(bytesOf('scales', 'F32', [count])),
    people: new Int32Array(bytesOf('people', 'I32', [count])),
    groups: new Int32Array(bytesOf('groups', 'I32', [count])),
    ids,
    groupNames,
  };
  const isPlace = (list: string[]) => (place: number) => place >= 0 && place < list.length;
  if (!content.people.every(isPlace(ids)) || !content.groups.every(isPlace(groupNames))) {
    throw wrong('is damaged: a template belongs to nobody.');
  }
  const isSound = content.scales.every(scale => scale > 0 && scale < Infinity);
  if (!isSound || (type === 'float32' && !content.codes.every(Number.isFinite))) {
    throw wrong('is damaged: a template is not finite.');
  }
  return content;
}

function recordOf(bytes: Uint8Array, file: string): Record<string, unknown> {
  try {
    const record = parseStrictJson(new TextDecoder('utf-8', {fatal: true}).decode(bytes), 2);
    if (typeof record === 'object' && record !== null) return record as Record<string, unknown>;
  } catch (cause) {
    throw new DataFormatError(file, `has a damaged record: ${(cause as Error).message}.`, {cause});
  }
  throw new DataFormatError(file, 'is not a search index: its record is no object.');
}
