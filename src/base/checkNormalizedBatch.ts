import {BatchError} from './batchError';

/**
 * Checks that a batch normalization in training sees more than one value of each channel, as PyTorch does.
 *
 * One value is its own mean: its variance is 0 and the layer gives β whatever the image, no gradient goes through it, and its running
 * statistics learn a variance of 0, by which inference then divides.
 *
 * @param layer The name of the layer.
 * @param shape Of its input.
 * @param axis That of the channels.
 */
export function checkNormalizedBatch(
  where: string,
  layer: string,
  shape: readonly number[],
  axis: number,
): void {
  const values = shape.reduce((product, length) => product * length, 1) / (shape.at(axis) ?? 1);
  if (values !== 1) return;
  throw new BatchError(
    `${where}: batch normalization ${layer} must have 2 or more values a channel in training, but has 1 in a batch of shape [${shape.join(', ')}]: ` +
      "its variance is 0, which would ruin the network. Leave out a last batch of one image (batches with last: 'drop'), take larger batches, or freeze the layer.",
  );
}
