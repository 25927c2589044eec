import {PANEL, pack, tile} from './panel';

/**
 * The gradient of a convolution with respect to its input is a convolution of `dy` with the filter flipped and
 * transposed. A stride splits it by phase: input rows whose distance to the padded top leaves remainder `a`
 * (modulo the stride) see only the taps a, a + stride, …, so each phase is a stride-1 convolution of its own.
 */

/** Number of taps phase `phase` of a filter side has. */
function taps(filterSize: i32, phase: i32, stride: i32): i32 {
  return (filterSize - phase + stride - 1) / stride;
}

/** Lays the taps of one phase out as the inner loop reads them: [inC / 8][ky flipped][kx flipped][outC][8]. */
function packFilter(
  filter: usize,
  panels: usize,
  filterH: i32,
  filterW: i32,
  inC: i32,
  outC: i32,
  strideH: i32,
  strideW: i32,
  phaseY: i32,
  phaseX: i32,
): void {
  const tapsY = taps(filterH, phaseY, strideH);
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

/** Convolves one padded image with the panels of one phase and writes that phase's pixels of `dx`. */
function convolvePhase(
  padded: usize,
  paddedRow: usize,
  panels: usize,
  dx: usize,
  countY: i32,
  countX: i32,
  tapsY: i32,
  tapsX: i32,
  firstRow: i32,
  outH: i32,
  outC: i32,
  inC: i32,
  dxRow: usize,
  dxPixel: usize,
): void {
  const pixelBytes = (<usize>outC) << 2;
  const length = tapsX * outC;
  const panelRow = (<usize>(length * PANEL)) << 2;
  const last = countY * countX - 1;
  for (let channel = 0; channel < inC; channel += PANEL) {
    const lanes = min(PANEL, inC - channel);
    const out = dx + ((<usize>channel) << 2);
    for (let pixel = 0; pixel <= last; pixel += 4) {
      // Past the last pixel the last one is computed again: it costs less than a case of its own.
      const i1 = min(pixel + 1, last);
      const i2 = min(pixel + 2, last);
      const i3 = min(pixel + 3, last);
      const y0 = pixel / countX;
      const y1 = i1 / countX;
      const y2 = i2 / countX;
      const y3 = i3 / countX;
      const x0 = pixel - y0 * countX;
      const x1 = i1 - y1 * countX;
      const x2 = i2 - y2 * countX;
      const x3 = i3 - y3 * countX;
      // Rows of padding above and below all four pixels add nothing.
      const top = max(0, tapsY - 1 - firstRow - y3);
      const bottom = min(tapsY, outH + tapsY - 1 - firstRow - y0);
      tile(
        padded + <usize>(y0 + top) * paddedRow + <usize>x0 * pixelBytes,
        padded + <usize>(y1 + top) * paddedRow + <usize>x1 * pixelBytes,
        padded + <usize>(y2 + top) * paddedRow + <usize>x2 * pixelBytes,
        padded + <usize>(y3 + top) * paddedRow + <usize>x3 * pixelBytes,
        bottom - top,
        paddedRow,
        length,
        panels + <usize>top * panelRow,
        out + <usize>y0 * dxRow + <usize>x0 * dxPixel,
        out + <usize>y1 * dxRow + <usize>x1 * dxPixel,
        out + <usize>y2 * dxRow + <usize>x2 * dxPixel,
        out + <usize>y3 * dxRow + <usize>x3 * dxPixel,
        lanes,
      );
    }
    panels += <usize>tapsY * panelRow;
  }
}

/**
 * dx[iy][ix][i] = sum over taps and outputs of dy[oy][ox][o] * w[ky][kx][i][o] where iy = oy * strideH + ky - padTop
 * and likewise across. `scratch` holds the packed filter, filterH * filterW * outC * inC rounded up to 8 numbers,
 * then one zero-padded image of `dy` of (lastY + tapsY) * (lastX + tapsX) * outC numbers, where tapsY is
 * ceil(filterH / strideH) and lastY is floor((inH - 1 + padTop) / strideH).
 */
export function conv2DBackpropInput(
  dy: usize,
  filter: usize,
  dx: usize,
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
  const panelC = (inC + PANEL - 1) & ~(PANEL - 1);
  let panels = scratch;
  for (let phaseY = 0; phaseY < min(strideH, filterH); phaseY++) {
    for (let phaseX = 0; phaseX < min(strideW, filterW); phaseX++) {
      packFilter(filter, panels, filterH, filterW, inC, outC, strideH, strideW, phaseY, phaseX);
      panels +=
        (<usize>(taps(filterH, phaseY, strideH) * taps(filterW, phaseX, strideW) * outC * panelC)) << 2;
    }
  }

  const edgeY = taps(filterH, 0, strideH) - 1;
  const edgeX = taps(filterW, 0, strideW) - 1;
  const lastY = (inH - 1 + padTop) / strideH;
  const lastX = (inW - 1 + padLeft) / strideW;
  const pixelBytes = (<usize>outC) << 2;
  const dyRow = <usize>outW * pixelBytes;
  const dyImage = <usize>outH * dyRow;
  const dxPixel = (<usize>inC) << 2;
  const dxRow = <usize>inW * dxPixel;
  const dxImage = <usize>inH * dxRow;
  const inPlace = edgeY === 0 && edgeX === 0 && lastX + 1 === outW && lastY + 1 === outH;
  const paddedRow = inPlace ? dyRow : <usize>(lastX + 1 + edgeX) * pixelBytes;
  const padded = panels;
  const copiedRows = min(outH, lastY + 1);
  const copiedBytes = <usize>min(outW, lastX + 1) * pixelBytes;
  if (!inPlace) memory.fill(padded, 0, <usize>(lastY + 1 + edgeY) * paddedRow);
  if (strideH > filterH || strideW > filterW) memory.fill(dx, 0, <usize>batch * dxImage);

  for (let image = 0; image < batch; image++) {
    if (!inPlace) {
      for (let y = 0; y < copiedRows; y++) {
        const to = padded + <usize>(edgeY + y) * paddedRow + <usize>edgeX * pixelBytes;
        memory.copy(to, dy + <usize>y * dyRow, copiedBytes);
      }
    }
    const source = inPlace ? dy : padded;
    panels = scratch;
    for (let phaseY = 0; phaseY < min(strideH, filterH); phaseY++) {
      const tapsY = taps(filterH, phaseY, strideH);
      const startY = (phaseY - (padTop % strideH) + strideH) % strideH;
      const firstY = (startY + padTop) / strideH;
      const countY = startY < inH ? (inH - 1 - startY) / strideH + 1 : 0;
      for (let phaseX = 0; phaseX < min(strideW, filterW); phaseX++) {
        const tapsX = taps(filterW, phaseX, strideW);
        const startX = (phaseX - (padLeft % strideW) + strideW) % strideW;
        const firstX = (startX + padLeft) / strideW;
        const countX = startX < inW ? (inW - 1 - startX) / strideW + 1 : 0;
        if (countY > 0 && countX > 0) {
          convolvePhase(
            source +
              <usize>(firstY + edgeY + 1 - tapsY) * paddedRow +
              <usize>(firstX + edgeX + 1 - tapsX) * pixelBytes,
            paddedRow,
            panels,
            dx + <usize>startY * dxRow + <usize>startX * dxPixel,
            countY,
            countX,
            tapsY,
            tapsX,
            firstY,
            outH,
            outC,
            inC,
            <usize>strideH * dxRow,
            <usize>strideW * dxPixel,
          );
        }
        panels += (<usize>(tapsY * tapsX * outC * panelC)) << 2;
      }
    }
    dy += dyImage;
    dx += dxImage;
  }
}
