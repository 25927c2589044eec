import {endInside, firstInside} from './window';

/** Channels worked on together: four vectors, one cache line. */
const LANES: i32 = 16;

/** Pixels of x and dy, of one group of channels, that fit in the first-level cache together. */
const CHUNK_PIXELS: i32 = 192;

/** out[0..16] += sum over rows and pixels of x * dy, channel by channel. */
function correlate16(
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
  let a = f32x4.splat(0);
  let b = a;
  let c = a;
  let d = a;
  for (let row = 0; row < rows; row++) {
    let xp = x;
    let dp = dy;
    for (let pixel = 0; pixel < pixels; pixel++) {
      a = f32x4.add(a, f32x4.mul(v128.load(xp), v128.load(dp)));
      b = f32x4.add(b, f32x4.mul(v128.load(xp, 16), v128.load(dp, 16)));
      c = f32x4.add(c, f32x4.mul(v128.load(xp, 32), v128.load(dp, 32)));
      d = f32x4.add(d, f32x4.mul(v128.load(xp, 48), v128.load(dp, 48)));
      xp += xPixel;
      dp += dyPixel;
    }
    x += xRow;
    dy += dyRow;
  }
  v128.store(out, f32x4.add(v128.load(out), a));
  v128.store(out, f32x4.add(v128.load(out, 16), b), 16);
  v128.store(out, f32x4.add(v128.load(out, 32), c), 32);
  v128.store(out, f32x4.add(v128.load(out, 48), d), 48);
}

/** The same for one channel. */
function correlate1(
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
  let sum: f32 = 0;
  for (let row = 0; row < rows; row++) {
    let xp = x;
    let dp = dy;
    for (let pixel = 0; pixel < pixels; pixel++) {
      sum += load<f32>(xp) * load<f32>(dp);
      xp += xPixel;
      dp += dyPixel;
    }
    x += xRow;
    dy += dyRow;
  }
  store<f32>(out, load<f32>(out) + sum);
}

/**
 * dw[ky][kx][c] = sum over images and outputs of x[oy * strideH + ky - padTop][ox * strideW + kx - padLeft][c] * dy[oy][ox][c].
 * `outC` equals `inC` (depth multiplier 1).
 */
export function depthwiseBackpropFilter(
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
  const pixelBytes = (<usize>inC) << 2;
  const xLine = <usize>inW * pixelBytes;
  const dyLine = <usize>outW * pixelBytes;
  const chunkH = max(1, CHUNK_PIXELS / outW);
  memory.fill(dw, 0, <usize>(filterH * filterW) * pixelBytes);
  for (let image = 0; image < batch; image++) {
    for (let chunkTop = 0; chunkTop < outH; chunkTop += chunkH) {
      const chunkBottom = min(outH, chunkTop + chunkH);
      let c = 0;
      while (c < outC) {
        const wide = c <= outC - LANES;
        const lane = (<usize>c) << 2;
        let tap = dw + lane;
        for (let ky = 0; ky < filterH; ky++) {
          const offsetY = ky - padTop;
          const top = max(chunkTop, firstInside(offsetY, strideH));
          const rows = min(chunkBottom, endInside(offsetY, strideH, inH, outH)) - top;
          for (let kx = 0; kx < filterW; kx++) {
            const offsetX = kx - padLeft;
            const left = firstInside(offsetX, strideW);
            const pixels = endInside(offsetX, strideW, inW, outW) - left;
            if (rows > 0 && pixels > 0) {
              const xp =
                x +
                <usize>(top * strideH + offsetY) * xLine +
                <usize>(left * strideW + offsetX) * pixelBytes +
                lane;
              const dp = dy + <usize>top * dyLine + <usize>left * pixelBytes + lane;
              const xRow = <usize>strideH * xLine;
              const xPixel = <usize>strideW * pixelBytes;
              if (wide) correlate16(xp, xRow, xPixel, dp, dyLine, pixelBytes, rows, pixels, tap);
              else correlate1(xp, xRow, xPixel, dp, dyLine, pixelBytes, rows, pixels, tap);
            }
            tap += pixelBytes;
          }
        }
        c += wide ? LANES : 1;
      }
    }
    x += <usize>inH * xLine;
    dy += <usize>outH * dyLine;
  }
}
