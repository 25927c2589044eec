import {tile4x1, tile4x4, tile4x8} from './outerProduct';
import {endInside, firstInside} from './window';

/** Pixels of x and dy that one tile reads must fit in the first-level cache beside the filter's own lines. */
const TILE_BYTES: i32 = 24 << 10;

/** Channels taken together, of x and of dy: fewer of them let a tile have more pixels. */
const BLOCK: i32 = 64;

/** How many pixels of one block of channels a tile may have. */
function tilePixels(inC: i32, outC: i32, strideW: i32): i32 {
  return max(8, TILE_BYTES / ((min(inC, BLOCK) * strideW + min(outC, BLOCK)) << 2));
}

/** Width of the chunks a row of `outW` pixels is cut into, all about as wide, none wider than `budget`. */
function chunkWidth(outW: i32, budget: i32): i32 {
  const chunks = (outW + budget - 1) / budget;
  return (outW + chunks - 1) / chunks;
}

/** Adds one tap's share of one chunk of pixels to `inC` rows (a multiple of 4) and `outC` columns of the gradient. */
function addTap(
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

/** Adds one chunk of output pixels, and all taps, to one block of channels of the gradient. */
function addChunk(
  x: usize,
  dy: usize,
  dw: usize,
  inH: i32,
  inW: i32,
  xPixel: usize,
  blockInC: i32,
  outH: i32,
  outW: i32,
  dyPixel: usize,
  blockOutC: i32,
  filterH: i32,
  filterW: i32,
  strideH: i32,
  strideW: i32,
  padTop: i32,
  padLeft: i32,
  tapBytes: usize,
  chunkTop: i32,
  chunkBottom: i32,
  chunkLeft: i32,
  chunkRight: i32,
): void {
  const xLine = <usize>inW * xPixel;
  const dyLine = <usize>outW * dyPixel;
  for (let ky = 0; ky < filterH; ky++) {
    const offsetY = ky - padTop;
    const top = max(chunkTop, firstInside(offsetY, strideH));
    const rows = min(chunkBottom, endInside(offsetY, strideH, inH, outH)) - top;
    for (let kx = 0; kx < filterW; kx++) {
      const offsetX = kx - padLeft;
      const left = max(chunkLeft, firstInside(offsetX, strideW));
      const pixels = min(chunkRight, endInside(offsetX, strideW, inW, outW)) - left;
      if (rows > 0 && pixels > 0) {
        addTap(
          x + <usize>(top * strideH + offsetY) * xLine + <usize>(left * strideW + offsetX) * xPixel,
          <usize>strideH * xLine,
          <usize>strideW * xPixel,
          dy + <usize>top * dyLine + <usize>left * dyPixel,
          dyLine,
          dyPixel,
          rows,
          pixels,
          dw,
          blockInC,
          blockOutC,
        );
      }
      dw += tapBytes;
    }
  }
}

/**
 * dw[ky][kx][i][o] = sum over images and outputs of x[oy * strideH + ky - padTop][ox * strideW + kx - padLeft][i] * dy[oy][ox][o].
 * The input channels must be a multiple of 4; `dw` is overwritten.
 */
export function conv2DBackpropFilter(
  x: usize,
  dy: usize,
  dw: usize,
  batch: i32,
  inH: i32,
  inW: i32,
  inC: i32,
  outH: i32,
  outW: i32,
  outC: i32,
  filterH: i32,
  filterW: i32,
  strideH: i32,
  strideW: i32,
  padTop: i32,
  padLeft: i32,
): void {
  const tapBytes = (<usize>(inC * outC)) << 2;
  const xPixel = (<usize>inC) << 2;
  const dyPixel = (<usize>outC) << 2;
  const budget = tilePixels(inC, outC, strideW);
  const chunkW = chunkWidth(outW, budget);
  const chunkH = max(1, budget / chunkW);
  memory.fill(dw, 0, <usize>(filterH * filterW) * tapBytes);
  for (let image = 0; image < batch; image++) {
    for (let top = 0; top < outH; top += chunkH) {
      for (let left = 0; left < outW; left += chunkW) {
        for (let i = 0; i < inC; i += BLOCK) {
          for (let o = 0; o < outC; o += BLOCK) {
            addChunk(
              x + ((<usize>i) << 2),
              dy + ((<usize>o) << 2),
              dw + <usize>i * dyPixel + ((<usize>o) << 2),
              inH,
              inW,
              xPixel,
              min(BLOCK, inC - i),
              outH,
              outW,
              dyPixel,
              min(BLOCK, outC - o),
              filterH,
              filterW,
              strideH,
              strideW,
              padTop,
              padLeft,
              tapBytes,
              top,
              min(outH, top + chunkH),
              left,
              min(outW, left + chunkW),
            );
          }
        }
      }
    }
    x += <usize>(inH * inW) * xPixel;
    dy += <usize>(outH * outW) * dyPixel;
  }
}

/**
 * The same for any number of input channels. With few of them the taps of one filter row lie side by side in
 * memory, so that row (filterW * inC numbers) is treated as the channels of a single tap. `scratch` holds
 * first one image with its rows padded, `inH` times ((outW - 1) * strideW + filterW) * inC + 4 numbers, then
 * the gradient with filter rows rounded up to a multiple of 4.
 */
export function conv2DBackpropFilterNarrow(
  x: usize,
  dy: usize,
  dw: usize,
  batch: i32,
  inH: i32,
  inW: i32,
  inC: i32,
  outH: i32,
  outW: i32,
  outC: i32,
  filterH: i32,
  filterW: i32,
  strideH: i32,
  strideW: i32,
  padTop: i32,
  padLeft: i32,
  scratch: usize,
): void {
  const lineFloats = ((outW - 1) * strideW + filterW) * inC + 4;
  const line = (<usize>lineFloats) << 2;
  const tapFloats = filterW * inC;
  const filterRows = (tapFloats + 3) & ~3;
  const rowBytes = (<usize>(filterRows * outC)) << 2;
  const sums = scratch + <usize>inH * line;
  memory.fill(scratch, 0, <usize>inH * line + <usize>filterH * rowBytes);
  const firstColumn = max(0, -padLeft);
  const copied = min(inW, (outW - 1) * strideW + filterW - padLeft) - firstColumn;
  const xPixel = (<usize>inC) << 2;
  const dyPixel = (<usize>outC) << 2;
  const dyLine = <usize>outW * dyPixel;
  const budget = tilePixels(inC, outC, strideW);
  const chunkW = chunkWidth(outW, budget);
  const chunkH = max(1, budget / chunkW);
  for (let image = 0; image < batch; image++) {
    if (copied > 0) {
      for (let y = 0; y < inH; y++) {
        memory.copy(
          scratch + <usize>y * line + <usize>(firstColumn + padLeft) * xPixel,
          x + <usize>(y * inW + firstColumn) * xPixel,
          <usize>copied * xPixel,
        );
      }
    }
    for (let chunkTop = 0; chunkTop < outH; chunkTop += chunkH) {
      for (let left = 0; left < outW; left += chunkW) {
        const pixels = min(outW - left, chunkW);
        for (let ky = 0; ky < filterH; ky++) {
          const offsetY = ky - padTop;
          const top = max(chunkTop, firstInside(offsetY, strideH));
          const rows = min(min(outH, chunkTop + chunkH), endInside(offsetY, strideH, inH, outH)) - top;
          if (rows > 0) {
            addTap(
              scratch + <usize>(top * strideH + offsetY) * line + <usize>(left * strideW) * xPixel,
              <usize>strideH * line,
              <usize>strideW * xPixel,
              dy + <usize>top * dyLine + <usize>left * dyPixel,
              dyLine,
              dyPixel,
              rows,
              pixels,
              sums + <usize>ky * rowBytes,
              filterRows,
              outC,
            );
          }
        }
      }
    }
    x += <usize>(inH * inW) * xPixel;
    dy += <usize>outH * dyLine;
  }
  const kept = (<usize>(tapFloats * outC)) << 2;
  for (let ky = 0; ky < filterH; ky++) {
    memory.copy(dw + <usize>ky * kept, sums + <usize>ky * rowBytes, kept);
  }
}
