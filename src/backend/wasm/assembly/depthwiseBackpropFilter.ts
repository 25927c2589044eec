import {Geometry} from './geometry';
import {add, madd, splat} from './lanes';

/** Channels worked on together: four vectors, one cache line. */
const LANES: i32 = 16;

/** Pixels of x and dy, of one group of channels, that fit in the first-level cache together. */
const CHUNK_PIXELS: i32 = 192;

/** out[c] += sum over rows and pixels of x * dy: of 16 channels where `T` is v128, of one where it is f32. */
function correlate<T>(
  x: usize,
  xRow: usize,
  xPixel: usize,
  dy: usize,
  dyRow: usize,
  dyPixel: usize,
  rows: i32,
  pixels: i32,
  out: usize,
): void {
  let a = splat<T>(0);
  let b = a;
  let c = a;
  let d = a;
  for (let row = 0; row < rows; row++) {
    let xp = x;
    let dp = dy;
    for (let pixel = 0; pixel < pixels; pixel++) {
      a = madd<T>(load<T>(xp), load<T>(dp), a);
      if (isVector<T>()) {
        b = madd<T>(load<T>(xp, 16), load<T>(dp, 16), b);
        c = madd<T>(load<T>(xp, 32), load<T>(dp, 32), c);
        d = madd<T>(load<T>(xp, 48), load<T>(dp, 48), d);
      }
      xp += xPixel;
      dp += dyPixel;
    }
    x += xRow;
    dy += dyRow;
  }
  store<T>(out, add<T>(load<T>(out), a));
  if (isVector<T>()) {
    store<T>(out, add<T>(load<T>(out, 16), b), 16);
    store<T>(out, add<T>(load<T>(out, 32), c), 32);
    store<T>(out, add<T>(load<T>(out, 48), d), 48);
  }
}

/** Adds `sum` to what is at `to`. */
function addTo(to: usize, sum: v128): void {
  v128.store(to, f32x4.add(v128.load(to), sum));
}

/**
 * What `rows` rows of 4 channels add to the 9 taps of a 3×3 filter at stride 1, with a column of padding on either side. x is where the
 * row above the first of dy begins. All taps stay in registers, so that each number of dy is loaded once.
 */
function correlate3x3(
  x: usize,
  xRow: usize,
  dy: usize,
  dyRow: usize,
  pixel: usize,
  rows: i32,
  width: i32,
  out: usize,
): void {
  let a0 = f32x4.splat(0);
  let a1 = a0;
  let a2 = a0;
  let b0 = a0;
  let b1 = a0;
  let b2 = a0;
  let c0 = a0;
  let c1 = a0;
  let c2 = a0;
  for (let row = 0; row < rows; row++) {
    let xa = x;
    let xb = xa + xRow;
    let xc = xb + xRow;
    let gp = dy;
    // The first column has nothing on its left, the last nothing on its right.
    const first = v128.load(gp);
    a1 = madd<v128>(v128.load(xa), first, a1);
    b1 = madd<v128>(v128.load(xb), first, b1);
    c1 = madd<v128>(v128.load(xc), first, c1);
    a2 = madd<v128>(v128.load(xa + pixel), first, a2);
    b2 = madd<v128>(v128.load(xb + pixel), first, b2);
    c2 = madd<v128>(v128.load(xc + pixel), first, c2);
    for (let column = 2; column < width; column++) {
      gp += pixel;
      const gradient = v128.load(gp);
      a0 = madd<v128>(v128.load(xa), gradient, a0);
      b0 = madd<v128>(v128.load(xb), gradient, b0);
      c0 = madd<v128>(v128.load(xc), gradient, c0);
      xa += pixel;
      xb += pixel;
      xc += pixel;
      a1 = madd<v128>(v128.load(xa), gradient, a1);
      b1 = madd<v128>(v128.load(xb), gradient, b1);
      c1 = madd<v128>(v128.load(xc), gradient, c1);
      a2 = madd<v128>(v128.load(xa + pixel), gradient, a2);
      b2 = madd<v128>(v128.load(xb + pixel), gradient, b2);
      c2 = madd<v128>(v128.load(xc + pixel), gradient, c2);
    }
    const last = v128.load(gp + pixel);
    a0 = madd<v128>(v128.load(xa), last, a0);
    b0 = madd<v128>(v128.load(xb), last, b0);
    c0 = madd<v128>(v128.load(xc), last, c0);
    a1 = madd<v128>(v128.load(xa + pixel), last, a1);
    b1 = madd<v128>(v128.load(xb + pixel), last, b1);
    c1 = madd<v128>(v128.load(xc + pixel), last, c1);
    x += xRow;
    dy += dyRow;
  }
  addTo(out, a0);
  addTo(out + pixel, a1);
  addTo(out + 2 * pixel, a2);
  addTo(out + 3 * pixel, b0);
  addTo(out + 4 * pixel, b1);
  addTo(out + 5 * pixel, b2);
  addTo(out + 6 * pixel, c0);
  addTo(out + 7 * pixel, c1);
  addTo(out + 8 * pixel, c2);
}

