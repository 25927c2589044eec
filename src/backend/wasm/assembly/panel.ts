import {begun, ended} from './ending';
import {madd} from './lanes';

/** Columns computed together: two vectors. */
export const PANEL: i32 = 8;

function storeColumn(to: usize, column: v128): usize {
  v128.store(to, column);
  return to + (PANEL << 2);
}

/** Transposes 4 rows of 4 numbers into 4 columns of a panel. */
function transpose4(r0: v128, r1: v128, r2: v128, r3: v128, to: usize): void {
  const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
  const high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
  const low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
  const high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
  to = storeColumn(to, v128.shuffle<f32>(low01, low23, 0, 1, 4, 5));
  to = storeColumn(to, v128.shuffle<f32>(low01, low23, 2, 3, 6, 7));
  to = storeColumn(to, v128.shuffle<f32>(high01, high23, 0, 1, 4, 5));
  storeColumn(to, v128.shuffle<f32>(high01, high23, 2, 3, 6, 7));
}

/**
 * Lays `lanes` (at most 8) rows of `length` numbers out as a panel, [length][8]. Lanes past the last repeat the
 * first row: what is computed from them is never stored.
 */
export function pack(from: usize, rowBytes: usize, lanes: i32, length: i32, to: usize): void {
  const p0 = from;
  const p1 = lanes > 1 ? from + rowBytes : from;
  const p2 = lanes > 2 ? from + 2 * rowBytes : from;
  const p3 = lanes > 3 ? from + 3 * rowBytes : from;
  const p4 = lanes > 4 ? from + 4 * rowBytes : from;
  const p5 = lanes > 5 ? from + 5 * rowBytes : from;
  const p6 = lanes > 6 ? from + 6 * rowBytes : from;
  const p7 = lanes > 7 ? from + 7 * rowBytes : from;
  const end = (<usize>length) << 2;
  let at: usize = 0;
  for (; at + 16 <= end; at += 16) {
    transpose4(v128.load(p0 + at), v128.load(p1 + at), v128.load(p2 + at), v128.load(p3 + at), to);
    transpose4(v128.load(p4 + at), v128.load(p5 + at), v128.load(p6 + at), v128.load(p7 + at), to + 16);
    to += PANEL << 4;
  }
  for (; at < end; at += 4) {
    store<f32>(to, load<f32>(p0 + at));
    store<f32>(to, load<f32>(p1 + at), 4);
    store<f32>(to, load<f32>(p2 + at), 8);
    store<f32>(to, load<f32>(p3 + at), 12);
    store<f32>(to, load<f32>(p4 + at), 16);
    store<f32>(to, load<f32>(p5 + at), 20);
    store<f32>(to, load<f32>(p6 + at), 24);
    store<f32>(to, load<f32>(p7 + at), 28);
    to += PANEL << 2;
  }
}

/** Numbers that the panels of `columns` columns of `depth` numbers take. */
export function panelFloats(depth: i32, columns: i32): i32 {
  return depth * ((columns + PANEL - 1) & ~(PANEL - 1));
}

/**
 * Lays columns of a matrix, [depth][rowColumns], out as panels, [columns / 8][depth][8]. Lanes past the last column are zero.
 */
export function packColumns(from: usize, to: usize, depth: i32, columns: i32, rowColumns: i32): void {
  const rowBytes = (<usize>rowColumns) << 2;
  for (let column = 0; column < columns; column += PANEL) {
    const lanes = min(PANEL, columns - column);
    let row = from + ((<usize>column) << 2);
    for (let k = 0; k < depth; k++) {
      if (lanes === PANEL) {
        v128.store(to, v128.load(row));
        v128.store(to, v128.load(row, 16), 16);
      } else {
        for (let lane = 0; lane < PANEL; lane++) {
          const at = (<usize>lane) << 2;
          store<f32>(to + at, lane < lanes ? load<f32>(row + at) : 0);
        }
      }
      to += PANEL << 2;
      row += rowBytes;
    }
  }
}

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

/** Bytes from the first vector of a record of `ending.ts` to the second. */
const SECOND: usize = 16;

/** Stores sums; before that they end as `ending` says, if it is not 0, after what is `beside` bytes from there is added, if that is not 0. */
function storeSums(to: usize, low: v128, high: v128, lanes: i32, ending: usize, beside: usize): void {
  if (ending !== 0) {
    if (beside !== 0) {
      low = f32x4.add(low, v128.load(to + beside));
      high = f32x4.add(high, v128.load(to + beside, 16));
    }
    low = ended<v128>(low, ending);
    high = ended<v128>(high, ending + SECOND);
  }
  storeLanes(to, low, high, lanes);
}

