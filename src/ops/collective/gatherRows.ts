import type {Collective, CollectiveArray} from '../../base/collective';

type Maker<T> = new (length: number) => T;

/** An array of as many numbers of the same kind. */
const like = <T extends CollectiveArray>(values: T, length: number): T =>
  new (values.constructor as Maker<T>)(length);

/**
 * The rows of all ranks, one after another in their order.
 *
 * @param values This rank's rows.
 * @param counts How many rows each rank has.
 * @param width The numbers in a row.
 */
export function gatherRows<T extends CollectiveArray>(
  values: T,
  counts: number[],
  width: number,
  collective: Collective,
): T {
  const block = Math.max(...counts) * width;
  const padded = values.length === block ? values : like(values, block);
  if (padded !== values) padded.set(values);
  const all = collective.allGather(padded, like(values, block * collective.size));
  const rows = like(values, counts.reduce((sum, count) => sum + count, 0) * width);
  let end = 0;
  counts.forEach((count, rank) => {
    rows.set(all.subarray(rank * block, rank * block + count * width), end);
    end += count * width;
  });
  return rows;
}
