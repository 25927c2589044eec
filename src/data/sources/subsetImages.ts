import type {ImageList} from './imageList';

/** Some of the images of a list, in the order of their places. Nothing is copied. */
export function subsetImages(images: ImageList, places: ArrayLike<number>): ImageList {
  return {
    ...images,
    length: places.length,
    names: Array.from(places, place => images.names[place]),
    pixels: index => images.pixels(places[index]),
  };
}
