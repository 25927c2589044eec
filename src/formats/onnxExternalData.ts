import {DataFormatError} from './dataFormatError';
import {checkStoredSize, type StoredTensor, storedSize} from './storedTensor';

/**
 * Reads a file that holds weights of an ONNX file.
 *
 * @param location Its name as the ONNX file has it, relative to the folder of that: `backbone.onnx.data`. It leads nowhere else.
 */
export type OnnxExternalData = (
  location: string,
) => Uint8Array | ArrayBuffer | Promise<Uint8Array | ArrayBuffer>;

/** A tensor whose bytes lie in another file. */
export interface OnnxExternalTensor {
  name: string;
  tensor: StoredTensor;
  /** What the file says of the place: `location`, and perhaps `offset` and `length`. */
  place: ReadonlyMap<string, string>;
}

/** Whether a path stays below the folder it is relative to, on a disk of any system and as a part of an address. */
const staysInside = (location: string) =>
  !/^[\\/]|[:\0]/.test(location) && !location.replace(/%2e/gi, '.').split(/[\\/]/).includes('..');

/** A number of bytes that the file names; undefined if it names none. */
function byteCount({name, place}: OnnxExternalTensor, what: string, file: string): number | undefined {
  const text = place.get(what);
  if (text === undefined || /^\d{1,15}$/.test(text)) return text === undefined ? undefined : Number(text);
  throw new DataFormatError(file, `is damaged: tensor ${name} has the impossible ${what} ${text}.`);
}

/** The tensor's part of the other file; the views share the file's memory. */
function partOf(external: OnnxExternalTensor, whole: Uint8Array, file: string): Uint8Array {
  const {name, tensor, place} = external;
  const offset = byteCount(external, 'offset', file) ?? 0;
  const left = Math.max(0, whole.byteLength - offset);
  const length = byteCount(external, 'length', file) ?? storedSize(tensor, left);
  if (length > left) {
    throw new DataFormatError(
      file,
      `needs ${length} bytes at ${offset} of ${place.get('location')} for tensor ${name}, but that has ${whole.byteLength}: copy both files again.`,
    );
  }
  return whole.subarray(offset, offset + length);
}

function locationOf({name, place}: OnnxExternalTensor, file: string, readable: boolean): string {
  const location = place.get('location') ?? '';
  if (!readable || location === '') {
    const where = location === '' ? '' : `, or give ${location} by the option externalData`;
    throw new DataFormatError(
      file,
      `has its weights in another file. Merge the two: onnx.save(onnx.load(path), path)${where}.`,
    );
  }
  if (staysInside(location)) return location;
  throw new DataFormatError(
    file,
    `has tensor ${name} in '${location}', which is outside of its own folder: a file of weights must name files beside it.`,
  );
}

/** Reads tensors that lie in other files, each file once, and gives them their bytes. */
export async function onnxExternalData(
  tensors: readonly OnnxExternalTensor[],
  file: string,
  read?: OnnxExternalData,
): Promise<void> {
  const files = new Map<string, Uint8Array>();
  for (const external of tensors) {
    const location = locationOf(external, file, read !== undefined);
    let whole = files.get(location);
    if (whole === undefined) {
      const bytes = await (read as OnnxExternalData)(location);
      whole = bytes instanceof ArrayBuffer ? new Uint8Array(bytes) : bytes;
      if (!ArrayBuffer.isView(whole)) {
        throw new Error(
          `importWeights: externalData must give bytes, but gives ${String(whole)} for ${location}.`,
        );
      }
      files.set(location, whole);
    }
    external.tensor.bytes = partOf(external, whole, file);
    checkStoredSize(external.tensor, file, external.name);
  }
}
