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

/** 4 pixels by 8 channels: out[p] = sum over `rows` rows of `length` numbers at each pixel times the panel. */
export function tile(
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
