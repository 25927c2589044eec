/**
 * The gradient of a convolution with respect to its input is a convolution of `dy` with the filter flipped and
 * transposed. A stride splits it by phase: input rows whose distance to the padded top leaves remainder `a`
 * (modulo the stride) see only the taps a, a + stride, …, so each phase is a stride-1 convolution of its own.
 */

/** Input channels computed together: two vectors. */
const PANEL: i32 = 8;

/** Number of taps phase `phase` of a filter side has. */
// @ts-expect-error: decorator
function taps(filterSize: i32, phase: i32, stride: i32): i32 {
  return (filterSize - phase + stride - 1) / stride;
}

/** Lays the taps of one phase out as the inner loop reads them: [inC / 8][ky flipped][kx flipped][outC][8], zero-filled. */
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
        for (let lane = 0; lane < PANEL; lane++) {
          const from = source + ((<usize>(lane * outC)) << 2);
          let to = panels + ((<usize>lane) << 2);
          for (let o = 0; o < outC; o++) {
            store<f32>(to, lane < lanes ? load<f32>(from + ((<usize>o) << 2)) : 0);
            to += PANEL << 2;
          }
        }
        panels += (<usize>(outC * PANEL)) << 2;
      }
    }
  }
}

// @ts-expect-error: decorator
function storeLanes(to: usize, low: v128, high: v128, lanes: i32): void {
  if (lanes === PANEL) {
    v128.store(to, low);
    v128.store(to, high, 16);
    return;
  }
  if (lanes >= 4) {
    v128.store(to, low);
    to += 16;
    lanes -= 4;
    low = high;
  }
  for (; lanes > 0; lanes--) {
    store<f32>(to, f32x4.extract_lane(low, 0));
    low = i8x16.shuffle(low, low, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3);
    to += 4;
  }
}

/** 4 pixels by 8 channels: out[p] = sum over `rows` rows of `length` numbers at each pixel times the panel. */
function tile(
  p0: usize,
  p1: usize,
  p2: usize,
  p3: usize,
  rows: i32,
  rowBytes: usize,
  length: i32,
  panel: usize,
  o0: usize,
  o1: usize,
  o2: usize,
  o3: usize,
  lanes: i32,
): void {
  let a0 = f32x4.splat(0);
  let a1 = a0;
  let b0 = a0;
  let b1 = a0;
  let c0 = a0;
  let c1 = a0;
  let d0 = a0;
  let d1 = a0;
  const skip = rowBytes - ((<usize>length) << 2);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < length; i++) {
      const w0 = v128.load(panel);
      const w1 = v128.load(panel, 16);
      const xa = v128.load32_splat(p0);
      a0 = f32x4.add(a0, f32x4.mul(xa, w0));
      a1 = f32x4.add(a1, f32x4.mul(xa, w1));
      const xb = v128.load32_splat(p1);
      b0 = f32x4.add(b0, f32x4.mul(xb, w0));
      b1 = f32x4.add(b1, f32x4.mul(xb, w1));
      const xc = v128.load32_splat(p2);
      c0 = f32x4.add(c0, f32x4.mul(xc, w0));
      c1 = f32x4.add(c1, f32x4.mul(xc, w1));
      const xd = v128.load32_splat(p3);
      d0 = f32x4.add(d0, f32x4.mul(xd, w0));
      d1 = f32x4.add(d1, f32x4.mul(xd, w1));
      p0 += 4;
      p1 += 4;
      p2 += 4;
      p3 += 4;
      panel += PANEL << 2;
    }
    p0 += skip;
    p1 += skip;
    p2 += skip;
    p3 += skip;
  }
  storeLanes(o0, a0, a1, lanes);
  storeLanes(o1, b0, b1, lanes);
  storeLanes(o2, c0, c1, lanes);
  storeLanes(o3, d0, d1, lanes);
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