/** Whether `correlate3x3` covers rows whose windows are inside of the image above and below. */
function isSame3x3(geometry: Geometry): boolean {
  return (
    geometry.filterHeight === 3 &&
    geometry.filterWidth === 3 &&
    geometry.strideHeight === 1 &&
    geometry.strideWidth === 1 &&
    geometry.padLeft === 1 &&
    geometry.outWidth === geometry.inWidth &&
    geometry.outWidth > 1
  );
}

/** Adds the gradient of 16 channels of the rows from `top` to `bottom`, or of one channel, tap by tap. */
function correlateTaps(
  x: usize,
  dy: usize,
  tap: usize,
  wide: boolean,
  top: i32,
  bottom: i32,
  geometry: Geometry,
): void {
  const pixelBytes = geometry.inPixel;
  const dyLine = geometry.outRow;
  const xRow = <usize>geometry.strideHeight * geometry.inRow;
  const xPixel = <usize>geometry.strideWidth * pixelBytes;
  for (let ky = 0; ky < geometry.filterHeight; ky++) {
    const offsetY = ky - geometry.padTop;
    const first = max(top, geometry.tapTop(ky));
    const rows = min(bottom, geometry.tapBottom(ky)) - first;
    for (let kx = 0; kx < geometry.filterWidth; kx++) {
      const offsetX = kx - geometry.padLeft;
      const left = geometry.tapLeft(kx);
      const pixels = geometry.tapRight(kx) - left;
      if (rows > 0 && pixels > 0) {
        const xp =
          x +
          <usize>(first * geometry.strideHeight + offsetY) * geometry.inRow +
          <usize>(left * geometry.strideWidth + offsetX) * pixelBytes;
        const dp = dy + <usize>first * dyLine + <usize>left * pixelBytes;
        if (wide) correlate<v128>(xp, xRow, xPixel, dp, dyLine, pixelBytes, rows, pixels, tap);
        else correlate<f32>(xp, xRow, xPixel, dp, dyLine, pixelBytes, rows, pixels, tap);
      }
      tap += pixelBytes;
    }
  }
}

/**
 * dw[ky][kx][c] = sum over images and outputs of x[oy * strideH + ky - padTop][ox * strideW + kx - padLeft][c] * dy[oy][ox][c].
 * There are as many output as input channels (depth multiplier 1).
 */
export function depthwiseBackpropFilter(x: usize, dy: usize, dw: usize, geometry: Geometry): void {
  const outH = geometry.outHeight;
  const outC = geometry.outChannels;
  const pixelBytes = geometry.inPixel;
  const xLine = geometry.inRow;
  const dyLine = geometry.outRow;
  const chunkH = max(1, CHUNK_PIXELS / geometry.outWidth);
  const same = isSame3x3(geometry);
  memory.fill(dw, 0, <usize>(geometry.filterHeight * geometry.filterWidth) * pixelBytes);
  for (let image = 0; image < geometry.batchSize; image++) {
    for (let chunkTop = 0; chunkTop < outH; chunkTop += chunkH) {
      const chunkBottom = min(outH, chunkTop + chunkH);
      // Rows of which all taps are inside.
      const top = max(chunkTop, geometry.tapTop(0));
      const bottom = min(chunkBottom, geometry.tapBottom(geometry.filterHeight - 1));
      const rows = bottom - top;
      let c = 0;
      while (c < outC) {
        const wide = c <= outC - LANES;
        const lane = (<usize>c) << 2;
        if (wide && same && rows > 0) {
          const xp = x + <usize>(top - geometry.padTop) * xLine + lane;
          const dp = dy + <usize>top * dyLine + lane;
          for (let vector: usize = 0; vector < <usize>(LANES << 2); vector += 16) {
            const to = dw + lane + vector;
            correlate3x3(xp + vector, xLine, dp + vector, dyLine, pixelBytes, rows, geometry.outWidth, to);
          }
          if (chunkTop < top) correlateTaps(x + lane, dy + lane, dw + lane, wide, chunkTop, top, geometry);
          if (bottom < chunkBottom)
            correlateTaps(x + lane, dy + lane, dw + lane, wide, bottom, chunkBottom, geometry);
        } else {
          correlateTaps(x + lane, dy + lane, dw + lane, wide, chunkTop, chunkBottom, geometry);
        }
        c += wide ? LANES : 1;
      }
    }
    x += geometry.inImage;
    dy += geometry.outImage;
  }
}
