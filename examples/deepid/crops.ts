import type {ImageList} from 'face-margins/data';

/** Height and width of the images that DeepID's network takes. */
export const cropSize = {height: 39, width: 31};

/** A part of an aligned face of 112×112 that becomes an image of 39×31. */
export interface Crop {
  name: string;
  /** The first row of the face. */
  top: number;
  /** The first column of the face. */
  left: number;
  /** Pixels of the face along each side of a pixel: 2 for a part of 78×62, which is averaged, 1 for one of 39×31. */
  step: 1 | 2;
}

/** The face from brow to chin, and four parts of it around InsightFace's landmarks. */
export const crops: readonly Crop[] = [
  {name: 'face', top: 30, left: 25, step: 2},
  {name: 'left eye', top: 33, left: 23, step: 1},
  {name: 'mouth', top: 73, left: 41, step: 1},
  {name: 'right eye', top: 33, left: 58, step: 1},
  {name: 'nose', top: 52, left: 41, step: 1},
];

/** Several crops of every image, kept in memory: a list of images for each crop. */
export async function croppedImages(images: ImageList, parts: readonly Crop[]): Promise<ImageList[]> {
  const kept = parts.map((): Uint8ClampedArray[] => []);
  for (let i = 0; i < images.length; i++) {
    const pixels = await images.pixels(i);
    for (const [p, part] of parts.entries()) kept[p].push(cropOf(pixels, images, part));
  }
  const {length, names, channels} = images;
  return kept.map(crop => ({length, names, channels, ...cropSize, pixels: async i => crop[i]}));
}

function cropOf(
  pixels: ArrayLike<number>,
  {width, channels}: Pick<ImageList, 'width' | 'channels'>,
  {top, left, step}: Crop,
): Uint8ClampedArray {
  const crop = new Uint8ClampedArray(cropSize.height * cropSize.width * channels);
  for (let at = 0; at < crop.length; at++) {
    const [row, column] = [
      Math.floor(at / channels / cropSize.width),
      Math.floor(at / channels) % cropSize.width,
    ];
    let sum = 0;
    for (let y = 0; y < step; y++) {
      for (let x = 0; x < step; x++) {
        const place = (top + row * step + y) * width + left + column * step + x;
        sum += pixels[place * channels + (at % channels)];
      }
    }
    crop[at] = sum / step ** 2;
  }
  return crop;
}
