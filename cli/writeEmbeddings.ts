import {once} from 'node:events';
import {createWriteStream} from 'node:fs';
import {writeFile} from 'node:fs/promises';
import {extname} from 'node:path';
import type {Writable} from 'node:stream';

/** Embeddings with the names of their images. */
export interface NamedEmbeddings {
  names: readonly string[];
  values: Float32Array;
  dimension: number;
}

/** A name as a field of CSV. */
const field = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** NumPy's file of a float32 matrix, version 1.0: a header padded to 64 bytes, then the numbers. */
export function npyFile(values: Float32Array, dimension: number): Uint8Array {
  const shape = `(${values.length / dimension}, ${dimension})`;
  const header = `{'descr': '<f4', 'fortran_order': False, 'shape': ${shape}, }`;
  const length = 64 * Math.ceil((10 + header.length + 1) / 64);
  const text = `${header.padEnd(length - 11)}\n`;
  const begin = Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, (length - 10) & 0xff, (length - 10) >> 8]);
  return Buffer.concat([
    begin,
    Buffer.from(text, 'latin1'),
    Buffer.from(values.buffer, values.byteOffset, values.byteLength),
  ]);
}

async function writeLines(
  stream: Writable,
  {names, values, dimension}: NamedEmbeddings,
  csv: boolean,
): Promise<void> {
  for (const [i, name] of names.entries()) {
    const embedding = [...values.subarray(i * dimension, (i + 1) * dimension)];
    const line = csv ? [field(name), ...embedding].join() : JSON.stringify({name, embedding});
    if (!stream.write(`${line}\n`)) await once(stream, 'drain');
  }
}

/** Writes embeddings to a file by the ending of its name, or prints them as lines of JSON. A `.npy` has its names in a `.txt` beside it. */
export async function writeEmbeddings(embeddings: NamedEmbeddings, out?: string): Promise<void> {
  if (out === undefined) return writeLines(process.stdout, embeddings, false);
  const kind = extname(out).toLowerCase();
  if (kind === '.npy') {
    await writeFile(out, npyFile(embeddings.values, embeddings.dimension));
    await writeFile(out.replace(/npy$/i, 'txt'), embeddings.names.map(name => `${name}\n`).join(''));
    return;
  }
  const stream = createWriteStream(out);
  await writeLines(stream, embeddings, kind === '.csv');
  stream.end();
  await once(stream, 'close');
}
