import {addTap, chunkWidth, tilePixels} from './filterTap';
import {endInside, firstInside} from './window';

/**
 * The gradient of a convolution with respect to its filter, for any number of input channels. With few of them the taps of one filter row lie side by side in
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
