import {DataFormatError} from '../../formats/dataFormatError';
import {firstNotFinite, floatValues, type StoredTensor} from '../../formats/storedTensor';

/**
 * Checks that a weight of a file is finite: one number that is not makes every embedding NaN.
 *
 * @param name What the message calls the weight.
 * @throws {@link DataFormatError} if a value is NaN or infinite, or is so as float32.
 */
export function checkFinite(tensor: StoredTensor, name: string, file: string): void {
  const place = firstNotFinite(tensor);
  if (place < 0) return;
  const values = floatValues(tensor);
  throw new DataFormatError(
    file,
    `has ${values[place]} in ${name}, at place ${place} of ${values.length}: a training that diverged leaves such weights. Take a checkpoint from before.`,
  );
}
