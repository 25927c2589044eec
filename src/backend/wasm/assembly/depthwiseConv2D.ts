import {begun, ended, endingOf} from './ending';
import {Geometry} from './geometry';
import {madd, splat} from './lanes';

/** Bytes from a channel's numbers in a record of `ending.ts` to those of the channel 8 after it. */
const NEXT: usize = 128;

/** y[c] = sum over rows and columns of x * w: of 16 channels where `T` is v128, of one where it is f32. */
function gatherWindow<T>(
  x: usize,
  xRow: usize,
  w: usize,
  tapRow: usize,
  pixelBytes: usize,
  rows: i32,
  columns: i32,
  ending: usize,
  y: usize,
): void {
  let a0 = splat<T>(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  if (ending !== 0) {
    a0 = begun<T>(ending);
    if (isVector<T>()) {
      a1 = begun<T>(ending + 16);
      a2 = begun<T>(ending + NEXT);
      a3 = begun<T>(ending + NEXT + 16);
    }
  }
  const end = <usize>columns * pixelBytes;
  for (let row = 0; row < rows; row++) {
    for (let at: usize = 0; at < end; at += pixelBytes) {
      const xp = x + at;
      const wp = w + at;
      a0 = madd<T>(load<T>(xp), load<T>(wp), a0);
      if (isVector<T>()) {
        a1 = madd<T>(load<T>(xp, 16), load<T>(wp, 16), a1);
        a2 = madd<T>(load<T>(xp, 32), load<T>(wp, 32), a2);
        a3 = madd<T>(load<T>(xp, 48), load<T>(wp, 48), a3);
      }
    }
    x += xRow;
    w += tapRow;
  }
  if (ending !== 0) {
    a0 = ended<T>(a0, ending);
    if (isVector<T>()) {
      a1 = ended<T>(a1, ending + 16);
      a2 = ended<T>(a2, ending + NEXT);
      a3 = ended<T>(a3, ending + NEXT + 16);
    }
  }
  store<T>(y, a0);
  if (isVector<T>()) {
    store<T>(y, a1, 16);
    store<T>(y, a2, 32);
    store<T>(y, a3, 48);
  }
}

/**
 * y[oy][ox][c] = sum over taps of x[oy * strideH + ky - padTop][ox * strideW + kx - padLeft][c] * w[ky][kx][c].
 * There are as many output as input channels (depth multiplier 1). The sums begin and end as the records at `ending` say, if that is not 0.
 */
export function depthwiseConv2D(x: usize, filter: usize, ending: usize, y: usize, geometry: Geometry): void {
  const pixelBytes = geometry.inPixel;
  const xRow = geometry.inRow;
  const tapRow = <usize>geometry.filterWidth * pixelBytes;
  for (let image = 0; image < geometry.batchSize; image++) {
    for (let oy = 0; oy < geometry.outHeight; oy++) {
      const top = geometry.windowTop(oy);
      const rows = geometry.windowBottom(oy) - top;
      const ky = top + geometry.padTop - oy * geometry.strideHeight;
      for (let ox = 0; ox < geometry.outWidth; ox++) {
        const left = geometry.windowLeft(ox);
        // A window may lie in the padding altogether.
        const columns = max(0, geometry.windowRight(ox) - left);
        const kx = left + geometry.padLeft - ox * geometry.strideWidth;
        const from = x + <usize>top * xRow + <usize>left * pixelBytes;
        const taps = filter + <usize>ky * tapRow + <usize>kx * pixelBytes;
        let at: usize = 0;
        for (; at + 64 <= pixelBytes; at += 64) {
          const end = endingOf(ending, <i32>(at >> 2));
          gatherWindow<v128>(from + at, xRow, taps + at, tapRow, pixelBytes, rows, columns, end, y + at);
        }
        for (; at < pixelBytes; at += 4) {
          const end = endingOf(ending, <i32>(at >> 2));
          gatherWindow<f32>(from + at, xRow, taps + at, tapRow, pixelBytes, rows, columns, end, y + at);
        }
        y += pixelBytes;
      }
    }
    x += geometry.inImage;
  }
}
