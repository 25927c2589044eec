import {Geometry} from './geometry';
import {PANEL, PIXELS, pack, panelFloats, tile} from './panel';

/*
 * The gradient of a convolution with respect to its input is a convolution of `dy` with the filter flipped and
 * transposed. A stride splits it by phase: input rows whose distance to the padded top leaves remainder `a`
 * (modulo the stride) see only the taps a, a + stride, …, so each phase is a stride-1 convolution of its own.
 */

/** Number of taps phase `phase` of a filter side has. */
function taps(filterSize: i32, phase: i32, stride: i32): i32 {
  return (filterSize - phase + stride - 1) / stride;
}

/** First input position of phase `phase` of a side. */
function phaseStart(phase: i32, stride: i32, pad: i32): i32 {
  return (phase - (pad % stride) + stride) % stride;
}

/** Number of input positions from `start` on, one a stride. */
function phaseCount(start: i32, stride: i32, inSize: i32): i32 {
  return start < inSize ? (inSize - 1 - start) / stride + 1 : 0;
}

/** Length of a padded side of `dy`: the outputs that the input reaches, and the taps before and after them. */
function paddedSize(inSize: i32, pad: i32, filterSize: i32, stride: i32): i32 {
  return (inSize - 1 + pad) / stride + taps(filterSize, 0, stride);
}

function paddedHeight(geometry: Geometry): i32 {
  return paddedSize(geometry.inHeight, geometry.padTop, geometry.filterHeight, geometry.strideHeight);
}

function paddedWidth(geometry: Geometry): i32 {
  return paddedSize(geometry.inWidth, geometry.padLeft, geometry.filterWidth, geometry.strideWidth);
}

/** Bytes of the packed taps of one phase. */
function phaseBytes(geometry: Geometry, phaseY: i32, phaseX: i32): usize {
  const tapsY = taps(geometry.filterHeight, phaseY, geometry.strideHeight);
  const tapsX = taps(geometry.filterWidth, phaseX, geometry.strideWidth);
  return (<usize>panelFloats(tapsY * tapsX * geometry.outChannels, geometry.inChannels)) << 2;
}

/** Lays the taps of one phase out as the inner loop reads them: [inC / 8][ky flipped][kx flipped][outC][8]. */
function packFilter(filter: usize, panels: usize, geometry: Geometry, phaseY: i32, phaseX: i32): void {
  const inC = geometry.inChannels;
  const outC = geometry.outChannels;
  const strideH = geometry.strideHeight;
  const strideW = geometry.strideWidth;
  const filterW = geometry.filterWidth;
  const tapsY = taps(geometry.filterHeight, phaseY, strideH);
  const tapsX = taps(filterW, phaseX, strideW);
  for (let channel = 0; channel < inC; channel += PANEL) {
    const lanes = min(PANEL, inC - channel);
    for (let y = tapsY - 1; y >= 0; y--) {
      for (let x = tapsX - 1; x >= 0; x--) {
        const tap = (phaseY + y * strideH) * filterW + phaseX + x * strideW;
        const source = filter + ((<usize>((tap * inC + channel) * outC)) << 2);
        pack(source, (<usize>outC) << 2, lanes, outC, panels);
        panels += (<usize>(outC * PANEL)) << 2;
      }
    }
  }
}

/**
 * Convolves one image, `dy` with `edgeY` rows and `edgeX` columns of padding before it, with the panels of one phase and
 * writes that phase's pixels of `dx`.
 */
function convolvePhase(
  padded: usize,
  paddedRow: usize,
  panels: usize,
  dx: usize,
  geometry: Geometry,
  edgeY: i32,
  edgeX: i32,
  phaseY: i32,
  phaseX: i32,
): void {
  const strideH = geometry.strideHeight;
  const strideW = geometry.strideWidth;
  const startY = phaseStart(phaseY, strideH, geometry.padTop);
  const startX = phaseStart(phaseX, strideW, geometry.padLeft);
  const countY = phaseCount(startY, strideH, geometry.inHeight);
  const countX = phaseCount(startX, strideW, geometry.inWidth);
  if (countY === 0 || countX === 0) return;
  const tapsY = taps(geometry.filterHeight, phaseY, strideH);
  const tapsX = taps(geometry.filterWidth, phaseX, strideW);
  const firstRow = (startY + geometry.padTop) / strideH;
  const firstColumn = (startX + geometry.padLeft) / strideW;
  const inC = geometry.inChannels;
  const outC = geometry.outChannels;
  const outH = geometry.outHeight;
  const dxRow = <usize>strideH * geometry.inRow;
  const dxPixel = <usize>strideW * geometry.inPixel;
  const pixelBytes = geometry.outPixel;
  padded +=
    <usize>(firstRow + edgeY + 1 - tapsY) * paddedRow + <usize>(firstColumn + edgeX + 1 - tapsX) * pixelBytes;
  dx += <usize>startY * geometry.inRow + <usize>startX * geometry.inPixel;
  const length = tapsX * outC;
  const panelRow = (<usize>(length * PANEL)) << 2;
  const last = countY * countX - 1;
  for (let channel = 0; channel < inC; channel += PANEL) {
    const lanes = min(PANEL, inC - channel);
    const out = dx + ((<usize>channel) << 2);
    for (let pixel = 0; pixel <= last; ) {
      // Rows of padding above and below all of the pixels add nothing.
      const top = max(0, tapsY - 1 - firstRow - min(pixel + PIXELS - 1, last) / countX);
      const rows = min(tapsY, outH + tapsY - 1 - firstRow - pixel / countX) - top;
      const from = padded + <usize>top * paddedRow;
      const panel = panels + <usize>top * panelRow;
      // biome-ignore format: one line
      pixel = tile(pixel, last, countX, from, paddedRow, pixelBytes, rows, paddedRow, length, panel, out, dxRow, dxPixel, lanes, 0, 0);
    }
    panels += <usize>tapsY * panelRow;
  }
}

