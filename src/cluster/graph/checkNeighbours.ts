import type {Neighbours} from '../../neighbours/nearestNeighbours';

/**
 * The number of rows of neighbors.
 *
 * @throws If arrays and k do not match, or an index is not a row. Cosines may be anything but NaN.
 */
export function checkNeighbours(
  where: string,
  {indices, cosines, k}: Neighbours,
  name = 'neighbours',
): number {
  const count = indices?.length / k;
  if (!(Number.isInteger(k) && k >= 1 && Number.isInteger(count) && count >= 1)) {
    throw new Error(
      `${where}: ${name} must have k indices a row, as nearestNeighbours gives them, but have ${indices?.length} for k ${k}.`,
    );
  }
  if (cosines?.length !== indices.length) {
    throw new Error(
      `${where}: ${name} must have one cosine for each of ${indices.length} indices, but have ${cosines?.length}.`,
    );
  }
  for (let at = 0; at < indices.length; at++) {
    if (!(Number.isInteger(indices[at]) && indices[at] >= 0 && indices[at] < count)) {
      throw new Error(
        `${where}: ${name} must have indices from 0 to ${count - 1}, of the same set, but row ${Math.floor(at / k)} has ${indices[at]}.`,
      );
    }
    if (Number.isNaN(cosines[at])) {
      throw new Error(
        `${where}: ${name} must have cosines that are numbers, but row ${Math.floor(at / k)} has NaN.`,
      );
    }
  }
  return count;
}
