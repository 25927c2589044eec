import type {ImageList} from './imageList';

/** The images of a list at some indices, in their order, without a copy. */
export function subsetImages(images: ImageList, places: ArrayLike<number>): ImageList {
  return {
    ...images,
    length: places.length,
    names: Array.from(places, place => images.names[place]),
    pixels: index => images.pixels(places[index]),
  };
}
