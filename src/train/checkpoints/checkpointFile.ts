import {DataFormatError} from '../../formats/dataFormatError';
import {parseSafetensors, serializeSafetensors} from '../../formats/safetensors';
import {floatValues, type StoredTensor} from '../../formats/storedTensor';
import {fingerprint} from './fingerprint';
import type {StateTensor, TrainingRecord, TrainingState} from './trainingState';

/** The tensors of a file that are none of the training's: its record as JSON, and the fingerprint of all others. */
const [recordName, fingerprintName] = ['record', 'sha256'];

const stored = (
  type: StoredTensor['type'],
  shape: number[],
  {buffer, byteOffset, byteLength}: ArrayBufferView,
) => ({
  type,
  shape,
  bytes: new Uint8Array(buffer, byteOffset, byteLength),
});

/**
 * A state as the bytes of a checkpoint: a safetensors file of all its tensors, with the record in a tensor of bytes, as JSON.
 *
 * Any program that reads safetensors can look into it. For places that keep bytes: `checkpointFolder` on disk, a browser's
 * private file system, a server.
 *
 * @example
 * ```js
 * const bytes = await encodeCheckpoint(await trainer.state());
 * trainer.restore(await decodeCheckpoint(bytes));
 * ```
 */
export async function encodeCheckpoint({record, tensors}: TrainingState): Promise<Uint8Array<ArrayBuffer>> {
  const text = new TextEncoder().encode(JSON.stringify(record));
  const all = new Map<string, StoredTensor>([[recordName, stored('U8', [text.length], text)]]);
  for (const [name, {shape, values}] of tensors) all.set(name, stored('F32', shape, values));
  const sum = await fingerprint(all);
  if (sum) all.set(fingerprintName, stored('U8', [sum.length], sum));
  return serializeSafetensors(all);
}

/**
 * The state in the bytes of a checkpoint.
 *
 * @param bytes The whole file.
 * @param file What error messages call it. Default: the checkpoint.
 * @throws {@link index.DataFormatError} if the file is truncated, damaged or not a checkpoint of this library.
 */
export async function decodeCheckpoint(bytes: Uint8Array, file = 'The checkpoint'): Promise<TrainingState> {
  const all = parseSafetensors(bytes, file);
  const sum = all.get(fingerprintName);
  all.delete(fingerprintName);
  const found = sum && (await fingerprint(all));
  if (found?.some((byte, i) => byte !== sum?.bytes[i])) {
    throw new DataFormatError(file, 'is damaged: its content is not what was written.');
  }
  const text = all.get(recordName);
  if (text === undefined)
    throw new DataFormatError(file, 'is not a checkpoint of a training: it has no record.');
  all.delete(recordName);
  const record = parseRecord(new TextDecoder().decode(text.bytes), file);
  const tensors = [...all].map(([name, tensor]): [string, StateTensor] => [
    name,
    {shape: tensor.shape, values: floatValues(tensor)},
  ]);
  return {record, tensors: new Map(tensors)};
}

const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;

function parseRecord(text: string, file: string): TrainingRecord {
  let record: Partial<TrainingRecord> | null;
  try {
    record = JSON.parse(text);
  } catch (cause) {
    throw new DataFormatError(file, 'is damaged: its record is not JSON.', {cause});
  }
  if (record?.version !== 1) {
    throw new DataFormatError(
      file,
      `is a checkpoint of version ${String(record?.version)}; this version of face-margins reads version 1.`,
    );
  }
  const {step, epoch, batch} = record.position ?? {};
  if (![step, epoch, batch].every(isCount) || typeof record.means !== 'object') {
    throw new DataFormatError(file, 'is damaged: its record does not say how far the training had come.');
  }
  if (record.data !== undefined && !(record.data?.size > 0)) {
    throw new DataFormatError(file, 'is damaged: its record says of batches no size.');
  }
  return record as TrainingRecord;
}
