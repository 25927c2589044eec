import type {Pixels} from '../images/pixels';
import {rounding} from '../images/pixels';
import {colorChannels, luma} from './colorJitter';

/**
 * Takes the color out of an image, in place: each pixel becomes 0.299 R + 0.587 G + 0.114 B in all three channels (ITU-R
 * BT.601), as pictures of surveillance cameras at night are.
 *
 * @param image Three channels, or four, of which the last stays.
 */
export function gray(image: Pixels): void {
  const {data} = image;
  const channels = colorChannels('gray', image);
  const roundingTerm = rounding(data);
  for (let i = 0; i < data.length; i += channels) {
    data.fill(luma[0] * data[i] + luma[1] * data[i + 1] + luma[2] * data[i + 2] + roundingTerm, i, i + 3);
  }
}
