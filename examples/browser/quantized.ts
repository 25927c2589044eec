const bytesOfLength = 4;

/** An array in the file: how many numbers, and what the largest of them is. */
interface Part {
  name: string;
  length: number;
  largest: number;
}

/**
 * Packs arrays of numbers into a file of two bytes a number: in steps of 1/32767 of the largest number of an array. Names and sizes come
 * first, as JSON after its length.
 */
export function packArrays(arrays: Record<string, ArrayLike<number>>): Uint8Array<ArrayBuffer> {
  const entries = Object.entries(arrays);
  const parts = entries.map(([name, values]): Part => {
    const largest = Array.from(values).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    return {name, length: values.length, largest};
  });
  const header = new TextEncoder().encode(JSON.stringify(parts));
  const numbers = entries.reduce((sum, [, {length}]) => sum + length, 0);
  const start = bytesOfLength + header.length;
  const file = new Uint8Array(start + 2 * numbers);
  const view = new DataView(file.buffer);
  view.setUint32(0, header.length, true);
  file.set(header, bytesOfLength);
  let at = start;
  entries.forEach(([, values], i) => {
    for (let k = 0; k < values.length; k++, at += 2) {
      view.setInt16(at, Math.round((values[k] / (parts[i].largest || 1)) * 32767), true);
    }
  });
  return file;
}

/** The arrays of a file of {@link packArrays}, by their names. */
export function unpackArrays(file: ArrayBuffer): Record<string, Float32Array> {
  const view = new DataView(file);
  const headerLength = view.getUint32(0, true);
  const header = new Uint8Array(file, bytesOfLength, headerLength);
  const parts: Part[] = JSON.parse(new TextDecoder().decode(header));
  let at = bytesOfLength + headerLength;
  return Object.fromEntries(
    parts.map(({name, length, largest}) => {
      const values = Float32Array.from(
        {length},
        (_, k) => (view.getInt16(at + 2 * k, true) * largest) / 32767,
      );
      at += 2 * length;
      return [name, values];
    }),
  );
}
