import {Geometry} from './geometry';

/*
 * A filter gradient takes the output pixels in chunks, a few rows of an image at a time, so that what one tile of
 * `outerProduct.ts` reads stays in the first-level cache.
 */

/** Bytes of x and dy that one tile may read beside the filter's own lines. */
const TILE_BYTES: i32 = 24 << 10;

/** Channels taken together, of x and of dy: fewer of them let a tile have more pixels. */
export const BLOCK: i32 = 64;

/** How many pixels of one block of channels a tile may have. */
function tilePixels(geometry: Geometry): i32 {
  const inBlock = min(geometry.inChannels, BLOCK) * geometry.strideWidth;
  return max(8, TILE_BYTES / ((inBlock + min(geometry.outChannels, BLOCK)) << 2));
}

/** Pixels of a row that a chunk takes: the chunks of a row are all about as wide. */
export function chunkWidth(geometry: Geometry): i32 {
  const budget = tilePixels(geometry);
  const chunks = (geometry.outWidth + budget - 1) / budget;
  return (geometry.outWidth + chunks - 1) / chunks;
}

/** Rows that a chunk takes. */
export function chunkHeight(geometry: Geometry): i32 {
  return max(1, tilePixels(geometry) / chunkWidth(geometry));
}
