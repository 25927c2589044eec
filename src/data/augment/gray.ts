import type {Pixels} from '../images/pixels';
import {rounding} from '../images/pixels';
import {colorChannels, luma} from './colorJitter';

/**
 * Removes the color of an image, in place, as in a surveillance camera at night: all three channels become 0.299 R + 0.587 G +
 * 0.114 B (ITU-R BT.601).
 *
 * @param image Three channels, or four, of which the last is kept.
 */
export function gray(image: Pixels): void {
  const {data} = image;
  const channels = colorChannels('gray', image);
  const roundingTerm = rounding(data);
  for (let i = 0; i < data.length; i += channels) {
    data.fill(luma[0] * data[i] + luma[1] * data[i + 1] + luma[2] * data[i + 2] + roundingTerm, i, i + 3);
  }
}
