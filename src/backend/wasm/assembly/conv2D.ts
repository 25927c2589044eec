import {endingOf} from './ending';
import {Geometry} from './geometry';
import {PANEL, packColumns, panelFloats, tile} from './panel';

/*
 * A convolution, 6 pixels by 8 output channels at a time. What a window takes of a row of an image lies side
 * by side in memory, so a window is a few runs of `filterWidth * inChannels` numbers.
 */

/** Rows and columns of an image that windows reach, padding included. */
function reachedHeight(geometry: Geometry): i32 {
  return (geometry.outHeight - 1) * geometry.strideHeight + geometry.filterHeight;
}

function reachedWidth(geometry: Geometry): i32 {
  return (geometry.outWidth - 1) * geometry.strideWidth + geometry.filterWidth;
}

/** Whether all windows lie inside of the image. */
function isInside(geometry: Geometry): bool {
  const top = -geometry.padTop;
  const left = -geometry.padLeft;
  return (
    top >= 0 &&
    left >= 0 &&
    top + reachedHeight(geometry) <= geometry.inHeight &&
    left + reachedWidth(geometry) <= geometry.inWidth
  );
}

/** Numbers of the packed filter of `conv2D`. */
export function conv2DPanels(geometry: Geometry): i32 {
  const depth = geometry.filterHeight * geometry.filterWidth * geometry.inChannels;
  return panelFloats(depth, geometry.outChannels);
}

/** Packs the filter for `conv2D`. */
export function packConv2D(filter: usize, panels: usize, geometry: Geometry): void {
  const depth = geometry.filterHeight * geometry.filterWidth * geometry.inChannels;
  packColumns(filter, panels, depth, geometry.outChannels, geometry.outChannels);
}

/** Numbers in the scratch of `conv2D`: one padded image, if windows pass its edges. */
export function conv2DScratch(geometry: Geometry): i32 {
  if (isInside(geometry)) return 0;
  return reachedHeight(geometry) * reachedWidth(geometry) * geometry.inChannels;
}

/** Copies what windows reach of an image; the rest of `padded` stays as it is. */
function copyReached(x: usize, padded: usize, geometry: Geometry): void {
  const paddedRow = <usize>reachedWidth(geometry) * geometry.inPixel;
  const firstRow = max(0, -geometry.padTop);
  const endRow = min(geometry.inHeight, reachedHeight(geometry) - geometry.padTop);
  const firstColumn = max(0, -geometry.padLeft);
  const columns = min(geometry.inWidth, reachedWidth(geometry) - geometry.padLeft) - firstColumn;
  if (columns <= 0) return;
  for (let row = firstRow; row < endRow; row++) {
    const to = padded + <usize>(row + geometry.padTop) * paddedRow;
    memory.copy(
      to + <usize>(firstColumn + geometry.padLeft) * geometry.inPixel,
      x + <usize>row * geometry.inRow + <usize>firstColumn * geometry.inPixel,
      <usize>columns * geometry.inPixel,
    );
  }
}

/** Convolves one image whose first window begins at `x`. */
function convolveImage(
  x: usize,
  xRow: usize,
  panels: usize,
  ending: usize,
  beside: usize,
  y: usize,
  geometry: Geometry,
): void {
  const outC = geometry.outChannels;
  const outW = geometry.outWidth;
  const filterH = geometry.filterHeight;
  const length = geometry.filterWidth * geometry.inChannels;
  const stepY = <usize>geometry.strideHeight * xRow;
  const stepX = <usize>geometry.strideWidth * geometry.inPixel;
  const panelBytes = (<usize>(filterH * length * PANEL)) << 2;
  const last = geometry.outHeight * outW - 1;
  for (let channel = 0; channel < outC; channel += PANEL) {
    const out = y + ((<usize>channel) << 2);
    const lanes = min(PANEL, outC - channel);
    const end = endingOf(ending, channel);
    for (let pixel = 0; pixel <= last; ) {
      // biome-ignore format: one line
      pixel = tile(pixel, last, outW, x, stepY, stepX, filterH, xRow, length, panels, out, geometry.outRow, geometry.outPixel, lanes, end, beside);
    }
    panels += panelBytes;
  }
}

/**
 * y[oy][ox][o] = sum over taps and inputs of x[oy * strideH + ky - padTop][ox * strideW + kx - padLeft][i] * w[ky][kx][i][o].
 * `panels` is the filter as `packConv2D` packs it. The sums begin and end as the records at `ending` say, if that is not 0; then `other`,
 * of the shape of y with a multiple of 8 channels, is added before the end, if that is not 0.
 */
export function conv2D(
  x: usize,
  panels: usize,
  ending: usize,
  other: usize,
  y: usize,
  geometry: Geometry,
  scratch: usize,
): void {
  const beside: usize = other === 0 ? <usize>0 : other - y;
  const inside = isInside(geometry);
  const width = reachedWidth(geometry);
  const paddedRow = <usize>width * geometry.inPixel;
  if (!inside) memory.fill(scratch, 0, <usize>reachedHeight(geometry) * paddedRow);
  for (let image = 0; image < geometry.batchSize; image++) {
    if (inside) {
      const first = <usize>-geometry.padTop * geometry.inRow + <usize>-geometry.padLeft * geometry.inPixel;
      convolveImage(x + first, geometry.inRow, panels, ending, beside, y, geometry);
    } else {
      copyReached(x, scratch, geometry);
      convolveImage(scratch, paddedRow, panels, ending, beside, y, geometry);
    }
    x += geometry.inImage;
    y += geometry.outImage;
  }
}
