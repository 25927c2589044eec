import {tile4x1, tile4x4, tile4x8} from './outerProduct';
import {endInside, firstInside} from './window';

/** Pixels of x and dy that one tile reads must fit in the first-level cache beside the filter's own lines. */
const TILE_BYTES: i32 = 24 << 10;

/** Adds one tap's share of one chunk of pixels to `filterRows` rows (a multiple of 4) of the filter gradient. */
function addTap(
  x: usize,
  xRow: usize,
  xPixel: usize,
  dy: usize,
  dyRow: usize,
  rows: i32,
  pixels: i32,
  out: usize,
  filterRows: i32,
  outC: i32,
): void {
  const pixelBytes = (<usize>outC) << 2;
  for (let j = 0; j < filterRows; j += 4) {
    let c = 0;
    for (; c <= outC - 8; c += 8) {
      const at = (<usize>c) << 2;
      tile4x8(x, xRow, xPixel, dy + at, dyRow, pixelBytes, rows, pixels, out + at, pixelBytes);
    }
    if (c <= outC - 4) {
      const at = (<usize>c) << 2;
      tile4x4(x, xRow, xPixel, dy + at, dyRow, pixelBytes, rows, pixels, out + at, pixelBytes);
      c += 4;
    }
    for (; c < outC; c++) {
      const at = (<usize>c) << 2;
      tile4x1(x, xRow, xPixel, dy + at, dyRow, pixelBytes, rows, pixels, out + at, pixelBytes);
    }
    x += 16;
    out += pixelBytes << 2;
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
  memory.fill(dw, 0, <usize>(filterH * filterW) * tapBytes);
  const xPixel = (<usize>inC) << 2;
  const xLine = <usize>inW * xPixel;
  const dyPixel = (<usize>outC) << 2;
  const dyLine = <usize>outW * dyPixel;
  const budget = max(8, TILE_BYTES / ((inC * strideW + outC) << 2));
  const chunkW = min(outW, budget);
  const chunkH = max(1, budget / chunkW);
  for (let image = 0; image < batch; image++) {
    for (let chunkTop = 0; chunkTop < outH; chunkTop += chunkH) {
      const chunkBottom = min(outH, chunkTop + chunkH);
      for (let chunkLeft = 0; chunkLeft < outW; chunkLeft += chunkW) {
        const chunkRight = min(outW, chunkLeft + chunkW);
        let tap = dw;
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
                rows,
                pixels,
                tap,
                inC,
                outC,
              );
            }
            tap += tapBytes;
          }
        }
      }
    }
    x += <usize>inH * xLine;
    dy += <usize>outH * dyLine;
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
  const dyLine = (<usize>(outW * outC)) << 2;
  const budget = max(8, TILE_BYTES / ((inC * strideW + outC) << 2));
  const chunkW = min(outW, budget);
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
              dy + <usize>top * dyLine + ((<usize>(left * outC)) << 2),
              dyLine,
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
