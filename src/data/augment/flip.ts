import {channelsOf, type Pixels} from '../images/pixels';

/**
 * Mirrors an image left to right, in place.
 *
 * Every face recognizer trains with mirrored images (arcface_torch mirrors half of them).
 */
export function flip(image: Pixels): void {
  const {data, width, height} = image;
  const channels = channelsOf('flip', image);
  for (let y = 0; y < height; y++) {
    let left = y * width * channels;
    for (let right = left + (width - 1) * channels; left < right; left += channels, right -= channels) {
      for (let c = 0; c < channels; c++) {
        const value = data[left + c];
        data[left + c] = data[right + c];
        data[right + c] = value;
      }
    }
  }
}