/** The row of a pixel of an image. A matrix is an image of one row, and a division takes longer than a look. */
function rowOf(pixel: i32, columns: i32): i32 {
  return pixel < columns ? 0 : pixel / columns;
}

/** Where a pixel of an image of `columns` columns is. */
function addressOf(
  pixel: i32,
  row: i32,
  image: usize,
  columns: i32,
  rowBytes: usize,
  pixelBytes: usize,
): usize {
  return image + <usize>row * rowBytes + <usize>(pixel - row * columns) * pixelBytes;
}

/** Pixels computed together: with two vectors of channels each, twelve sums, the most that leaves registers for operands. */
export const PIXELS: i32 = 6;

/**
 * Up to 6 pixels, from `pixel` to `last`, by 8 channels: out[p] = sum over `rows` rows of `length` numbers at each pixel times the panel.
 * Past the last pixel the last one is computed again: it costs less than a case of its own.
 */
function tile6(
  pixel: i32,
  last: i32,
  columns: i32,
  x: usize,
  xRow: usize,
  xPixel: usize,
  rows: i32,
  rowBytes: usize,
  length: i32,
  panel: usize,
  out: usize,
  outRow: usize,
  outPixel: usize,
  lanes: i32,
  ending: usize,
  beside: usize,
): void {
  const i1 = min(pixel + 1, last);
  const i2 = min(pixel + 2, last);
  const i3 = min(pixel + 3, last);
  const i4 = min(pixel + 4, last);
  const i5 = min(pixel + 5, last);
  const r0 = rowOf(pixel, columns);
  const r1 = rowOf(i1, columns);
  const r2 = rowOf(i2, columns);
  const r3 = rowOf(i3, columns);
  const r4 = rowOf(i4, columns);
  const r5 = rowOf(i5, columns);
  let p0 = addressOf(pixel, r0, x, columns, xRow, xPixel);
  let p1 = addressOf(i1, r1, x, columns, xRow, xPixel);
  let p2 = addressOf(i2, r2, x, columns, xRow, xPixel);
  let p3 = addressOf(i3, r3, x, columns, xRow, xPixel);
  let p4 = addressOf(i4, r4, x, columns, xRow, xPixel);
  let p5 = addressOf(i5, r5, x, columns, xRow, xPixel);
  let a0 = ending === 0 ? f32x4.splat(0) : begun<v128>(ending);
  let a1 = ending === 0 ? f32x4.splat(0) : begun<v128>(ending + SECOND);
  let b0 = a0;
  let b1 = a1;
  let c0 = a0;
  let c1 = a1;
  let d0 = a0;
  let d1 = a1;
  let e0 = a0;
  let e1 = a1;
  let f0 = a0;
  let f1 = a1;
  const skip = rowBytes - ((<usize>length) << 2);
  for (let row = 0; row < rows; row++) {
    let left = length;
    do {
      const w0 = v128.load(panel);
      const w1 = v128.load(panel, 16);
      const xa = v128.load32_splat(p0);
      a0 = madd<v128>(xa, w0, a0);
      a1 = madd<v128>(xa, w1, a1);
      const xb = v128.load32_splat(p1);
      b0 = madd<v128>(xb, w0, b0);
      b1 = madd<v128>(xb, w1, b1);
      const xc = v128.load32_splat(p2);
      c0 = madd<v128>(xc, w0, c0);
      c1 = madd<v128>(xc, w1, c1);
      const xd = v128.load32_splat(p3);
      d0 = madd<v128>(xd, w0, d0);
      d1 = madd<v128>(xd, w1, d1);
      const xe = v128.load32_splat(p4);
      e0 = madd<v128>(xe, w0, e0);
      e1 = madd<v128>(xe, w1, e1);
      const xf = v128.load32_splat(p5);
      f0 = madd<v128>(xf, w0, f0);
      f1 = madd<v128>(xf, w1, f1);
      p0 += 4;
      p1 += 4;
      p2 += 4;
      p3 += 4;
      p4 += 4;
      p5 += 4;
      panel += PANEL << 2;
    } while (--left > 0);
    p0 += skip;
    p1 += skip;
    p2 += skip;
    p3 += skip;
    p4 += skip;
    p5 += skip;
  }
  storeSums(addressOf(pixel, r0, out, columns, outRow, outPixel), a0, a1, lanes, ending, beside);
  storeSums(addressOf(i1, r1, out, columns, outRow, outPixel), b0, b1, lanes, ending, beside);
  storeSums(addressOf(i2, r2, out, columns, outRow, outPixel), c0, c1, lanes, ending, beside);
  storeSums(addressOf(i3, r3, out, columns, outRow, outPixel), d0, d1, lanes, ending, beside);
  storeSums(addressOf(i4, r4, out, columns, outRow, outPixel), e0, e1, lanes, ending, beside);
  storeSums(addressOf(i5, r5, out, columns, outRow, outPixel), f0, f1, lanes, ending, beside);
}

