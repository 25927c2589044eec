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

/**
 * dw[ky][kx][i][o] = sum over images and outputs of x[oy * strideH + ky - padTop][ox * strideW + kx - padLeft][i] * dy[oy][ox][o].
 * The input channels must be a multiple of 4; `dw` is overwritten.
 */
export function conv2DBackpropFilter(x: usize, dy: usize, dw: usize, geometry: Geometry): void {
  const inC = geometry.inChannels;
  const outC = geometry.outChannels;
  const outH = geometry.outHeight;
  const outW = geometry.outWidth;
  const dyPixel = geometry.outPixel;
  const chunkH = chunkHeight(geometry);
  const chunkW = chunkWidth(geometry);
  memory.fill(dw, 0, <usize>(geometry.filterHeight * geometry.filterWidth * inC) * dyPixel);
  for (let image = 0; image < geometry.batchSize; image++) {
    for (let top = 0; top < outH; top += chunkH) {
      for (let left = 0; left < outW; left += chunkW) {
        for (let i = 0; i < inC; i += BLOCK) {
          for (let o = 0; o < outC; o += BLOCK) {
            addChunk(
              x + ((<usize>i) << 2),
              dy + ((<usize>o) << 2),
              dw + <usize>i * dyPixel + ((<usize>o) << 2),
              geometry,
              min(BLOCK, inC - i),
              min(BLOCK, outC - o),
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
