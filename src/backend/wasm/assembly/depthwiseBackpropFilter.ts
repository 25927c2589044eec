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

/**
 * dw[ky][kx][c] = sum over images and outputs of x[oy * strideH + ky - padTop][ox * strideW + kx - padLeft][c] * dy[oy][ox][c].
 * There are as many output as input channels (depth multiplier 1).
 */
export function depthwiseBackpropFilter(x: usize, dy: usize, dw: usize, geometry: Geometry): void {
  const outH = geometry.outHeight;
  const outC = geometry.outChannels;
  const filterH = geometry.filterHeight;
  const filterW = geometry.filterWidth;
  const strideH = geometry.strideHeight;
  const strideW = geometry.strideWidth;
  const pixelBytes = geometry.inPixel;
  const xLine = geometry.inRow;
  const dyLine = geometry.outRow;
  const chunkH = max(1, CHUNK_PIXELS / geometry.outWidth);
  memory.fill(dw, 0, <usize>(filterH * filterW) * pixelBytes);
  for (let image = 0; image < geometry.batchSize; image++) {
    for (let chunkTop = 0; chunkTop < outH; chunkTop += chunkH) {
      const chunkBottom = min(outH, chunkTop + chunkH);
      let c = 0;
      while (c < outC) {
        const wide = c <= outC - LANES;
        const lane = (<usize>c) << 2;
        let tap = dw + lane;
        for (let ky = 0; ky < filterH; ky++) {
          const offsetY = ky - geometry.padTop;
          const top = max(chunkTop, geometry.tapTop(ky));
          const rows = min(chunkBottom, geometry.tapBottom(ky)) - top;
          for (let kx = 0; kx < filterW; kx++) {
            const offsetX = kx - geometry.padLeft;
            const left = geometry.tapLeft(kx);
            const pixels = geometry.tapRight(kx) - left;
            if (rows > 0 && pixels > 0) {
              const xp =
                x +
                <usize>(top * strideH + offsetY) * xLine +
                <usize>(left * strideW + offsetX) * pixelBytes +
                lane;
              const dp = dy + <usize>top * dyLine + <usize>left * pixelBytes + lane;
              const xRow = <usize>strideH * xLine;
              const xPixel = <usize>strideW * pixelBytes;
              if (wide) correlate<v128>(xp, xRow, xPixel, dp, dyLine, pixelBytes, rows, pixels, tap);
              else correlate<f32>(xp, xRow, xPixel, dp, dyLine, pixelBytes, rows, pixels, tap);
            }
            tap += pixelBytes;
          }
        }
        c += wide ? LANES : 1;
      }
    }
    x += geometry.inImage;
    dy += geometry.outImage;
  }
}
