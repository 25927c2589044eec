import {describe, expect, it} from 'vitest';
import {blur} from '../../../src/data/augment/blur';
import type {PixelArray} from '../../../src/data/images/pixels';
import {randomBytes} from '../../support/random';

/** The sum over the whole Gaussian in two dimensions at once; what lies beyond the border has the value of the nearest pixel. */
function blurred(
  data: PixelArray,
  {width, height, channels, sigma}: {width: number; height: number; channels: number; sigma: number},
): number[] {
  const reach = Math.ceil(3 * sigma);
  const inside = (place: number, length: number) => (place < 0 ? 0 : place >= length ? length - 1 : place);
  return Array.from(data, (_, i) => {
    const [channel, x, y] = [
      i % channels,
      Math.floor(i / channels) % width,
      Math.floor(i / channels / width),
    ];
    let [sum, weights] = [0, 0];
    for (let dy = -reach; dy <= reach; dy++) {
      for (let dx = -reach; dx <= reach; dx++) {
        const weight = Math.exp(-(dx * dx + dy * dy) / (2 * sigma * sigma));
        const at = (inside(y + dy, height) * width + inside(x + dx, width)) * channels + channel;
        sum += weight * data[at];
        weights += weight;
      }
    }
    return sum / weights;
  });
}

describe('blur', () => {
  it.each([
    {width: 5, height: 4, channels: 3, sigma: 0.4},
    {width: 7, height: 9, channels: 1, sigma: 1},
    // The Gaussian reaches beyond both borders.
    {width: 3, height: 5, channels: 4, sigma: 2.5},
  ])('repeats the pixels at the border: $width × $height × $channels, σ $sigma', size => {
    const {width, height, channels, sigma} = size;
    const bytes = randomBytes(width * height * channels, 3);
    const expected = blurred(bytes, size);
    const floats = {data: Float32Array.from(bytes), width, height};
    blur(floats, () => 0, {sigma: [sigma, sigma]});
    for (const [i, value] of floats.data.entries()) expect(value).toBeCloseTo(expected[i], 3);
    blur({data: bytes, width, height}, () => 0, {sigma: [sigma, sigma]});
    expect([...bytes]).toEqual(expected.map(Math.round));
  });

  it('draws its width between the bounds, 0.1 and 2 pixels where none are given', () => {
    const edge = (draw: number, options?: object) => {
      const data = Float32Array.of(0, 0, 0, 0, 0, 0, 100, 100, 100, 100, 100, 100);
      blur({data, width: 12, height: 1}, () => draw, options);
      return [...data];
    };
    expect(edge(0.25)).toEqual(edge(0, {sigma: [0.575, 3]}));
    expect(edge(0.5, {sigma: [1, 3]})).toEqual(edge(1, {sigma: [0.5, 2]}));
  });
});
