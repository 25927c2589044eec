import {madd} from './lanes';

/*
 * The inner loops of every filter gradient: out[j][c] += sum over pixels of x[pixel][j] * dy[pixel][c]. A row of `out`
 * is as long as a pixel of dy.
 *
 * A tile is a few rows of pixels, small enough to stay in the first-level cache. Sums run in registers over
 * one tile and only then join what memory holds, so rounding errors do not grow with the length of the batch.
 */

function accumulate(pointer: usize, sum: v128): void {
  v128.store(pointer, f32x4.add(v128.load(pointer), sum));
}

/** 4 rows of the filter by 8 output channels: eight accumulators, the most that leaves registers for operands. */
function tile4x8(
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
  let a0 = f32x4.splat(0);
  let a1 = a0;
  let b0 = a0;
  let b1 = a0;
  let c0 = a0;
  let c1 = a0;
  let d0 = a0;
  let d1 = a0;
  const rowBytes = <usize>pixels * dyPixel;
  for (let row = 0; row < rows; row++) {
    let xp = x;
    const end = dy + rowBytes;
    for (let dp = dy; dp < end; dp += dyPixel) {
      const g0 = v128.load(dp);
      const g1 = v128.load(dp, 16);
      const xa = v128.load32_splat(xp);
      a0 = madd<v128>(xa, g0, a0);
      a1 = madd<v128>(xa, g1, a1);
      const xb = v128.load32_splat(xp, 4);
      b0 = madd<v128>(xb, g0, b0);
      b1 = madd<v128>(xb, g1, b1);
      const xc = v128.load32_splat(xp, 8);
      c0 = madd<v128>(xc, g0, c0);
      c1 = madd<v128>(xc, g1, c1);
      const xd = v128.load32_splat(xp, 12);
      d0 = madd<v128>(xd, g0, d0);
      d1 = madd<v128>(xd, g1, d1);
      xp += xPixel;
    }
    x += xRow;
    dy += dyRow;
  }
  accumulate(out, a0);
  accumulate(out + 16, a1);
  out += dyPixel;
  accumulate(out, b0);
  accumulate(out + 16, b1);
  out += dyPixel;
  accumulate(out, c0);
  accumulate(out + 16, c1);
  out += dyPixel;
  accumulate(out, d0);
  accumulate(out + 16, d1);
}

/** 4 rows of the filter by 4 output channels. */
function tile4x4(
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
  const rowBytes = <usize>pixels * dyPixel;
  for (let row = 0; row < rows; row++) {
    let xp = x;
    const end = dy + rowBytes;
    for (let dp = dy; dp < end; dp += dyPixel) {
      const g = v128.load(dp);
      a = madd<v128>(v128.load32_splat(xp), g, a);
      b = madd<v128>(v128.load32_splat(xp, 4), g, b);
      c = madd<v128>(v128.load32_splat(xp, 8), g, c);
      d = madd<v128>(v128.load32_splat(xp, 12), g, d);
      xp += xPixel;
    }
    x += xRow;
    dy += dyRow;
  }
  accumulate(out, a);
  accumulate(out + dyPixel, b);
  accumulate(out + 2 * dyPixel, c);
  accumulate(out + 3 * dyPixel, d);
}

/** 4 rows of the filter by one output channel: the four are taken as one vector. */
function tile4x1(
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
  let sum = f32x4.splat(0);
  const rowBytes = <usize>pixels * dyPixel;
  for (let row = 0; row < rows; row++) {
    let xp = x;
    const end = dy + rowBytes;
    for (let dp = dy; dp < end; dp += dyPixel) {
      sum = madd<v128>(v128.load(xp), v128.load32_splat(dp), sum);
      xp += xPixel;
    }
    x += xRow;
    dy += dyRow;
  }
  store<f32>(out, load<f32>(out) + f32x4.extract_lane(sum, 0));
  out += dyPixel;
  store<f32>(out, load<f32>(out) + f32x4.extract_lane(sum, 1));
  out += dyPixel;
  store<f32>(out, load<f32>(out) + f32x4.extract_lane(sum, 2));
  out += dyPixel;
  store<f32>(out, load<f32>(out) + f32x4.extract_lane(sum, 3));
}

/** Adds the products of `rows` rows of `pixels` pixels to `inC` rows (a multiple of 4) and `outC` columns of `out`. */
export function addOuterProducts(
  x: usize,
  xRow: usize,
  xPixel: usize,
  dy: usize,
  dyRow: usize,
  dyPixel: usize,
  rows: i32,
  pixels: i32,
  out: usize,
  inC: i32,
  outC: i32,
): void {
  for (let i = 0; i < inC; i += 4) {
    let o = 0;
    for (; o <= outC - 8; o += 8) {
      const at = (<usize>o) << 2;
      tile4x8(x, xRow, xPixel, dy + at, dyRow, dyPixel, rows, pixels, out + at);
    }
    if (o <= outC - 4) {
      const at = (<usize>o) << 2;
      tile4x4(x, xRow, xPixel, dy + at, dyRow, dyPixel, rows, pixels, out + at);
      o += 4;
    }
    for (; o < outC; o++) {
      const at = (<usize>o) << 2;
      tile4x1(x, xRow, xPixel, dy + at, dyRow, dyPixel, rows, pixels, out + at);
    }
    x += 16;
    out += dyPixel << 2;
  }
}
