import type {ImageList} from './imageList';

/**
 * A list of images that makes names when asked for: those of 42 million images would take gigabytes.
 *
 * @param size The number of images, and the size of each.
 * @param nameOf The name of one image.
 * @param pixels The pixels of one image.
 */
export function lazyImageList(
  {length, height, width, channels}: Pick<ImageList, 'length' | 'height' | 'width' | 'channels'>,
  nameOf: (index: number) => string,
  pixels: ImageList['pixels'],
): ImageList {
  let names: readonly string[] | undefined;
  return {
    length,
    height,
    width,
    channels,
    nameOf,
    pixels,
    get names() {
      names ??= Array.from({length}, (_, i) => nameOf(i));
      return names;
    },
  };
}

/** The name of one image of any list. */
export const imageName = (images: ImageList, index: number): string =>
  images.nameOf?.(index) ?? images.names[index];
