import type {ImageList} from './imageList';
import {imageName, lazyImageList} from './lazyImageList';

/** The images of a list at some indices, in their order, without a copy. */
export function subsetImages(images: ImageList, places: ArrayLike<number>): ImageList {
  return lazyImageList(
    {length: places.length, height: images.height, width: images.width, channels: images.channels},
    index => imageName(images, places[index]),
    index => images.pixels(places[index]),
  );
}
