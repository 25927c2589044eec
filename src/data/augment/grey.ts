import type {Pixels} from '../pixels';
import {rounding} from '../pixels';
import {colorChannels, luma} from './colorJitter';

/**
 * Takes the colour out of an image, in place: each pixel becomes 0.299 R + 0.587 G + 0.114 B in all three channels (ITU-R
 * BT.601), as pictures of surveillance cameras at night are.
 *
 * @param image Three channels, or four, of which the last stays.
 */
export function grey(image: Pixels): void {
  const {data} = image;
  const channels = colorChannels('grey', image);
  const half = rounding(data);
  for (let i = 0; i < data.length; i += channels) {
    data.fill(luma[0] * data[i] + luma[1] * data[i + 1] + luma[2] * data[i + 2] + half, i, i + 3);
  }
}
