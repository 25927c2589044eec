import {BLOCK, chunkHeight, chunkWidth} from './chunk';
import {Geometry} from './geometry';
import {addOuterProducts} from './outerProduct';

/** Adds one chunk of output pixels, and all taps, to one block of channels of the gradient. */
function addChunk(
  x: usize,
  dy: usize,
  dw: usize,
  geometry: Geometry,
  blockInC: i32,
  blockOutC: i32,
  chunkTop: i32,
  chunkBottom: i32,
  chunkLeft: i32,
  chunkRight: i32,
): void {
  const strideH = geometry.strideHeight;
  const strideW = geometry.strideWidth;
  const xPixel = geometry.inPixel;
  const xLine = geometry.inRow;
  const dyPixel = geometry.outPixel;
  const dyLine = geometry.outRow;
  const tapBytes = <usize>geometry.inChannels * dyPixel;
  for (let ky = 0; ky < geometry.filterHeight; ky++) {
    const offsetY = ky - geometry.padTop;
    const top = max(chunkTop, geometry.tapTop(ky));
    const rows = min(chunkBottom, geometry.tapBottom(ky)) - top;
    for (let kx = 0; kx < geometry.filterWidth; kx++) {
      const offsetX = kx - geometry.padLeft;
      const left = max(chunkLeft, geometry.tapLeft(kx));
      const pixels = min(chunkRight, geometry.tapRight(kx)) - left;
      if (rows > 0 && pixels > 0) {
        addOuterProducts(
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

/** Sets a block of channels of the gradient to zero, at all taps. */
function clear(dw: usize, geometry: Geometry, rows: i32, columns: i32): void {
  const inC = geometry.inChannels;
  const row = geometry.outPixel;
  const bytes = (<usize>columns) << 2;
  for (let tap = 0; tap < geometry.filterHeight * geometry.filterWidth; tap++) {
    let to = dw + <usize>(tap * inC) * row;
    for (let i = 0; i < rows; i++) {
      memory.fill(to, 0, bytes);
      to += row;
    }
  }
}

/**
 * dw[ky][kx][i][o] = sum over images and outputs of x[oy * strideH + ky - padTop][ox * strideW + kx - padLeft][i] * dy[oy][ox][o],
 * of `inCount` input channels from `firstIn` on and `outCount` output channels from `firstOut` on.
 * The input channels must be a multiple of 4; that part of `dw` is overwritten.
 */
export function conv2DBackpropFilter(
  x: usize,
  dy: usize,
  dw: usize,
  geometry: Geometry,
  firstIn: i32,
  inCount: i32,
  firstOut: i32,
  outCount: i32,
): void {
  const endIn = firstIn + inCount;
  const endOut = firstOut + outCount;
  const outH = geometry.outHeight;
  const outW = geometry.outWidth;
  const dyPixel = geometry.outPixel;
  const chunkH = chunkHeight(geometry);
  const chunkW = chunkWidth(geometry);
  clear(dw + <usize>firstIn * dyPixel + ((<usize>firstOut) << 2), geometry, inCount, outCount);
  for (let image = 0; image < geometry.batchSize; image++) {
    for (let top = 0; top < outH; top += chunkH) {
      for (let left = 0; left < outW; left += chunkW) {
        for (let i = firstIn; i < endIn; i += BLOCK) {
          for (let o = firstOut; o < endOut; o += BLOCK) {
            addChunk(
              x + ((<usize>i) << 2),
              dy + ((<usize>o) << 2),
              dw + <usize>i * dyPixel + ((<usize>o) << 2),
              geometry,
              min(BLOCK, endIn - i),
              min(BLOCK, endOut - o),
              top,
              min(outH, top + chunkH),
              left,
              min(outW, left + chunkW),
            );
          }
        }
      }
    }
    x += geometry.inImage;
    dy += geometry.outImage;
  }
}