/** Numbers of the packed filter of `conv2DBackpropInput`. */
export function conv2DBackpropInputPanels(geometry: Geometry): i32 {
  const taps = geometry.filterHeight * geometry.filterWidth;
  return panelFloats(taps * geometry.outChannels, geometry.inChannels);
}

/** Packs the filter for `conv2DBackpropInput`. */
export function packConv2DBackpropInput(filter: usize, panels: usize, geometry: Geometry): void {
  const phasesY = min(geometry.strideHeight, geometry.filterHeight);
  const phasesX = min(geometry.strideWidth, geometry.filterWidth);
  for (let phaseY = 0; phaseY < phasesY; phaseY++) {
    for (let phaseX = 0; phaseX < phasesX; phaseX++) {
      packFilter(filter, panels, geometry, phaseY, phaseX);
      panels += phaseBytes(geometry, phaseY, phaseX);
    }
  }
}

/** Numbers in the scratch of `conv2DBackpropInput`: one padded image of `dy`. */
export function conv2DBackpropInputScratch(geometry: Geometry): i32 {
  return paddedHeight(geometry) * paddedWidth(geometry) * geometry.outChannels;
}

/**
 * dx[iy][ix][i] = sum over taps and outputs of dy[oy][ox][o] * w[ky][kx][i][o] where iy = oy * strideH + ky - padTop
 * and likewise across. `panels` is the filter as `packConv2DBackpropInput` packs it.
 */
export function conv2DBackpropInput(
  dy: usize,
  panels: usize,
  dx: usize,
  geometry: Geometry,
  scratch: usize,
): void {
  const outH = geometry.outHeight;
  const outW = geometry.outWidth;
  const filterH = geometry.filterHeight;
  const filterW = geometry.filterWidth;
  const strideH = geometry.strideHeight;
  const strideW = geometry.strideWidth;
  const phasesY = min(strideH, filterH);
  const phasesX = min(strideW, filterW);
  const edgeY = taps(filterH, 0, strideH) - 1;
  const edgeX = taps(filterW, 0, strideW) - 1;
  const padH = paddedHeight(geometry);
  const padW = paddedWidth(geometry);
  const pixelBytes = geometry.outPixel;
  const dyRow = geometry.outRow;
  const inPlace = edgeY === 0 && edgeX === 0 && padW === outW && padH === outH;
  const paddedRow = inPlace ? dyRow : <usize>padW * pixelBytes;
  const padded = scratch;
  const copiedRows = min(outH, padH - edgeY);
  const copiedBytes = <usize>min(outW, padW - edgeX) * pixelBytes;
  if (!inPlace) memory.fill(padded, 0, <usize>padH * paddedRow);
  if (strideH > filterH || strideW > filterW) {
    memory.fill(dx, 0, <usize>geometry.batchSize * geometry.inImage);
  }

  for (let image = 0; image < geometry.batchSize; image++) {
    if (!inPlace) {
      for (let y = 0; y < copiedRows; y++) {
        const to = padded + <usize>(edgeY + y) * paddedRow + <usize>edgeX * pixelBytes;
        memory.copy(to, dy + <usize>y * dyRow, copiedBytes);
      }
    }
    const source = inPlace ? dy : padded;
    let phase = panels;
    for (let phaseY = 0; phaseY < phasesY; phaseY++) {
      for (let phaseX = 0; phaseX < phasesX; phaseX++) {
        convolvePhase(source, paddedRow, phase, dx, geometry, edgeY, edgeX, phaseY, phaseX);
        phase += phaseBytes(geometry, phaseY, phaseX);
      }
    }
    dy += geometry.outImage;
    dx += geometry.inImage;
  }
}
