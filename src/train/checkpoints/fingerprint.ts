import type {StoredTensor} from '../../formats/storedTensor';

/** The most bytes that are digested at once: platforms refuse 2 GiB. */
const largestPiece = 2 ** 30;

/**
 * Tells damage that leaves the format of a file sound: a SHA-256 of the tensors' names, types, shapes and digests.
 *
 * @param piece The most bytes to digest at once. A longer tensor has several digests.
 * @returns Nothing where the platform has no SHA-256: browsers on pages without https.
 */
export async function fingerprint(
  tensors: Map<string, StoredTensor>,
  piece = largestPiece,
): Promise<Uint8Array | undefined> {
  const {subtle} = globalThis.crypto ?? {};
  if (subtle === undefined) return undefined;
  const digest = async (bytes: Uint8Array) => [
    ...new Uint8Array(await subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>)),
  ];
  const lines: string[] = [];
  for (const name of [...tensors.keys()].sort()) {
    const {type, shape, bytes} = tensors.get(name) as StoredTensor;
    const digests = [await digest(bytes.subarray(0, piece))];
    for (let from = piece; from < bytes.length; from += piece) {
      digests.push(await digest(bytes.subarray(from, from + piece)));
    }
    lines.push(JSON.stringify([name, type, shape, ...digests]));
  }
  return Uint8Array.from(await digest(new TextEncoder().encode(lines.join('\n'))));
}
