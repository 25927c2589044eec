import {DataFormatError} from './dataFormatError';
import {foreignArchive} from './foreignFormat';
import {parsePickledObjects} from './parsePickle';
import type {StoredTensor} from './storedTensor';
import {storageSizes, type TorchTensors, torchTensors} from './torchTensors';
import {unreadableTensor} from './unreadableTensor';
import {looksLikeZip, zipEntries} from './zipEntries';

/** Before PyTorch 1.6: this number as the first of several pickles. */
const legacyMagic = [0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];

/** The place at which PyTorch's number ends, if bytes begin as a checkpoint of before 1.6; 0 otherwise. */
function legacyStart(bytes: Uint8Array): number {
  if (bytes[0] !== 0x80) return 0;
  // PROTO, FRAME from protocol 4 on, then LONG1 of ten bytes.
  const at = bytes[2] === 0x95 ? 11 : 2;
  const isMagic =
    bytes[at] === 0x8a && bytes[at + 1] === 10 && legacyMagic.every((byte, i) => bytes[at + 2 + i] === byte);
  if (!isMagic) return 0;
  return bytes[at + 12] === 0x2e ? at + 13 : at + 14;
}

/** Whether bytes begin as a file of `torch.save` of any age may. A ZIP archive may still be something else. */
export const looksLikeTorchCheckpoint = (bytes: Uint8Array): boolean =>
  looksLikeZip(bytes) || legacyStart(bytes) > 0;

/**
 * Reads the tensors of a file of `torch.save`: a state dict, a checkpoint with a state dict inside, or a whole module.
 *
 * Nothing in the file is executed. A pickle is a program; here its objects stay names and arguments, and those by which PyTorch
 * describes a tensor are looked at. Files of PyTorch 1.6 and newer (a ZIP archive) and of before (a stream of pickles) are read.
 *
 * @param bytes The whole file.
 * @param file What error messages call it.
 * @returns The tensors by their path, joined by dots: `conv1.weight`, or `state_dict.conv1.weight` for a state dict inside. Views
 * of the bytes given where a tensor is contiguous, copies elsewhere.
 * @throws {@link DataFormatError} if the file is truncated or damaged, or holds no tensors.
 */
export function parseTorchCheckpoint(bytes: Uint8Array, file: string): Map<string, StoredTensor> {
  return readTorchCheckpoint(bytes, file).tensors;
}

/** Reads the tensors as {@link parseTorchCheckpoint}, and says of others in the file why they are left out. */
export function readTorchCheckpoint(bytes: Uint8Array, file: string): TorchTensors {
  const found = looksLikeZip(bytes) ? fromArchive(bytes, file) : fromStream(bytes, file);
  if (found.tensors.size === 0) {
    const [[name, maker] = ['', '']] = found.unreadable;
    const reason = unreadableTensor(maker, name) ?? 'is a file of torch.save that holds no tensors.';
    throw new DataFormatError(file, reason);
  }
  return found;
}

function fromArchive(bytes: Uint8Array, file: string): TorchTensors {
  const entries = new Map(zipEntries(bytes, file).map(entry => [entry.name, entry]));
  const pickle = [...entries.keys()].find(name => /(^|\/)data\.pkl$/.test(name));
  if (pickle === undefined) {
    throw new DataFormatError(file, foreignArchive([...entries.keys()]));
  }
  const root = pickle.slice(0, -'data.pkl'.length);
  if (entries.has(`${root}constants.pkl`)) {
    throw new DataFormatError(
      file,
      `is TorchScript, a program. In PyTorch, save its weights: torch.save(torch.jit.load(path).state_dict(), 'weights.pth').`,
    );
  }
  const read = (name: string) => {
    const entry = entries.get(name);
    if (entry !== undefined && !entry.stored) {
      throw new DataFormatError(
        file,
        `was compressed after PyTorch wrote it (${name}). Unpack it and pack it again uncompressed: zip -0 -r.`,
      );
    }
    return entry?.bytes;
  };
  const byteOrder = read(`${root}byteorder`);
  if (byteOrder !== undefined && new TextDecoder().decode(byteOrder) === 'big') {
    throw new DataFormatError(file, 'has big-endian values; save it again on a little-endian machine.');
  }
  const {value} = parsePickledObjects(read(pickle) as Uint8Array, file);
  return torchTensors(value, file, bytes.byteLength, key => read(`${root}data/${key}`));
}

function fromStream(bytes: Uint8Array, file: string): TorchTensors {
  let at = legacyStart(bytes);
  const next = () => {
    const {value, end} = parsePickledObjects(bytes.subarray(at), file);
    at += end;
    return value;
  };
  next(); // The version of the format.
  const system = next();
  if (system instanceof Map && system.get('little_endian') === false) {
    throw new DataFormatError(file, 'has big-endian values; save it again on a little-endian machine.');
  }
  const value = next();
  const keys = next();
  if (!Array.isArray(keys) || !keys.every(key => typeof key === 'string')) {
    throw new DataFormatError(file, 'is damaged: it has no list of storages after its pickles.');
  }
  const sizes = storageSizes(value);
  const storages = new Map<string, Uint8Array>();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const key of keys) {
    const size = sizes.get(key);
    // Nothing in the file refers to it, so nothing tells how long its elements are.
    if (size === undefined)
      throw new DataFormatError(file, `is damaged: it refers to no tensor of storage ${key}.`);
    const count = at + 8 <= bytes.byteLength ? Number(view.getBigUint64(at, true)) : Number.NaN;
    if (!(at + 8 + count * size <= bytes.byteLength)) {
      throw new DataFormatError(file, `is truncated: storage ${key} ends beyond the file.`);
    }
    storages.set(key, bytes.subarray(at + 8, at + 8 + count * size));
    at += 8 + count * size;
  }
  return torchTensors(value, file, bytes.byteLength, key => storages.get(key));
}