/** As `tile6`, of up to 4 pixels. */
function tile4(
  pixel: i32,
  last: i32,
  columns: i32,
  x: usize,
  xRow: usize,
  xPixel: usize,
  rows: i32,
  rowBytes: usize,
  length: i32,
  panel: usize,
  out: usize,
  outRow: usize,
  outPixel: usize,
  lanes: i32,
  ending: usize,
  beside: usize,
): void {
  const i1 = min(pixel + 1, last);
  const i2 = min(pixel + 2, last);
  const i3 = min(pixel + 3, last);
  const r0 = rowOf(pixel, columns);
  const r1 = rowOf(i1, columns);
  const r2 = rowOf(i2, columns);
  const r3 = rowOf(i3, columns);
  let p0 = addressOf(pixel, r0, x, columns, xRow, xPixel);
  let p1 = addressOf(i1, r1, x, columns, xRow, xPixel);
  let p2 = addressOf(i2, r2, x, columns, xRow, xPixel);
  let p3 = addressOf(i3, r3, x, columns, xRow, xPixel);
  let a0 = ending === 0 ? f32x4.splat(0) : begun<v128>(ending);
  let a1 = ending === 0 ? f32x4.splat(0) : begun<v128>(ending + SECOND);
  let b0 = a0;
  let b1 = a1;
  let c0 = a0;
  let c1 = a1;
  let d0 = a0;
  let d1 = a1;
  const skip = rowBytes - ((<usize>length) << 2);
  for (let row = 0; row < rows; row++) {
    let left = length;
    do {
      const w0 = v128.load(panel);
      const w1 = v128.load(panel, 16);
      const xa = v128.load32_splat(p0);
      a0 = madd<v128>(xa, w0, a0);
      a1 = madd<v128>(xa, w1, a1);
      const xb = v128.load32_splat(p1);
      b0 = madd<v128>(xb, w0, b0);
      b1 = madd<v128>(xb, w1, b1);
      const xc = v128.load32_splat(p2);
      c0 = madd<v128>(xc, w0, c0);
      c1 = madd<v128>(xc, w1, c1);
      const xd = v128.load32_splat(p3);
      d0 = madd<v128>(xd, w0, d0);
      d1 = madd<v128>(xd, w1, d1);
      p0 += 4;
      p1 += 4;
      p2 += 4;
      p3 += 4;
      panel += PANEL << 2;
    } while (--left > 0);
    p0 += skip;
    p1 += skip;
    p2 += skip;
    p3 += skip;
  }
  storeSums(addressOf(pixel, r0, out, columns, outRow, outPixel), a0, a1, lanes, ending, beside);
  storeSums(addressOf(i1, r1, out, columns, outRow, outPixel), b0, b1, lanes, ending, beside);
  storeSums(addressOf(i2, r2, out, columns, outRow, outPixel), c0, c1, lanes, ending, beside);
  storeSums(addressOf(i3, r3, out, columns, outRow, outPixel), d0, d1, lanes, ending, beside);
}

/**
 * The next pixels of an image of `columns` columns, or rows of a matrix, from `pixel` to `last`, by 8 channels: out[p] = sum over `rows` rows
 * of `length` numbers at each pixel times the panel. `ending` and `beside` say how they end, as in `storeSums`.
 *
 * @returns The pixel after them.
 */
export function tile(
  pixel: i32,
  last: i32,
  columns: i32,
  x: usize,
  xRow: usize,
  xPixel: usize,
  rows: i32,
  rowBytes: usize,
  length: i32,
  panel: usize,
  out: usize,
  outRow: usize,
  outPixel: usize,
  lanes: i32,
  ending: usize,
  beside: usize,
): i32 {
  const left = last + 1 - pixel;
  // Seven or eight are better done as 4 and 4 than as 6 and some.
  if (left <= 4 || left === 7 || left === 8) {
    // biome-ignore format: one line, as below
    tile4(pixel, last, columns, x, xRow, xPixel, rows, rowBytes, length, panel, out, outRow, outPixel, lanes, ending, beside);
    return pixel + 4;
  }
  // biome-ignore format: one line, as above
  tile6(pixel, last, columns, x, xRow, xPixel, rows, rowBytes, length, panel, out, outRow, outPixel, lanes, ending, beside);
  return pixel + PIXELS;
}
