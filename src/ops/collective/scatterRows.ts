import type {Collective} from '../../base/collective';

/**
 * The rows of this rank, of the sum over all ranks of rows of all ranks.
 *
 * @param values The rows of all ranks, one after another in their order.
 * @param counts How many rows each rank has.
 * @param width The numbers in a row.
 */
export function scatterRows(
  values: Float32Array,
  counts: number[],
  width: number,
  collective: Collective,
): Float32Array {
  const block = Math.max(...counts) * width;
  const blocks = new Float32Array(block * collective.size);
  let start = 0;
  counts.forEach((count, rank) => {
    blocks.set(values.subarray(start, start + count * width), rank * block);
    start += count * width;
  });
  const own = collective.reduceScatter(blocks, new Float32Array(block), 'sum');
  return own.slice(0, counts[collective.rank] * width);
}
