import {chunkHeight, chunkWidth} from './chunk';
import {Geometry} from './geometry';
import {addOuterProducts} from './outerProduct';

/** Numbers of a padded row of an image: what the windows reach, and as many more as a vector reads past them. */
function lineFloats(geometry: Geometry): i32 {
  return ((geometry.outWidth - 1) * geometry.strideWidth + geometry.filterWidth) * geometry.inChannels + 4;
}

/** Rows of the gradient that one row of the filter takes, rounded up to a multiple of 4. */
function filterRows(geometry: Geometry): i32 {
  return (geometry.filterWidth * geometry.inChannels + 3) & ~3;
}

/** Numbers in the scratch of `conv2DBackpropFilterNarrow`: one padded image, then the gradient with rounded rows. */
export function conv2DBackpropFilterNarrowScratch(geometry: Geometry): i32 {
  return (
    geometry.inHeight * lineFloats(geometry) +
    geometry.filterHeight * filterRows(geometry) * geometry.outChannels
  );
}

/**
 * The gradient of a convolution with respect to its filter, for any number of input channels. With few of them the taps of one filter row lie side by side in
 * memory, so that row (filterWidth * inChannels numbers) is treated as the channels of a single tap.
 */
export function conv2DBackpropFilterNarrow(
  x: usize,
  dy: usize,
  dw: usize,
  geometry: Geometry,
  scratch: usize,
): void {
  const inH = geometry.inHeight;
  const inW = geometry.inWidth;
  const outH = geometry.outHeight;
  const outW = geometry.outWidth;
  const outC = geometry.outChannels;
  const filterH = geometry.filterHeight;
  const strideH = geometry.strideHeight;
  const strideW = geometry.strideWidth;
  const padLeft = geometry.padLeft;
  const line = (<usize>lineFloats(geometry)) << 2;
  const inC = filterRows(geometry);
  const xPixel = geometry.inPixel;
  const dyPixel = geometry.outPixel;
  const dyLine = geometry.outRow;
  const rowBytes = <usize>inC * dyPixel;
  const sums = scratch + <usize>inH * line;
  memory.fill(scratch, 0, (<usize>conv2DBackpropFilterNarrowScratch(geometry)) << 2);
  const firstColumn = max(0, -padLeft);
  const copied = min(inW, (outW - 1) * strideW + geometry.filterWidth - padLeft) - firstColumn;
  const chunkH = chunkHeight(geometry);
  const chunkW = chunkWidth(geometry);
  for (let image = 0; image < geometry.batchSize; image++) {
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
          const top = max(chunkTop, geometry.tapTop(ky));
          const rows = min(min(outH, chunkTop + chunkH), geometry.tapBottom(ky)) - top;
          if (rows > 0) {
            addOuterProducts(
              scratch +
                <usize>(top * strideH + ky - geometry.padTop) * line +
                <usize>(left * strideW) * xPixel,
              <usize>strideH * line,
              <usize>strideW * xPixel,
              dy + <usize>top * dyLine + <usize>left * dyPixel,
              dyLine,
              dyPixel,
              rows,
              pixels,
              sums + <usize>ky * rowBytes,
              inC,
              outC,
            );
          }
        }
      }
    }
    x += geometry.inImage;
    dy += geometry.outImage;
  }
  const kept = <usize>geometry.filterWidth * xPixel * <usize>outC;
  for (let ky = 0; ky < filterH; ky++) {
    memory.copy(dw + <usize>ky * kept, sums + <usize>ky * rowBytes, kept);
  }
}
