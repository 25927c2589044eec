import {check} from '../../base/check';
import {described} from '../../base/described';

/** Rows and columns of an image, or one number for both. */
export type ImageSize = number | readonly [height: number, width: number];

/** The rows and columns of a size. */
export function rowsAndColumns(where: string, size: ImageSize): [height: number, width: number] {
  if (typeof size !== 'number' && !Array.isArray(size)) {
    throw new Error(`${where}: size must be a number or [height, width], but is ${described(size)}.`);
  }
  const [height, width] = typeof size === 'number' ? [size, size] : size;
  return [check.count(where, 'size', height), check.count(where, 'size', width)];
}
