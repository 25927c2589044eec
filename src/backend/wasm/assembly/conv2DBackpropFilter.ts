import {addTap, BLOCK, chunkWidth, tilePixels} from './filterTap';
import {endInside, firstInside} from './window';

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
