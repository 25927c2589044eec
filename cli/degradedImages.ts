import {blur, type ImageList, lowResolution, type Pixels, seededRandom, shuffle} from 'face-margins/data';

/** How small a poor image once was, as a part of its sides, and how wide its blur is, as a part of its width. */
const poor = {scale: [0.2, 0.4], blur: [0.01, 0.02]} as const;

/** Which images are made poor, and how many; own streams of the seed, so that nothing else draws the same numbers. */
const stream = {choice: 11, image: 12};

/** Images of which some are made poor, and how many those are. */
export interface Degraded {
  images: ImageList;
  count: number;
}

/**
 * The same images, of which a part looks as if taken from afar: shrunk to between 0.2 and 0.4 of its size and enlarged again, then blurred by a
 * Gaussian of 0.01 to 0.02 of its width. One seed chooses the same images, and makes each poor in the same way in every pass.
 */
export function degradedImages(images: ImageList, fraction: number, seed: number): Degraded {
  const {length, width, height, channels} = images;
  const count = Math.round(fraction * length);
  const order = shuffle(
    Uint32Array.from({length}, (_, i) => i),
    seededRandom(seed, stream.choice),
  );
  const chosen = new Set(order.subarray(0, count));
  const list: ImageList = {
    ...{length, width, height, channels},
    get names() {
      return images.names;
    },
    ...(images.nameOf && {nameOf: index => images.nameOf?.(index) ?? images.names[index]}),
    async pixels(index) {
      const pixels = await images.pixels(index);
      if (!chosen.has(index)) return pixels;
      const image: Pixels = {data: pixels.slice(), width, height};
      const random = seededRandom(seed, stream.image, index);
      lowResolution(image, random, {scale: poor.scale});
      blur(image, random, {sigma: [poor.blur[0] * width, poor.blur[1] * width]});
      return image.data;
    },
  };
  return {images: list, count};
}
