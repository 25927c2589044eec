/** A file of the IDX format: numbers of one byte each, unless another type is named. */
export function idxBytes(shape: readonly number[], data: ArrayLike<number>, type = 8): Uint8Array {
  const sizes = shape.flatMap(size => [24, 16, 8, 0].map(shift => size >>> shift));
  const head = [0, 0, type, shape.length, ...sizes];
  const bytes = new Uint8Array(head.length + data.length);
  bytes.set(head);
  bytes.set(data, head.length);
  return bytes;
}
