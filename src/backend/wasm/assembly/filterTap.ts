import {tile4x1, tile4x4, tile4x8} from './outerProduct';

/** Pixels of x and dy that one tile reads must fit in the first-level cache beside the filter's own lines. */
const TILE_BYTES: i32 = 24 << 10;

/** Channels taken together, of x and of dy: fewer of them let a tile have more pixels. */
export const BLOCK: i32 = 64;

/** How many pixels of one block of channels a tile may have. */
export function tilePixels(inC: i32, outC: i32, strideW: i32): i32 {
  return max(8, TILE_BYTES / ((min(inC, BLOCK) * strideW + min(outC, BLOCK)) << 2));
}

/** Width of the chunks a row of `outW` pixels is cut into, all about as wide, none wider than `budget`. */
export function chunkWidth(outW: i32, budget: i32): i32 {
  const chunks = (outW + budget - 1) / budget;
  return (outW + chunks - 1) / chunks;
}

/** Adds one tap's share of one chunk of pixels to `inC` rows (a multiple of 4) and `outC` columns of the gradient. */
export function addTap(
  x: usize,
  xRow: usize,
  xPixel: usize,
  dy: usize,
  dyRow: usize,
  dyPixel: usize,
  rows: i32,
  pixels: i32,
  out: usize,
  inC: i32,
  outC: i32,
): void {
  for (let i = 0; i < inC; i += 4) {
    let o = 0;
    for (; o <= outC - 8; o += 8) {
      const at = (<usize>o) << 2;
      tile4x8(x, xRow, xPixel, dy + at, dyRow, dyPixel, rows, pixels, out + at, dyPixel);
    }
    if (o <= outC - 4) {
      const at = (<usize>o) << 2;
      tile4x4(x, xRow, xPixel, dy + at, dyRow, dyPixel, rows, pixels, out + at, dyPixel);
      o += 4;
    }
    for (; o < outC; o++) {
      const at = (<usize>o) << 2;
      tile4x1(x, xRow, xPixel, dy + at, dyRow, dyPixel, rows, pixels, out + at, dyPixel);
    }
    x += 16;
    out += dyPixel << 2;
  }
}
